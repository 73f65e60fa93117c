"""Reasons why a certificate without hours is not issued. Pure: the standard library only.

Each function returns the code of the reason, or an empty text if the certificate may be issued. `awards` has the
sentences.
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Training:
    """A course as a training record holds it (T1)."""

    completed_on: dt.date | None
    title: str
    main_content: str
    minutes: int  # of learning
    organiser: str


def no_completion(training: Training, today: dt.date) -> str:
    """Return why there is no completion certificate (P9): it states all that a training record holds (T1)."""
    if training.completed_on is None or training.completed_on > today:
        return "not_completed"
    if training.minutes <= 0:
        return "no_learning_time"
    if not training.title.strip() or not training.main_content.strip():
        return "no_main_content"
    return "" if training.organiser.strip() else "no_organiser"


def no_tier(awarded_on: dt.date | None, today: dt.date) -> str:
    """Return why there is no certificate of a tier: another person awards it first (T5)."""
    return "" if awarded_on is not None and awarded_on <= today else "tier_not_reached"


def no_stars(awarded: int, decided_on: dt.date | None, today: dt.date) -> str:
    """Return why there is no certificate of stars: they are applied for and decided (S1, S2)."""
    return "" if 1 <= awarded <= 5 and decided_on is not None and decided_on <= today else "stars_not_awarded"


def no_commendation(given_on: dt.date, reason: str, today: dt.date) -> str:
    """Return why there is no certificate of a commendation: it has a day and a reason."""
    if given_on > today:
        return "not_given_yet"
    return "" if reason.strip() else "no_reason"


def no_thanks(*, attendances: int, nameless: int, contributions: int, period_to: dt.date, today: dt.date) -> str:
    """Return why there is no letter of thanks: the unit gave something in a period that has ended."""
    if period_to > today:
        return "bad_period"
    return "" if attendances or nameless or contributions else "nothing_to_thank_for"
