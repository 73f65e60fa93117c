"""`/p/<card>/`: the page behind the code of a check-in card. The page names no volunteer.

The code is meant for the staff scanner; opening the page has no effect.
"""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.activities.models import Activity
from academy.checkin.context import shift_window
from academy.core import practice
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.people import cards
from academy.people.models import User
from academy.people.permissions import Right

_GONE = {"unknown_card": 404, "card_revoked": 410}


@never_cache
@require_safe
def card(request: HttpRequest, key: str) -> HttpResponse:
    """Render what the card is for. A leader whose activity is open also gets a link to the scanner."""
    found = cards.find_card(key)
    if isinstance(found, Refusal):
        return render(request, "checkin/card.html", {"refusal": found}, status=_GONE[found.code])
    practice.show(request, found.volunteer.community_id)
    scanners = _scanners(request.user, timezone.now()) if isinstance(request.user, User) else []
    return render(request, "checkin/card.html", {"scanners": scanners})


def _scanners(user: User, at: dt.datetime) -> list[tuple[Activity, str]]:
    """Return the open activities that `user` may lead (C2), each with its scanner's address."""
    published = Activity.objects.published().filter(cancelled_at=None).prefetch_related("shifts")
    near = dt.timedelta(days=1)
    around = published.filter(shifts__starts_at__lt=at + near, shifts__ends_at__gt=at - near)
    led = around.led_by(user) | around.in_communities(user.communities_for(Right.RUN_ACTIVITIES))
    scanners = []
    for activity in led.distinct().order_by("pk"):
        windows = [shift_window(shift, activity.community_id) for shift in activity.shifts.all()]
        if any(one.opens_at <= at <= one.closes_at for one in windows):
            scanners.append((activity, link_to("scanner", activity.pk)))
    return scanners
