"""Reasons why a certificate without hours is not issued."""

import datetime as dt
from dataclasses import replace

import pytest

from academy.certificates import entitlement
from academy.certificates.entitlement import Training

TODAY = dt.date(2026, 2, 2)
TOMORROW = TODAY + dt.timedelta(days=1)
TRAINING = Training(completed_on=TODAY, title="急救", main_content="胸外按压", minutes=180, organiser="社区")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"completed_on": None}, "not_completed"),
        ({"completed_on": TOMORROW}, "not_completed"),
        ({"minutes": 0}, "no_learning_time"),
        ({"main_content": " "}, "no_main_content"),
        ({"title": ""}, "no_main_content"),
        ({"organiser": ""}, "no_organiser"),
    ],
)
def test_a_completion_certificate_states_all_of_a_training_record(changes: dict[str, object], code: str) -> None:
    """T1, P9."""
    assert entitlement.no_completion(replace(TRAINING, **changes), TODAY) == code  # type: ignore[arg-type]


@pytest.mark.parametrize(("day", "code"), [(TODAY, ""), (None, "tier_not_reached"), (TOMORROW, "tier_not_reached")])
def test_a_tier_is_awarded_first(day: dt.date | None, code: str) -> None:
    assert entitlement.no_tier(day, TODAY) == code


@pytest.mark.parametrize(
    ("stars", "day", "code"),
    [
        (1, TODAY, ""),
        (5, TODAY, ""),
        (0, None, "stars_not_awarded"),
        (6, TODAY, "stars_not_awarded"),
        (3, None, "stars_not_awarded"),
        (3, TOMORROW, "stars_not_awarded"),
    ],
)
def test_stars_are_decided_first(stars: int, day: dt.date | None, code: str) -> None:
    assert entitlement.no_stars(stars, day, TODAY) == code


@pytest.mark.parametrize(
    ("day", "reason", "code"),
    [(TODAY, "值守", ""), (TOMORROW, "值守", "not_given_yet"), (TODAY, "  ", "no_reason")],
)
def test_a_commendation_has_its_day_and_reason(day: dt.date, reason: str, code: str) -> None:
    assert entitlement.no_commendation(day, reason, TODAY) == code


@pytest.mark.parametrize(
    ("gave", "until", "code"),
    [
        ({"attendances": 3}, TODAY, ""),
        ({"nameless": 3}, TODAY, ""),
        ({"contributions": 1}, TODAY, ""),
        ({}, TODAY, "nothing_to_thank_for"),
        ({"attendances": 3}, TOMORROW, "bad_period"),
    ],
)
def test_thanks_are_for_something(gave: dict[str, int], until: dt.date, code: str) -> None:
    given = {"attendances": 0, "nameless": 0, "contributions": 0, **gave}
    assert entitlement.no_thanks(**given, period_to=until, today=TODAY) == code
