"""Sheets to sign for many people, printed in the background."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.agreements import printing
from academy.agreements.models import Agreement
from academy.core.refusals import Refusal
from academy.paper.joining import joined
from academy.people.permissions import Right
from academy.people.works import in_chunks, people_of
from academy.works.kinds import Job, Kind, Product, register


@register
class PrintingSheets(Kind):
    """A sheet for each person of the order, in documents of some people, which tell the progress."""

    slug = "agreements.sheets"
    label = _("Print the sheets to sign")
    right: ClassVar[str] = Right.MANAGE_PEOPLE
    file_name = pgettext_lazy("file name", "Sheets to sign")

    def make(self, job: Job) -> Product | Refusal:
        double_sided = job.order.get("double_sided", False)
        agreement = Agreement.objects.get(community=job.community, pk=job.order["agreement"])
        parts: list[bytes] = []
        done = 0
        for chunk in in_chunks(people_of(job)):
            answer = printing.print_pdf(agreement=agreement, volunteers=chunk, at=job.at, double_sided=double_sided)
            if isinstance(answer, Refusal):
                return answer
            parts.append(answer)
            done += len(chunk)
            job.tell(done)
        return Product(joined(parts, double_sided=double_sided), [])
