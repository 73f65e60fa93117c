"""Past service that was imported from a spreadsheet: the facts that prove its records."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.files import Unguessable, private_files
from academy.core.models import Community
from academy.hours.models.records import ServiceRecord
from academy.people.models import Issuer, User, Volunteer


class Import(models.Model):
    """One imported spreadsheet, with the user and the moment; the file stays as evidence. Append-only."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="imports", verbose_name=_("community"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+", verbose_name=_("recording unit"))
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("imports"))
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    columns: Any = models.JSONField(_("columns"), default=dict)
    count = models.PositiveIntegerField(_("lines imported"))
    left_out = models.PositiveIntegerField(_("lines left out"))
    minutes = models.PositiveIntegerField(_("minutes"))
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("imported by"))
    imported_at = models.DateTimeField(_("imported at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-imported_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="import_is_not_empty")]

    def __str__(self) -> str:
        return self.name


class ImportReversal(models.Model):
    """The reversal of a mistaken import, which withdrew its records still on notice. Append-only."""

    source = models.OneToOneField(Import, models.PROTECT, related_name="taken_back", verbose_name=_("import"))
    reason = models.CharField(_("reason"), max_length=200)
    count = models.PositiveIntegerField(_("records withdrawn"))
    taken_back_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("taken back by"))
    taken_back_at = models.DateTimeField(_("taken back at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        db_table = "hours_takenback"
        verbose_name = _("import taken back")
        verbose_name_plural = _("imports taken back")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="import_taken_back_with_a_reason")]

    def __str__(self) -> str:
        return str(self.source)


class ImportedRow(models.Model):
    """A line of an imported spreadsheet as the system read it, and the record made of it. Append-only."""

    source = models.ForeignKey(Import, models.PROTECT, related_name="rows", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"))  # as the spreadsheet program counts
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("volunteer"))
    date = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"))
    title = models.CharField(_("title"), max_length=60)
    place = models.CharField(_("place"), max_length=100)
    service_content = models.CharField(_("service content"), max_length=200)
    organiser = models.CharField(_("organiser"), max_length=100)
    record = models.OneToOneField(
        ServiceRecord, models.PROTECT, related_name="imported_row", verbose_name=_("service record")
    )

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("imported line")
        verbose_name_plural = _("imported lines")
        ordering = ["source", "line"]
        constraints = [
            models.UniqueConstraint(fields=["source", "line"], name="imported_line_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="imported_line_has_minutes"),
        ]
        indexes = [models.Index(fields=["volunteer", "date"], name="imported_line_of_volunteer")]

    def __str__(self) -> str:
        return f"{self.source} · {self.line}"
