"""The staircase of a volunteer: the tier held, what is missing for the next, qualifications."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.advancement import evidence
from academy.advancement.models import Promotion
from academy.families.belongings import people_with_right
from academy.families.http import chosen_person, log_people_shown
from academy.home import tiers
from academy.home.requests import find_at_desk
from academy.learning import qualifications
from academy.learning.award_models import TierAward
from academy.people.http import user_of
from academy.people.permissions import Right


@login_required
@never_cache
@require_GET
def show_tiers(request: HttpRequest) -> HttpResponse:
    """Show the way through the tiers of the user or of a person whom the user acts for.

    Staff see that of any person of their community.
    """
    user, today = user_of(request), timezone.localdate()
    people = people_with_right(user, Right.SEE_HOURS)
    number = request.GET.get("who", "")
    at_desk = None if any(one.number == number for one in people) else find_at_desk(user, number)
    if at_desk is None and not people:
        return redirect("home:my")
    volunteer = at_desk or chosen_person(request, people)
    log_people_shown(request, [volunteer])
    held = qualifications.latest_of([volunteer])
    by_reading = qualifications.read_online({one.course_id for one in held})
    context = {
        "volunteer": volunteer,
        "at_desk": at_desk is not None,
        "way": tiers.way_of(evidence.standing_of(volunteer), volunteer.community_id),
        "awards": TierAward.objects.of(volunteer).order_by("-awarded_on", "-pk"),
        "proposed": Promotion.objects.of(volunteer).filter(decided_at=None).exists(),
        "qualifications": [
            (
                one,
                one.expires_on - dt.timedelta(days=1),
                one.expires_on <= today,
                one.expires_on <= today + qualifications.REMINDED_FOR,
                one.course_id in by_reading,
            )
            for one in held
        ],
    }
    return render(request, "home/my_tiers.html", context)
