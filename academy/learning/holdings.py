"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.learning.award_models import Attendance, Qualification, TierAward
from academy.learning.models import CourseCompletion, Enrolment, LessonCompletion, Note, QuizAttempt
from academy.people.holding import hold

hold(
    LessonCompletion,
    _("My lessons"),
    "course",
    "lesson_key",
    "class_hours",
    "completed_at",
    order=50,
    moment="completed_at",
)
hold(CourseCompletion, _("My courses"), "course", "completed_at", order=51, moment="completed_at")
hold(Enrolment, _("My enrolments"), "course", "enrolled_at", "lesson_key", "opened_at", order=52, moment="opened_at")
hold(
    QuizAttempt,
    _("My tries at quizzes"),
    "course",
    "lesson_key",
    "number",
    "right",
    "asked",
    "passed",
    "sent_at",
    order=53,
    moment="sent_at",
)
hold(Note, _("My notes"), "course", "lesson_key", "text", "saved_at", order=54, moment="saved_at")
hold(
    Attendance,
    _("My courses completed in class"),
    "title",
    "course",
    "organiser",
    "held_on",
    "minutes",
    "class_hours",
    order=55,
    moment="recorded_at",
)
hold(Qualification, _("My qualifications"), "course", "obtained_on", "expires_on", order=56)
hold(TierAward, _("My tiers"), "tier", "awarded_on", "awarded_at", order=57, moment="awarded_at")
