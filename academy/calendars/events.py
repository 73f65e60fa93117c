"""The entries of a calendar: of an activity, of a person's places, of a unit's links and bookings.

Nothing that is shown to confirmed people alone stands in it: a calendar lies on other machines.
"""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.activities.models import Activity, Shift, SignUp
from academy.calendars.ics import Event
from academy.calendars.models import CalendarAddress
from academy.core.links import public_address
from academy.groups.models import GroupLink
from academy.people.models import Volunteer
from academy.units.models import Unit
from academy.venues.models import Booking

KEPT = dt.timedelta(days=60)  # past dates stay in the calendar so long
MOST = 500


def of_activity(activity: Activity) -> list[Event]:
    """Return the shifts of an activity."""
    return [_event(shift, activity) for shift in activity.shifts.order_by("starts_at")]


def of_feed(feed: CalendarAddress, *, at: dt.datetime) -> tuple[str, list[Event]]:
    """Return the name and the entries of a calendar that somebody subscribed to."""
    if feed.unit is not None:
        return _("Volunteering · %(unit)s") % {"unit": feed.unit.name}, of_unit(feed.unit, at=at)
    assert feed.volunteer is not None
    # Without the person's name: the list of calendars is read over a shoulder.
    return _("My volunteering"), of_person(feed.volunteer, at=at)


def of_person(volunteer: Volunteer, *, at: dt.datetime) -> list[Event]:
    """Return the shifts in which the person has a place, those of cancelled activities too. One statement."""
    places = SignUp.objects.of(volunteer).filter(cancelled_at=None, shift__ends_at__gt=at - KEPT)
    places = places.select_related("shift__activity", "role").order_by("shift__starts_at")
    return [_event(place.shift, place.shift.activity, role=place.role.name) for place in places[:MOST]]


def of_unit(unit: Unit, *, at: dt.datetime) -> list[Event]:
    """Return the shifts to which the unit has a link, and its bookings.

    A link has the number of people who accepted. Takes two statements and names no person.
    """
    accepted = Count("acceptances", filter=Q(acceptances__sign_up__cancelled_at=None))
    links = GroupLink.objects.filter(unit=unit, withdrawn_at=None, shift__ends_at__gt=at - KEPT)
    links = links.select_related("shift__activity").annotate(accepted=accepted).order_by("shift__starts_at")
    found = []
    for link in links[:MOST]:
        people = ngettext("%(n)s person of the unit", "%(n)s people of the unit", link.accepted) % {"n": link.accepted}
        found.append(_event(link.shift, link.shift.activity, role=people, of=f"unit-{unit.pk}-"))
    bookings = Booking.objects.filter(unit=unit, ends_at__gt=at - KEPT).select_related("venue").order_by("starts_at")
    for booking in bookings[:MOST]:
        found.append(
            Event(
                uid=f"booking-{booking.pk}@{_host()}",
                starts_at=booking.starts_at,
                ends_at=booking.ends_at,
                title=booking.purpose or booking.venue.name,
                place=f"{booking.venue.name} {booking.venue.place}",
                cancelled=booking.cancelled_at is not None,
            )
        )
    return sorted(found, key=lambda event: (event.starts_at, event.uid))


def _event(shift: Shift, activity: Activity, *, role: str = "", of: str = "") -> Event:
    url = public_address(reverse("activities:detail", args=[activity.pk]))
    return Event(
        uid=f"{of}shift-{shift.pk}@{_host()}",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        title=activity.title,
        place=activity.where,
        text="\n".join(part for part in (role, activity.service_content, url) if part),
        url=url,
        cancelled=activity.cancelled_at is not None,
    )


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
