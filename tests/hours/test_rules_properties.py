"""Counting hours with any scans: properties that always hold, and a slow oracle over every second."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.hours.rules import KINDS, ROLES, Activity, Approval, DayLimit, Parameters, Record, Scan, settle

pytestmark = pytest.mark.slow

# Nights of two and a half hours: midnight within, in one of them with a clock put back at 00:01 to 23:01.
NIGHTS = {
    ZoneInfo("Asia/Shanghai"): int(dt.datetime(2026, 1, 10, 14, 30, tzinfo=dt.UTC).timestamp()),
    ZoneInfo("America/St_Johns"): int(dt.datetime(2010, 11, 7, 1, 30, tzinfo=dt.UTC).timestamp()),
}
LENGTH = 9_000  # seconds
IDS = ("1", "10", "9", "a")
DATES = [dt.date(2026, 1, 10), dt.date(2026, 1, 11), dt.date(2010, 11, 6), dt.date(2010, 11, 7)]

patient = settings(deadline=None, max_examples=50)  # the machine may be busy

minutes = st.integers(0, 90)
# Mostly whole minutes, so that moments coincide; sometimes a second beside them.
seconds = st.builds(lambda minute, second: minute * 60 + second, st.integers(0, 150), st.sampled_from([0, 0, 1, 59]))
parameters = st.builds(
    Parameters,
    rounding_minutes=st.sampled_from([1, 1, 5, 15]),
    minimum_minutes=st.integers(0, 30),
    preparation_minutes=minutes,
    max_visits=st.integers(0, 3),
    max_visit_minutes=st.integers(0, 150),
)
day_limits = st.builds(DayLimit, st.integers(0, 150), st.integers(0, 150))


@st.composite
def activities(draw: st.DrawFn, id: str, start: int) -> Activity:
    first, last = sorted(draw(st.tuples(seconds, seconds)))
    return Activity(
        id=id,
        kind=draw(st.sampled_from([*KINDS, "service", "preparation"])),
        role=draw(st.sampled_from([*ROLES, "volunteer", "leader"])),
        starts_at=start + first,
        ends_at=start + last + 1,
        overtime_until=draw(st.none() | st.integers(0, 1_800).map(lambda more: start + last + 1 + more)),
        breaks=[(start + a, start + a + b + 1) for a, b in draw(st.lists(st.tuples(seconds, seconds), max_size=2))],
        group=draw(st.sampled_from([None, None, "g", "a"])),
        parameters=draw(parameters),
    )


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the arguments of `settle`."""
    zone = draw(st.sampled_from(list(NIGHTS)))
    start = NIGHTS[zone]
    shifts = [draw(activities(id, start)) for id in draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1))]
    scan = st.builds(Scan, seconds.map(lambda second: start + second), st.booleans(), st.sampled_from(shifts).map(_id))
    limits = dict(zip(DATES, draw(st.tuples(*[day_limits for _ in DATES])), strict=True))
    return {
        "activities": shifts,
        "scans": draw(st.lists(scan, max_size=16)),
        "timezone": zone,
        "limit_on": limits.__getitem__,
        "approvals": draw(st.lists(st.builds(Approval, st.sampled_from(DATES), st.integers(0, 200)), max_size=3)),
    }


def _id(activity: Activity) -> str:
    return activity.id


def oracle(
    activities: list[Activity], scans: list[Scan], timezone: ZoneInfo, limit_on: Any, approvals: list[Approval]
) -> list[Record]:
    """Count exactly as H3 says, with sets of seconds. The records have no steps."""

    def date_of(second: int) -> dt.date:
        return dt.datetime.fromtimestamp(second, timezone).date()

    def on(date: dt.date, time: set[int]) -> int:
        return sum(date_of(second) == date for second in time)

    category, flags, visits, time = {}, defaultdict(set), defaultdict(list), {}
    for activity in activities:
        rules = activity.parameters
        if activity.role == "attendee" or activity.kind == "other":
            category[activity.id] = "none"
        elif activity.role == "learner":
            category[activity.id] = "training" if activity.kind == "training" else "none"
        else:
            category[activity.id] = "service"

        opened = None
        own = [scan for scan in scans if scan.activity == activity.id]
        for scan in sorted(own, key=lambda scan: (scan.at, "in" if scan.is_in else "and before it: out")):
            if opened is not None and scan.at - opened > rules.max_visit_minutes * 60:
                flags[activity.id, date_of(opened)].add("missing_check_out")
                opened = None
            if scan.is_in and opened is None:
                opened = scan.at
            elif scan.is_in:
                flags[activity.id, date_of(scan.at)].add("double_check_in")
            elif opened is None:
                flags[activity.id, date_of(scan.at)].add("missing_check_in")
            else:
                visits[activity.id].append((opened, scan.at))
                opened = None
        if opened is not None:
            flags[activity.id, date_of(opened)].add("missing_check_out")

        for start, _ in visits[activity.id]:
            if sum(date_of(other) == date_of(start) for other, _ in visits[activity.id]) > rules.max_visits:
                flags[activity.id, date_of(start)].add("too_many_visits")

        time[activity.id] = {
            second
            for start, end in visits[activity.id]
            for second in range(start, end)
            if activity.starts_at <= second < (activity.overtime_until or activity.ends_at)
            and not any(a <= second < b for a, b in activity.breaks)
        }

    claiming = [activity for activity in activities if category[activity.id] != "none"]
    claiming.sort(key=lambda activity: (visits[activity.id][0][0] if visits[activity.id] else 0, activity.id))
    after_breaks = {id: set(its) for id, its in time.items()}
    for place, activity in enumerate(claiming):
        for earlier in claiming[:place]:
            for second in time[activity.id] & after_breaks[earlier.id]:
                flags[activity.id, date_of(second)].add("overlap")
            time[activity.id] = time[activity.id] - after_breaks[earlier.id]

    found: dict[str, dict[dt.date, int]] = {}
    for activity in claiming:
        dates = {date_of(second) for second in time[activity.id]} | {d for id, d in list(flags) if id == activity.id}
        found[activity.id] = {
            date: on(date, time[activity.id]) // 60 for date in sorted(dates or {date_of(activity.starts_at)})
        }

    serving = [activity for activity in claiming if category[activity.id] == "service"]
    for activity in serving:
        if 0 < sum(found[activity.id].values()) < activity.parameters.minimum_minutes:
            for date in found[activity.id]:
                if found[activity.id][date] > 0:
                    found[activity.id][date] = 0
                    flags[activity.id, date].add("below_minimum")

    used: dict[Any, int] = defaultdict(int)
    for activity in serving:
        if activity.kind == "preparation":
            group = [
                a
                for a in activities
                if a.kind == "preparation" and (a.group or a.id) == (activity.group or activity.id)
            ]
            most = min(group, key=lambda a: (a.starts_at, a.id)).parameters.preparation_minutes
            for date, stands in found[activity.id].items():
                allowed = min(stands, most - used[activity.group or activity.id])
                if allowed < stands:
                    flags[activity.id, date].add("preparation_cap")
                found[activity.id][date] = allowed
                used[activity.group or activity.id] += allowed

    for activity in serving:
        for date, stands in found[activity.id].items():
            approved = [approval.daily_minutes for approval in approvals if approval.date == date]
            limit = min(max([limit_on(date).daily_minutes, *approved]), limit_on(date).hard_minutes)
            allowed = min(stands, limit - used[date])
            if allowed < stands:
                flags[activity.id, date].add("daily_cap")
            found[activity.id][date] = (
                allowed // activity.parameters.rounding_minutes * activity.parameters.rounding_minutes
            )
            used[date] += found[activity.id][date]

    records = [
        Record(id, date, category[id], stands, tuple(sorted(flags[id, date])), ())
        for id, by_date in found.items()
        for date, stands in by_date.items()
    ] + [
        Record(activity.id, date_of(activity.starts_at), "none", 0, ("not_service",), ())
        for activity in activities
        if category[activity.id] == "none"
    ]
    return sorted(records, key=lambda record: (record.date, record.activity))


@settings(patient, max_examples=150)
@given(situations())
def test_looking_at_every_second_gives_the_same_records(situation: dict[str, Any]) -> None:
    assert settle(**situation) == oracle(**situation)


@patient
@given(situations(), st.randoms())
def test_the_order_of_scans_and_activities_does_not_matter(situation: dict[str, Any], chance: Any) -> None:
    before = settle(**situation, explain=True)
    chance.shuffle(situation["activities"])
    chance.shuffle(situation["scans"])

    assert settle(**situation, explain=True) == before


@patient
@given(situations())
def test_counting_again_gives_the_same_and_changes_nothing_it_was_given(situation: dict[str, Any]) -> None:
    given_scans, given_activities = list(situation["scans"]), list(situation["activities"])

    assert settle(**situation, explain=True) == settle(**situation, explain=True)
    assert situation["scans"] == given_scans
    assert situation["activities"] == given_activities


@patient
@given(situations())
def test_asking_for_the_steps_changes_nothing_else(situation: dict[str, Any]) -> None:
    assert settle(**situation) == [record._replace(steps=()) for record in settle(**situation, explain=True)]


@patient
@given(situations())
def test_the_steps_lead_from_nothing_to_the_records_minutes(situation: dict[str, Any]) -> None:
    for record in settle(**situation, explain=True):
        first, *later = record.steps
        assert first.clause == ("H9" if record.category == "none" else "H1-visits")
        assert first.before == 0
        assert record.steps[-1].after == record.minutes
        for step, next_step in zip(record.steps, later, strict=False):
            assert step.after == next_step.before
        assert all(step.after < step.before for step in later)
        assert [step.clause for step in later] == [clause for clause in _ORDER if clause in {s.clause for s in later}]


_ORDER = ("H3-plan", "H2-breaks", "H5-overlap", "H3-minimum", "H8-preparation", "H4-day", "H3-round")


@patient
@given(situations())
def test_never_more_than_was_scanned_on_the_date(situation: dict[str, Any]) -> None:
    for record in settle(**situation, explain=True):
        assert 0 <= record.minutes <= record.steps[0].after


@patient
@given(situations())
def test_a_minute_counts_once_and_a_day_stays_within_its_limit(situation: dict[str, Any]) -> None:
    total: dict[Any, int] = defaultdict(int)
    for record in settle(**situation):
        total[record.date] += record.minutes
        total[record.date, record.category] += record.minutes

    for date in DATES:
        approved = [approval.daily_minutes for approval in situation["approvals"] if approval.date == date]
        limit = situation["limit_on"](date)
        assert total[date, "service"] <= min(max([limit.daily_minutes, *approved]), limit.hard_minutes)
    span = [scan.at for scan in situation["scans"]]
    assert sum(total[date] for date in DATES) * 60 <= (max(span) - min(span) if span else 0)


@patient
@given(situations())
def test_each_activity_has_a_record_and_each_date_at_most_one(situation: dict[str, Any]) -> None:
    records = settle(**situation)

    assert {record.activity for record in records} == {activity.id for activity in situation["activities"]}
    assert len({(record.activity, record.date) for record in records}) == len(records)
    assert records == sorted(records, key=lambda record: (record.date, record.activity))
    assert all(record.flags == tuple(sorted(set(record.flags))) for record in records)


@patient
@given(situations())
def test_a_longer_day_never_lowers_what_a_day_counts(situation: dict[str, Any]) -> None:
    """This holds without rounding: with it, a longer record may leave less time to a later one."""
    whole = [replace(activity, parameters=Parameters()) for activity in situation["activities"]]
    situation |= {"activities": whole, "approvals": []}
    shorter = sum(record.minutes for record in settle(**situation))
    limit_on = situation["limit_on"]
    situation["limit_on"] = lambda date: limit_on(date)._replace(daily_minutes=1_440)

    assert sum(record.minutes for record in settle(**situation)) >= shorter
