"""People with a place in an activity to come who have not signed the agreement that it asks for (A3)."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from academy.activities.models import Activity, SignUp
from academy.agreements import services as agreements
from academy.agreements.models import Agreement
from academy.people.models import Volunteer


def due_unsigned(agreement: Agreement, at: dt.datetime) -> QuerySet[Volunteer]:
    """Return who signed up before this version was published, or before the activity asked for it."""
    asking: dict[str, Any] = {"community_id": agreement.community_id, "day": timezone.localdate(at)}
    activities = Activity.objects.filter(
        community=agreement.community_id, cancelled_at=None, published_at__isnull=False
    )
    if not agreements.is_needed(dangerous=False, home_visit=True, **asking):
        activities = activities.filter(dangerous=True)
        if not agreements.is_needed(dangerous=True, home_visit=False, **asking):
            return Volunteer.objects.none()
    places = SignUp.objects.filter(shift__activity__in=activities, shift__starts_at__gt=at, cancelled_at=None)
    places = places.filter(shift__activity__dangerous=True) | places.filter(shift__activity__home_visit=True)
    return agreements.unsigned(agreement).filter(pk__in=places.with_person().values("person"))
