"""Rosters of many people, printed in the background."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.belongings import may_see_people
from academy.activities.models import Activity
from academy.checkin import rosters
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.paper.http import DOUBLE_SIDED
from academy.works.kinds import Job, Kind, Product, register
from academy.works.refusals import NOT_ALLOWED

FEW = 50  # people, with their codes, for whom one waits: three quarters of a second


@register
class PrintingRoster(Kind):
    """The roster of some shifts of an activity, for its leader or staff who see its people."""

    slug = "lead.roster"
    label = _("Print the roster")
    file_name = pgettext_lazy("file name", "Roster")
    on_site = True

    def is_allowed(self, by: Any, community: Community, order: Mapping[str, Any]) -> bool:
        activity = _activity(community, order)
        return activity is not None and may_see_people(by, activity, at=timezone.now())

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("lead:roster", args=[order["activity"]])

    def make(self, job: Job) -> Product | Refusal:
        activity = _activity(job.community, job.order)
        if activity is None:
            return NOT_ALLOWED
        printed = [part for part in rosters.rosters_of(activity) if part.shift.pk in job.order["shifts"]]
        answer = rosters.print_pdf(activity=activity, rosters=printed, at=job.at, double_sided=job.order[DOUBLE_SIDED])
        return answer if isinstance(answer, Refusal) else Product(answer, [], name=file_name(activity))


def _activity(community: Community, order: Mapping[str, Any]) -> Activity | None:
    activities = Activity.objects.published().select_related("leader", "community").filter(community=community)
    return activities.filter(pk=order.get("activity")).first()


def file_name(activity: Activity) -> str:
    """Return the name of the roster as a file."""
    return f"{activity.title}_{_('Roster')}.pdf"
