"""Courses, their frozen versions, and what volunteers answered, completed and noted down.

Trainers edit pages of `cms`; publishing a page freezes a version here.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.learning import award_models as _award_models  # noqa: F401  (models of this app)
from academy.learning.quiz.questions import Quiz
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class Tier(models.TextChoices):
    BEGINNER = "beginner", _("beginner")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class CourseQuerySet(models.QuerySet["Course"]):
    def equivalents(self) -> "CourseQuerySet":
        """Filter the electives that stand for a required course of their tier.

        A course that is published as required, or in another tier, stands for no other one until it is changed back.
        """
        found: CourseQuerySet = self.filter(required=False, stands_for__required=True, stands_for__tier=F("tier"))
        return found


class Course(models.Model):
    """A course of the curriculum. Pages in several languages may show it."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="courses", verbose_name=_("community"))
    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=100)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier)
    required = models.BooleanField(_("required for the tier"), default=True)
    # A volunteer completes these first. A course that nobody can open at present closes no other (`locks`).
    requires: "models.ManyToManyField[Course, models.Model]" = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="opens", verbose_name=_("courses to complete first")
    )
    # T6: the years for which a completion holds; none if it never expires.
    valid_years = models.PositiveSmallIntegerField(_("valid for years"), null=True, blank=True)
    # An equivalent: completing this course fulfils the required one too.
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="equivalents", verbose_name=_("stands for")
    )

    objects = CourseQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="course_tier_known"),
            models.CheckConstraint(
                condition=Q(valid_years=None) | Q(valid_years__gte=1), name="course_valid_for_a_year_at_least"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """A course as it was published. It never changes: completions point here and not at a page."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions", verbose_name=_("course"))
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=100)
    class_hours = models.DecimalField(_("class hours"), max_digits=4, decimal_places=1)
    lessons = models.JSONField(_("lessons"))  # [{"key", "title", "class_hours", "body"}], some with "quizzes"
    # False while lessons are still to come: such a version cannot complete the course.
    whole = models.BooleanField(_("has all lessons"), default=True, db_default=True)
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("published by"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        ordering = ["course", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="course_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def lesson_keys(self) -> frozenset[str]:
        return frozenset(self.lesson_class_hours)

    @property
    def lesson_class_hours(self) -> dict[str, Decimal]:
        """The class hours of each lesson, by its key."""
        return {lesson["key"]: Decimal(lesson["class_hours"]) for lesson in self.lessons}

    @property
    def quiz_keys(self) -> frozenset[str]:
        """The keys of the lessons with a quiz."""
        return frozenset(lesson["key"] for lesson in self.lessons if lesson.get("quizzes"))

    @cached_property
    def _quizzes(self) -> Mapping[str, Mapping[str, Any]]:
        return {lesson["key"]: lesson.get("quizzes") or {} for lesson in self.lessons}

    @property
    def _quiz_languages(self) -> dict[str, str]:
        """The language of each quiz's original: PostgreSQL keeps no order of the keys in JSON."""
        return {lesson["key"]: lesson["quiz_language"] for lesson in self.lessons if lesson.get("quizzes")}

    def quiz_of(self, lesson_key: str, language: str) -> tuple[str, Quiz] | None:
        """Return the quiz of a lesson with its language: the one asked for, else that of the original."""
        quizzes = self._quizzes.get(lesson_key, {})
        if not quizzes:
            return None
        found = language if language in quizzes else self._quiz_languages[lesson_key]
        return found, Quiz.from_json(quizzes[found])


class LessonCompletionQuerySet(OfPerson["LessonCompletion"]):
    pass


class LessonCompletion(models.Model):
    """A lesson that a volunteer marked as done, and its class hours at that time.

    No later version changes what the volunteer earned (T4). `course` is the course that showed the lesson then: a
    lesson moved to another course, or shown in two, is done in each of them and earns once.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="lesson_completions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="lesson_completions")
    lesson_key = models.CharField(max_length=60)
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="+")
    class_hours = models.DecimalField(_("class hours"), max_digits=4, decimal_places=1)
    completed_at = models.DateTimeField(_("completed at"))

    objects = LessonCompletionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("completed lesson")
        verbose_name_plural = _("completed lessons")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "course", "lesson_key"], name="lesson_completed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.lesson_key}"


class CourseCompletionQuerySet(OfPerson["CourseCompletion"]):
    pass


class CourseCompletion(models.Model):
    """A course that a volunteer completed, and its version at that time (T1).

    It stands when a later version adds lessons (T8). It has no class hours of its own: its lessons earn them.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="course_completions")
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField(_("completed at"))

    objects = CourseCompletionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("completed course")
        verbose_name_plural = _("completed courses")
        constraints = [models.UniqueConstraint(fields=["volunteer", "course"], name="course_completed_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.course}"


class EnrolmentQuerySet(OfPerson["Enrolment"]):
    pass


class Enrolment(models.Model):
    """A volunteer's place in a course: that they study it, and which lesson they opened last."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments", verbose_name=_("course"))
    enrolled_at = models.DateTimeField(_("enrolled at"))
    lesson_key = models.CharField(_("lesson"), max_length=60, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True)

    objects = EnrolmentQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["volunteer", "course"], name="enrolled_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.course}"


class QuizAttemptQuerySet(OfPerson["QuizAttempt"]):
    pass


class QuizAttempt(models.Model):
    """One try at the quiz of a lesson, as it was sent and graded. A fact.

    `key` is that of the form: a form that is sent twice is one try. `seed` draws the same questions again.
    `answers` are ``{"question", "given", "right"}``: key of the question, places of options as the author wrote them.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="quiz_attempts")
    course = models.ForeignKey(Course, models.PROTECT, related_name="quiz_attempts", verbose_name=_("course"))
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="+")
    lesson_key = models.CharField(_("lesson"), max_length=60)
    language = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField(_("try"))
    key = models.CharField(max_length=32, unique=True)
    seed = models.CharField(max_length=64)
    answers = models.JSONField(_("answers"))
    right = models.PositiveSmallIntegerField(_("right answers"))
    asked = models.PositiveSmallIntegerField(_("questions"))
    passed = models.BooleanField(_("passed"))
    sent_at = models.DateTimeField(_("sent at"))

    objects = QuizAttemptQuerySet.as_manager()
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("try at a quiz")
        verbose_name_plural = _("tries at quizzes")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "lesson_key", "number"], name="quiz_try_once"),
            models.CheckConstraint(condition=Q(right__lte=F("asked"), asked__gte=1), name="quiz_right_of_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.lesson_key} · {self.number}"


class NoteQuerySet(OfPerson["Note"]):
    pass


class Note(models.Model):
    """A volunteer's own words at a lesson. Only they read them; they go with their data (V3)."""

    MOST_CHARACTERS = 4000

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="notes")
    course = models.ForeignKey(Course, models.PROTECT, related_name="notes", verbose_name=_("course"))
    lesson_key = models.CharField(_("lesson"), max_length=60)
    text = models.TextField(_("note"))
    saved_at = models.DateTimeField(_("saved at"))

    objects = NoteQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [models.UniqueConstraint(fields=["volunteer", "lesson_key"], name="note_of_a_lesson_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.lesson_key}"
