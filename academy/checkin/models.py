"""Checkpoints, scans and visits. A scan is an append-only fact; refused scans are stored too (C8)."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift
from academy.core.look import moment
from academy.core.text import identifier
from academy.people.models import Card, User, Volunteer
from academy.people.names import tidy_name
from academy.people.querysets import OfPerson


class Direction(models.TextChoices):
    IN = "in", _("check-in")
    OUT = "out", _("check-out")


class Method(models.TextChoices):
    """The way in which a volunteer was checked in. The evidence of the hours rests on it (P5)."""

    ROTATING = "rotating", _("rotating code")
    STATIC = "static", _("static code")
    EVERYBODY_OUT = "everybody_out", _("check everybody out")
    CARD = "card", _("check-in card")
    TICK = "tick", _("ticked on the roster")
    VOUCHED = "vouched", _("vouched for by the leader")
    PAPER = "paper", _("signed paper roster")
    MAKE_UP = "make_up", _("make-up entry")
    CORRECTION = "correction", _("correction")


class Checkpoint(models.Model):
    """The address of a code, rotating or static.

    Never both: without its rotating code, an address must not work like a poster's.
    """

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


class Device(models.Model):
    """A browser that scans for an activity, with or without a network.

    Its token and key are derived from the secret and never stored.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="devices", verbose_name=_("activity"))
    operator = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("operator"))
    key = models.CharField(_("key"), max_length=16, unique=True)
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))
    # When the operator's right or sessions ended, if before `expires_at`: later scans carry a flag.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # When the roster was downloaded; only of devices handed out by 0.1.0, since then each contact is a ClockReading.
    ahead = models.FloatField(_("clock ahead of ours (seconds)"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="device_expires_after_issue")
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.operator}"


class ClockReading(models.Model):
    """Both clocks of a scanner as it downloaded the roster or sent scans. Append-only.

    The times of its scans rest on these readings (`academy/checkin/clocks.py`).
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="clock_readings", verbose_name=_("device"))
    at = models.DateTimeField(_("server time"))
    said = models.DateTimeField(_("device time"))
    run = models.CharField(_("run of the page"), max_length=16, blank=True)  # empty: a page of 0.1.0
    steady = models.BigIntegerField(_("milliseconds of the run"), null=True, blank=True)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("clock reading")
        verbose_name_plural = _("clock readings")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["device", "at"], name="clock_reading_of_device")]
        constraints = [
            models.CheckConstraint(
                condition=Q(run="", steady=None) | (~Q(run="") & Q(steady__gte=0)), name="clock_reading_of_a_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} · {moment(self.at)}"


class ScanQuerySet(OfPerson["Scan"]):
    def accepted(self) -> "ScanQuerySet":
        """Filter the scans that count: neither refused nor annulled."""
        return self.filter(refusal="", annulment=None)


class Scan(models.Model):
    """One check-in or check-out, by any method.

    `id` comes from the form: the same act sent twice is one scan. `happened_at` is the time that counts. For a scan
    made without a network it is the device's time, corrected.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="scans", verbose_name=_("checkpoint"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("volunteer")
    )  # none for an unknown card
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
    card = models.ForeignKey(
        Card, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("check-in card")
    )
    presented = models.CharField(_("presented"), max_length=64, blank=True)  # the key of an unknown card
    browser = models.CharField(_("browser"), max_length=16, blank=True)  # of a volunteer's own phone (C9)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("device")
    )
    place = models.PositiveIntegerField(_("number on the device"), null=True, blank=True)
    device_at = models.DateTimeField(_("device time"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)  # by the device's clock
    clock = models.JSONField(_("the device's steady clock"), null=True, blank=True)  # run, steady, seen: as it was sent

    objects = ScanQuerySet.as_manager()
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
            models.CheckConstraint(
                condition=Q(refusal="unknown_card") | Q(volunteer__isnull=False), name="scan_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_direction_display()} · {moment(self.happened_at)}"

    @property
    def accepted(self) -> bool:
        return not self.refusal

    @property
    def known_volunteer(self) -> Volunteer:
        """The scanned volunteer. Only the scan of an unknown card has none."""
        assert self.volunteer is not None
        return self.volunteer


class Annulment(models.Model):
    """The withdrawal of a scan (撤回签到). The scan stays, but no longer counts. Append-only."""

    scan = models.OneToOneField(Scan, models.PROTECT, related_name="annulment", verbose_name=_("scan"))
    annulled_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("annulled by"))
    annulled_at = models.DateTimeField(_("annulled at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("annulled scan")
        verbose_name_plural = _("annulled scans")

    def __str__(self) -> str:
        return str(self.scan)


class Claim(models.Model):
    """“我来了”: a person without a sign-in gives their name. The leader taps “是她”, which makes the scan."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="claims", verbose_name=_("checkpoint"))
    key = models.CharField(_("key"), max_length=16, unique=True)  # the asking phone opens the answer with it
    name = models.CharField(_("name"), max_length=60)
    phone_tail = models.CharField(_("last four digits of the phone"), max_length=4)
    browser = models.CharField(_("browser"), max_length=16, blank=True)
    network = models.CharField(_("network"), max_length=16, blank=True, db_default="")  # a keyed hash
    asked_at = models.DateTimeField(_("asked at"))
    waits_until = models.DateTimeField(_("waits until"), null=True, blank=True)  # none: stored by 0.1.0
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    scan = models.OneToOneField(
        Scan, models.PROTECT, null=True, blank=True, related_name="claim", verbose_name=_("scan")
    )  # none if the leader did not know the name

    wagtail_reference_index_ignore = True
    plain_as = {"name": tidy_name, "phone_tail": identifier}

    class Meta:
        verbose_name = _("“I am here”")
        verbose_name_plural = _("“I am here”")
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, scan=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="claim_answered_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["checkpoint"], condition=Q(answered_at=None), name="claim_waiting"),
            models.Index(fields=["browser"], condition=Q(scan__isnull=False), name="claim_vouched_browser"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.phone_tail}"


AT_ONCE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # before all visits


class VisitQuerySet(OfPerson["Visit"]):
    def open(self) -> "VisitQuerySet":
        """Filter the visits of volunteers who are still in."""
        return self.filter(closed_at=None)

    def to_look_at(self, at: dt.datetime) -> "VisitQuerySet":
        """Filter the closed, unconfirmed visits that the clock has to look at by `at`."""
        return self.filter(sealed_at=None, closed_at__isnull=False, look_at__lte=at).order_by("look_at")


class Visit(models.Model):
    """The time from a check-in to its check-out.

    Derived from accepted scans, and stored for speed and for the constraint of one open visit.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="visits", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="visits", verbose_name=_("shift"))
    opened_by = models.OneToOneField(Scan, models.PROTECT, related_name="opened_visit", verbose_name=_("check-in"))
    closed_by = models.OneToOneField(
        Scan, models.PROTECT, null=True, blank=True, related_name="closed_visit", verbose_name=_("check-out")
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)  # when its record was confirmed
    # When the clock looks again whether the visit was counted: at once after each change (ADR 57).
    look_at = models.DateTimeField(_("next look at"), default=AT_ONCE, db_default=AT_ONCE)

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
            # The sweep of hours asks each minute.
            models.Index(fields=["closed_at"], condition=Q(sealed_at=None), name="visit_unsealed"),
            models.Index(
                fields=["look_at"], condition=Q(sealed_at=None, closed_at__isnull=False), name="visit_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {moment(self.opened_at)}"

    @property
    def duration(self) -> dt.timedelta | None:
        return None if self.closed_at is None else self.closed_at - self.opened_at
