"""Visits that the rule core settles in a second, without explanations (`rule_visits_per_second`)."""

import random
import statistics
import time
from typing import Any
from zoneinfo import ZoneInfo

from academy.hours.rules import Activity, Parameters, Scan, settle

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = 1_767_196_800  # 2026-01-01T00:00+08:00
MINUTE, HOUR, DAY = 60, 3_600, 86_400
VOLUNTEERS, SHIFTS, ROUNDS = 100, 100, 9

Year = tuple[list[Activity], list[Scan]]


def volunteer_year(chance: random.Random) -> Year:
    """Return a busy volunteer's year: about a hundred shifts, most plain, some with usual irregularities."""
    activities: list[Activity] = []
    scans: list[Scan] = []

    def visit(shift: str, start: int, end: int) -> None:
        scans.extend((Scan(start, True, shift), Scan(end, False, shift)))

    half_hours = Parameters(rounding_minutes=30, minimum_minutes=30)
    for number in range(SHIFTS):
        shift = str(chance.randrange(10**6) * 1_000 + number)
        start = NEW_YEAR + chance.randrange(365) * DAY + chance.choice((8, 9, 14, 18)) * HOUR
        end = start + chance.choice((90, 120, 180, 240)) * MINUTE
        early, late = start - chance.randrange(20 * MINUTE), end + chance.randrange(-20 * MINUTE, 20 * MINUTE)
        kind, role, group = "service", "volunteer", None
        breaks: list[tuple[int, int]] = []
        parameters = half_hours if chance.random() < 0.1 else Parameters()
        case = chance.random()
        if case < 0.10:  # a class: learning time
            kind, role = "training", "learner"
        elif case < 0.13:
            kind, role = "meeting", "attendee"
        elif case < 0.18:
            kind, role, group = "preparation", "leader", str(number // 20)
        elif case < 0.33:  # a meal within
            breaks = [(start + HOUR, start + HOUR + 25 * MINUTE)]
        elif case < 0.36:  # a night watch over midnight
            start += 12 * HOUR
            end, early, late = start + 5 * HOUR, early + 12 * HOUR, start + 5 * HOUR
        activities.append(Activity(shift, kind, role, start, end, None, breaks, group, parameters))
        case = chance.random()
        if case < 0.05:  # no check-out
            scans.append(Scan(early, True, shift))
        elif case < 0.10:  # out for a while
            visit(shift, early, start + 30 * MINUTE)
            visit(shift, start + 45 * MINUTE, late)
        elif case < 0.13:  # a second tap
            visit(shift, early, late)
            scans.append(Scan(start + MINUTE, True, shift))
        else:
            visit(shift, early, late)
    scans.sort(key=lambda scan: scan.at)
    return activities, scans


def run() -> list[dict[str, Any]]:
    """Return the median of several rounds over the same volunteers: visits a second of CPU time."""
    chance = random.Random(2026)
    years = [volunteer_year(chance) for _ in range(VOLUNTEERS)]
    visits = sum(not scan.is_in for _, scans in years for scan in scans)  # a visit that counts ends with a check-out
    rates = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for activities, scans in years:
            settle(activities, scans, timezone=SHANGHAI)
        rates.append(visits / (time.process_time() - started))
    return [
        {
            "id": "rule_visits_per_second",
            "value": round(statistics.median(rates)),
            "unit": "visits/s",
            "budget": 100_000,
            "aim": 400_000,
        }
    ]


if __name__ == "__main__":
    print(run())
