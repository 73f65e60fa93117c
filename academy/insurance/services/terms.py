"""The terms of a community for publishing: no filing, a warning, or a stop (A1)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.activities.models import Activity
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.insurance.cover import covers_of, refuse_uncovered
from academy.insurance.models import Filing, FilingTerms
from academy.insurance.refusals import NOT_FILED
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED

SET = "insurance.terms"  # in the log
Before = FilingTerms.Before


def before_of(community_id: int) -> str:
    """Return what this community asks for; it warns unless an administrator chose otherwise."""
    found = FilingTerms.objects.filter(community=community_id).values_list("before", flat=True).first()
    return found or Before.WARN.value


def asking(communities: Iterable[Any]) -> list[Any]:
    """Return those of the communities that ask for a filing."""
    listed = list(communities)
    silent = FilingTerms.objects.filter(community__in=listed, before=Before.NOT_ASKED) if listed else []
    without = {one.pk for one in silent}
    return [one for one in listed if one.pk not in without]


@transaction.atomic
def set_before(*, community: Community, before: str, by: User) -> FilingTerms | Refusal:
    """Choose what happens to an activity that is published without a filing. Refuses with `not_allowed`."""
    if not by.has_right(Right.KEEP_SETTINGS, community):
        return NOT_ALLOWED
    found, _created = FilingTerms.objects.update_or_create(community=community, defaults={"before": Before(before)})
    log(community, SET, user=by, data={"before": before})
    return found


def refuse_publishing(activity: Activity, *, in_row: bool) -> Refusal | None:
    """Return why the activity cannot be published: `policy_ended` (V1), or `not_filed` (A1).

    Activities that are planned and published in a row have no draft that could be filed. The to-do list names them.
    """
    if refusal := refuse_uncovered(activity):
        return refusal
    if in_row or Filing.objects.filter(activity=activity).exists():
        return None
    return NOT_FILED if before_of(activity.community_id) == Before.STOP else None


def remarks_on(activity: Activity) -> list[str]:
    """Return what a user who published the activity still has to do: file it, have it insured."""
    remarks = []
    asks = before_of(activity.community_id) != Before.NOT_ASKED
    if asks and not Filing.objects.filter(activity=activity).exists():
        remarks.append(gettext("It is not filed yet: send the list before it starts, and note the number (A1)."))
    if asks and any(not one.number for one in covers_of(activity)):
        remarks.append(gettext("No insurance policy is on record for its day. Enter the policy, if there is one."))
    return remarks
