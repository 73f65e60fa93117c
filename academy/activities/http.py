"""Activities that an address names."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from academy.activities.belongings import may_see_people
from academy.activities.models import Activity
from academy.people.http import user_of


def led_activity(request: HttpRequest, activity_id: int) -> Activity:
    """Return the published activity; raise 404 for a login that may not lead it and see its people."""
    activities = Activity.objects.published().select_related("leader", "community")
    activity = get_object_or_404(activities, pk=activity_id)
    if not may_see_people(user_of(request), activity, at=timezone.now()):
        raise Http404
    return activity
