"""Courses completed in the room, qualifications, tiers. All of them are facts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class Attendance(models.Model):
    """A course that a volunteer completed in the room (T1, T4). Append-only.

    `source` names the class, so that it counts once. The class hours are those that the course states: reading its
    lessons and attending its class earn the same, and both earn it once.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="attendances", verbose_name=_("volunteer"))
    version = models.ForeignKey(
        "learning.CourseVersion", models.PROTECT, related_name="attendances", verbose_name=_("course version")
    )
    course = models.ForeignKey("learning.Course", models.PROTECT, related_name="attendances", verbose_name=_("course"))
    source = models.CharField(max_length=40)
    title = models.CharField(_("class"), max_length=100)
    organiser = models.CharField(_("organiser"), max_length=100)
    held_on = models.DateField(_("held on"))  # the last day
    minutes = models.PositiveIntegerField(_("minutes attended"))
    class_hours = models.DecimalField(_("class hours"), max_digits=4, decimal_places=1)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = OfPerson["Attendance"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("course completed in class")
        verbose_name_plural = _("courses completed in class")
        constraints = [models.UniqueConstraint(fields=["volunteer", "source"], name="attendance_once_for_a_class")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.title}"


class Qualification(models.Model):
    """A completion that expires (T6). Append-only: a renewal is a new record, and the old one stays."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="qualifications", verbose_name=_("volunteer"))
    course = models.ForeignKey(
        "learning.Course", models.PROTECT, related_name="qualifications", verbose_name=_("course")
    )
    obtained_on = models.DateField(_("obtained on"))
    expires_on = models.DateField(_("expires on"))  # the first day on which it no longer holds
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = OfPerson["Qualification"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["-expires_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "course", "obtained_on"], name="qualification_once_a_day"),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("obtained_on")), name="qualification_expires_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="qualification_by_expiry")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.course}"


# The words of `models.Tier`, whose module imports this one.
TIERS = [("beginner", _("beginner")), ("intermediate", _("intermediate")), ("advanced", _("advanced"))]


class TierAward(models.Model):
    """A tier that a volunteer reached, with the evidence of that moment (T5). Append-only."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="tier_awards", verbose_name=_("volunteer"))
    tier = models.CharField(_("tier"), max_length=12, choices=TIERS)
    awarded_on = models.DateField(_("awarded on"))
    evidence = models.JSONField(_("rests on"))
    awarded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("awarded by"))
    awarded_at = models.DateTimeField(_("awarded at"))

    objects = OfPerson["TierAward"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "tier"], name="tier_awarded_once"),
            models.CheckConstraint(condition=Q(tier__in=[tier for tier, _word in TIERS]), name="tier_award_known"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.tier}"
