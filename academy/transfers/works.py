"""Works on long lists of past service: check, import, write the lines that were left out."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.hours.models import Import
from academy.people.permissions import Right
from academy.people.services import personal_data
from academy.tables.left_out import left_out_file
from academy.transfers import judging
from academy.transfers.left_out import lines_left_out
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.works.kinds import Job, Kind, Line, Product, counted, register


def order_for(upload: Upload, *, mark: str, only_if_all_are_good: bool) -> dict[str, Any]:
    """Return the order of a work that imports this upload; `mark` as in `importing.cannot_import`."""
    return {"upload": upload.pk, "file": upload.file.name, "mark": mark, "all": only_if_all_are_good}


@register
class ImportingService(Kind):
    """The import of past service: read and checked first, then all lines are written in one transaction."""

    slug = "transfers.import"
    label = _("Import past service")
    right: ClassVar[str] = Right.CONFIRM_HOURS

    @staticmethod
    def import_of(order: Mapping[str, Any]) -> Import | None:
        """Return the import that the work has made. It took the file over from the upload."""
        return Import.objects.filter(file=order["file"]).first()

    def next_url(self, order: Mapping[str, Any]) -> str:
        if done := self.import_of(order):
            return reverse("import:inspect", args=[done.pk])
        if Upload.objects.filter(pk=order["upload"]).exists():
            return reverse("upload:check", args=[order["upload"]])
        return reverse("import:index")

    def make(self, job: Job) -> Product | Refusal:
        upload = Upload.objects.filter(pk=job.order["upload"], community=job.community).first()
        if upload is None:
            return imports.ALREADY_DONE
        chosen = {"mark": job.order["mark"], "only_if_all_are_good": job.order["all"]}
        table = imports.table_of(upload)
        job.tell(upload.lines // 4)
        run = imports.check_lines(upload, by=job.by, at=job.at, hold=False, table=table)
        refusal = run if isinstance(run, Refusal) else importing.cannot_import(run, **chosen)
        if refusal:
            return refusal
        job.tell(upload.lines // 2)

        def settle() -> list[Line] | Refusal:
            answer = importing.import_rows(upload=upload, **chosen, by=job.by, at=job.at, table=table)
            return answer if isinstance(answer, Refusal) else []

        return Product(None, [], settle)


@register
class CheckingService(Kind):
    """The dry run of a long list of past service. A second run checks again."""

    slug = "transfers.check"
    label = _("Check a list of past service")
    right: ClassVar[str] = Right.CONFIRM_HOURS

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("upload:check", args=[order["upload"]])

    def make(self, job: Job) -> Product | Refusal:
        upload = Upload.objects.filter(pk=job.order["upload"], community=job.community).first()
        if upload is None:
            return imports.ALREADY_DONE
        table = imports.table_of(upload)
        job.tell(upload.lines // 2)
        run = imports.check_lines(upload, by=job.by, at=job.at, hold=False, table=table)
        if isinstance(run, Refusal):
            return run
        judged = judging.judgement_of(run, upload)

        def settle() -> list[Line]:
            # With the columns that were read: others wait for a check of their own.
            if Upload.objects.filter(pk=upload.pk, columns=upload.columns).exists():
                judging.keep(judged, upload)
            return []

        return Product(None, [], settle)


@register
class WritingLeftOut(Kind):
    """The file of the lines of a long list that are not imported, judged when it is written (ADR 70).

    A second run judges again. The looks at children are logged with the file (N4).
    """

    slug = "transfers.left_out"
    label = _("Write the lines that were left out")
    right: ClassVar[str] = Right.CONFIRM_HOURS
    suffix = ".xlsx"

    @staticmethod
    def order_for(source: Upload | Import) -> dict[str, Any]:
        """Return the order of a work that writes the lines of this list."""
        return {"upload" if isinstance(source, Upload) else "import": source.pk}

    @staticmethod
    def source_of(order: Mapping[str, Any]) -> Upload | Import | None:
        """Return the list; None for an upload that was imported or discarded meanwhile."""
        if "import" in order:
            return Import.objects.filter(pk=order["import"]).first()
        return Upload.objects.filter(pk=order["upload"]).first()

    def next_url(self, order: Mapping[str, Any]) -> str:
        source = self.source_of(order)
        if source is None:
            return reverse("import:index")
        return reverse("upload:check" if isinstance(source, Upload) else "import:inspect", args=[source.pk])

    def make(self, job: Job) -> Product | Refusal:
        source = self.source_of(job.order)
        if source is None or source.community_id != job.community.pk:
            return imports.ALREADY_DONE
        table = imports.table_of(source)
        job.tell(self.lines_of(source) // 4)
        found = lines_left_out(source, by=job.by, at=job.at, table=table)
        if isinstance(found, Refusal):
            return found
        done = self.lines_of(source) - len(found.lines)
        content = found.content(source)
        lines = counted(content.lines, lambda written: job.tell(done + written))
        name, file = left_out_file(content._replace(lines=lines), practice=is_practice(source.community_id))
        with file:
            written = file.read()
        page, people = self.next_url(job.order), [person.pk for person in found.people]

        def settle() -> list[Line]:
            personal_data.log_view_of_minors(volunteers=people, page=page, by=job.by, at=job.at)
            return []

        return Product(written, [], settle, name)

    @staticmethod
    def lines_of(source: Upload | Import) -> int:
        """Return the number of lines of the list."""
        return source.lines if isinstance(source, Upload) else source.count + source.left_out
