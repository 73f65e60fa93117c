"""Paper passbooks of people: what was printed, on which page and row (ADR 135)."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.hours.models import LedgerEntry, ServiceRecord
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson

ROWS: Final = 8  # on each page


class Passbook(models.Model):
    """A paper passbook (志愿服务存折) of a person. The one begun last is continued. Append-only."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="passbooks", verbose_name=_("volunteer"))
    number = models.PositiveSmallIntegerField(_("number of the passbook"))
    brought_forward = models.PositiveIntegerField(_("minutes brought forward"))
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("begun by"))

    objects = OfPerson["Passbook"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("passbook")
        verbose_name_plural = _("passbooks")
        constraints = [models.UniqueConstraint(fields=["volunteer", "number"], name="passbook_number_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.number}"


class PrintingQuerySet(OfPerson["PassbookPrinting"]):
    volunteer_path = "book__volunteer"


class PassbookPrinting(models.Model):
    """One printing into a passbook. The first one prints cover and first page as well. Append-only."""

    book = models.ForeignKey(Passbook, models.PROTECT, related_name="printings", verbose_name=_("passbook"))
    printed_at = models.DateTimeField(_("printed at"))
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("printed by"))

    objects = PrintingQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("printing of a passbook")
        verbose_name_plural = _("printings of passbooks")

    def __str__(self) -> str:
        return f"{self.book} · {self.pk}"


class PassbookLineQuerySet(OfPerson["PassbookLine"]):
    volunteer_path = "book__volunteer"


class PassbookLine(models.Model):
    """A line of a passbook: hours that were added, or a correction of hours printed before. Append-only.

    A correction has the entry that took hours back, and the entry in their place if there is one.
    """

    book = models.ForeignKey(Passbook, models.PROTECT, related_name="lines", verbose_name=_("passbook"))
    printing = models.ForeignKey(PassbookPrinting, models.PROTECT, related_name="lines", verbose_name=_("printing"))
    page = models.PositiveSmallIntegerField(_("page of the passbook"))
    row = models.PositiveSmallIntegerField(_("row"))
    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, null=True, related_name="passbook_line", verbose_name=_("ledger entry")
    )
    reversal = models.OneToOneField(
        LedgerEntry, models.PROTECT, null=True, related_name="passbook_correction", verbose_name=_("reversal")
    )
    total = models.PositiveIntegerField(_("minutes in total"))  # up to this line, of all passbooks

    objects = PassbookLineQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("line of a passbook")
        verbose_name_plural = _("lines of passbooks")
        ordering = ["book", "page", "row"]
        constraints = [
            models.UniqueConstraint(fields=["book", "page", "row"], name="passbook_place_once"),
            models.CheckConstraint(condition=Q(row__gte=1, row__lte=ROWS, page__gte=1), name="passbook_place_on_page"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(reversal__isnull=False), name="passbook_line_rests_on_the_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} · {self.page}/{self.row}"

    @property
    def record(self) -> ServiceRecord:
        """The record that the line states, or whose hours it takes back."""
        entry = self.entry if self.entry is not None else self.reversal
        assert entry is not None  # a constraint
        return entry.record
