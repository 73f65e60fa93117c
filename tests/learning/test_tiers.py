"""Conditions of each tier, and what is missing (T5, T8): the pure core."""

from decimal import Decimal

import pytest

from academy.learning.tiers import ADVANCED, BEGINNER, INTERMEDIATE, Record, RequiredCourse, missing, next_tier

SPIRIT, RULES = RequiredCourse("spirit"), RequiredCourse("rules")
CPR = RequiredCourse("cpr", frozenset({"calling-help"}))


def lacks(tier: str, record: Record, *required: RequiredCourse) -> list[tuple[str, Decimal]]:
    return [(one.what, one.left) for one in missing(tier, required=list(required), record=record)]


def hours(tier: str, number: str) -> dict[str, Decimal]:
    return {tier: Decimal(number)}


def test_the_steps_follow_each_other_and_end():
    assert [next_tier(held) for held in ("", BEGINNER, INTERMEDIATE, ADVANCED)] == [
        BEGINNER,
        INTERMEDIATE,
        ADVANCED,
        "",
    ]


def test_a_beginner_needs_the_required_courses_and_six_class_hours():
    assert lacks(BEGINNER, Record(), SPIRIT, RULES) == [("course", 1), ("course", 1), ("class_hours", 6)]
    learnt = Record(completed=frozenset({"spirit", "rules"}), class_hours=hours(BEGINNER, "6"))
    assert lacks(BEGINNER, learnt, SPIRIT, RULES) == []


def test_a_missing_course_is_named_and_the_missing_part_of_an_hour_counted():
    record = Record(completed=frozenset({"spirit"}), class_hours=hours(BEGINNER, "5.5"))
    first, second = missing(BEGINNER, required=[SPIRIT, RULES], record=record)
    assert first.course == RULES
    assert (second.have, second.need, second.left) == (Decimal("5.5"), 6, Decimal("0.5"))


def test_class_hours_of_another_tier_do_not_count():
    assert ("class_hours", Decimal(6)) in lacks(BEGINNER, Record(class_hours=hours(ADVANCED, "20")))


def test_an_equivalent_fulfils_a_required_course():
    record = Record(
        completed=frozenset({"calling-help"}), class_hours=hours(INTERMEDIATE, "8"), minutes=1200, practica=1
    )
    assert lacks(INTERMEDIATE, record, CPR) == []


@pytest.mark.parametrize(
    ("record", "left"),
    [
        (Record(minutes=1199, practica=1), [("minutes", 1)]),
        (Record(minutes=1200, practica=0), [("practicum", 1)]),
        (Record(minutes=1200, practica=1), []),
    ],
    ids=["a minute short", "no practicum", "all"],
)
def test_the_second_tier_asks_for_twenty_hours_and_a_practicum(record, left):
    learnt = Record(minutes=record.minutes, practica=record.practica, class_hours=hours(INTERMEDIATE, "8"))
    assert lacks(INTERMEDIATE, learnt) == left


def test_the_highest_tier_asks_for_sixty_hours_an_activity_led_and_a_class_taught():
    assert lacks(ADVANCED, Record(class_hours=hours(ADVANCED, "9.5"), minutes=3599)) == [
        ("class_hours", Decimal("0.5")),
        ("minutes", 1),
        ("led", 1),
        ("taught", 1),
    ]
    done = Record(class_hours=hours(ADVANCED, "10"), minutes=3600, led=1, taught=2)
    assert lacks(ADVANCED, done) == []
