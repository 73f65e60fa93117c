"""Long lists of people, printed in the background."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity
from academy.core.refusals import Refusal
from academy.insurance import printing
from academy.insurance.services import filing
from academy.people.permissions import Right
from academy.works.kinds import Job, Kind, Product, register
from academy.works.refusals import NOT_ALLOWED

FEW = 100  # places for which one waits: two thirds of a second


@register
class PrintingPeople(Kind):
    """The list of people of an activity, with masked ID numbers."""

    slug = "insurance.people"
    label = _("Print the list of people")
    right: ClassVar[str] = Right.RUN_ACTIVITIES
    file_name = pgettext_lazy("file name", "List of people")

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("activity_filing", args=[order["activity"]])

    def make(self, job: Job) -> Product | Refusal:
        activity = Activity.objects.filter(community=job.community, pk=job.order["activity"]).first()
        if activity is None:
            return NOT_ALLOWED
        answer = printing.print_pdf(state=filing.state_of(activity), at=job.at)
        return answer if isinstance(answer, Refusal) else Product(answer, [], name=f"{activity.title}.pdf")
