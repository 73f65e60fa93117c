"""Long notices, printed in the background."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.refusals import Refusal
from academy.home import notices
from academy.people.permissions import Right
from academy.works.kinds import Job, Kind, Product, register
from academy.works.refusals import NOT_ALLOWED

FEW = 150  # records for which one waits: three quarters of a second


@register
class PrintingNotice(Kind):
    """The notice of a day for the wall, or the desk's own list."""

    slug = "home.notice"
    label = _("Print the public notice")
    right: ClassVar[str] = Right.CONFIRM_HOURS
    file_name = pgettext_lazy("file name", "Public notice")
    on_site = True

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("home:notice", args=[order["community"], dt.date.fromisoformat(order["day"])])

    def make(self, job: Job) -> Product | Refusal:
        everybody = job.order["everybody"]
        batch = notices.batch(job.community, dt.date.fromisoformat(job.order["day"]), everybody=everybody)
        if not batch.count:  # its notice is over
            return NOT_ALLOWED
        answer = notices.print_pdf(batch, everybody=everybody, at=job.at)
        return answer if isinstance(answer, Refusal) else Product(answer, [], name=file_name(batch))


def file_name(batch: notices.Batch) -> str:
    """Return the name of the notice as a file."""
    return f"{batch.community.name}_{_('Public notice')}_{batch.day.isoformat()}.pdf"
