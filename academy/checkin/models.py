"""Checkpoints, scans and visits. A scan is a fact: it is only ever added, the refused ones too (C8)."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift
from academy.people.models import User, Volunteer


class Direction(models.TextChoices):
    IN = "in", _("check-in")
    OUT = "out", _("check-out")


class Method(models.TextChoices):
    """How somebody was checked in; what the hours rest on (P5)."""

    ROTATING = "rotating", _("rotating code")
    STATIC = "static", _("static code")
    EVERYBODY_OUT = "everybody_out", _("check everybody out")


class Checkpoint(models.Model):
    """A code's address. Rotating or static, never both: cutting a rotating code off must not make a poster of it."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="checkpoints", verbose_name=_("activity"))
    key = models.CharField(_("key"), max_length=16, unique=True)
    rotating = models.BooleanField(_("rotating"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = [models.UniqueConstraint(fields=["activity", "rotating"], name="checkpoint_one_of_a_kind")]

    def __str__(self) -> str:
        return self.key


class Scan(models.Model):
    """One act of checking in or out, by whichever way. `id` is the form's: the same act twice is one scan."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="scans", verbose_name=_("checkpoint"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="scans", verbose_name=_("volunteer"))
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("shift")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    method = models.CharField(_("method"), max_length=16, choices=Method)
    operator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("operator"))
    happened_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"))
    refusal = models.CharField(_("refusal"), max_length=24, blank=True)  # code of the refusal; empty: accepted
    flags = models.JSONField(_("flags"), default=list, blank=True)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(
                fields=["volunteer", "shift", "happened_at"], condition=Q(refusal=""), name="scan_accepted_of_shift"
            ),
            models.Index(fields=["checkpoint", "received_at"], name="scan_of_checkpoint"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="scan_direction_known"),
            models.CheckConstraint(condition=~Q(refusal="") | Q(shift__isnull=False), name="scan_accepted_has_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_direction_display()} · {self.happened_at:%Y-%m-%d %H:%M}"

    @property
    def accepted(self) -> bool:
        return not self.refusal


class VisitQuerySet(models.QuerySet["Visit"]):
    def open(self) -> "VisitQuerySet":
        """Those who are in."""
        return self.filter(closed_at=None)


class Visit(models.Model):
    """From a check-in to its check-out. Derived from accepted scans and kept for speed and the constraint."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="visits", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="visits", verbose_name=_("shift"))
    opened_by = models.OneToOneField(Scan, models.PROTECT, related_name="opened_visit", verbose_name=_("check-in"))
    closed_by = models.OneToOneField(
        Scan, models.PROTECT, null=True, blank=True, related_name="closed_visit", verbose_name=_("check-out")
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)  # its record is confirmed

    objects = VisitQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "shift"], condition=Q(closed_at=None), name="visit_one_open"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="visit_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="visit_closed_by_a_scan",
            ),
        ]
        indexes = [
            models.Index(fields=["shift", "closed_at"], name="visit_of_shift"),
            models.Index(fields=["closed_at"], condition=Q(sealed_at=None), name="visit_unsealed"),  # hours' sweep
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def duration(self) -> dt.timedelta | None:
        return None if self.closed_at is None else self.closed_at - self.opened_at
