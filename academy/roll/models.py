"""Lists of people that wait for their import, with their lines as they were checked."""

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.models import Community
from academy.people.models import User, Volunteer
from academy.people.names import phone_in_words, tidy_name, tidy_phone
from academy.roll.faults import KNOWN, Fault, Verdict
from academy.units.models import Unit
from academy.works.models import Work


class RollFile(models.Model):
    """A spreadsheet of people.

    Its content is sealed, since it may hold ID numbers, and is deleted after a month.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    name = models.CharField(_("file name"), max_length=120)
    file = models.CharField(max_length=100, blank=True, default="", editable=False)  # below `PRIVATE_ROOT`
    size = models.PositiveIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    columns: Any = models.JSONField(_("columns"), default=dict, editable=False)  # as confirmed; empty: not yet
    evidence = models.CharField(
        _("How these people consented"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("For all lines. For example: forms signed in January 2026, kept in folder 3."),
    )
    document_evidence = models.CharField(
        _("How they consented to keeping their ID numbers"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("A consent of its own (V2). Leave it empty: the numbers are then compared, and not kept."),
    )
    # SHA-256 of the list of past service that named these people; empty for a list that was handed in.
    named_by = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    imported_at = models.DateTimeField(_("imported at"), null=True, editable=False)
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("imported by"), editable=False
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, editable=False)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    work = models.ForeignKey(Work, models.SET_NULL, null=True, related_name="+", editable=False)  # that goes on

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Return `columns`, `working`, `checked`, `imported` or `taken_back`."""
        if self.taken_back_at is not None:
            return "taken_back"
        if self.work is not None and not self.work.is_over:
            return "working"
        if self.imported_at is not None:
            return "imported"
        return "checked" if self.checked_at is not None else "columns"

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of lines by their verdict."""
        rows = self.lines.values_list("verdict").annotate(n=models.Count("pk")).order_by()
        found = dict(rows)
        return {verdict.word: found.get(verdict.value, 0) for verdict in Verdict}


class RollLineQuerySet(models.QuerySet["RollLine"]):
    def wanted(self) -> "RollLineQuerySet":
        """Filter the lines that an import takes: good ones, and those that a person answered."""
        return self.filter(
            models.Q(verdict__lt=Verdict.ASK) | models.Q(verdict=Verdict.ASK, answer__in=[Answer.NEW, Answer.UPDATE])
        )

    def to_correct(self, *, imported: bool) -> "RollLineQuerySet":
        """Filter the lines to be corrected in the file; after the import, also those without an answer."""
        verdicts = [Verdict.REFUSE, Verdict.ASK] if imported else [Verdict.REFUSE]
        return self.filter(volunteer=None, verdict__in=verdicts).exclude(answer=Answer.LEAVE)

    def skipped(self) -> "RollLineQuerySet":
        """Filter the lines that name no person to register, and those that a person left out."""
        return self.filter(models.Q(verdict=Verdict.SKIP) | models.Q(verdict=Verdict.ASK, answer=Answer.LEAVE))

    def open(self) -> "RollLineQuerySet":
        """Filter the lines whose question has no answer."""
        return self.filter(verdict=Verdict.ASK, answer="")


class Answer(models.TextChoices):
    """The decision of a person about a line."""

    NEW = "new", pgettext_lazy("a line of a list", "register")
    UPDATE = "update", pgettext_lazy("a line of a list", "change the entry on the roll")
    LEAVE = "leave", pgettext_lazy("a line of a list", "leave out")


class RollLine(models.Model):
    """A line of a list as it was checked: what would be stored, its faults, a person's answer."""

    source = models.ForeignKey(RollFile, models.CASCADE, related_name="lines", verbose_name=_("list of people"))
    row = models.PositiveIntegerField(_("line"))
    verdict = models.PositiveSmallIntegerField(choices=[(verdict.value, verdict.word) for verdict in Verdict])
    faults: Any = models.JSONField(default=list)  # pairs of code and values
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    birth_date = models.DateField(_("birth date"), null=True)
    guardian = models.CharField(_("guardian"), max_length=60, blank=True)
    consents: Any = models.JSONField(default=list)  # kinds beyond the roll
    details: Any = models.JSONField(null=True)  # beyond name, phone and birth date
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+")
    document = models.TextField(blank=True, default="", db_default="")  # sealed; emptied by the import
    person = models.ForeignKey(Volunteer, models.SET_NULL, null=True, related_name="+")  # on the roll, perhaps the same
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")
    volunteer = models.ForeignKey(Volunteer, models.SET_NULL, null=True, related_name="+")  # registered or changed
    before: Any = models.JSONField(default=dict)  # of a changed entry: its earlier details, for taking back

    objects = RollLineQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    plain_as = {"name": tidy_name, "phone": tidy_phone, "guardian": tidy_name}

    class Meta:
        verbose_name = _("line of a list of people")
        verbose_name_plural = _("lines of lists of people")
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["source", "row"], name="roll_line_once")]

    def __str__(self) -> str:
        return f"{self.source} · {self.row}"

    @property
    def sentences(self) -> list[Fault]:
        """The faults of the line, with their sentences."""
        return [Fault(code, values) for code, values in self.faults if code in KNOWN]

    @property
    def phone_in_words(self) -> str:
        """The phone as people write it."""
        return phone_in_words(self.phone)

    @property
    def earlier_row(self) -> int | None:
        """The line above that may be the same person."""
        return next((values["row"] for code, values in self.faults if code == "alike_in_file"), None)

    @property
    def may_update(self) -> bool:
        """True if the line has other details of exactly one person on the roll."""
        return any(code == "differs" for code, _values in self.faults)
