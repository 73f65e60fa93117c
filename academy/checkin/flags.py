"""The flags of scans, with their sentences for leader and desk. A flag never refuses a scan (C9).

Some flags are stored with the scan. Others depend on other people's scans and are computed when a page shows them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from academy.checkin.models import Method, Scan

ONE_DEVICE_PEOPLE = 3  # a couple and a neighbour may share a phone; more people are flagged
BURST_PEOPLE, BURST_WITHIN = 10, dt.timedelta(seconds=30)  # by one person: faster than people can walk up

ALONE = "alone"  # one person alone decided what the scan, or the overtime it lies in, rests on

SENTENCES = {
    "static": _("The printed code was used. The leader counts the people and compares the number with the scans."),
    "grace": _("Scanned the code first, then signed in and checked in. The leader takes a look."),
    "late_scan": _("Checked out long after the end; time after the end does not count."),
    "offline": _("Scanned without a network and sent later."),
    "clock": _("The scanning device's clock was wrong, was set, or cannot be checked. Is the time right?"),
    "token_expired": _("Scanned while the scanner was valid, but sent after it had expired."),
    "brought": _("Brought as a file from a scanner without a network."),
    "one_device": _("One phone checked in more than three people. Were they all here?"),
    "burst": _("One person checked in ten or more people within half a minute. Were they all here?"),
    "make_up": _("Entered afterwards, with a witness: no scan shows it."),
    "correction": _("Corrected afterwards."),
    ALONE: _("One person decided this alone, with a reason."),
    "too_early": _("Scanned before check-in opened."),
    "too_late": _("Scanned after check-out had closed."),
    "not_signed_up": _("Not signed up, and this shift takes no walk-ins."),
    "shift_full": _("All places were taken."),
    "already_checked_in": _("Was checked in already."),
    "not_checked_in": _("Checked out without a check-in."),
    "suspended": _("The volunteering of this person is suspended."),
    "needs_consent": _("The guardian's consent is missing."),
    "cancelled": _("The activity had been cancelled."),
}

# Scans and the basis of records are append-only: a flag's former name, once stored, stays stored.
_RENAMED = {"imported": "brought"}


def current_flags(stored: Iterable[str]) -> list[str]:
    """Return stored flags under their current names."""
    return [_RENAMED.get(flag, flag) for flag in stored]


def find_suspicions(shifts: Iterable[int]) -> dict[UUID, list[str]]:
    """Return the flags `one_device` and `burst` (C9), by scan.

    They show only beside other scans of these shifts. One statement.
    """
    rows = list(
        Scan.objects.accepted()
        .filter(shift__in=shifts)
        .exclude(method__in=[Method.EVERYBODY_OUT, Method.PAPER])
        .order_by("happened_at")
        .values_list("pk", "volunteer", "happened_at", "browser", "device", "operator", "method")
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    by_browser: dict[str, list[tuple[UUID, int]]] = defaultdict(list)
    by_hand: dict[tuple[str, object], list[tuple[dt.datetime, int, UUID]]] = defaultdict(list)
    for pk, volunteer_id, at, browser, device_id, operator_id, method in rows:
        if browser:
            by_browser[browser].append((pk, volunteer_id))
        own_phone = method in (Method.ROTATING, Method.STATIC)
        hand = ("browser", browser) if browser else ("device", device_id) if device_id else ("operator", operator_id)
        if hand[1] and not (own_phone and not browser):
            by_hand[hand].append((at, volunteer_id, pk))
    for scans in by_browser.values():
        if len({volunteer_id for _, volunteer_id in scans}) > ONE_DEVICE_PEOPLE:
            for pk, _volunteer_id in scans:
                found[pk].append("one_device")
    for acts in by_hand.values():
        for pk in _bursts(acts):
            found[pk].append("burst")
    return dict(found)


def _bursts(acts: list[tuple[dt.datetime, int, UUID]]) -> set[UUID]:
    """Return the scans within a time window that has too many people. `acts` are in time order."""
    caught: set[UUID] = set()
    first = 0
    for last, (at, _volunteer_id, _pk) in enumerate(acts):
        while at - acts[first][0] > BURST_WITHIN:
            first += 1
        window = acts[first : last + 1]
        if len({volunteer_id for _, volunteer_id, _ in window}) >= BURST_PEOPLE:
            caught.update(pk for _, _, pk in window)
    return caught
