"""The needs of a role, and what a person lacks on the shift's date. The standard library alone.

The law's reasons come first (suspension, N3, N2, A3), then training and age (T3, A2), which an exception lifts.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from academy.learning.tiers import TIERS

ADULT = 18  # N2, N3
MORNING = dt.time(5)  # until then it is still the night before: minors are at home

What = Literal[
    "suspended",
    "danger",  # a minor at a dangerous activity
    "minors_late",  # the shift begins when minors have gone home
    "consent",  # of the guardian
    "agreement",
    "course",
    "expired",  # the course was completed, and its qualification does not hold on the day
    "tier",
    "too_young",
    "too_old",
    "age_unknown",
]
LIFTABLE: frozenset[What] = frozenset({"course", "expired", "tier", "too_young", "too_old", "age_unknown"})


@dataclass(frozen=True)
class NeededCourse:
    """A course that a role asks for. `fulfilled_by`: it and its equivalents, and whether each expires."""

    course: int
    fulfilled_by: Mapping[int, bool]


@dataclass(frozen=True)
class Needs:
    """The needs of a role in one shift."""

    courses: tuple[NeededCourse, ...] = ()
    tier: str = ""
    min_age: int | None = None
    max_age: int | None = None
    agreement: bool = False
    dangerous: bool = False
    minors_until: dt.time | None = None


@dataclass(frozen=True)
class HeldCourse:
    """A completed course, or a qualification that ends (`until` is the first day without it)."""

    course: int
    since: dt.date
    until: dt.date | None = None


@dataclass(frozen=True)
class Record:
    """The facts about one person that roles ask for."""

    birth_date: dt.date | None = None
    suspended: bool = False
    consents: bool = True  # the guardian's, for the shift's date; asked of minors alone
    signed: bool = False
    held: tuple[HeldCourse, ...] = ()
    first: tuple[int, ...] = ()  # missing courses that the course taught in the shift requires
    tiers: Mapping[str, dt.date] = field(default_factory=dict)  # the day on which each was awarded
    excepted: bool = False


@dataclass(frozen=True)
class UnmetNeed:
    """One thing that stands between a person and a role, with the course, tier or age that it is about."""

    what: What
    course: int | None = None
    tier: str = ""
    age: int | None = None

    @property
    def is_liftable(self) -> bool:
        """True if staff may make an exception."""
        return self.what in LIFTABLE


def unmet_needs(needs: Needs, record: Record, *, day: dt.date, begins: dt.time) -> list[UnmetNeed]:
    """Return everything that is missing for a shift that begins on `day` at `begins`, local time."""
    found = [*_of_law(needs, record, day, begins), *_of_training(needs, record, day), *_of_age(needs, record, day)]
    return [one for one in found if not (record.excepted and one.is_liftable)]


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Return the completed years on `day`; a person born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_late(begins: dt.time, until: dt.time) -> bool:
    """Return whether minors have gone home at `until` when a shift begins; the night after it counts too."""
    return until <= begins < MORNING if until < MORNING else begins >= until or begins < MORNING


def _of_law(needs: Needs, record: Record, day: dt.date, begins: dt.time) -> Iterator[UnmetNeed]:
    if record.suspended:
        yield UnmetNeed("suspended")
    if record.birth_date is not None and age_on(record.birth_date, day) < ADULT:
        if needs.dangerous:
            yield UnmetNeed("danger")  # final: no consent helps
        elif needs.minors_until is not None and is_late(begins, needs.minors_until):
            yield UnmetNeed("minors_late")
        elif not record.consents:
            yield UnmetNeed("consent")
    if needs.agreement and not record.signed:
        yield UnmetNeed("agreement")


def _of_training(needs: Needs, record: Record, day: dt.date) -> Iterator[UnmetNeed]:
    for need in needs.courses:
        if (unmet := _unmet_course(need, record, day)) is not None:
            yield unmet
    for course in record.first:
        yield UnmetNeed("course", course=course)
    if needs.tier and not any(
        TIERS.index(tier) >= TIERS.index(needs.tier) and since <= day for tier, since in record.tiers.items()
    ):
        yield UnmetNeed("tier", tier=needs.tier)


def _unmet_course(need: NeededCourse, record: Record, day: dt.date) -> UnmetNeed | None:
    """Return what is missing of one course; None if the course or an equivalent holds on the day (T6)."""
    learnt = [one for one in record.held if one.course in need.fulfilled_by and one.since <= day]
    for one in learnt:
        if not need.fulfilled_by[one.course] or (one.until is not None and day < one.until):
            return None
    return UnmetNeed("expired" if learnt else "course", course=need.course)


def _of_age(needs: Needs, record: Record, day: dt.date) -> Iterator[UnmetNeed]:
    if needs.min_age is None and needs.max_age is None:
        return
    if record.birth_date is None:
        yield UnmetNeed("age_unknown")
        return
    age = age_on(record.birth_date, day)
    if needs.min_age is not None and age < needs.min_age:
        yield UnmetNeed("too_young", age=needs.min_age)
    if needs.max_age is not None and age > needs.max_age:
        yield UnmetNeed("too_old", age=needs.max_age)
