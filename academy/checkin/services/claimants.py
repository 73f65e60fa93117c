"""The people behind “I am here”: who leaves, who is inside, who waits at a gate."""

import datetime as dt
from collections.abc import Iterable

from academy.activities.models import Activity, Shift
from academy.checkin.context import RECENT, shift_window
from academy.checkin.models import Claim, Visit
from academy.checkin.services.claims import waiting_claims, was_in
from academy.checkin.services.visits import still_running
from academy.people.models import Volunteer
from academy.people.names import phone_tail


def is_leaving(claim: Claim) -> bool:
    """Return whether the claim asks for a check-out.

    A leader had let the same person in by a claim of this browser, and the person was in when it asked. The answer for
    another browser does not depend on the person. Two statements at most.
    """
    if not claim.browser:
        return False
    vouched = Claim.objects.filter(
        browser=claim.browser,
        name=claim.name,
        phone_tail=claim.phone_tail,
        scan__isnull=False,
        checkpoint__activity=claim.checkpoint.activity_id,
        asked_at__lt=claim.asked_at,
    ).select_related("scan__volunteer__merged_into")
    people = {one.scan.known_volunteer.stays for one in vouched if one.scan}
    return bool(people) and was_in(Visit.objects.of_all(people), claim.checkpoint.activity_id, claim.asked_at).exists()


def people_are_inside(*, browser: str, at: dt.datetime) -> bool:
    """Return whether a person whom a leader let in by a claim of this browser is in.

    Three statements at most.
    """
    if not browser:
        return False
    vouched = Claim.objects.filter(browser=browser, scan__isnull=False, asked_at__gt=at - RECENT)
    people = [
        claim.scan.known_volunteer for claim in vouched.select_related("scan__volunteer__merged_into") if claim.scan
    ]
    return bool(people) and bool(still_running(people=people, at=at))


def people_waiting(
    activity: Activity, shifts: Iterable[Shift], *, at: dt.datetime
) -> list[tuple[Volunteer, list[int]]]:
    """Return the people on the roll whose claims wait at the gates of these shifts, with their shifts.

    The shifts are ids, and have the times of which people know. A claim names a person if its name and digits fit one
    volunteer of the community.
    """
    asked = list(waiting_claims(activity, at=at))
    if not asked:
        return []
    windows = {shift.pk: shift_window(shift, activity.community_id) for shift in shifts}
    names = {claim.name for claim in asked}
    people: dict[tuple[str, str], list[Volunteer]] = {}
    for person in Volunteer.objects.present().filter(community=activity.community_id, name__in=names):
        people.setdefault((person.name, phone_tail(person.phone)), []).append(person)
    found: dict[int, tuple[Volunteer, list[int]]] = {}
    for claim in asked:
        fitting = people.get((claim.name, claim.phone_tail), [])
        open_then = [pk for pk, gate in windows.items() if gate.opens_at <= claim.asked_at <= gate.closes_at]
        if len(fitting) == 1 and open_then:
            found.setdefault(fitting[0].pk, (fitting[0], open_then))
    return list(found.values())


def erase_names(*, people: Iterable[Volunteer]) -> None:
    """Empty the answered claims of these people, as their data is erased (V3)."""
    Claim.objects.filter(scan__volunteer__in=people).update(name="", phone_tail="", browser="", network="")
