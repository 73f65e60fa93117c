"""Calendars: the page with one's addresses, the feed behind an address, the file of an activity."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.activities.models import Activity
from academy.calendars import events, ics, services
from academy.calendars.models import CalendarAddress
from academy.core import practice
from academy.core.http import posted_id
from academy.core.links import public_address
from academy.core.refusals import Refusal
from academy.families.belongings import people_of
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.units.belongings import units_of_contact
from academy.units.models import Unit

REFRESH_HOURS = 6


@dataclass(frozen=True)
class OwnCalendar:
    """A calendar that the user may have, with its address if there is one."""

    of: Volunteer | Unit
    kind: str  # "person" or "unit": as the form sends it
    feed: CalendarAddress | None

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def address(self) -> str:
        """The whole address; empty if it was not made yet."""
        return "" if self.feed is None else public_address(feed_path(self.feed))

    @property
    def subscribe(self) -> str:
        """The same address as phones open it: the calendar asks whether to subscribe."""
        _scheme, _sep, rest = self.address.partition("://")
        return f"webcal://{rest}" if rest else ""


def feed_path(feed: CalendarAddress) -> str:
    """Return the path of a calendar's address."""
    return reverse("calendars:feed", args=[feed.key])


@login_required
@never_cache
@require_safe
def show_calendars(request: HttpRequest) -> HttpResponse:
    """Show `/my/calendar/`: the addresses of the user, of people they act for, and of their units."""
    return render(request, "calendars/calendars.html", {"calendars": _calendars(request)})


@login_required
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make the address of one calendar."""
    answer = services.make_feed(of=_chosen(request), by=user_of(request), at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    return redirect("calendars:calendars")


@login_required
@never_cache
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an address: programs that subscribed to it find it no longer."""
    user = user_of(request)
    feed = get_object_or_404(CalendarAddress.objects.live().filter(made_by=user), pk=pk)
    answer = services.end_feed(feed=feed, by=user, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    else:
        messages.success(request, _("The address has ended. A new one can be made at any time."))
    return redirect("calendars:calendars")


@never_cache
@require_safe
def send_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Send the calendar of an address to anybody who knows it. Changes no row."""
    feed = services.find_feed(key)
    if feed is None:
        raise Http404
    now = timezone.now()
    name, found = events.of_feed(feed, at=now)
    community_id = (feed.volunteer or feed.unit).community_id  # type: ignore[union-attr]  # one of both, by constraint
    name = practice.titled(name, practice=practice.is_practice(community_id))
    return _response(ics.write(name, found, made_at=now, refresh_hours=REFRESH_HOURS), "calendar.ics")


@never_cache
@require_safe
def send_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of one published activity, to keep in a calendar."""
    activity = get_object_or_404(Activity.objects.published().select_related("community"), pk=pk)
    practice.show(request, activity.community_id)
    title = practice.titled(activity.title, practice=practice.is_practice(activity.community_id))
    return _response(
        ics.write(title, events.of_activity(activity), made_at=timezone.now()), f"{activity.title}.ics", saved=True
    )


def _response(content: bytes, filename: str, *, saved: bool = False) -> HttpResponse:
    headers = {
        "Content-Disposition": str(content_disposition_header(saved, filename)),
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, content_type=ics.CONTENT_TYPE, headers=headers)


def _calendars(request: HttpRequest) -> list[OwnCalendar]:
    user = user_of(request)
    feeds = list(CalendarAddress.objects.live().filter(made_by=user).select_related("volunteer"))
    of_people = {feed.volunteer.stays.pk: feed for feed in feeds if feed.volunteer is not None}
    of_units = {feed.unit_id: feed for feed in feeds if feed.unit_id is not None}
    units = units_of_contact(user).order_by("name", "pk")
    found = [OwnCalendar(person, "person", of_people.get(person.pk)) for person in people_of(user)]
    return found + [OwnCalendar(unit, "unit", of_units.get(unit.pk)) for unit in units]


def _chosen(request: HttpRequest) -> Volunteer | Unit:
    """Return the person or the unit that the form names, if the user may have its calendar."""
    owners: Sequence[Volunteer | Unit] = people_of(request.user)
    if request.POST.get("kind") == "unit":
        owners = list(units_of_contact(user_of(request)))
    found = next((one for one in owners if one.pk == posted_id(request, "of")), None)
    if found is None:
        raise Http404
    return found
