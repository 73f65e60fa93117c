"""The flags of scans, with their sentences for leader and desk. A flag never refuses a scan (C9).

Some flags are stored with the scan. Others depend on other people's scans and are computed when a page shows them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Shift
from academy.checkin.models import Method, Scan
from academy.rulebook.models import RuleSet


class Threshold(NamedTuple):
    """The numbers from which scans are flagged, by the rules in force on the shift's date (C9)."""

    one_device_people: int
    burst_people: int
    burst_seconds: int


ALONE = "alone"  # one person alone decided what the scan, or the overtime it lies in, rests on

SENTENCES = {
    "static": _("The printed code was used. The leader counts the people and compares the number with the scans."),
    "grace": _("Scanned the code first, then signed in and checked in. The leader takes a look."),
    "late_scan": _("Checked out long after the end; time after the end does not count."),
    "offline": _("Scanned without a network and sent later."),
    "clock": _("The scanning device's clock was wrong, was set, or cannot be checked. Is the time right?"),
    "token_expired": _("Scanned while the scanner was valid, but sent after it had expired."),
    "no_longer_leader": _(
        "Scanned after the scanner's pass had ended: its operator no longer led this activity, or was signed out "
        "everywhere. Was the person here at that time?"
    ),
    "brought": _("Brought as a file from a scanner without a network."),
    "one_device": _("One phone checked in unusually many people. Were they all here?"),
    "burst": _("One person checked in many people within moments. Were they all here?"),
    "make_up": _("Entered afterwards, with a witness: no scan shows it."),
    "correction": _("Corrected afterwards."),
    ALONE: _("One person decided this alone, with a reason."),
    "too_early": _("Scanned before check-in opened."),
    "too_late": _("Scanned after check-out had closed."),
    "not_signed_up": _("Not signed up, and this shift takes no walk-ins."),
    "shift_full": _("All places were taken."),
    "role_asks_more": _("The places left asked for a course, a tier or an age."),
    "already_checked_in": _("Was checked in already."),
    "not_checked_in": _("Checked out without a check-in."),
    "suspended": _("The volunteering of this person is suspended."),
    "practice_only": _("Practice and real service do not mix."),
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

    They show only beside other scans of these shifts. Each scan goes by the rules of its shift. Three statements.
    """
    rows = list(
        Scan.objects.accepted()
        .filter(shift__in=shifts)
        .exclude(method__in=[Method.EVERYBODY_OUT, Method.PAPER])
        .order_by("happened_at")
        .values_list("pk", "volunteer", "happened_at", "browser", "device", "operator", "method", "shift")
    )
    if not rows:
        return {}
    thresholds = _thresholds({row[-1] for row in rows})
    found: dict[UUID, list[str]] = defaultdict(list)
    by_browser: dict[str, list[_Act]] = defaultdict(list)
    by_hand: dict[tuple[str, object], list[_Act]] = defaultdict(list)
    for pk, volunteer_id, at, browser, device_id, operator_id, method, shift_id in rows:
        act = _Act(at, volunteer_id, pk, thresholds[shift_id])
        if browser:
            by_browser[browser].append(act)
        own_phone = method in (Method.ROTATING, Method.STATIC)
        hand = ("browser", browser) if browser else ("device", device_id) if device_id else ("operator", operator_id)
        if hand[1] and not (own_phone and not browser):
            by_hand[hand].append(act)
    for acts in by_browser.values():
        people = len({act.volunteer_id for act in acts})
        for act in acts:
            if people >= act.threshold.one_device_people:
                found[act.scan].append("one_device")
    for acts in by_hand.values():
        for scan in _bursts(acts):
            found[scan].append("burst")
    return dict(found)


class _Act(NamedTuple):
    at: dt.datetime
    volunteer_id: int
    scan: UUID
    threshold: Threshold


def _thresholds(shifts: set[int]) -> dict[int, Threshold]:
    """Return the numbers that hold for the scans of each shift."""
    rows = list(Shift.objects.filter(pk__in=shifts).values_list("pk", "activity__community", "starts_at"))
    rules = RuleSet.objects.timelines(community_id for _, community_id, _ in rows)
    found = {}
    for pk, community_id, starts_at in rows:
        values = rules.parameters_on(community_id, timezone.localdate(starts_at))
        found[pk] = Threshold(*(values[name] for name in Threshold._fields))
    return found


def _bursts(acts: list[_Act]) -> set[UUID]:
    """Return the scans within a time window that has too many people. `acts` are in time order."""
    caught: set[UUID] = set()
    for threshold in {act.threshold for act in acts}:
        first = 0
        for last, act in enumerate(acts):
            while act.at - acts[first].at > dt.timedelta(seconds=threshold.burst_seconds):
                first += 1
            window = acts[first : last + 1]
            if len({each.volunteer_id for each in window}) >= threshold.burst_people:
                caught.update(each.scan for each in window if each.threshold == threshold)
    return caught
