"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.learning.award_models import Attendance, Qualification, TierAward
from academy.learning.models import CourseCompletion, LessonCompletion
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
hold(
    Attendance,
    _("My courses completed in class"),
    "title",
    "course",
    "organiser",
    "held_on",
    "minutes",
    "class_hours",
    order=51,
    moment="recorded_at",
)
hold(Qualification, _("My qualifications"), "course", "obtained_on", "expires_on", order=51)
hold(TierAward, _("My tiers"), "tier", "awarded_on", "awarded_at", order=51, moment="awarded_at")
