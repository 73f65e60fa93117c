"""The ledger that cannot be altered, its head and the totals kept with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.hours.models.records import Category, ServiceRecord
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson
from academy.rulebook.models import RuleSet


class LedgerEntry(models.Model):
    """A line of a community's ledger: minutes added or taken back, chained by hash to the line before.

    It is never updated or deleted: triggers in both databases refuse that (`core.append_only`).
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
    veiled_as = {"reason": ""}

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["community", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["community", "seq"], name="ledger_seq_once"),
            models.UniqueConstraint(fields=["community", "previous_hash"], name="ledger_no_fork"),
        ]
        indexes = [
            models.Index(fields=["volunteer", "category"], name="ledger_of_volunteer"),
            models.Index(fields=["community", "-id"], name="ledger_of_community"),  # the list in the back office
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.seq}"


class Seal(models.Model):
    """The digests of a settled record and its reasons at a change of state, in a chain (ADR 31).

    Append-only. A seal without a record opens a community's chain: it names the records of an earlier release.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="seals", verbose_name=_("community"))
    seq = models.PositiveIntegerField(_("number"))
    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, null=True, related_name="seals", verbose_name=_("service record")
    )
    state = models.CharField(_("state"), max_length=24, blank=True)
    form = models.PositiveSmallIntegerField(default=1)  # of the lists of fields in `hours.contents`
    content = models.CharField(max_length=64, blank=True)  # SHA-256 of the record
    rests_on = models.JSONField(_("rests on"), default=list)  # [model, key, SHA-256] of each row
    ledger_seq = models.PositiveIntegerField()  # the end of the ledger at this moment
    ledger_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["community", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["community", "seq"], name="seal_seq_once"),
            models.UniqueConstraint(fields=["community", "previous_hash"], name="seal_no_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.seq}"


class TotalQuerySet(OfPerson["HoursTotal"]):
    """Totals of hours. A merged person has one for each row that had hours."""


class HoursTotal(models.Model):
    """A volunteer's effective minutes, written in the same transaction as the ledger lines.

    T2: service and learning are two figures and are never added up.
    """

    volunteer = models.OneToOneField(
        Volunteer, models.PROTECT, primary_key=True, related_name="hours_total", verbose_name=_("volunteer")
    )
    service_minutes = models.IntegerField(_("service minutes"), default=0)
    training_minutes = models.IntegerField(_("learning minutes"), default=0)

    objects = TotalQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("total of hours")
        verbose_name_plural = _("totals of hours")

    def __str__(self) -> str:
        return f"{self.volunteer}: {self.service_minutes}"


class LedgerHead(models.Model):
    """The ends of a community's two chains, entries and seals. Who adds to either locks this row first."""

    community = models.OneToOneField(Community, models.PROTECT, primary_key=True, related_name="ledger_head")
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    seal_seq = models.PositiveIntegerField(default=0, db_default=0)
    seal_hash = models.CharField(max_length=64, default="0" * 64, db_default="0" * 64)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.community} {self.seq}"
