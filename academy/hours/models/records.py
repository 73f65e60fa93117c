"""Service records and their states, confirmations and evaluations."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity, Role, Shift
from academy.checkin.flags import current_flags
from academy.core.look import day_in_year
from academy.core.models import Community
from academy.hours.described import Particulars, particulars_of
from academy.people import ages
from academy.people.models import Issuer, User, Volunteer
from academy.people.querysets import OfPerson
from academy.rulebook.models import RuleSet


class RecordState(models.TextChoices):
    """The states of a record (K1). 服务中 is shown from an open visit and never stored."""

    AWAITING_CONFIRMATION = "awaiting_confirmation", _("awaiting confirmation")
    AWAITING_MAKEUP = "awaiting_makeup", _("awaiting make-up")
    ON_NOTICE = "on_notice", _("on notice")
    CONTESTED = "contested", _("contested")
    EFFECTIVE = "effective", _("effective")
    CORRECTED = "corrected", _("corrected")
    WITHDRAWN = "withdrawn", _("withdrawn")


S = RecordState
MISSING_CHECK_OUT = "missing_check_out"  # flag of the rules (H6)
ROLE_MISSING = "role_missing"  # flag beside those of the scans: nobody has named the volunteer's role (H9)

# The states that may follow each state (K1). `services.notices.move` makes no other move.
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
NOTICE_STATES = (S.ON_NOTICE, S.CONTESTED)
DEAD_STATES = (S.CORRECTED, S.WITHDRAWN)


class Category(models.TextChoices):
    SERVICE = "service", _("service time")
    TRAINING = "training", _("learning time")
    NONE = "none", pgettext_lazy("category of time", "no hours")


class RecordQuerySet(OfPerson["ServiceRecord"]):
    def live(self) -> "RecordQuerySet":
        """Filter the valid records, one for each volunteer, shift and date.

        A correction on notice comes in place of the effective record that it waits to replace (K4).
        """
        waiting = ServiceRecord.objects.filter(replaces=OuterRef("pk"), state__in=NOTICE_STATES)
        return self.exclude(state__in=DEAD_STATES).exclude(Exists(waiting))

    def settled(self) -> "RecordQuerySet":
        """Filter the valid records that were confirmed or imported: on notice, contested or effective."""
        return self.live().exclude(state__in=OPEN_STATES)

    def awaiting_confirmation(self) -> "RecordQuerySet":
        return self.filter(state=S.AWAITING_CONFIRMATION)

    def effective(self) -> "RecordQuerySet":
        return self.filter(state=S.EFFECTIVE)

    def notice_over(self, day: dt.date) -> "RecordQuerySet":
        """Filter the records on notice whose last day of notice lies before `day`."""
        return self.filter(state=S.ON_NOTICE, effective_on__lte=day)

    def in_communities(self, communities: Any) -> "RecordQuerySet":
        return self.filter(community__in=communities)

    def bulk_create(self, objs: Iterable["ServiceRecord"], *args: Any, **kwargs: Any) -> list["ServiceRecord"]:
        created = super().bulk_create(objs, *args, **kwargs)
        OpenDeadline.start(record.activity_id for record in created if record.state in OPEN_STATES)
        return created


class ServiceRecord(models.Model):
    """One volunteer's time in one shift on one local date, in whole minutes, with its basis of facts."""

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

    clause = models.CharField(_("clause of the correction"), max_length=12, blank=True, default="", db_default="")
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True, default="", db_default="")
    # The particulars that the record keeps since it settled (K2, P3); none before that.
    particulars = models.JSONField(_("particulars"), null=True, blank=True)
    leader = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("activity leader")
    )
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, null=True, blank=True, related_name="service_records", verbose_name=_("recording unit")
    )

    objects = RecordQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    veiled_as = {"reason": ""}

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        ordering = ["-date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "shift", "date"],
                condition=Q(state__in=[S.AWAITING_CONFIRMATION.value, S.AWAITING_MAKEUP.value, S.EFFECTIVE.value])
                | Q(state__in=[S.ON_NOTICE.value, S.CONTESTED.value], replaces=None),
                name="record_one_live",
            ),
            models.CheckConstraint(condition=Q(state__in=RecordState.values), name="record_state_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="record_category_known"),
            models.CheckConstraint(
                condition=Q(state__in=[S.AWAITING_CONFIRMATION.value, S.AWAITING_MAKEUP.value, S.WITHDRAWN.value])
                | Q(confirmed_at__isnull=False, effective_on__isnull=False),
                name="record_settled_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None)
                | Q(issuer__isnull=False, leader__isnull=False, particulars__isnull=False),
                name="record_settled_keeps_its_particulars",
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-date"], name="record_of_volunteer"),
            models.Index(fields=["state", "effective_on"], name="record_by_state"),
            models.Index(fields=["-date", "-id"], name="record_by_date"),  # the list in the back office
            models.Index(
                fields=["community", "-date", "-id"], name="record_of_community"
            ),  # the same, of one community
            models.Index(fields=["activity", "state"], name="record_of_activity"),
            # The clock asks each minute which activities have records that wait.
            models.Index(
                fields=["activity"],
                condition=Q(state__in=[S.AWAITING_CONFIRMATION.value, S.AWAITING_MAKEUP.value]),
                name="record_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.activity} · {day_in_year(self.date)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new and self.state in OPEN_STATES:
            OpenDeadline.start([self.activity_id])

    @property
    def masked_str(self) -> str:
        return f"{self.volunteer.masked_str} · {self.activity} · {self.date}"

    @property
    def waits_to_replace(self) -> bool:
        """A flag: a correction on notice, in place of a record that is still effective (K4)."""
        old = self.replaces
        return self.state in NOTICE_STATES and old is not None and old.state == RecordState.EFFECTIVE

    @property
    def described(self) -> Particulars:
        """The record's own particulars since it settled, before that those of its activity."""
        return particulars_of(self.activity) if self.particulars is None else Particulars(**self.particulars)

    @property
    def scan_flags(self) -> list[str]:
        """The flags of the scans behind the record."""
        return current_flags(self.basis["scan_flags"])

    @property
    def remarks(self) -> list[str]:
        """All flags: those of the rules and those of the scans behind the record."""
        return [*self.flags, *self.scan_flags]

    @property
    def role_missing(self) -> bool:
        """A flag: when the record was counted, nobody had named the volunteer's role at the shift."""
        return ROLE_MISSING in self.scan_flags

    @property
    def lacks_check_out(self) -> bool:
        """A flag: a check-out is missing, so nothing counts until the record is put right (H6)."""
        return self.state in OPEN_STATES and not self.minutes and MISSING_CHECK_OUT in self.flags

    @property
    def is_barred(self) -> bool:
        """A flag: a minor at an activity marked as dangerous, by what is known now. No user overrides it (N3)."""
        return self.activity.dangerous and ages.is_minor(self.volunteer.stays.birth_date, self.shift.date)


class NamedRole(models.Model):
    """The role of a volunteer who took part without choosing one, as somebody else named it. Append-only.

    The role named last counts (H9, T2).
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="named_roles", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="named_roles", verbose_name=_("shift"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="named_roles", verbose_name=_("role"))
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named at"))

    objects = OfPerson["NamedRole"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("named role")
        verbose_name_plural = _("named roles")

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.shift} · {self.role}"


class OpenDeadlineQuerySet(models.QuerySet["OpenDeadline"]):
    def to_look_at(self, day: dt.date) -> "OpenDeadlineQuerySet":
        """Filter those that the clock has not looked at on `day` yet."""
        return self.filter(Q(looked_on=None) | Q(looked_on__lt=day))


class OpenDeadline(models.Model):
    """An activity whose hours may have to be confirmed or evaluated yet (K3).

    Each new record that waits starts one in its own transaction; `services.unfinished` looks at each one daily, ends
    those that are done, and starts those that are missing. So the list of deadlines reads what is unfinished, however
    long ago it was, and not the whole history. A record that is settled from the start has none: it replaces one of the
    same person, or was imported.
    """

    activity = models.OneToOneField(
        Activity, models.CASCADE, primary_key=True, related_name="open_deadline", verbose_name=_("activity")
    )
    started_at = models.DateTimeField(_("started at"), auto_now=True)
    looked_on = models.DateField(_("last looked at on"), null=True)

    objects = OpenDeadlineQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("open deadline")
        verbose_name_plural = _("open deadlines")

    def __str__(self) -> str:
        return str(self.activity)

    @classmethod
    def start(cls, activities: Iterable[int]) -> None:
        """Start the deadlines of these activities, in one order.

        A row that is there is written again, so that a tick at this moment leaves it.
        """
        rows = [
            OpenDeadline(activity_id=activity_id, started_at=timezone.now()) for activity_id in sorted(set(activities))
        ]
        if rows:
            OpenDeadline.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["activity"], update_fields=["started_at"], batch_size=200
            )


class Confirmation(models.Model):
    """A leader's confirmation of an activity, with the counted and the scanned people (C4). Append-only."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="confirmations", verbose_name=_("activity"))
    heads = models.PositiveSmallIntegerField(_("heads counted"), null=True, blank=True)
    scanned = models.PositiveSmallIntegerField(_("people scanned"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"))
    # Given by a user who confirms alone what they entered themselves (K4).
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", db_default="")

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.activity} · {self.scanned}"


class Evaluation(models.Model):
    """A volunteer's score at an activity, 1 to 5 (K10). Satisfactory is 5; a lower score needs a word."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="evaluations", verbose_name=_("activity"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="evaluations", verbose_name=_("volunteer"))
    score = models.PositiveSmallIntegerField(_("score"), default=5)
    word = models.CharField(_("word"), max_length=200, blank=True)
    evaluated_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("evaluated by"))
    evaluated_at = models.DateTimeField(_("evaluated at"))

    objects = OfPerson["Evaluation"].as_manager()
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
