"""Numbers that a program calculated: their binary noise is no minute less, over a whole day."""

import datetime as dt
from decimal import Decimal

import pytest

from academy.tables import cells

DAY = [minute / 1440 for minute in range(1441)]


def differences(first: float) -> dict[int, set[float]]:
    """Return the differences of all pairs of minutes of the day that begins at `first`, by their minutes."""
    day = [first + minute for minute in DAY]
    return {
        minutes: {end - start for start, end in zip(day, day[minutes:], strict=False)} for minutes in range(1, 1441)
    }


@pytest.mark.parametrize("first", [0, 45_717], ids=["times of day", "moments"])
def test_every_pair_of_minutes_gives_its_own_length(first: float) -> None:
    for minutes, found in differences(first).items():
        for part in found:
            assert cells.parse_minutes(part * 24) == minutes
            assert cells.parse_minutes(part * 1440, in_minutes=True) == minutes
            assert cells.parse_minutes(dt.timedelta(days=part)) == minutes


@pytest.mark.parametrize("first", [0, 45_717], ids=["times of day", "moments"])
def test_every_minute_of_the_day_is_read_from_its_part(first: int) -> None:
    for minute in range(1440):
        for step in (1440, 96, 24):  # minutes added up, as a column of times is made by pulling it down
            added = (
                first + sum([1 / step] * (minute * step // 1440)) if minute * step % 1440 == 0 else first + DAY[minute]
            )
            assert cells.parse_clock(added) == minute
            assert cells.parse_date(added) == (dt.date(2025, 3, 1) if first else None)


def test_a_program_gives_three_hours_less_a_breath() -> None:
    assert 2.9999999999999996 in {part * 24 for part in differences(0)[180]}
    assert cells.parse_minutes(2.9999999999999996) == 180


@pytest.mark.parametrize("thousandths", range(1, 3_000, 7))
def test_a_number_that_somebody_wrote_is_cut_and_never_rounded_up(thousandths: int) -> None:
    written = Decimal(thousandths) / 1000
    for cell in (float(written), str(written)):
        assert cells.parse_minutes(cell) == int(written * 60)


def test_text_stays_cut_as_it_is_written() -> None:
    assert cells.parse_minutes("2.9999999999999996") == 179
    assert [cells.parse_minutes(hours) for hours in (2.9999, 2.99999)] == [179, 179]


def test_a_moment_a_breath_before_midnight_is_the_next_day() -> None:
    assert cells.parse_date(45716.999999999993) == dt.date(2025, 3, 1)
    assert cells.parse_clock(dt.time(8, 59, 59, 999_000)) == 540
