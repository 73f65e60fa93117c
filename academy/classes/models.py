"""Runs of a course (班/期): its timetable, who teaches and assesses, results, and the word at the end."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.learning.models import Course, CourseVersion
from academy.learning.services import current_version
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson
from academy.units.models import Unit
from academy.venues.models import Venue

LEAST_SCORE = 60  # of 100 points (T4)
MOST_ITEMS = 20


class AssessedBy(models.TextChoices):
    """The way in which a course is assessed in the room (T4)."""

    SCORE = "score", _("points, 60 of 100 or more")
    VERDICT = "verdict", _("the instructor's verdict (合格)")
    CHECKLIST = "checklist", _("a checklist that assessors sign")


class Assessment(models.Model):
    """The assessment of a course in the room. A course without one asks for attendance alone (T4)."""

    course = models.OneToOneField(Course, models.PROTECT, related_name="assessment", verbose_name=_("course"))
    by = models.CharField(_("assessed by"), max_length=10, choices=AssessedBy)
    items = models.TextField(_("checklist"), max_length=2000, blank=True)  # one item a line
    signatures = models.PositiveSmallIntegerField(_("assessors for each item"), default=1)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("assessment of a course")
        verbose_name_plural = _("assessments of courses")
        constraints = [
            models.CheckConstraint(condition=Q(by__in=AssessedBy.values), name="assessment_way_known"),
            models.CheckConstraint(
                condition=~Q(by=AssessedBy.CHECKLIST.value) | ~Q(items=""), name="assessment_checklist_has_items"
            ),
            models.CheckConstraint(
                condition=Q(signatures__gte=1, signatures__lte=5), name="assessment_one_to_five_assessors"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.get_by_display()}"

    @property
    def lines(self) -> list[str]:
        """The items of the checklist, in their order."""
        return [line.strip() for line in self.items.splitlines() if line.strip()]


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    def coming(self, at: dt.datetime) -> "CourseRunQuerySet":
        """Filter the published runs with a class that has not ended, the next one first."""
        ahead = Q(activity__shifts__ends_at__gt=at)
        published = self.filter(ahead, activity__published_at__isnull=False, activity__cancelled_at=None)
        found: CourseRunQuerySet = published.annotate(
            next_start=models.Min("activity__shifts__starts_at", filter=ahead)
        ).order_by("next_start", "pk")
        return found

    def of_courses(self, courses: Iterable[int]) -> "CourseRunQuerySet":
        return self.filter(course__in=courses)


class CourseRun(models.Model):
    """One run of a course: the shifts of a training activity that teach it are its timetable.

    A shift of the activity that names no course belongs to the run too.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="runs", verbose_name=_("course"))
    # The timetable was planned for it. Runs of an earlier release have none (`taught_version`).
    version = models.ForeignKey(
        CourseVersion, models.PROTECT, null=True, related_name="runs", verbose_name=_("course version")
    )
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="runs", verbose_name=_("activity"))
    title = models.CharField(_("name of the run"), max_length=60)
    instructor = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="taught_runs", verbose_name=_("volunteer instructor")
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taught_runs",
        verbose_name=_("unit that sends the instructor"),
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("venue of a unit")
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"))
    looked_at = models.DateTimeField(null=True, blank=True)  # when the clock last asked who completed it
    credited_at = models.DateTimeField(_("units credited at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)  # the clock looks at it no longer

    objects = CourseRunQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("run of a course")
        verbose_name_plural = _("runs of courses")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "course"], name="run_once_for_an_activity")]
        indexes = [models.Index(fields=["looked_at"], condition=Q(closed_at=None), name="run_to_look_at")]

    def __str__(self) -> str:
        return self.title

    @property
    def source(self) -> str:
        """The name of this run in the attendances of `learning`."""
        return f"run:{self.pk}"

    @property
    def taught_version(self) -> CourseVersion | None:
        """The version that the run teaches: a later one changes neither its time nor its class hours."""
        return self.version or current_version(self.course)


class Assessor(models.Model):
    """A person who may assess the learners of a run, beside its instructor."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="assessors", verbose_name=_("run"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="assesses", verbose_name=_("assessor"))

    objects = OfPerson["Assessor"].as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("assessor")
        verbose_name_plural = _("assessors")
        constraints = [models.UniqueConstraint(fields=["run", "volunteer"], name="assessor_once")]

    def __str__(self) -> str:
        return str(self.volunteer)


class _OfLearner(models.Model):
    """The base of facts about a learner in a run. Append-only: the latest one counts."""

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="%(class)ss", verbose_name=_("run"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("learner"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("assessed by"))
    at = models.DateTimeField(_("assessed at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


class Signature(_OfLearner):
    """An assessor's signature to one item of a checklist: passed, or not yet."""

    item = models.CharField(_("item"), max_length=200)
    passed = models.BooleanField(_("passed"))

    objects = OfPerson["Signature"].as_manager()

    class Meta(_OfLearner.Meta):
        verbose_name = _("signature of an assessor")
        verbose_name_plural = _("signatures of assessors")

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.item}"


class Result(_OfLearner):
    """A result that was keyed in: points, or a verdict.

    One that passes a checklist names the people who signed it on paper, and where the paper is kept.
    """

    paper_signed_by = models.CharField(  # their volunteer numbers
        _("signed on paper by"), max_length=100, blank=True, default="", db_default=""
    )
    paper = models.CharField(_("where the paper is kept"), max_length=100, blank=True, default="", db_default="")
    score = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    passed = models.BooleanField(_("passed"))

    objects = OfPerson["Result"].as_manager()

    class Meta(_OfLearner.Meta):
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=100), name="result_of_a_hundred"),
            models.CheckConstraint(
                condition=Q(score=None)
                | Q(score__gte=LEAST_SCORE, passed=True)
                | Q(score__lt=LEAST_SCORE, passed=False),
                name="result_passed_from_sixty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.score if self.score is not None else self.passed}"


class ClassFeedback(models.Model):
    """A learner's word at the end: one of five faces and two answers.

    Instructor and social worker read it, without the name.
    """

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="feedback", verbose_name=_("run"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="class_feedback", verbose_name=_("learner"))
    face = models.PositiveSmallIntegerField(_("how it was"))  # 1 to 5
    liked = models.CharField(_("what helped me"), max_length=300, blank=True)
    wish = models.CharField(_("what should be better"), max_length=300, blank=True)
    given_at = models.DateTimeField(_("given at"))

    objects = OfPerson["ClassFeedback"].as_manager()
    wagtail_reference_index_ignore = True
    veiled_as: dict[str, Any] = {"liked": "", "wish": ""}

    class Meta:
        verbose_name = _("word about a class")
        verbose_name_plural = _("words about classes")
        constraints = [
            models.UniqueConstraint(fields=["run", "volunteer"], name="class_feedback_once"),
            models.CheckConstraint(condition=Q(face__gte=1, face__lte=5), name="class_feedback_one_of_five_faces"),
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.face}"
