"""Completion of a class (T4), from minutes and signatures. Pure: the standard library alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

CLASS_HOUR = 45  # minutes
LEAST_SHARE = Fraction(4, 5)  # of the time, by check-in and check-out


@dataclass(frozen=True)
class SignatureFact:
    """One signature of an assessor to an item. A later one replaces an earlier one."""

    assessor: int
    item: str
    passed: bool


@dataclass(frozen=True)
class Item:
    """An item of a checklist, with how many assessors passed it, and how many are asked for."""

    text: str
    passed: int
    need: int

    @property
    def is_done(self) -> bool:
        return self.passed >= self.need


@dataclass(frozen=True)
class Standing:
    """A learner in a class: minutes and what the assessment says."""

    minutes: int  # effective ones
    waiting: int  # minutes that were scanned, and wait for the leader or the notice
    planned: int
    assessed: bool | None  # None: the course has no assessment, or it is still open
    needs_assessment: bool
    items: tuple[Item, ...] = ()

    @property
    def need(self) -> int:
        """The least minutes to attend."""
        return -int(-self.planned * LEAST_SHARE // 1)

    @property
    def percent(self) -> int:
        return min(100, 100 * (self.minutes + self.waiting) // self.planned) if self.planned else 0

    @property
    def lacks(self) -> list[str]:
        """Codes of all that is missing: `attendance`, `waits`, `assessment`, `failed`."""
        lacks = []
        if self.minutes + self.waiting < self.need:
            lacks.append("attendance")
        elif self.minutes < self.need:
            lacks.append("waits")
        if self.needs_assessment and not self.assessed:
            lacks.append("assessment" if self.assessed is None else "failed")
        return lacks

    @property
    def is_complete(self) -> bool:
        return self.planned > 0 and not self.lacks


def items_of(texts: Sequence[str], signed: Iterable[SignatureFact], need: int) -> tuple[Item, ...]:
    """Return each item with the number of assessors whose last signature to it was a yes."""
    last = {(one.assessor, one.item): one.passed for one in signed}
    return tuple(
        Item(text, sum(passed for (_assessor, item), passed in last.items() if item == text), need) for text in texts
    )


def verdict(items: Sequence[Item]) -> bool | None:
    """Return True once every item has its signatures; until then None, since an item may be tried again."""
    return True if items and all(item.is_done for item in items) else None


def planned_minutes(spans: Iterable[int], stated: Fraction | int) -> int:
    """Return the minutes of the timetable, at least those of the stated class hours."""
    return max(sum(spans), round(stated * CLASS_HOUR))
