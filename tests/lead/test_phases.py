"""The phase of an activity and the leader's next act, at both sides of each border. Pure."""

import datetime as dt

import pytest

from academy.lead.phases import Act, Phase, Span, Work, next_act, opens_next, phase_at

DAY = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def at(clock):
    hours, minutes = map(int, clock.split(":"))
    return DAY + dt.timedelta(hours=hours, minutes=minutes)


def span(opens, ends, closes):
    return Span(ends_at=at(ends), opens_at=at(opens), closes_at=at(closes))


MORNING = span("7:30", "12:00", "15:00")
EVENING = span("16:30", "21:00", "24:00")
AFTERNOON = span("11:30", "16:00", "19:00")  # overlaps the morning's window


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (MORNING.opens_at - MICROSECOND, Phase.BEFORE),
        (MORNING.opens_at, Phase.DURING),
        (MORNING.closes_at, Phase.DURING),
        (MORNING.closes_at + MICROSECOND, Phase.AFTER),
    ],
)
def test_the_phase_of_one_shift(moment, phase):
    assert phase_at([MORNING], moment) == phase


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (at("7:00"), Phase.BEFORE),
        (MORNING.closes_at, Phase.DURING),
        (MORNING.closes_at + MICROSECOND, Phase.BEFORE),
        (EVENING.opens_at - MICROSECOND, Phase.BEFORE),
        (EVENING.opens_at, Phase.DURING),
        (EVENING.closes_at + MICROSECOND, Phase.AFTER),
    ],
)
def test_between_two_shifts_the_next_one_is_still_to_come(moment, phase):
    assert phase_at([MORNING, EVENING], moment) == phase
    assert phase_at([EVENING, MORNING], moment) == phase


def test_a_cancelled_activity_has_no_other_phase():
    for moment in (at("7:00"), at("9:00"), at("23:00")):
        assert phase_at([MORNING], moment, cancelled=True) == Phase.CANCELLED


def test_an_activity_without_shifts_is_over():
    assert phase_at([], at("9:00")) == Phase.AFTER
    assert opens_next([], at("9:00")) is None
    assert next_act([], at("9:00"), Work()) == Act.NONE


def test_the_next_opening():
    both = [EVENING, MORNING]
    assert opens_next(both, MORNING.opens_at - MICROSECOND) == MORNING.opens_at
    assert opens_next(both, MORNING.opens_at) == EVENING.opens_at
    assert opens_next(both, EVENING.opens_at) is None


@pytest.mark.parametrize(
    ("moment", "work", "act"),
    [
        (at("7:00"), Work(), Act.PRINT),
        (at("7:00"), Work(to_evaluate=3), Act.PRINT),
        (at("7:30"), Work(), Act.SCREEN),
        (at("11:45") - MICROSECOND, Work(inside=3, to_confirm=2), Act.SCREEN),
        (at("11:45"), Work(inside=3, to_confirm=2), Act.OUT),
        (at("11:45"), Work(to_confirm=2, to_evaluate=2), Act.CONFIRM),
        (at("12:10"), Work(to_evaluate=2), Act.EVALUATE),
        (at("12:10"), Work(), Act.SCREEN),
        (at("15:00"), Work(inside=1), Act.OUT),
        (at("15:00") + MICROSECOND, Work(inside=1), Act.NONE),
        (at("15:01"), Work(to_confirm=1, to_evaluate=1), Act.CONFIRM),
        (at("15:01"), Work(to_evaluate=1), Act.EVALUATE),
        (at("15:01"), Work(), Act.NONE),
    ],
)
def test_the_next_act_of_one_shift(moment, work, act):
    assert next_act([MORNING], moment, work) == act


@pytest.mark.parametrize(
    ("moment", "act"),
    [
        (at("11:29"), Act.SCREEN),  # the afternoon has not opened, and the morning does not end yet
        (at("12:00"), Act.SCREEN),  # people come for the afternoon
        (at("15:44"), Act.SCREEN),
        (at("15:45"), Act.OUT),
    ],
)
def test_near_the_end_means_the_last_shift_that_runs(moment, act):
    assert next_act([MORNING, AFTERNOON], moment, Work(inside=2)) == act


def test_between_two_shifts_what_waits_of_the_first_is_confirmed():
    assert next_act([MORNING, EVENING], at("15:30"), Work(to_confirm=4)) == Act.CONFIRM
    assert next_act([MORNING, EVENING], at("15:30"), Work(to_evaluate=4)) == Act.PRINT


def test_a_cancelled_activity_has_only_what_waits():
    assert next_act([MORNING], at("9:00"), Work(inside=1), cancelled=True) == Act.NONE
    assert next_act([MORNING], at("9:00"), Work(to_confirm=1), cancelled=True) == Act.CONFIRM
