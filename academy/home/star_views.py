"""Stars of a volunteer: their basis, the missing hours, and the application for the next star."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.advancement import services as advancement
from academy.core.http import form_page
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.families.belongings import people_with_right
from academy.families.http import chosen_person, log_people_shown
from academy.home.requests import find_at_desk
from academy.home.selectors import rests_on
from academy.people.http import user_of
from academy.people.permissions import Right


@login_required
@never_cache
@form_page
def show_stars(request: HttpRequest) -> HttpResponse:
    """Show the stars of the user or of a person whom the user acts for; on POST, apply for the next (S1).

    Staff do so for any person of their community.
    """
    user, now = user_of(request), timezone.now()
    people = people_with_right(user, Right.SEE_HOURS)
    number = request.GET.get("who", "")
    at_desk = None if any(one.number == number for one in people) else find_at_desk(user, number)
    if at_desk is None and not people:
        return redirect("home:my")
    volunteer = at_desk or chosen_person(request, people)
    refusal = None
    if request.method == "POST":
        answer = advancement.apply_for_star(volunteer=volunteer, by=user, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your application is sent. A person who was not involved decides."))
            here = f"{request.path}?who={volunteer.number}"
            return redirect(here if at_desk is None else link_to("person", volunteer.pk))
        refusal = answer
    log_people_shown(request, [volunteer])
    context = {
        "volunteer": volunteer,
        "at_desk": at_desk is not None,
        "rests_on": rests_on(volunteer),
        "standing": advancement.standing_of(volunteer, at=now),
        "asked": volunteer.star_ratings.order_by("-asked_at")[:5],
        "commendations": volunteer.commendations.all()[:20],
        "refusal": refusal,
    }
    return render(request, "home/my_stars.html", context)
