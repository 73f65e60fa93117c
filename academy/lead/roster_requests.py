"""Read a request to the pages of the roster: the person, the shift, the search."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone

from academy.activities.models import Activity
from academy.checkin import rosters
from academy.checkin.rosters import RosterRow, ShiftRoster
from academy.checkin.rows import find_people
from academy.core.keys import normalise_key
from academy.families.http import log_people_found
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


def searched_text(request: HttpRequest) -> str:
    return (request.POST.get("q") or request.GET.get("q") or "").strip()[:40]


def find(request: HttpRequest, activity: Activity, listed: list[ShiftRoster]) -> list[RosterRow]:
    """Return the rows of the people who match the typed text, and log whom a leader looked up."""
    text = searched_text(request)
    if not text:
        return []
    found = rosters.find_rows(activity, listed, text, whole_roll=sees_roll(request, activity))
    log_people_found(request, [row.volunteer for row in found if row.hides_name])
    return found


def sees_roll(request: HttpRequest, activity: Activity) -> bool:
    """Return whether the user manages the community's people, and so sees them all."""
    return user_of(request).has_right(Right.MANAGE_PEOPLE, activity.community)


def rows_of(listed: Iterable[ShiftRoster]) -> list[RosterRow]:
    return [row for part in listed for row in part.rows]


def shift_asked_for(request: HttpRequest, listed: list[ShiftRoster]) -> ShiftRoster | None:
    text = request.POST.get("shift") or request.GET.get("shift") or ""
    return next((part for part in listed if str(part.shift.pk) == text), None)


def last_begun(listed: list[ShiftRoster]) -> ShiftRoster:
    now: dt.datetime = timezone.now()
    begun = [part for part in listed if part.opens_at <= now]
    return begun[-1] if begun else listed[0]


def find_person(activity: Activity, key: str) -> Volunteer | None:
    """Return the volunteer whose row has this key; None for an unknown key."""
    return find_people(activity, [key]).get(normalise_key(key))
