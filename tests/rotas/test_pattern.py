"""The days of a pattern, and how weekdays follow each other."""

import datetime as dt

import pytest
from django.utils import translation

from academy.rotas import pattern, words

MONDAY = dt.date(2026, 1, 5)


def test_days_of_two_weekdays_in_a_fortnight():
    found = pattern.days_between(pattern.bits_of([1, 3]), MONDAY, MONDAY + dt.timedelta(days=13))
    assert [day.day for day in found] == [6, 8, 13, 15]


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        pytest.param([1, 3], [1, 3], {}, id="no weekday changes"),
        pytest.param([1], [2], {1: 2}, id="one follows the other"),
        pytest.param([1, 3], [2, 4], {1: 2, 3: 4}, id="in their order"),
        pytest.param([1, 3], [1, 5], {3: 5}, id="one stays"),
        pytest.param([1, 3], [1], {}, id="one ends"),
        pytest.param([1], [1, 3], {}, id="one comes"),
        pytest.param([1, 3], [0], {1: 0}, id="one follows, one ends"),
    ],
)
def test_weekdays_follow_each_other(old, new, follows):
    assert pattern.followed_by(pattern.bits_of(old), pattern.bits_of(new)) == follows


def test_a_day_follows_within_its_week():
    tuesday = MONDAY + dt.timedelta(days=1)
    assert pattern.moved_day(tuesday, {1: 3}) == MONDAY + dt.timedelta(days=3)
    assert pattern.moved_day(tuesday, {1: 0}) == MONDAY
    assert pattern.moved_day(tuesday, {}) is None


def test_a_persons_weekdays_move_along():
    old, new = pattern.bits_of([1, 3]), pattern.bits_of([2, 4])
    assert pattern.weekdays_of(pattern.moved_bits(pattern.bits_of([1]), old, new)) == [2]
    assert pattern.moved_bits(pattern.bits_of([3]), old, pattern.bits_of([1])) == 0


def test_the_pattern_is_written_in_both_languages():
    bits = pattern.bits_of([1, 3])
    with translation.override("zh-hans"):
        assert words.every(bits) == "每周二、四"
        assert words.every(pattern.ALL) == "每天"
    with translation.override("en"):
        assert words.every(bits) == "every Tuesday, Thursday"
    assert words.span(17 * 60 + 30, 26 * 60) == "17:30–26:00"
