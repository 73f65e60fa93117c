"""Spreadsheets that wait for their import, and workbooks of higher platforms to be filled (P10)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.files import Unguessable, private_files
from academy.core.models import Community
from academy.hours.models import ServiceRecord
from academy.people.models import Issuer, User, Volunteer
from academy.works.models import Work

JUDGED_AT_ONCE = 2000  # lines that are checked while their user waits: 5,000 took 1.2 s


class Upload(models.Model):
    """An uploaded spreadsheet that is not imported yet: it waits for a person to confirm its columns."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    issuer = models.ForeignKey(
        Issuer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("recording unit"),
        help_text=_("The unit that records the hours also certifies them."),
    )
    leader = models.ForeignKey(
        Volunteer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("activity leader"),
        help_text=_("This volunteer is responsible for the activities in the file."),
    )
    file = models.FileField(
        _("file"),
        storage=private_files,
        upload_to=Unguessable("imports"),
        help_text=_("CSV or Excel (.xlsx, .xls), up to 5 MB."),
    )
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(max_length=64)
    columns: Any = models.JSONField(_("columns"), default=dict)  # as confirmed; empty: not yet
    lines = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # of the list; 0: not counted
    work = models.ForeignKey(Work, models.SET_NULL, null=True, related_name="+", editable=False)  # import or check
    judged = models.TextField(blank=True, default="", db_default="", editable=False)  # sealed; of a long list
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))

    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "hours_upload"
        verbose_name = _("spreadsheet under way")
        verbose_name_plural = _("spreadsheets under way")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_long(self) -> bool:
        """True if it is checked in the background."""
        return self.lines > JUDGED_AT_ONCE

    @property
    def is_under_way(self) -> bool:
        """True while it is imported or checked in the background."""
        return self.work is not None and not self.work.is_over


class PlatformWorkbook(models.Model):
    """The Excel workbook of a higher platform, with the content of each of its columns."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="platform_workbooks", verbose_name=_("community")
    )
    platform = models.CharField(
        _("name of the higher platform"), max_length=60, help_text=_("As it is called in your county.")
    )
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("handed-over"))
    name = models.CharField(_("name"), max_length=120)
    header_row = models.PositiveSmallIntegerField(_("row of the headings"))  # from 1
    first_row = models.PositiveSmallIntegerField(_("first row to fill"))
    columns = models.JSONField(_("columns"), default=dict)  # place, from 0, as text: {"field": …} or {"text": …}
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))

    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "hours_exportform"
        verbose_name = _("form of the higher platform")
        verbose_name_plural = _("forms of the higher platform")
        ordering = ["platform", "-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.platform} · {self.name}"


class Handover(models.Model):
    """A workbook filled with records, which count as handed over after a user confirms it.

    The file holds names and phones, so it is kept until then and no longer.
    """

    workbook = models.ForeignKey(
        PlatformWorkbook, models.PROTECT, db_column="form_id", related_name="handovers", verbose_name=_("form")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("handed-over"), blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    name = models.CharField(_("name"), max_length=120)
    records = models.ManyToManyField(ServiceRecord, through="PlatformHandover", verbose_name=_("service records"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    handed_over_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over by")
    )
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "hours_handover"
        verbose_name = _("handing over")
        verbose_name_plural = _("handings over")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_over_at=None, handed_over_by=None)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
                name="handover_by_somebody",
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="handover_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class PlatformHandoverQuerySet(models.QuerySet["PlatformHandover"]):
    def done(self) -> "PlatformHandoverQuerySet":
        """Return the records in files that were handed in."""
        return self.filter(handover__handed_over_at__isnull=False)


class PlatformHandover(models.Model):
    """A record in a filled workbook, with the minutes that were written there."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="lines", verbose_name=_("handing over"))
    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, related_name="handed_over", verbose_name=_("service record")
    )
    minutes = models.PositiveIntegerField(_("minutes"))
    # The minutes that the platform received after a correction.
    told_minutes = models.PositiveIntegerField(_("minutes told"), null=True, blank=True)
    told_at = models.DateTimeField(_("platform told at"), null=True, blank=True)
    told_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("platform told by")
    )

    objects = PlatformHandoverQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "hours_handedover"
        verbose_name = _("record handed over")
        verbose_name_plural = _("records handed over")
        constraints = [models.UniqueConstraint(fields=["handover", "record"], name="handed_over_once_on_a_form")]

    def __str__(self) -> str:
        return f"{self.handover} · {self.record}"
