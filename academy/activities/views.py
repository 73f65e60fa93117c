"""Public pages of activities: every published activity, and the list of the visitor's own community."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.activities import absences, beside, private_details, services
from academy.activities.belongings import may_see_people
from academy.activities.cards import cards_with_places, with_cards, with_covers
from academy.activities.finding import FindForm
from academy.activities.later import without_later
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.offers import offers_of
from academy.core import practice
from academy.core.http import posted_id, read_ids
from academy.core.look import period
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.families import agency_services, guardians
from academy.families.belongings import people_to_sign_up
from academy.people.models import User, Volunteer
from academy.people.practice_views import communities_shown

PER_PAGE = 20


@never_cache
@require_safe
def show_upcoming(request: HttpRequest) -> HttpResponse:
    """Show `/activities/`: the coming activities, the next one first, by the filters of `FindForm`."""
    now = timezone.now()
    own = request.user.own_volunteer if isinstance(request.user, User) else None
    form = FindForm(request.GET, label_suffix="", person=own)
    form.is_valid()  # a field that cannot be read says so in the page
    since, until = form.span(now)
    coming = Activity.objects.in_communities(_communities(request)).upcoming(now, since=since, until=until)
    if since is None:
        coming = without_later(coming, now)
    activities = with_cards(form.narrow(coming, now), now, since=since, until=until)
    page = Paginator(activities, PER_PAGE).get_page(request.GET.get("p"))
    cards = cards_with_places(list(page.object_list), people=people_to_sign_up(request.user), at=now)
    return render(request, "activities/list.html", {"page": page, "cards": cards, "form": form})


@never_cache
@require_safe
def show_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show `/activities/<id>/`: the facts, the places left, and the button to take a place."""
    return render_activity(request, published(request, pk))


@require_POST
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place in a shift for the user, or for a person whom the user acts for."""
    activity = published(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(activity))
    wish = read_place(request, activity)
    volunteer, shift, role = wish.volunteer, wish.shift, wish.role
    outcome = services.sign_up(volunteer=volunteer, shift=shift, role=role, by=request.user, at=timezone.now())
    if isinstance(outcome, Refusal):
        return render_activity(request, activity, refusal=outcome, wish=wish)
    agency_services.log_act(
        volunteer=volunteer, by=request.user, act=agency_services.SIGNED_UP, what=str(shift), at=timezone.now()
    )
    done = _("%(name)s has a place: %(when)s, %(place)s. Scan the code when you get there.")
    messages.success(request, done % {"name": volunteer.name, "when": period(shift), "place": activity.where})
    if guardians.is_accompanied(volunteer, shift.date):
        messages.info(request, _("%(name)s is under 14: the guardian comes along.") % {"name": volunteer.name})
    return redirect(_url(activity))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back a place of the user, or of a person whom the user acts for."""
    activity = published(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(activity))
    places = SignUp.objects.of_all(people_to_sign_up(request.user)).filter(shift__activity=activity, cancelled_at=None)
    place = get_object_or_404(
        places.select_related("shift__activity", "volunteer__merged_into"), pk=posted_id(request, "sign_up")
    )
    outcome = services.cancel_sign_up(sign_up=place, by=request.user, at=timezone.now())
    if isinstance(outcome, Refusal):
        return render_activity(request, activity, refusal=outcome)
    agency_services.log_act(
        volunteer=place.volunteer,
        by=request.user,
        act=agency_services.GAVE_BACK,
        what=str(place.shift),
        at=timezone.now(),
    )
    messages.success(request, _("The place is free again. Thank you for saying so in time."))
    return redirect(_url(activity))


@dataclass(frozen=True)
class Wish:
    """A place that somebody asks for, or asked for before they signed the agreement (A3)."""

    volunteer: Volunteer
    shift: Shift
    role: Role


def _read_wish(request: HttpRequest, activity: Activity, people: list[Volunteer]) -> Wish | None:
    """Return the place that `?go=` names, for one of the user's people; None without one."""
    ids = read_ids(request.GET.get("go", "").split("-"))
    if len(ids) != 3:
        return None
    shift = activity.shifts.filter(pk=ids[0], starts_at__gt=timezone.now()).select_related("activity").first()
    role = activity.roles.filter(pk=ids[1]).first()
    volunteer = next((one for one in people if one.pk == ids[2]), None)
    return Wish(volunteer, shift, role) if shift and role and volunteer else None


def read_place(request: HttpRequest, activity: Activity) -> Wish:
    """Return shift, role and person of a posted form; raise 404 for one that the user may not name.

    Without a person it is the user's own, or the first whom they act for.
    """
    shifts = Shift.objects.select_related("activity").filter(activity=activity)
    shift = get_object_or_404(shifts, pk=posted_id(request, "shift"))
    role = get_object_or_404(Role, activity=activity, pk=posted_id(request, "role"))
    people = people_to_sign_up(request.user)
    if not people:
        raise Http404
    wanted = posted_id(request, "volunteer") if "volunteer" in request.POST else people[0].pk
    volunteer = next((person for person in people if person.pk == wanted), None)
    if volunteer is None:
        raise Http404
    return Wish(volunteer, shift, role)


def render_activity(
    request: HttpRequest, activity: Activity, *, refusal: Refusal | None = None, wish: Wish | None = None
) -> HttpResponse:
    """Render the page of the activity, with the refusal of the last attempt and the wish that it left."""
    now = timezone.now()
    people = people_to_sign_up(request.user)
    offers = offers_of(activity, people=people, at=now)
    context = {
        "activity": activity,
        "offers": offers,
        "people": people,
        "leads": isinstance(request.user, User) and may_see_people(request.user, activity, at=now),
        "missed": absences.missed_by(people, activity) if offers.has_begun else [],
        "refusal": refusal,
        "reasons": getattr(refusal, "reasons", ()),
        "accompanied": [one for one in people if guardians.is_accompanied(one, timezone.localdate(now))],
        "wish": None if wish else _read_wish(request, activity, people),
        "ways": beside.ways_from(activity),
        "has_private": isinstance(request.user, User) and private_details.are_shown(request.user, offers, at=now),
    }
    return render(request, "activities/detail.html", context)


def published(request: HttpRequest, pk: int) -> Activity:
    related = ("leader__merged_into", "issuer", "community", *beside.joined())
    activities = Activity.objects.published().select_related(*related)
    activity: Activity = get_object_or_404(with_covers(activities), pk=pk)
    practice.show(request, activity.community_id)
    return activity


def _communities(request: HttpRequest) -> Any:
    """Return the visitor's own community, or all of this site for a visitor who is no volunteer."""
    own = request.user.own_volunteer if isinstance(request.user, User) else None
    return Community.objects.filter(pk=own.community_id) if own else communities_shown(request)


def _url(activity: Activity) -> str:
    return reverse("activities:detail", args=[activity.pk])
