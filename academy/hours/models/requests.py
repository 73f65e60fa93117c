"""Requests about hours that a second person decides, and the files that support them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Shift, SignUp
from academy.checkin.models import Scan
from academy.core.files import Unguessable, private_files
from academy.core.look import day_in_year
from academy.decisions.models import Request
from academy.hours.models.records import ServiceRecord
from academy.people.models import User, Volunteer


class CorrectionProposal(Request):
    """A correction of a settled record that late facts propose (K8).

    The record stays as it is until somebody decides. A declined correction is not proposed again while the facts stay
    the same.
    """

    community_path = "record__community"

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="correction_proposals", verbose_name=_("service record")
    )
    minutes_before = models.PositiveIntegerField(_("minutes before"))
    minutes_after = models.PositiveIntegerField(_("minutes after"))
    content = models.JSONField(_("content"), null=True)  # CountedRecord.content; none: the record would be withdrawn

    class Meta(Request.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["record"], condition=Q(decided_at=None), name="correction_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.minutes_before} → {self.minutes_after}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.record.volunteer]


class MakeUp(Request):
    """A request for times that no scan shows: a make-up entry with a witness (K9), or a correction (K8)."""

    community_path = "shift__activity__community"

    class Way(models.TextChoices):
        MAKE_UP = "make_up", _("make-up entry")
        CORRECTION = "correction", _("correction")  # late, beyond the quota, or different from the scans

    way = models.CharField(_("way"), max_length=12, choices=Way)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="make_ups", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="make_ups", verbose_name=_("shift"))
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)  # none: was not there
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    witness = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    scans = models.ManyToManyField(Scan, related_name="make_ups", blank=True, verbose_name=_("scans"))  # made of it

    class Meta(Request.Meta):
        verbose_name = _("make-up entry")
        verbose_name_plural = _("make-up entries")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(
                fields=["volunteer", "shift"], condition=Q(decided_at=None), name="make_up_one_open"
            ),
            models.CheckConstraint(
                condition=Q(came_at=None, left_at=None) | Q(left_at__gt=F("came_at")), name="make_up_times_in_order"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="make_up_has_a_reason"),
            models.CheckConstraint(
                condition=Q(way="correction") | Q(came_at__isnull=False, witness__isnull=False),
                name="make_up_has_a_witness",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.shift}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class Evidence(models.Model):
    """A file that supports a make-up entry or a correction: a photograph or a letter. Append-only."""

    make_up = models.ForeignKey(MakeUp, models.PROTECT, related_name="evidence", verbose_name=_("make-up entry"))
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("evidence"))
    name = models.CharField(_("name"), max_length=120)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.name


class Objection(Request):
    """An objection to a record on notice; only this record waits for the decision (K7)."""

    community_path = "record__community"

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="objections", verbose_name=_("service record")
    )
    objector = models.CharField(_("who objects"), max_length=60, blank=True)  # the person at the desk
    due_on = models.DateField(_("to be decided by"))
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)  # if upheld: the real time; none: was not there
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    veiled_as = {**Request.veiled_as, "objector": ""}

    class Meta(Request.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["record"], condition=Q(decided_at=None), name="objection_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="objection_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.reason}"

    @property
    def is_late(self) -> bool:
        """A flag: it was decided after its last day, or is still open after it (K7)."""
        return timezone.localdate(self.decided_at) > self.due_on

    @property
    def parties(self) -> list[Volunteer]:
        return [self.record.volunteer]


class DailyApproval(Request):
    """A request that a volunteer's day hold more than its limit (H4)."""

    community_path = "volunteer__community"

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="daily_approvals", verbose_name=_("volunteer")
    )
    date = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes of the day"))

    class Meta(Request.Meta):
        verbose_name = _("daily approval")
        verbose_name_plural = _("daily approvals")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(
                fields=["volunteer", "date"], condition=Q(decided_at=None), name="daily_approval_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="daily_approval_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {day_in_year(self.date)}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class Overtime(Request):
    """A request that a shift count beyond its planned end (H4)."""

    community_path = "shift__activity__community"

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="overtimes", verbose_name=_("shift"))
    until = models.DateTimeField(_("until"))

    class Meta(Request.Meta):
        verbose_name = _("overtime")
        verbose_name_plural = _("overtime")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["shift"], condition=Q(decided_at=None), name="overtime_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="overtime_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.shift}"

    @property
    def parties(self) -> list[Volunteer]:
        """Return the volunteers with an accepted scan or a place at the shift: it is or will be their time."""
        there = Scan.objects.accepted().filter(shift=self.shift).values("volunteer")
        expected = SignUp.objects.filter(shift=self.shift, cancelled_at=None).values("volunteer")
        people = Volunteer.objects.filter(Q(pk__in=there) | Q(pk__in=expected))
        return list(people.select_related("merged_into"))
