"""Counting hours (H1–H10, C3): records of whole minutes, with their steps, from one volunteer's scans.

Pure: the standard library only, no clock, no settings. A moment is whole seconds since 1970-01-01T00:00Z, a stretch of
time is a pair (start, end) of moments. H3 fixes the order of the steps: `settle` takes them one after the other, each
for all activities, and each function cites its number. H7 and H10 need no code: no step multiplies, adds a bonus or
lets a minute expire.
"""

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

KINDS = ("service", "preparation", "training", "meeting", "other")
ROLES = ("volunteer", "leader", "instructor", "assistant", "learner", "attendee")
SERVICE, TRAINING, NONE = CATEGORIES = ("service", "training", "none")
CLAUSES = (
    "H1-visits",
    "H3-plan",
    "H2-breaks",
    "H5-overlap",
    "H3-minimum",
    "H8-preparation",
    "H4-day",
    "H3-round",
    "H9",
)
FLAGS = (
    "below_minimum",
    "daily_cap",
    "double_check_in",
    "missing_check_in",
    "missing_check_out",
    "not_service",
    "overlap",
    "preparation_cap",
    "too_many_visits",
)

_CATEGORY_OF = {(kind, role): SERVICE for kind in KINDS for role in ROLES}
_CATEGORY_OF |= {(kind, "learner"): TRAINING if kind == "training" else NONE for kind in KINDS}  # T2, T7
_CATEGORY_OF |= {(kind, "attendee"): NONE for kind in KINDS}  # H9
_CATEGORY_OF |= {("other", role): NONE for role in ROLES}  # H9

Stretch = tuple[int, int]
DAY = 86_400
EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a rule set that counting uses, with their defaults.

    Sources: L law, P practice, D our default. `settle` takes the day's limit (H4) from the volunteer's home community
    by `limit_on`, not from an activity's own rule set. A caller with one rule set for all returns its `day_limit`.
    """

    rounding_minutes: int = 1  # H3, D (half hours are usual in places: P); at least 1
    minimum_minutes: int = 15  # H3, D
    daily_minutes: int = 480  # H4, P / D
    daily_hard_minutes: int = 720  # H4, P / D
    preparation_minutes: int = 120  # H8, D
    max_visits: int = 3  # C3, P / D
    max_visit_minutes: int = 720  # H6, D
    paper_step_minutes: int = 6  # H1, D

    @property
    def day_limit(self) -> "DayLimit":
        return DayLimit(self.daily_minutes, self.daily_hard_minutes)


class DayLimit(NamedTuple):
    """The minutes of service that a local date may hold (H4): without an approval, and with any approval."""

    daily_minutes: int
    hard_minutes: int


DEFAULTS = Parameters()
DEFAULT_LIMIT = DEFAULTS.day_limit


def day_limit(limit: DayLimit, approved: int = 0) -> int:
    """Return the minutes that a local date may hold with an approval of `approved` minutes (H4)."""
    return min(max(limit.daily_minutes, approved), limit.hard_minutes)


class Approval(NamedTuple):
    """The approval of a second person that a local date hold up to `daily_minutes` (H4)."""

    date: dt.date
    daily_minutes: int


@dataclass(frozen=True, slots=True)
class Activity:
    """One shift of the product, as it concerns one volunteer. Moments are epoch seconds.

    `role` is what the volunteer's role there counts as. `breaks` are (start, end) pairs. `group` names the product's
    activity (default: its own id). `parameters` are those of the rule set in force on the shift's start date.
    """

    id: str
    kind: str
    role: str
    starts_at: int
    ends_at: int
    overtime_until: int | None = None
    breaks: Sequence[Stretch] = ()
    group: str | None = None
    parameters: Parameters = DEFAULTS

    @property
    def in_group(self) -> str:
        return self.id if self.group is None else self.group


class Standing(NamedTuple):
    """Settled minutes of one activity on one local date: a later count takes them as given (H4, H5).

    `time` are the stretches that they hold; none where only minutes are known. `group` is set for a preparation.
    """

    activity: str
    date: dt.date
    category: str
    minutes: int
    time: Sequence[Stretch] = ()
    group: str | None = None


class Scan(NamedTuple):
    """An accepted scan. Its fields sort as step 2 needs: by time, at equal times out (False) before in."""

    at: int
    is_in: bool
    activity: str


class Step(NamedTuple):
    """The change that one clause made to a record's whole minutes."""

    clause: str
    before: int
    after: int


class Record(NamedTuple):
    """A volunteer's time in one activity on one local date: whole minutes, sorted flags, and steps."""

    activity: str
    date: dt.date
    category: str
    minutes: int
    flags: tuple[str, ...]
    steps: tuple[Step, ...]


def settle(
    activities: Iterable[Activity],
    scans: Iterable[Scan],
    *,
    timezone: dt.tzinfo,
    limit_on: Callable[[dt.date], DayLimit] = lambda date: DEFAULT_LIMIT,
    approvals: Iterable[Approval] = (),
    standing: Sequence[Standing] = (),
    preparation_limits: Mapping[str, int] = MappingProxyType({}),
    explain: bool = False,
) -> list[Record]:
    """Return the records of one volunteer's accepted scans, by date, then activity id (H3 exactly).

    `limit_on` returns the limit of the volunteer's home community for a local date. The activities' ids are unique.
    `standing` comes first: it keeps its minutes and its time, and the rest is counted behind it. The records that stand
    are not returned. `preparation_limits` holds limits of groups by the rules of their first planned shift (H8);
    of a group that is not named there, the first of `activities` decides. `explain` fills the records' steps.

    Raises `KeyError` for a scan of an unknown activity and for an unknown kind or role.
    """
    calendar = _calendar_of(timezone)
    attendances, claiming = _claim(activities, scans, calendar, standing)
    _split(claiming, calendar)
    if explain:
        _explain_time(claiming, calendar)
    serving = [one for one in claiming if one.category == SERVICE]  # step 8: training stops here
    _apply_minimum(serving)
    _apply_preparation(serving, {**_preparation_limits(attendances), **preparation_limits}, standing)
    _apply_day(serving, limit_on, approvals, standing)
    return _records(attendances, calendar, explain)


def time_held(
    activities: Iterable[Activity],
    scans: Iterable[Scan],
    *,
    timezone: dt.tzinfo,
    standing: Sequence[Standing] = (),
) -> dict[tuple[str, dt.date], list[Stretch]]:
    """Return the time that each activity holds on each local date after step 6 (H5)."""
    calendar = _calendar_of(timezone)
    held: dict[tuple[str, dt.date], list[Stretch]] = {}
    for one in _claim(activities, scans, calendar, standing)[1]:
        for date, start, end in calendar.parts(one.left):
            held.setdefault((one.activity.id, date), []).append((start, end))
    return held


def _claim(
    activities: Iterable[Activity], scans: Iterable[Scan], calendar: "_Calendar", standing: Sequence[Standing]
) -> tuple[list["_Attendance"], list["_Attendance"]]:
    """Take steps 1 to 6. Return all activities, and those that may count, in the order of step 6."""
    attendances = {activity.id: _Attendance(activity) for activity in activities}  # step 1
    for one in standing:
        if one.activity in attendances:
            attendances[one.activity].stands[one.date] = one.minutes
    _pair(attendances, scans, calendar)
    claiming = [one for one in attendances.values() if one.category != NONE]
    _count(claiming, calendar)
    _keep_to_plan(claiming)
    _leave_breaks(claiming)
    claiming.sort(key=_Attendance.order_key)
    _leave_overlaps(claiming, calendar, standing)
    return list(attendances.values()), claiming


class _Attendance:
    """One activity on its way through the steps."""

    __slots__ = (
        "activity",
        "category",
        "flags",
        "left",
        "minutes",
        "opened",
        "planned",
        "stands",
        "steps",
        "visits",
        "worked",
    )
    planned: list[Stretch]  # after step 4
    worked: list[Stretch]  # after step 5
    left: list[Stretch]  # after step 6
    minutes: dict[dt.date, int]  # of each record, by date; from step 7 on

    def __init__(self, activity: Activity) -> None:
        self.activity = activity
        self.category = _CATEGORY_OF[activity.kind, activity.role]
        self.opened: int | None = None  # the check-in of the open visit, in step 2
        self.visits: list[Stretch] = []  # closed ones, as scanned
        self.flags: dict[dt.date, set[str]] = {}
        self.steps: dict[dt.date, list[Step]] = {}  # of each record, by date; empty unless asked for
        self.stands: dict[dt.date, int] = {}  # minutes of the records that stand, by date

    def order_key(self) -> tuple[int, str]:
        """Return the sort key of H5, the first check-in. Without a closed visit the order is irrelevant."""
        return self.visits[0][0] if self.visits else 0, self.activity.id

    def flag(self, date: dt.date, flag: str) -> None:
        self.flags.setdefault(date, set()).add(flag)

    def lower(self, date: dt.date, clause: str, minutes: int, flag: str | None = None) -> None:
        """Lower the record of `date` to `minutes`, by `clause`."""
        if self.steps:
            self.steps[date].append(Step(clause, self.minutes[date], minutes))
        if flag is not None:
            self.flag(date, flag)
        self.minutes[date] = minutes


def _pair(attendances: dict[str, _Attendance], scans: Iterable[Scan], calendar: "_Calendar") -> None:
    """Take step 2 (H6): pair check-ins and check-outs. A visit that is open or too long does not count."""
    for at, is_in, activity in sorted(scans):
        one = attendances[activity]
        opened = one.opened
        if opened is not None and at - opened > one.activity.parameters.max_visit_minutes * 60:
            one.flag(calendar.date(opened), "missing_check_out")
            opened = one.opened = None
        if is_in:
            if opened is None:
                one.opened = at
            else:
                one.flag(calendar.date(at), "double_check_in")
        elif opened is None:
            one.flag(calendar.date(at), "missing_check_in")
        else:
            one.visits.append((opened, at))
            one.opened = None
    for one in attendances.values():
        if one.opened is not None:
            one.flag(calendar.date(one.opened), "missing_check_out")


def _count(attendances: list[_Attendance], calendar: "_Calendar") -> None:
    """Take step 3 (C3): flag each local date with the check-ins of more visits than usual."""
    for one in attendances:
        most = one.activity.parameters.max_visits
        if len(one.visits) > most:
            for date, visits in Counter(calendar.date(check_in) for check_in, _ in one.visits).items():
                if visits > most:
                    one.flag(date, "too_many_visits")


def _keep_to_plan(attendances: list[_Attendance]) -> None:
    """Take step 4 (H1, H4): keep the time from the start to the end, or to the end of approved overtime."""
    for one in attendances:
        plan_start, plan_end = one.activity.starts_at, one.activity.ends_at
        if one.activity.overtime_until is not None:
            plan_end = one.activity.overtime_until
        one.planned = []
        for start, end in one.visits:
            if start < plan_start:
                start = plan_start
            if end > plan_end:
                end = plan_end
            if start < end:
                one.planned.append((start, end))


def _leave_breaks(attendances: list[_Attendance]) -> None:
    """Take step 5 (H2): subtract the breaks."""
    for one in attendances:
        one.worked = _subtract(one.planned, one.activity.breaks) if one.activity.breaks else one.planned


def _leave_overlaps(attendances: list[_Attendance], calendar: "_Calendar", standing: Sequence[Standing]) -> None:
    """Take step 6 (H5): count each minute once, for the activity that stands or was checked into first."""
    held: list[Stretch] = []
    held_until = 0
    for one in attendances:
        one.left = worked = one.worked
        if not worked:
            continue
        holes = [stretch for other in standing if other.activity != one.activity.id for stretch in other.time]
        if worked[0][0] < held_until:
            # A stretch that ended before this check-in ended before every later check-in too.
            held = [stretch for stretch in held if stretch[1] > one.visits[0][0]]
            holes += held
        if holes:
            one.left = _subtract(worked, holes)
            kept = calendar.seconds_by_date(one.left)
            for date, seconds in calendar.seconds_by_date(worked).items():
                if kept.get(date, 0) < seconds:
                    one.flag(date, "overlap")
        if one.stands:
            one.left = [(start, end) for date, start, end in calendar.parts(one.left) if date not in one.stands]
        held += one.left
        if worked[-1][1] > held_until:
            held_until = worked[-1][1]


def _split(attendances: list[_Attendance], calendar: "_Calendar") -> None:
    """Take step 7: make a record for each local date with time or a flag, else one on the start date."""
    for one in attendances:
        minutes = calendar.seconds_by_date(one.left)
        for date in minutes:
            minutes[date] //= 60
        for date in one.flags:
            minutes.setdefault(date, 0)
        minutes |= one.stands
        if not minutes:
            minutes[calendar.date(one.activity.starts_at)] = 0
        one.minutes = dict(sorted(minutes.items())) if len(minutes) > 1 else minutes


def _explain_time(attendances: list[_Attendance], calendar: "_Calendar") -> None:
    """Write the steps of the clauses up to here; each later clause adds its own."""
    for one in attendances:
        stages = {"H1-visits": one.visits, "H3-plan": one.planned, "H2-breaks": one.worked, "H5-overlap": one.left}
        before = dict.fromkeys(one.minutes, 0)
        for clause, time in stages.items():
            seconds = calendar.seconds_by_date(time)
            for date in one.minutes:
                after = seconds.get(date, 0) // 60
                if clause == "H1-visits" or after != before[date]:
                    one.steps.setdefault(date, []).append(Step(clause, before[date], after))
                before[date] = after


def _apply_minimum(attendances: list[_Attendance]) -> None:
    """Take step 9 (H3): set all records to 0 if together they are below the minimum."""
    for one in attendances:
        if 0 < sum(one.minutes.values()) < one.activity.parameters.minimum_minutes:
            for date, minutes in one.minutes.items():
                if minutes and date not in one.stands:
                    one.lower(date, "H3-minimum", 0, "below_minimum")


def _preparation_limits(attendances: Iterable[_Attendance]) -> dict[str, int]:
    """Return the limit of each preparation group, by the rule set of its first shift here (H8)."""
    sessions = [one.activity for one in attendances if one.activity.kind == "preparation"]
    sessions.sort(key=attrgetter("starts_at", "id"), reverse=True)
    return {session.in_group: session.parameters.preparation_minutes for session in sessions}


def _apply_preparation(attendances: list[_Attendance], left: dict[str, int], standing: Sequence[Standing]) -> None:
    """Take step 10 (H8): the shifts of a group share its limit.

    A shift uses up the minutes that it has after step 9. `left` holds what each group may still count.
    """
    for settled in standing:
        if settled.group in left:
            left[settled.group] = max(left[settled.group] - settled.minutes, 0)
    for one in attendances:
        if one.activity.kind == "preparation":
            group = one.activity.in_group
            for date, minutes in one.minutes.items():
                if date in one.stands:
                    continue
                if minutes > left[group]:
                    one.lower(date, "H8-preparation", left[group], "preparation_cap")
                left[group] -= one.minutes[date]


def _apply_day(
    attendances: list[_Attendance],
    limit_on: Callable[[dt.date], DayLimit],
    approvals: Iterable[Approval],
    standing: Sequence[Standing],
) -> None:
    """Take step 11 (H4, H3): cut each record to the rest of the day, round it down, use up the day."""
    approved: dict[dt.date, int] = {}
    for date, minutes in approvals:
        approved[date] = max(minutes, approved.get(date, 0))
    used: dict[dt.date, int] = {}
    for settled in standing:
        if settled.category == SERVICE:
            used[settled.date] = used.get(settled.date, 0) + settled.minutes
    left: dict[dt.date, int] = {}
    for one in attendances:
        rounding = one.activity.parameters.rounding_minutes
        for date, minutes in one.minutes.items():
            if date in one.stands:
                continue
            rest = left.get(date)
            if rest is None:
                rest = day_limit(limit_on(date), approved.get(date, 0))
                if date in used:
                    rest = max(rest - used[date], 0)
            if minutes > rest:
                minutes = rest
                one.lower(date, "H4-day", minutes, "daily_cap")
            if minutes % rounding:
                minutes -= minutes % rounding
                one.lower(date, "H3-round", minutes)
            left[date] = rest - minutes


def _records(attendances: Iterable[_Attendance], calendar: "_Calendar", explain: bool) -> list[Record]:
    rows: list[tuple[dt.date, str, str, int, tuple[str, ...], tuple[Step, ...]]] = []
    for one in attendances:
        activity, category = one.activity.id, one.category
        if category == NONE:  # H9
            if one.stands:
                continue
            steps = (Step("H9", 0, 0),) if explain else ()
            rows.append((calendar.date(one.activity.starts_at), activity, NONE, 0, ("not_service",), steps))
        else:
            for date, minutes in one.minutes.items():
                if date in one.stands:
                    continue
                flags = tuple(sorted(one.flags[date])) if date in one.flags else ()
                rows.append((date, activity, category, minutes, flags, tuple(one.steps[date]) if explain else ()))
    rows.sort()  # by date, then activity: no two rows have both in common
    # `Record(…)` does the same and takes three times as long.
    return [
        tuple.__new__(Record, (activity, date, category, minutes, flags, steps))
        for date, activity, category, minutes, flags, steps in rows
    ]


def _subtract(time: list[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """Return `time` without `holes`."""
    for hole_start, hole_end in holes:
        time = [
            (start, end)
            for whole_start, whole_end in time
            for start, end in ((whole_start, min(whole_end, hole_start)), (max(whole_start, hole_end), whole_end))
            if start < end
        ]
    return time


def union_seconds(times: Iterable[list[Stretch]]) -> int:
    """Return the seconds that are in at least one of `times`."""
    total, reached = 0, 0
    for start, end in sorted(stretch for time in times for stretch in time):
        total += max(end - max(start, reached), 0)
        reached = max(reached, end)
    return total


class _Calendar(dict[int, list[tuple[int, dt.date]]]):
    """A cache for one time zone: by the number of a UTC day, its local dates.

    Each date has the second at which it ends. A day is added at its first use. A date may stand there in several parts
    where the zone changes its clock.
    """

    def __init__(self, timezone: dt.tzinfo) -> None:
        self.timezone = timezone

    def __missing__(self, day: int) -> list[tuple[int, dt.date]]:
        parts = []
        second = day * DAY
        while second < (day + 1) * DAY:
            offset = self.offset(second)
            days, seconds = divmod(second + offset, DAY)
            until = second + DAY - seconds
            if self.offset(until - 1) != offset:
                rest = range(second, until)
                until = rest[bisect_left(rest, True, key=lambda later: self.offset(later) != offset)]
            parts.append((until, dt.date.fromordinal(EPOCH + days)))
            second = until
        self[day] = parts
        return parts

    def offset(self, second: int) -> int:
        """Return the seconds by which local time is ahead of UTC."""
        offset = dt.datetime.fromtimestamp(second, self.timezone).utcoffset()
        assert offset is not None
        return offset // dt.timedelta(seconds=1)

    def date(self, second: int) -> dt.date:
        """Return the local date of a second."""
        return next(date for until, date in self[second // DAY] if second < until)

    def parts(self, time: Iterable[Stretch]) -> Iterator[tuple[dt.date, int, int]]:
        """Yield `time` split at local midnight, each part with its local date."""
        for start, end in time:
            while start < end:
                until, date = next((until, date) for until, date in self[start // DAY] if start < until)
                yield date, start, min(until, end)
                start = until

    def seconds_by_date(self, time: Iterable[Stretch]) -> dict[dt.date, int]:
        """Return the seconds of `time` on each local date that it touches, split at local midnight."""
        seconds: dict[dt.date, int] = {}
        for start, end in time:
            while start < end:
                for until, date in self[start // DAY]:  # noqa: B007 (used below, for the part that holds `start`)
                    if start < until:
                        break
                if end < until:
                    until = end
                seconds[date] = seconds.get(date, 0) + until - start
                start = until
        return seconds


@lru_cache(maxsize=16)
def _calendar_of(timezone: dt.tzinfo) -> _Calendar:
    return _Calendar(timezone)


def local_date(second: int, timezone: dt.tzinfo) -> int:
    """Return the ordinal of the local date of a second."""
    return _calendar_of(timezone).date(second).toordinal()


def seconds_by_date(time: Iterable[Stretch], timezone: dt.tzinfo) -> dict[int, int]:
    """Return the seconds of `time` on each local date that it touches, by the date's ordinal."""
    return {date.toordinal(): seconds for date, seconds in _calendar_of(timezone).seconds_by_date(time).items()}


def paper_hours(minutes: int, paper_step_minutes: int = DEFAULTS.paper_step_minutes) -> Decimal:
    """Return hours with one decimal, as paper shows them: cut to whole steps, never rounded up (H1).

    A step of 0 means no steps. Negative minutes are cut towards 0.
    """
    shown = abs(minutes) - abs(minutes) % max(paper_step_minutes, 1)
    tenths = Decimal(shown * 10 // 60).scaleb(-1)
    return -tenths if minutes < 0 else tenths
