"""A trial of draft rules: what they would have made of a past period. The trial writes no row."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from academy.checkin.models import Scan
from academy.core.sql import batched
from academy.hours.counting import CountedRecord, count
from academy.hours.days import Facts, join, scan_rows
from academy.hours.models import Category, DailyApproval
from academy.people.models import Volunteer
from academy.rulebook.models import RuleSet

AT_ONCE = 100  # people
_NIGHT = dt.timedelta(days=1)  # a visit may reach over midnight into the period

Key = tuple[int, dt.date]  # shift, date


class _DraftFacts(Facts):
    """The real facts, with one community's rules replaced by a draft."""

    def __init__(self, draft: RuleSet) -> None:
        super().__init__()
        self.draft = draft

    def rule_set(self, community_id: int, day: dt.date) -> RuleSet:
        return self.draft if community_id == self.draft.community_id else super().rule_set(community_id, day)


@dataclass
class TrialResult:
    """One volunteer's minutes in the period, under the rules in force on each day and under the draft."""

    volunteer: Volunteer
    minutes_before: int = 0  # of service
    minutes_after: int = 0
    learning_before: int = 0
    learning_after: int = 0
    clauses: Counter[str] = field(default_factory=Counter)  # difference in minutes by the clause of each step
    flags: Counter[str] = field(default_factory=Counter)  # difference in the number of records with the flag

    @property
    def difference(self) -> int:
        return self.minutes_after - self.minutes_before

    @property
    def by_clause(self) -> list[tuple[str, int]]:
        return _sum_up([self.clauses])

    @property
    def differs(self) -> bool:
        return bool(self.difference or self.learning_after != self.learning_before or self.clauses or self.flags)


@dataclass
class Trial:
    """The differences that a draft would make: per volunteer, in total, and by clause."""

    rows: list[TrialResult]  # every volunteer active in the period, the greatest change first

    @property
    def differing(self) -> list[TrialResult]:
        return [row for row in self.rows if row.differs]

    @property
    def minutes_before(self) -> int:
        return sum(row.minutes_before for row in self.rows)

    @property
    def minutes_after(self) -> int:
        return sum(row.minutes_after for row in self.rows)

    @property
    def difference(self) -> int:
        return self.minutes_after - self.minutes_before

    @property
    def clauses(self) -> list[tuple[str, int]]:
        """The difference in minutes by clause, the greatest change first."""
        return _sum_up(row.clauses for row in self.rows)

    @property
    def flags(self) -> list[tuple[str, int]]:
        """The difference in the number of records by flag."""
        return _sum_up(row.flags for row in self.rows)


def try_rules(*, draft: RuleSet, since: dt.date, until: dt.date, at: dt.datetime) -> Trial:
    """Count the period twice, under the rules in force on each day and under `draft`, and compare.

    The trial includes the volunteers who took part in the draft's community or belong to it: their days have its limits
    (H4). Both counts use the same scans, plans and approvals as of `at`, so only the rules make a difference.
    """
    start = timezone.make_aware(dt.datetime.combine(since, dt.time())) - _NIGHT
    end = timezone.make_aware(dt.datetime.combine(until, dt.time())) + 2 * _NIGHT
    ours = Q(shift__activity__community=draft.community_id) | Q(volunteer__community=draft.community_id)
    active = Scan.objects.accepted().filter(ours, happened_at__gte=start, happened_at__lt=end)
    ids = Volunteer.objects.filter(pk__in=active.values("volunteer")).values_list("pk", "merged_into")
    staying = sorted({merged_into or pk for pk, merged_into in ids})
    both = Facts(), _DraftFacts(draft)
    rows: list[TrialResult] = []
    for some in batched(staying, AT_ONCE):
        rows += _try_some(some, both, since, until, int(at.timestamp()))
    return Trial(sorted(rows, key=lambda row: (-abs(row.difference), not row.differs, row.volunteer.number)))


def _try_some(
    ids: list[int], both: tuple[Facts, Facts], since: dt.date, until: dt.date, at: int
) -> Iterator[TrialResult]:
    people = {one.pk: one for one in Volunteer.objects.filter(pk__in=ids)}
    stays = {one.pk: one.stays.pk for one in Volunteer.objects.all_with(people.values()).select_related("merged_into")}
    approvals: dict[int, list[DailyApproval]] = defaultdict(list)
    for approval in DailyApproval.objects.accepted().filter(volunteer__in=list(stays)).order_by("pk"):
        approvals[stays[approval.volunteer_id]].append(approval)
    scans = list(scan_rows(stays))
    before, after = (facts.find_attendances(scans, at=at, stays=stays) for facts in both)
    wanted = range(since.toordinal(), until.toordinal() + 1)
    for pk, person in people.items():
        counted: list[dict[Key, CountedRecord]] = []
        for facts, attended in zip(both, (before, after), strict=True):
            counted.append(
                {
                    (one.attendance.shift_id, one.date): one
                    for days in join(attended.get(pk, []))
                    if any(date in wanted for each in days for date in each.dates)
                    for one in count(days, home=person.community_id, facts=facts, approvals=approvals[pk])
                    if since <= one.date <= until
                }
            )
        if any(counted):
            yield _compare(person, *counted)


def _compare(person: Volunteer, before: dict[Key, CountedRecord], after: dict[Key, CountedRecord]) -> TrialResult:
    result = TrialResult(person)
    for one in before.values():
        _add(result, one, -1)
    for one in after.values():
        _add(result, one, 1)
    for counter in (result.clauses, result.flags):
        for name in [name for name, value in counter.items() if not value]:
            del counter[name]
    return result


def _add(result: TrialResult, one: CountedRecord, sign: int) -> None:
    """Add a record of the count under the draft (`sign` 1), or subtract one of the real count (-1)."""
    side = "after" if sign > 0 else "before"
    if one.category == Category.SERVICE:
        setattr(result, f"minutes_{side}", getattr(result, f"minutes_{side}") + one.minutes)
    elif one.category == Category.TRAINING:
        setattr(result, f"learning_{side}", getattr(result, f"learning_{side}") + one.minutes)
    for step in one.steps:
        result.clauses[step["clause"]] += sign * (step["after"] - step["before"])
    result.flags.update({flag: sign for flag in one.flags})


def _sum_up(counters: Iterable[Counter[str]]) -> list[tuple[str, int]]:
    together: Counter[str] = Counter()
    for counter in counters:
        together.update(counter)
    return sorted(((name, value) for name, value in together.items() if value), key=lambda one: (-abs(one[1]), one[0]))
