"""Activities that an address names."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.people.http import user_of


def led_activity(request: HttpRequest, activity_id: int) -> Activity:
    """Return the published activity, or raise 404 unless the request's login may lead it."""
    activities = Activity.objects.published().select_related("leader", "community")
    activity = get_object_or_404(activities, pk=activity_id)
    if not may_lead(user_of(request), activity):
        raise Http404
    return activity
