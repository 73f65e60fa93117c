"""Let somebody of the family act for oneself; end it from either side; switch person on a phone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core import practice
from academy.core.http import form_page
from academy.core.links import public_address
from academy.core.refusals import Refusal
from academy.families import agency_services
from academy.families.belongings import belongings, people_with_right
from academy.home import agencies
from academy.paper.codes import qr_svg
from academy.people.http import user_of
from academy.people.permissions import Belonging, Right


@login_required
@never_cache
@require_GET
def choose_person(request: HttpRequest) -> HttpResponse:
    """Show `/my/who/`: the people whom this phone is for, to open the page of one of them."""
    user = user_of(request)
    people = [(person, belongings(user, volunteer=person)) for person in people_with_right(user, Right.SEE_HOURS)]
    context = {
        "own": [person for person, each in people if Belonging.SELF in each],
        "acted_for": [person for person, each in people if Belonging.AGENT in each],
        "guarded": [person for person, each in people if each == {Belonging.GUARDIAN}],
    }
    return render(request, "home/who.html", context)


@login_required
@never_cache
@require_POST
def offer_agency(request: HttpRequest) -> HttpResponse:
    """Make a link that lets the login which opens it act for the user, and show it once."""
    user = user_of(request)
    own = user.own_volunteer
    if own is None:
        return redirect("home:settings")
    code = agency_services.offer_agency(volunteer=own, by=user, at=timezone.now())
    if isinstance(code, Refusal):
        messages.warning(request, str(code))
        return redirect("home:settings")
    address = public_address(reverse("home:agency", args=[code]))
    text = _("Please help me with volunteering on your phone: %(link)s") % {"link": address}
    return render(request, "home/agency_link.html", {"address": address, "svg": qr_svg(address), "text": text})


@login_required
@never_cache
@form_page
def take_agency(request: HttpRequest, code: str) -> HttpResponse:
    """Show `/a/<code>/`, on which the user agrees to act for the person who made the link."""
    user, now = user_of(request), timezone.now()
    if (offer := agency_services.offer_with(code)) is not None:
        practice.show(request, offer.volunteer.community_id)
    if request.method == "POST":
        answer: Any = agency_services.accept_offer(code=code, user=user, at=now)
        if not isinstance(answer, Refusal):
            person = answer.volunteer
            messages.success(request, _("You act for %(name)s now.") % {"name": person.name})
            return redirect(f"{reverse('home:my')}?who={person.number}")
    else:
        answer = agency_services.find_offer(code, user=user, at=now)
    if isinstance(answer, Refusal):
        status = 404 if answer.code == "unknown_link" else 200
        return render(request, "home/guardian_refused.html", {"refusal": answer}, status=status)
    return render(request, "home/agency.html", {"person": answer.volunteer.stays})


@login_required
@never_cache
@require_POST
def end_agency(request: HttpRequest, agency_id: int) -> HttpResponse:
    """End an agency, as the person or as the one who acts; 404 for others."""
    user = user_of(request)
    agency = get_object_or_404(agencies.of_both_sides(user), pk=agency_id)
    agency_services.end_agency(agency=agency, by=user, at=timezone.now())
    messages.success(request, _("Ended. It can be begun again at any time."))
    return redirect("home:settings")
