"""Activities, as staff find them in the back office."""

from collections.abc import Iterator

from django.db.models import Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.activities.later import without_later
from academy.activities.models import Activity
from academy.activities.stages import with_stages
from academy.core import formats
from academy.core.finders import FAR, MOST, Hit, titled
from academy.core.look import current_language
from academy.people.http import user_of
from academy.people.permissions import Right


def find_activities(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the planned activities that the user runs, by title or place; the latest ones first."""
    communities = user_of(request).communities_for(Right.RUN_ACTIVITIES)
    planned = without_later(Activity.objects.in_communities(communities).planned(), timezone.now())
    by_title = titled(planned, "title", typed, {FAR: Q(place__icontains=typed)})
    found = with_stages(by_title, timezone.now()).annotate(first_start=Min("shifts__starts_at"))
    for activity in found.order_by("nearness", "-first_start", "-pk")[:MOST]:
        url = reverse("activity:edit", args=[activity.pk])
        yield Hit(activity.title, url, _facts(activity), activity.nearness, activity)


def _facts(activity: Activity) -> str:
    facts = []
    if start := getattr(activity, "first_start", None):
        day = formats.day(timezone.localdate(start), current_language(), weekday=True, year=True)
        facts.append(f"{day} {formats.clock(timezone.localtime(start))}")
    if activity.cancelled_at is not None:
        facts.append(_("cancelled"))
    elif activity.published_at is None:
        facts.append(_("draft"))
    return " · ".join([*facts, activity.place])
