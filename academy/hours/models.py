"""Service records, the states they move through, and the ledger that cannot be altered."""

import datetime as dt
import uuid
from pathlib import PurePath
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity, Shift
from academy.checkin.models import Scan
from academy.core.files import private_files
from academy.core.models import Community
from academy.people.asked import Asked
from academy.people.models import User, Volunteer
from academy.rulebook.models import RuleSet


class RecordState(models.TextChoices):
    """K1. 服务中 is shown from an open visit and never stored."""

    AWAITING_CONFIRMATION = "awaiting_confirmation", _("awaiting confirmation")
    AWAITING_MAKEUP = "awaiting_makeup", _("awaiting make-up")
    ON_NOTICE = "on_notice", _("on notice")
    CONTESTED = "contested", _("contested")
    EFFECTIVE = "effective", _("effective")
    CORRECTED = "corrected", _("corrected")
    WITHDRAWN = "withdrawn", _("withdrawn")


S = RecordState

# Which state may follow which (K1); `services` moves a record along these and no others.
NEXT_STATES: dict[RecordState, frozenset[RecordState]] = {
    S.AWAITING_CONFIRMATION: frozenset({S.ON_NOTICE, S.AWAITING_MAKEUP, S.WITHDRAWN}),
    S.AWAITING_MAKEUP: frozenset({S.AWAITING_CONFIRMATION, S.WITHDRAWN}),
    S.ON_NOTICE: frozenset({S.EFFECTIVE, S.CONTESTED, S.WITHDRAWN}),
    S.CONTESTED: frozenset({S.ON_NOTICE, S.WITHDRAWN}),
    S.EFFECTIVE: frozenset({S.CORRECTED}),
    S.CORRECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
OPEN_STATES = (S.AWAITING_CONFIRMATION, S.AWAITING_MAKEUP)  # may still be recomputed from the scans
DEAD_STATES = (S.CORRECTED, S.WITHDRAWN)


class Category(models.TextChoices):
    SERVICE = "service", _("service time")
    TRAINING = "training", _("learning time")
    NONE = "none", pgettext_lazy("category of time", "no hours")


class RecordQuerySet(models.QuerySet["ServiceRecord"]):
    def live(self) -> "RecordQuerySet":
        return self.exclude(state__in=DEAD_STATES)

    def awaiting_confirmation(self) -> "RecordQuerySet":
        return self.filter(state=S.AWAITING_CONFIRMATION)

    def effective(self) -> "RecordQuerySet":
        return self.filter(state=S.EFFECTIVE)

    def notice_over(self, day: dt.date) -> "RecordQuerySet":
        """On notice, whose last day of notice lies before `day`."""
        return self.filter(state=S.ON_NOTICE, effective_on__lte=day)

    def in_communities(self, communities: Any) -> "RecordQuerySet":
        return self.filter(community__in=communities)


class ServiceRecord(models.Model):
    """One volunteer's time in one shift on one local date, in whole minutes, with what it was computed from."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="service_records", verbose_name=_("community")
    )
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="service_records", verbose_name=_("volunteer")
    )
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="service_records", verbose_name=_("shift"))
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="service_records", verbose_name=_("activity"))
    date = models.DateField(_("date"))
    category = models.CharField(_("category"), max_length=8, choices=Category)
    minutes = models.PositiveIntegerField(_("minutes"))
    flags = models.JSONField(_("flags"), default=list)
    steps = models.JSONField(_("steps"), default=list)  # [{"clause", "before", "after"}]
    basis = models.JSONField(_("computed from"), default=dict)  # scans, plan, breaks, kind, counts_as, limits
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", verbose_name=_("rule set"))
    state = models.CharField(_("state"), max_length=24, choices=RecordState, default=RecordState.AWAITING_CONFIRMATION)
    computed_at = models.DateTimeField(_("computed at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)  # first day after the notice
    alone = models.BooleanField(_("handled by one person"), default=False)  # 单人经办 (K4)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("corrects")
    )

    objects = RecordQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        ordering = ["-date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "shift", "date"],
                condition=~Q(state__in=[S.CORRECTED.value, S.WITHDRAWN.value]),
                name="record_one_live",
            ),
            models.CheckConstraint(condition=Q(state__in=RecordState.values), name="record_state_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="record_category_known"),
            models.CheckConstraint(
                condition=Q(state__in=[S.AWAITING_CONFIRMATION.value, S.AWAITING_MAKEUP.value, S.WITHDRAWN.value])
                | Q(confirmed_at__isnull=False, effective_on__isnull=False),
                name="record_settled_is_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-date"], name="record_of_volunteer"),
            models.Index(fields=["state", "effective_on"], name="record_by_state"),
            models.Index(fields=["activity", "state"], name="record_of_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.activity} · {self.date}"


class Confirmation(models.Model):
    """A leader's word for a shift: the heads they counted against the scans (C4). Append-only."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="confirmations", verbose_name=_("activity"))
    heads = models.PositiveSmallIntegerField(_("heads counted"), null=True, blank=True)
    scanned = models.PositiveSmallIntegerField(_("people scanned"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.activity} · {self.scanned}"


class CorrectionProposal(Asked):
    """What late facts make of a settled record, which stays as it is until somebody decides (K8).

    A declined one is not proposed again as long as the facts say the same.
    """

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="correction_proposals", verbose_name=_("service record")
    )
    minutes_before = models.PositiveIntegerField(_("minutes before"))
    minutes_after = models.PositiveIntegerField(_("minutes after"))
    content = models.JSONField(_("content"), null=True)  # as the record's own; none: there would be no record

    class Meta(Asked.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            *Asked.Meta.constraints,
            models.UniqueConstraint(fields=["record"], condition=Q(decided_at=None), name="correction_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.minutes_before} → {self.minutes_after}"


class MakeUp(Asked):
    """Times that no scan shows, asked for with a witness (K9), or put right at any time (K8)."""

    class Way(models.TextChoices):
        MAKE_UP = "make_up", _("make-up entry")
        CORRECTION = "correction", _("correction")  # late, or beyond the quota, or of what was scanned

    way = models.CharField(_("way"), max_length=12, choices=Way)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="make_ups", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="make_ups", verbose_name=_("shift"))
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)  # none: was not there
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    witness = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    scans = models.ManyToManyField(Scan, related_name="make_ups", blank=True, verbose_name=_("scans"))  # made of it

    class Meta(Asked.Meta):
        verbose_name = _("make-up entry")
        verbose_name_plural = _("make-up entries")
        constraints = [
            *Asked.Meta.constraints,
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


def evidence_path(evidence: "Evidence", name: str) -> str:
    """Where nobody guesses it; the name is kept in the database."""
    return f"evidence/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}"


class Evidence(models.Model):
    """A file that speaks for a make-up entry or a correction: a photograph of the sheet, a letter. Append-only."""

    make_up = models.ForeignKey(MakeUp, models.PROTECT, related_name="evidence", verbose_name=_("make-up entry"))
    file = models.FileField(_("file"), storage=private_files, upload_to=evidence_path)
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


class Objection(Asked):
    """Somebody contests a record on notice; it alone waits for the decision (K7)."""

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="objections", verbose_name=_("service record")
    )
    objector = models.CharField(_("who objects"), max_length=60, blank=True)  # who came to the desk
    due_on = models.DateField(_("to be decided by"))
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)  # upheld: as it really was; none: not there
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta(Asked.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            *Asked.Meta.constraints,
            models.UniqueConstraint(fields=["record"], condition=Q(decided_at=None), name="objection_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="objection_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.reason}"


class DailyApproval(Asked):
    """A second person lets somebody's day hold more than its limit (H4)."""

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="daily_approvals", verbose_name=_("volunteer")
    )
    date = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes of the day"))

    class Meta(Asked.Meta):
        verbose_name = _("daily approval")
        verbose_name_plural = _("daily approvals")
        constraints = [
            *Asked.Meta.constraints,
            models.UniqueConstraint(
                fields=["volunteer", "date"], condition=Q(decided_at=None), name="daily_approval_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="daily_approval_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.date}"


class Overtime(Asked):
    """A second person lets a shift count beyond its planned end (H4)."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="overtimes", verbose_name=_("shift"))
    until = models.DateTimeField(_("until"))

    class Meta(Asked.Meta):
        verbose_name = _("overtime")
        verbose_name_plural = _("overtime")
        constraints = [
            *Asked.Meta.constraints,
            models.UniqueConstraint(fields=["shift"], condition=Q(decided_at=None), name="overtime_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="overtime_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.shift}"


class Evaluation(models.Model):
    """How somebody did at an activity, 1 to 5 (K10): satisfactory is 5; less needs a word."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="evaluations", verbose_name=_("activity"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="evaluations", verbose_name=_("volunteer"))
    score = models.PositiveSmallIntegerField(_("score"), default=5)
    word = models.CharField(_("word"), max_length=200, blank=True)
    evaluated_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("evaluated by"))
    evaluated_at = models.DateTimeField(_("evaluated at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(fields=["activity", "volunteer"], name="evaluation_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="evaluation_one_to_five"),
            models.CheckConstraint(condition=Q(score=5) | ~Q(word=""), name="evaluation_less_needs_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.activity} · {self.score}"


class LedgerEntry(models.Model):
    """A line of a community's ledger: minutes added or taken back, chained by hash to the line before.

    Never updated, never deleted: triggers in both databases refuse it (`triggers.py`).
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="ledger_entries", verbose_name=_("community"))
    seq = models.PositiveIntegerField(_("number"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="ledger_entries", verbose_name=_("volunteer"))
    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="ledger_entries", verbose_name=_("service record")
    )
    category = models.CharField(_("category"), max_length=8, choices=Category)
    minutes = models.IntegerField(_("minutes"))
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", verbose_name=_("rule set"))
    scans = models.JSONField(_("source scans"), default=list)
    clause = models.CharField(_("clause"), max_length=16)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("actor"))
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    entered_at = models.DateTimeField(_("entered at"))
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["community", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["community", "seq"], name="ledger_seq_once"),
            models.UniqueConstraint(fields=["community", "previous_hash"], name="ledger_no_fork"),
        ]
        indexes = [models.Index(fields=["volunteer", "category"], name="ledger_of_volunteer")]

    def __str__(self) -> str:
        return f"{self.community} {self.seq}"


class HoursTotal(models.Model):
    """A volunteer's effective minutes, kept in the same transaction as the ledger (T2: two figures, never one)."""

    volunteer = models.OneToOneField(
        Volunteer, models.PROTECT, primary_key=True, related_name="hours_total", verbose_name=_("volunteer")
    )
    service_minutes = models.IntegerField(_("service minutes"), default=0)
    training_minutes = models.IntegerField(_("learning minutes"), default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("total of hours")
        verbose_name_plural = _("totals of hours")

    def __str__(self) -> str:
        return f"{self.volunteer}: {self.service_minutes}"


class LedgerHead(models.Model):
    """The end of a community's chain; whoever appends locks this row first."""

    community = models.OneToOneField(Community, models.PROTECT, primary_key=True, related_name="ledger_head")
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.community} {self.seq}"
