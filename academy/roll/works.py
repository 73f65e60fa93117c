"""Works on long lists of people: check, import, write the lines that were left out."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.people.permissions import Right
from academy.roll.left_out import lines_left_out
from academy.roll.models import RollFile
from academy.roll.refusals import ALREADY_DONE, NOT_IMPORTED
from academy.roll.services import importing, staging
from academy.tables.left_out import left_out_file
from academy.works.kinds import Job, Kind, Product, counted, register


class _OfList(Kind):
    """A work on one list; its user goes on at the page of the list."""

    right: ClassVar[str] = Right.MANAGE_PEOPLE

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("roll_file:check", args=[order["file"]])

    def make(self, job: Job) -> Product | Refusal:
        file = RollFile.objects.select_related("community").filter(pk=job.order["file"]).first()
        if file is None or file.community_id != job.community.pk:
            return ALREADY_DONE
        answer = self.do(file, job)
        return answer if isinstance(answer, Product | Refusal) else Product(None, [])

    def do(self, file: RollFile, job: Job) -> RollFile | Product | Refusal:
        raise NotImplementedError


@register
class CheckingList(_OfList):
    """The dry run of a long list. A second run begins again."""

    slug = "roll.check"
    label = _("Check a list of people")

    def do(self, file: RollFile, job: Job) -> RollFile | Refusal:
        return staging.check_list(file=file, by=job.by, at=job.at, tell=job.tell)


@register
class ImportingList(_OfList):
    """The import of a list, in parts. A second run goes on with the lines that are left."""

    slug = "roll.import"
    label = _("Import a list of people")

    def do(self, file: RollFile, job: Job) -> RollFile | Refusal:
        return importing.import_list(file=file, by=job.by, at=job.at, tell=job.tell)


@register
class TakingBackList(_OfList):
    """The taking back of a long import, in one transaction. Another run of it may have done it."""

    slug = "roll.take_back"
    label = _("Take back the import of a list of people")

    def do(self, file: RollFile, job: Job) -> RollFile | Refusal:
        answer = importing.take_back(file=file, in_work=True, tell=job.tell, by=job.by, at=job.at)
        return file if answer == NOT_IMPORTED else answer


@register
class WritingLeftOut(_OfList):
    """The file of the lines of a long list that are not registered. A second run writes it again."""

    slug = "roll.left_out"
    label = _("Write the lines that were left out")
    suffix = ".xlsx"

    def do(self, file: RollFile, job: Job) -> Product | Refusal:
        found = lines_left_out(file)
        if isinstance(found, Refusal):
            return found
        lines = counted(found.lines, job.tell)
        name, output = left_out_file(found._replace(lines=lines), practice=is_practice(file.community_id))
        with output:
            return Product(output.read(), [], name=name)
