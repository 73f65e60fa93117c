"""Completion of a class (T4): the pure core."""

from fractions import Fraction

import pytest

from academy.classes.standing import Item, SignatureFact, Standing, items_of, planned_minutes, verdict


def place(minutes: int, *, waiting: int = 0, planned: int = 90, assessed=None, needs=False) -> Standing:
    return Standing(minutes, waiting, planned, assessed, needs)


@pytest.mark.parametrize(
    ("minutes", "waiting", "lacks"),
    [(71, 0, ["attendance"]), (72, 0, []), (60, 11, ["attendance"]), (60, 12, ["waits"]), (0, 90, ["waits"])],
)
def test_four_fifths_of_the_time_and_effective(minutes, waiting, lacks):
    assert place(minutes, waiting=waiting).lacks == lacks


def test_an_odd_plan_is_rounded_up():
    assert place(0, planned=91).need == 73  # 72.8


def test_a_course_with_an_assessment_needs_it_passed():
    assert place(90, needs=True).lacks == ["assessment"]
    assert place(90, needs=True, assessed=False).lacks == ["failed"]
    assert place(90, needs=True, assessed=True).is_complete


def test_a_run_without_a_class_completes_nothing():
    assert not place(0, planned=0).is_complete
    assert place(0, planned=0).percent == 0


def test_each_item_needs_its_number_of_assessors_and_the_last_word_counts():
    signed = [
        SignatureFact(1, "按压", True),
        SignatureFact(2, "按压", True),
        SignatureFact(1, "呼救", False),
        SignatureFact(1, "呼救", True),
        SignatureFact(2, "呼救", True),
        SignatureFact(2, "呼救", False),
    ]
    items = items_of(["按压", "呼救"], signed, 2)
    assert items == (Item("按压", 2, 2), Item("呼救", 1, 2))
    assert verdict(items) is None
    assert verdict(items[:1]) is True
    assert verdict(()) is None


def test_attendance_is_measured_by_the_class_hours_if_the_plan_is_shorter():
    assert planned_minutes([40, 40], Fraction(2)) == 90
    assert planned_minutes([60, 60], Fraction(2)) == 120
