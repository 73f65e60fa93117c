"""A unit's page on the phone of its contact: coming activities, its link, who accepted, the figures."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.models import Activity, Role, Shift
from academy.core.http import posted_id, read_id
from academy.core.links import public_address
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.groups import selectors, sums
from academy.groups.models import GroupLink
from academy.groups.selectors import UnitAtShift
from academy.groups.services import links
from academy.people.http import user_of
from academy.units.belongings import may_speak_for, units_of_contact
from academy.units.models import Unit

SHIFTS_OFFERED = 30
PLACES, MOST_PLACES = 20, 500
COMMENDATIONS = 10  # the latest ones, on the page


@dataclass(frozen=True)
class Invitation:
    """A shift with the unit's link: the address, the words for the unit's chat, and the unit's people."""

    part: UnitAtShift
    address: str
    is_full: bool = False

    @property
    def text(self) -> str:
        shift = self.part.shift
        return _(
            "%(unit)s: “%(title)s”, %(when)s, %(place)s. If you take part, open the link and type your name and "
            "phone: %(address)s"
        ) % {
            "unit": self.part.unit.name,
            "title": shift.activity.title,
            "when": period(shift),
            "place": shift.activity.where,
            "address": self.address,
        }


@login_required
@never_cache
@require_GET
def show_units(request: HttpRequest) -> HttpResponse:
    """Show the units that the user speaks for; a single one at once."""
    units = list(units_of_contact(user_of(request)).order_by("name", "pk"))
    if len(units) == 1:
        return redirect("home:unit", units[0].pk)
    return render(request, "home/units.html", {"units": units})


@login_required
@never_cache
@require_GET
def show_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show one unit to its contact, and to staff who run activities: name and state alone of people."""
    unit = unit_or_404(request, unit_id)
    now = timezone.now()
    live = list(selectors.links_of(unit, now))
    parts = selectors.parts_of(unit, [link.shift for link in live])
    full = links.full_links(live)
    invitations = [Invitation(part, _address(one), one.pk in full) for one, part in zip(live, parts, strict=True)]
    log_people_shown(request, {one.person for part in parts for one in part.answers})
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        "unit": unit,
        "invitations": invitations,
        "places": _places_offered(unit, now, [link.shift_id for link in live]),
        "chosen": request.GET.get("place", ""),
        "typed": request.GET.get("places", str(PLACES)),
        "figures": sums.figures_of([unit], today.replace(month=1, day=1), today)[unit.pk],
        "year": today.year,
        "commendations": unit.commendations.all()[:COMMENDATIONS],
    }
    return render(request, "home/unit.html", context)


@login_required
@require_POST
def make_link(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Make the unit's link to the shift and role that the form names."""
    unit = unit_or_404(request, unit_id)
    page = reverse("home:unit", args=[unit.pk])
    shift_id, _colon, role_id = request.POST.get("place", "").partition(":")
    of_unit = Activity.objects.published().filter(community=unit.community_id)
    shifts = Shift.objects.filter(activity__in=of_unit).select_related("activity")
    shift = get_object_or_404(shifts, pk=read_id(shift_id) or 0)
    role = get_object_or_404(Role, activity=shift.activity_id, pk=read_id(role_id) or 0)
    places = posted_id(request, "places")
    if places is None or not 1 <= places <= MOST_PLACES:
        messages.error(request, _("Type how many places the unit may take: a number from 1 to 500."))
        typed = urlencode({"place": f"{shift.pk}:{role.pk}", "places": request.POST.get("places", "")[:6]})
        return redirect(f"{page}?{typed}#new")
    answer = links.make_link(unit=unit, shift=shift, role=role, places=places, by=user_of(request), at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect(page)
    return redirect(f"{page}#link-{answer.pk}")


@login_required
@require_POST
def withdraw_link(request: HttpRequest, unit_id: int, link_id: int) -> HttpResponse:
    """End a link of the unit. People who accepted keep their places."""
    unit = unit_or_404(request, unit_id)
    link = get_object_or_404(GroupLink.objects.select_related("unit"), unit=unit, pk=link_id)
    answer = links.withdraw_link(link=link, by=user_of(request), at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    else:
        messages.success(request, _("The link is withdrawn. People who accepted keep their places."))
    return redirect("home:unit", unit.pk)


def unit_or_404(request: HttpRequest, unit_id: int) -> Unit:
    """Return the unit; raise 404 for a login that may not speak for it."""
    unit = get_object_or_404(Unit.objects.select_related("community"), pk=unit_id)
    if not may_speak_for(user_of(request), unit):
        raise Http404
    return unit


def _address(link: GroupLink) -> str:
    return public_address(reverse("groups:link", args=[link.key]))


def _places_offered(unit: Unit, at: dt.datetime, linked: list[int]) -> list[tuple[str, str]]:
    """Return the coming shifts and roles to which the unit has no link yet, as choices of a form."""
    coming = Activity.objects.published().filter(community=unit.community_id, cancelled_at=None)
    shifts = Shift.objects.filter(activity__in=coming, starts_at__gt=at).exclude(pk__in=linked)
    found = shifts.select_related("activity").prefetch_related("activity__roles").order_by("starts_at", "pk")
    return [
        (f"{shift.pk}:{role.pk}", f"{shift.activity.title} · {period(shift)} · {role.name}")
        for shift in found[:SHIFTS_OFFERED]
        for role in shift.activity.roles.all()
    ]
