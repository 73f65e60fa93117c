"""Stars: what they rest on, what is missing, and applying for them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from academy.advancement import services as advancement
from academy.core.refusals import Refusal
from academy.families.belongings import people_with_right
from academy.home.selectors import rests_on
from academy.home.views import chosen
from academy.people.http import user_of
from academy.people.permissions import Right


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_stars(request: HttpRequest) -> HttpResponse:
    """The stars of oneself or whom one acts for; a tap applies for the next (S1)."""
    user = user_of(request)
    people = people_with_right(user, Right.SEE_HOURS)
    if not people:
        return redirect("home:my")
    volunteer, now = chosen(people, request), timezone.now()
    refusal = None
    if request.method == "POST":
        answer = advancement.apply_for_star(volunteer=volunteer, by=user, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Applied for. Somebody who was not involved decides."))
            return redirect(f"{request.path}?who={volunteer.number}")
        refusal = answer
    context = {
        "volunteer": volunteer,
        "rests_on": rests_on(volunteer),
        "standing": advancement.standing_of(volunteer, at=now),
        "asked": volunteer.star_ratings.order_by("-asked_at")[:5],
        "commendations": volunteer.commendations.all()[:20],
        "refusal": refusal,
    }
    return render(request, "home/my_stars.html", context)
