"""Service records that were kept elsewhere before: the files they came in, and each line as it stood there."""

import uuid
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.files import private_files
from academy.core.models import Community
from academy.hours.models.records import ServiceRecord
from academy.people.models import Issuer, User, Volunteer


def import_path(batch: "Import", name: str) -> str:
    """Where nobody guesses it; the name is kept in the database."""
    return f"imports/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}"


class Import(models.Model):
    """A spreadsheet of past service records: kept as evidence, its columns confirmed by somebody, brought in once."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="imports", verbose_name=_("community"))
    issuer = models.ForeignKey(
        Issuer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("recording unit"),
        help_text=_("Whoever recorded these hours certifies them."),
    )
    leader = models.ForeignKey(
        Volunteer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("person responsible"),
        help_text=_("Who answers for what this file says."),
    )
    file = models.FileField(_("file"), storage=private_files, upload_to=import_path)
    name = models.CharField(_("name"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    header_row = models.PositiveSmallIntegerField(_("row of the headings"), null=True, blank=True)  # from 1
    columns = models.JSONField(_("columns"), default=dict)  # field: place of its column, from 0
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("imported by")
    )
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    left_out = models.PositiveIntegerField(_("lines left out"), default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import of past records")
        verbose_name_plural = _("imports of past records")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at=None, imported_by=None)
                | Q(imported_at__isnull=False, imported_by__isnull=False),
                name="import_by_somebody",
            ),
            # The same file again is a mistake, however it is called.
            models.UniqueConstraint(
                fields=["community", "sha256"], condition=Q(imported_at__isnull=False), name="import_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportedLine(models.Model):
    """A line of such a file, and the record that rests on it. Append-only."""

    batch = models.ForeignKey(Import, models.PROTECT, related_name="lines", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"))
    record = models.OneToOneField(
        ServiceRecord, models.PROTECT, related_name="imported_line", verbose_name=_("service record")
    )
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("volunteer"))
    date = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"))
    cells = models.JSONField(_("as it stood there"), default=list)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("imported line")
        verbose_name_plural = _("imported lines")
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="imported_line_once")]

    def __str__(self) -> str:
        return f"{self.batch} · {self.line}"
