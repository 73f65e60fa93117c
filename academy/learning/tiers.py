"""Conditions of each tier, and those that a volunteer lacks (T5). Pure: the standard library alone.

The figures are our defaults (D). A volunteer stays in a tier once awarded (T8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

BEGINNER, INTERMEDIATE, ADVANCED = TIERS = ("beginner", "intermediate", "advanced")

What = Literal["course", "class_hours", "minutes", "practicum", "led", "taught"]


@dataclass(frozen=True)
class Step:
    """The conditions of a tier, beside its required courses and the tier below."""

    class_hours: Decimal  # of 45 minutes, in courses of this tier
    minutes: int = 0  # effective service time, counted from the first day on
    practica: int = 0  # effective records in a role marked as practicum
    led: int = 0  # activities led that volunteers initiated
    taught: int = 0  # classes taught


STEPS = {
    BEGINNER: Step(Decimal(6)),
    INTERMEDIATE: Step(Decimal(8), minutes=20 * 60, practica=1),
    ADVANCED: Step(Decimal(10), minutes=60 * 60, led=1, taught=1),
}


@dataclass(frozen=True)
class RequiredCourse:
    """A course that a tier requires. Any course of `equivalents` fulfils it too."""

    key: str
    equivalents: frozenset[str] = frozenset()

    def is_fulfilled(self, completed: frozenset[str]) -> bool:
        """Return whether the course or an equivalent is among the completed ones."""
        return self.key in completed or bool(self.equivalents & completed)


@dataclass(frozen=True)
class Record:
    """The facts about one volunteer that the tiers ask for."""

    held: str = ""  # the highest tier awarded; empty without one
    completed: frozenset[str] = frozenset()  # keys of courses
    class_hours: Mapping[str, Decimal] = field(default_factory=dict)  # by the tier of the course
    minutes: int = 0
    practica: int = 0
    led: int = 0
    taught: int = 0


@dataclass(frozen=True)
class Missing:
    """One missing thing: the existing amount, the needed amount, and the course if it is one."""

    what: What
    have: Decimal
    need: Decimal
    course: RequiredCourse | None = None

    @property
    def left(self) -> Decimal:
        return self.need - self.have


def next_tier(held: str) -> str:
    """Return the tier above `held`; empty at the top."""
    place = TIERS.index(held) + 1 if held else 0
    return TIERS[place] if place < len(TIERS) else ""


def missing(tier: str, *, required: list[RequiredCourse], record: Record) -> list[Missing]:
    """Return what the record lacks for this tier, each with its figures.

    `required` are the courses that the tier requires, in the order of the curriculum.
    """
    step = STEPS[tier]
    courses = [
        Missing("course", Decimal(0), Decimal(1), course)
        for course in required
        if not course.is_fulfilled(record.completed)
    ]
    amounts: list[tuple[What, Decimal | int, Decimal | int]] = [
        ("class_hours", record.class_hours.get(tier, Decimal(0)), step.class_hours),
        ("minutes", record.minutes, step.minutes),
        ("practicum", record.practica, step.practica),
        ("led", record.led, step.led),
        ("taught", record.taught, step.taught),
    ]
    return courses + [Missing(what, Decimal(have), Decimal(need)) for what, have, need in amounts if have < need]
