"""The time of a scan, found from clocks that were right, wrong, set or asleep. No database."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from academy.checkin.clocks import DRIFT, MOST_DRIFT, NEAR, FoundTime, ScanClocks, find_times
from tests.checkin.phone import Phone

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
EIGHT = dt.datetime(2026, 1, 10, 0, tzinfo=dt.UTC)  # in Shanghai; the roster is downloaded


def clock(text: str) -> dt.datetime:
    hours, minutes = map(int, text.split(":"))
    return EIGHT + (hours - 8) * HOUR + minutes * MINUTE


def phone(**changes: Any) -> Phone:
    return Phone(bought=EIGHT - HOUR, **changes)


def times_of(
    phone: Phone, *scans: str, sent: str | None = "13:00", read: tuple[str, ...] = ("8:00",), until: str = "18:00"
) -> list[FoundTime]:
    """Return the found times: `read` are the downloads; without `sent`, the scans came as a file."""
    readings = [phone.reading(clock(moment)) for moment in read]
    told = [
        phone.told(clock(at), place, max(clock(moment) for moment in read if clock(moment) <= clock(at)))
        for place, at in enumerate(scans, 1)
    ]
    if sent is not None:
        readings.append(phone.reading(clock(sent)))
    return find_times(told, readings, until=clock(sent or until), known=[])


def known_scan(phone: Phone, at: str, place: int) -> tuple[ScanClocks, dt.datetime]:
    """Return a stored scan whose time was not in doubt."""
    return phone.told(clock(at), place, None), clock(at)


def shown(found: list[FoundTime]) -> list[tuple[str, bool]]:
    """Return the times as one reads them, and whether each is in doubt."""
    return [
        (f"{(one.at + 8 * HOUR):%-H:%M}" if abs(one.at - EIGHT) < DAY else str(one.at), not one.proof) for one in found
    ]


SURE = [("9:00", False), ("12:00", False)]


# A clock that nobody sets


@pytest.mark.parametrize("has_steady", [True, False], ids=["steady", "0.1.0"])
@pytest.mark.parametrize(
    "ahead",
    [dt.timedelta(), HOUR, -HOUR, -DAY, 3 * DAY, -20 * 365 * DAY, 17 * 365 * DAY],
    ids=["right", "+1h", "-1h", "-1d", "+3d", "-20y", "+17y"],
)
def test_a_clock_that_is_right_or_wrong_all_day_gives_the_true_times(ahead: dt.timedelta, has_steady: bool) -> None:
    assert shown(times_of(phone(ahead=ahead, has_steady=has_steady), "9:00", "12:00")) == SURE


def test_sleep_and_a_new_run_of_the_page_change_nothing_while_the_clock_was_not_set() -> None:
    asleep = phone(ahead=HOUR, sleeps=[(clock("9:10"), clock("11:50"))])
    assert shown(times_of(asleep, "9:00", "12:00")) == SURE
    again = phone(ahead=HOUR, loads=[clock("10:00"), clock("12:30")])
    assert shown(times_of(again, "9:00", "12:00")) == SURE


@pytest.mark.parametrize("has_steady", [True, False], ids=["steady", "0.1.0"])
def test_scans_that_wait_for_days_keep_their_times(has_steady: bool) -> None:
    waiting = phone(ahead=-HOUR, has_steady=has_steady, sleeps=[(clock("12:10"), clock("12:10") + 4 * DAY)])
    readings = [waiting.reading(EIGHT), waiting.reading(EIGHT + 5 * DAY)]
    told = [waiting.told(clock("9:00"), 1, EIGHT), waiting.told(clock("12:00"), 2, EIGHT)]
    assert shown(find_times(told, readings, until=EIGHT + 5 * DAY, known=[])) == SURE


@pytest.mark.parametrize(("days", "doubted"), [(1, False), (3, False), (4, True)])
def test_a_clock_that_gains_minutes_in_a_day_is_no_clock_that_was_set(days: int, doubted: bool) -> None:
    fast = phone(drift=DRIFT, has_steady=False)
    readings = [fast.reading(EIGHT), fast.reading(EIGHT + days * DAY)]
    (found,) = find_times([fast.told(clock("12:00"), 1, None)], readings, until=EIGHT + days * DAY, known=[])
    assert abs(found.at - clock("12:00")) <= (MOST_DRIFT + NEAR if doubted else SECOND)
    assert (not found.proof) is doubted


@pytest.mark.parametrize(("seconds", "doubted"), [(60, False), (200, True)])
def test_a_change_above_drift_is_in_doubt(seconds: int, doubted: bool) -> None:
    set_once = phone(has_steady=False, sets=[(clock("10:00"), seconds * SECOND)])
    assert [one for _, one in shown(times_of(set_once, "9:00"))] == [doubted]


# A clock that somebody sets


AHEAD = pytest.mark.parametrize(
    "ahead", [HOUR, -HOUR, 2 * HOUR, -DAY, 365 * DAY], ids=["+1h", "-1h", "+2h", "-1d", "+1y"]
)
ONCE = [["8:30"], ["10:00"], ["12:30"]]
TWICE = [["8:30", "12:30"], ["8:30", "10:00"], ["10:00", "12:30"]]


def sets(moments: list[str], ahead: dt.timedelta) -> list[tuple[dt.datetime, dt.timedelta]]:
    """Set the clock at the first moment, and right again at the second."""
    return [(clock(at), dt.timedelta() if index else ahead) for index, at in enumerate(moments)]


def assert_none_is_silently_wrong(found: list[FoundTime]) -> None:
    """In at nine, out at twelve."""
    for (text, doubted), true in zip(shown(found), ("9:00", "12:00"), strict=True):
        assert doubted or text == true


@AHEAD
@pytest.mark.parametrize("moments", ONCE + TWICE, ids="-".join)
def test_the_steady_clock_finds_the_true_times(moments: list[str], ahead: dt.timedelta) -> None:
    assert shown(times_of(phone(sets=sets(moments, ahead)), "9:00", "12:00")) == SURE


@AHEAD
@pytest.mark.parametrize("moments", ONCE + TWICE, ids="-".join)
def test_a_phone_that_slept_gives_the_true_times_or_times_in_doubt(moments: list[str], ahead: dt.timedelta) -> None:
    asleep = phone(sets=sets(moments, ahead), sleeps=[(clock("10:10"), clock("10:40"))])
    assert_none_is_silently_wrong(times_of(asleep, "9:00", "12:00"))


@AHEAD
@pytest.mark.parametrize("moments", ONCE + TWICE, ids="-".join)
def test_a_file_has_the_true_times_or_times_in_doubt(moments: list[str], ahead: dt.timedelta) -> None:
    assert_none_is_silently_wrong(times_of(phone(sets=sets(moments, ahead)), "9:00", "12:00", sent=None))


@AHEAD
@pytest.mark.parametrize("moments", ONCE, ids="-".join)
@pytest.mark.parametrize(
    "changes", [{"loads": [clock("8:10"), clock("12:50")]}, {"has_steady": False}], ids=["loaded again", "0.1.0"]
)
def test_without_a_steady_clock_at_a_contact_the_times_are_true_or_in_doubt(
    changes: dict[str, Any], moments: list[str], ahead: dt.timedelta
) -> None:
    assert_none_is_silently_wrong(times_of(phone(sets=sets(moments, ahead), **changes), "9:00", "12:00"))


def test_a_scan_after_the_clock_was_set_back_shows_it_although_no_contact_does() -> None:
    """The times are in the order of the numbers, but the steady clock counted more than lies between them."""
    excursion = phone(
        sets=[(clock("9:30"), HOUR), (clock("10:30"), dt.timedelta())], loads=[clock("8:10"), clock("12:50")]
    )
    found = times_of(excursion, "9:00", "10:00", "11:30")
    assert shown(found) == [("9:00", False), ("11:00", True), ("11:30", True)]


@pytest.mark.parametrize(
    ("set_back", "loads", "doubted"),
    [(False, ["10:40"], False), (True, ["10:40"], True), (True, [], False)],
    ids=["unknown", "the page saw it", "one run proves the time"],
)
def test_the_page_saw_at_a_later_load_that_the_clock_had_been_set_back(set_back, loads, doubted) -> None:
    """The contacts before and after agree, and the scan between them is an hour off."""
    excursion = phone(
        sets=[(clock("9:30"), HOUR), (clock("10:30"), dt.timedelta())], loads=[clock(load) for load in loads]
    )
    told = replace(excursion.told(clock("10:00"), 1, clock("8:00")), set_back=set_back)
    readings = [excursion.reading(clock(at)) for at in ("8:00", "13:00")]
    found = find_times([told], readings, until=clock("13:00"), known=[])
    assert shown(found) == [("11:00" if loads else "10:00", doubted)]


def test_an_hour_forward_between_scan_and_sending_without_a_steady_clock() -> None:
    """By the sending alone the check-in would be an hour early, and nothing would show it."""
    forward = phone(sets=[(clock("12:30"), HOUR)], has_steady=False)
    assert shown(times_of(forward, "9:30", "12:00")) == [("9:30", True), ("11:00", True)]
    between = phone(sets=[(clock("10:00"), 2 * HOUR)], has_steady=False)
    assert shown(times_of(between, "9:00", "12:00")) == [("9:00", True), ("12:00", True)]


def test_a_clock_set_before_the_download_is_only_wrong() -> None:
    early = phone(sets=[(clock("7:30"), HOUR)], loads=[clock("7:40")])
    assert shown(times_of(early, "9:00", "12:00")) == SURE


def test_set_back_before_another_scan_the_numbers_contradict_the_times() -> None:
    """Between two contacts it was set and set back, without a steady clock: the order alone shows it."""
    excursion = phone(sets=[(clock("9:30"), 2 * HOUR), (clock("10:30"), dt.timedelta())], has_steady=False)
    found = times_of(excursion, "9:00", "10:00", "11:00", "12:30")
    assert shown(found) == [("9:00", False), ("12:00", True), ("11:00", True), ("12:30", False)]


def test_numbers_against_times_are_in_doubt_and_keep_their_times() -> None:
    old = phone(has_steady=False)
    readings = [old.reading(EIGHT), old.reading(clock("13:00"))]
    told = [old.told(clock(at), place, None) for place, at in ((2, "9:00"), (1, "9:02"), (3, "9:01"))]
    found = find_times(told, readings, until=clock("13:00"), known=[known_scan(old, "12:00", 4)])
    assert shown(found) == [("9:00", True), ("9:02", True), ("9:01", False)]
    (near,) = find_times(
        [old.told(clock("9:01"), 2, None)],
        readings,
        until=clock("13:00"),
        known=[known_scan(old, "9:02", 1)],
    )
    assert near.proof  # two pages of one phone may swap numbers at the same moment


def test_a_number_decides_between_two_credible_times() -> None:
    back = phone(sets=[(clock("9:30"), -HOUR)], has_steady=False)
    assert shown(times_of(back, "10:30", sent="12:00", read=("8:00", "9:00", "10:00"))) == [("10:30", True)]
    told = [back.told(clock("10:30"), 2, None)]
    readings = [back.reading(clock(at)) for at in ("8:00", "9:00", "10:00", "12:00")]
    (found,) = find_times(told, readings, until=clock("12:00"), known=[known_scan(back, "10:10", 1)])
    assert shown([found]) == [("10:30", False)]


def test_the_roster_that_the_page_had_decides_too() -> None:
    back = phone(sets=[(clock("9:30"), -HOUR)], loads=[clock("10:05")])
    assert shown(times_of(back, "10:30", sent="12:00", read=("8:00", "9:00", "10:00"))) == [("10:30", False)]


# A steady clock that cannot be


def test_a_steady_clock_that_follows_the_wall_clock_proves_nothing() -> None:
    broken = phone(sets=[(clock("10:00"), HOUR)])
    readings, told = [], []
    for at in ("8:00", "13:00"):
        reading = broken.reading(clock(at))
        assert reading.steady is not None
        shift = round((reading.ahead / SECOND) * 1000)
        readings.append(type(reading)(reading.at, reading.said, reading.run, reading.steady + shift))
    told = [broken.told(clock("9:00"), 1, EIGHT)]
    assert shown(find_times(told, readings, until=clock("13:00"), known=[])) == [("9:00", True)]


def test_when_our_own_clock_was_set_the_times_are_in_doubt() -> None:
    """The server was ten minutes behind at the download and was put right before the sending."""
    right = phone()
    first = right.reading(EIGHT)
    readings = [type(first)(EIGHT - 10 * MINUTE, first.said, first.run, first.steady), right.reading(clock("13:00"))]
    (found,) = find_times([right.told(clock("9:00"), 1, None)], readings, until=clock("13:00"), known=[])
    assert not found.proof
    assert abs(found.at - clock("9:00")) <= 10 * MINUTE


# Files


def test_a_file_is_sure_where_both_clocks_agree_since_the_download() -> None:
    assert shown(times_of(phone(ahead=-42 * MINUTE), "9:00", "12:00", sent=None)) == SURE


def test_a_clock_set_after_the_scans_does_not_matter_to_a_file() -> None:
    assert shown(times_of(phone(sets=[(clock("12:30"), HOUR)]), "9:00", "12:00", sent=None)) == SURE


@pytest.mark.parametrize(
    "changes",
    [{"sleeps": [(clock("8:10"), clock("8:50"))]}, {"loads": [clock("8:10")]}, {"has_steady": False}],
    ids=["slept", "loaded again", "0.1.0"],
)
def test_a_file_whose_clock_nothing_confirms_is_in_doubt(changes: dict[str, Any]) -> None:
    assert shown(times_of(phone(**changes), "9:00", sent=None)) == [("9:00", True)]


def test_without_any_contact_the_device_s_own_time_is_in_doubt() -> None:
    (found,) = find_times([phone().told(clock("9:00"), 1, None)], [], until=clock("13:00"), known=[])
    assert shown([found]) == [("9:00", True)]
