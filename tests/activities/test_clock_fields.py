"""Times of a plan, as people write them."""

import pytest
from django.core.exceptions import ValidationError

from academy.activities.clock_fields import (
    Clock,
    PlannedClockField,
    PlannedDateField,
    Rest,
    RestsField,
    parse_planned_clock,
    rests_within,
)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("900", "9:00"),
        ("9:00", "9:00"),
        ("0900", "9:00"),
        ("９：００", "9:00"),
        ("1130", "11:30"),
        ("上午9点", "9:00"),
        ("下午2点半", "14:30"),
        ("2:30 pm", "14:30"),
        ("9点", "9:00"),
        ("9", "9:00"),
        ("24:00", "24:00"),
        ("0:00", "0:00"),
        ("26:00", "26:00"),
        ("2530", "25:30"),
        ("49:00", "49:00"),
        ("100:00", "100:00"),
        ("次日2:00", "26:00"),
        ("次日 2点", "26:00"),
    ],
)
def test_a_time_is_read_in_every_spelling(text, clock):
    assert str(parse_planned_clock(text)) == clock


@pytest.mark.parametrize(
    "text",
    ["", "11:75", "9.5", "0.375", "45000", "2026-01-10 09:00", "早上", "24:60", "25", "次日26:00", "次日", "九点"],
)
def test_what_is_no_time_is_none(text):
    assert parse_planned_clock(text) is None


def test_the_field_says_how_a_time_is_written():
    field = PlannedClockField()
    assert field.clean("0:00") == Clock(0)
    assert field.to_python(Clock(0)) == 0
    assert not field.has_changed(Clock(540), "900")
    with pytest.raises(ValidationError, match="900"):
        field.clean("2026-01-10 09:00")
    with pytest.raises(ValidationError):
        field.clean("")


@pytest.mark.parametrize("text", ["2026-12-05", "2026年12月5日", "2026.12.5", "20261205", "２０２６-12-05"])
def test_a_date_is_read_in_every_spelling(text):
    assert str(PlannedDateField().clean(text)) == "2026-12-05"


@pytest.mark.parametrize("text", ["1200-1230、1500-1515", "12:00–12:30, 1500~15:15", "12点至12点半；15:00到15:15、"])
def test_breaks_stand_in_one_field(text):
    assert [str(rest) for rest in RestsField().clean(text)] == ["12:00–12:30", "15:00–15:15"]


@pytest.mark.parametrize("text", ["1200", "1200-1230-1300", "noon", "12:00-x"])
def test_what_is_no_break_is_named(text):
    with pytest.raises(ValidationError, match=text):
        RestsField().clean(text)


def test_another_spelling_of_the_breaks_is_no_change():
    field = RestsField(required=False)
    assert not field.has_changed("12:00-12:30", "1200–1230")
    assert not field.has_changed("", "")
    assert field.has_changed("12:00-12:30", "1200-1300")
    assert field.has_changed("12:00-12:30", "soon")


def test_breaks_of_a_shift_over_midnight_are_found_on_their_day():
    def within(start, end):
        (rest,) = rests_within([Rest(Clock(start * 60), Clock(end * 60))], Clock(22 * 60), Clock(26 * 60))
        return str(rest)

    assert within(23, 24) == "23:00–24:00"
    assert within(23, 0) == "23:00–24:00"
    assert within(0, 1) == "24:00–25:00"
    assert within(21, 22) == "21:00–22:00"
