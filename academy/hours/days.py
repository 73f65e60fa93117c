"""Joined days: the shifts of one volunteer that have to be counted together, and the rules for each.

A shift touches the local dates of its plan and of its scans. Dates that one shift touches are joined, and so are the
shifts of one preparation (H8). Only the day's limit, overlaps and the preparation's limit look across them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from academy.activities.models import CountsAs, Kind, Shift
from academy.checkin.flags import ALONE, current_flags
from academy.checkin.models import Direction, Scan
from academy.core.sql import batched
from academy.hours import rules
from academy.hours.models import ROLE_MISSING, Overtime
from academy.hours.roles import find_roles
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import is_given_up, window

ZONE = timezone.get_default_timezone()
COUNTING = [field.name for field in fields(rules.Parameters)]


class ScanRow(NamedTuple):
    """An accepted scan as counting reads it. The first three fields sort scans as the rules do."""

    at: int
    is_in: bool
    id: UUID
    flags: list[str]


@dataclass(frozen=True)
class Plan:
    """A shift as planned, with the rule set in force on its start date. Moments are epoch seconds."""

    shift: Shift
    rule_set: RuleSet
    overtime_alone: bool = False  # one person alone approved the present end of the overtime (K4)

    @cached_property
    def parameters(self) -> rules.Parameters:
        return counting_parameters(self.rule_set)

    @cached_property
    def starts_at(self) -> int:
        return int(self.shift.starts_at.timestamp())

    @cached_property
    def ends_at(self) -> int:
        return int(self.shift.ends_at.timestamp())

    @cached_property
    def overtime_until(self) -> int | None:
        return None if self.shift.overtime_until is None else int(self.shift.overtime_until.timestamp())

    @cached_property
    def breaks(self) -> list[tuple[int, int]]:
        return [(int(a.starts_at.timestamp()), int(a.ends_at.timestamp())) for a in self.shift.breaks.all()]

    @cached_property
    def check_out_closes_at(self) -> int:
        """The last moment for a check-out (C2)."""
        of_shift = window(self.shift.starts_at, self.shift.end_with_overtime, self.rule_set.parameters)
        return int(of_shift.closes_at.timestamp())

    @cached_property
    def dates(self) -> frozenset[int]:
        """The local dates that the plan touches, as ordinals."""
        return frozenset(rules.seconds_by_date([(self.starts_at, self.overtime_until or self.ends_at)], ZONE))

    @cached_property
    def group(self) -> str:
        return str(self.shift.activity_id)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The plan as the basis of a record keeps it."""
        return {
            "kind": self.shift.activity.kind,
            "group": self.group,
            "starts_at": _to_iso(self.starts_at),
            "ends_at": _to_iso(self.ends_at),
            "overtime_until": _to_iso(self.overtime_until),
            "breaks": [[_to_iso(start), _to_iso(end)] for start, end in self.breaks],
            "rule_set": self.rule_set.pk,
            **({"changed_alone": True} if self.shift.changed_alone else {}),  # older bases have no such word
        }

    def is_given_up(self, opened_at: int, at: int) -> bool:
        """Return whether at `at` a visit opened at `opened_at` can no longer get its check-out (C2, H6)."""
        longest = self.parameters.max_visit_minutes
        return is_given_up(opened_at, at, closes_at=self.check_out_closes_at, longest_minutes=longest)


@dataclass(frozen=True)
class Attendance:
    """One volunteer at one shift: what their role there counts as, and their scans in time order.

    `counts_as` is empty while nobody has named the role. Until then the time counts as nothing, and the record waits.
    """

    plan: Plan
    counts_as: str
    scans: list[ScanRow]

    @property
    def role(self) -> str:
        return role_counted(self.counts_as)

    @property
    def shift_id(self) -> int:
        return int(self.plan.shift.pk)

    @cached_property
    def dates(self) -> frozenset[int]:
        start, end = self.plan.starts_at, self.plan.ends_at
        outside = {rules.local_date(scan.at, ZONE) for scan in self.scans if not start <= scan.at < end}
        return self.plan.dates | outside if outside else self.plan.dates

    @property
    def join_keys(self) -> Iterable[Hashable]:
        """The keys that join shifts: shifts with a key in common are counted together."""
        if self.plan.shift.activity.kind == Kind.PREPARATION:
            return [*self.dates, self.plan.group]
        return self.dates

    @cached_property
    def as_activity(self) -> rules.Activity:
        plan = self.plan
        return rules.Activity(
            id=str(self.shift_id),
            kind=plan.shift.activity.kind,
            role=self.role,
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            overtime_until=plan.overtime_until,
            breaks=plan.breaks,
            group=plan.group,
            parameters=plan.parameters,
        )

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The plan, the role and the scans as the basis of a record keeps them."""
        return {**self.plan.facts, "counts_as": self.role, "scans": [str(scan.id) for scan in self.scans]}

    @cached_property
    def scan_flags(self) -> list[str]:
        found = {flag for scan in self.scans for flag in scan.flags}
        if not self.counts_as:
            found.add(ROLE_MISSING)
        if self.plan.overtime_alone and any(scan.at > self.plan.ends_at for scan in self.scans):
            found.add(ALONE)
        return sorted(current_flags(found))


class Facts:
    """The shifts and rules that counting needs, each read once in a run."""

    def __init__(self) -> None:
        self._plans: dict[int, Plan] = {}
        self._rule_sets: dict[tuple[int, dt.date], RuleSet] = {}
        self._preparation: dict[str, int] = {}

    def rule_set(self, community_id: int, day: dt.date) -> RuleSet:
        """Return the version in force in that community on `day`."""
        key = (community_id, day)
        if key not in self._rule_sets:
            self._rule_sets[key] = RuleSet.objects.in_force(community_id, day)
        return self._rule_sets[key]

    def plans(self, shift_ids: Iterable[int]) -> dict[int, Plan]:
        missing = [pk for pk in set(shift_ids) if pk not in self._plans]
        for pks in batched(missing):
            shifts = list(Shift.objects.filter(pk__in=pks).select_related("activity").prefetch_related("breaks"))
            alone = _find_extended_alone(shifts)
            for shift in shifts:
                rule_set = self.rule_set(shift.activity.community_id, shift.date)
                self._plans[shift.pk] = Plan(shift, rule_set, shift.pk in alone)
        return self._plans

    def preparation_limits(self, plans: Iterable[Plan]) -> dict[str, int]:
        """Return the limit of each preparation here, by the rules of its first planned shift (H8)."""
        groups = {one.group: one.shift.activity for one in plans if one.shift.activity.kind == Kind.PREPARATION}
        missing = [activity.pk for group, activity in groups.items() if group not in self._preparation]
        for pks in batched(missing):
            first: dict[int, Shift] = {}
            for shift in Shift.objects.filter(activity__in=pks).order_by("starts_at", "pk"):
                first.setdefault(shift.activity_id, shift)
            for pk, shift in first.items():
                rules_then = self.rule_set(groups[str(pk)].community_id, shift.date)
                self._preparation[str(pk)] = rules_then.parameters["preparation_minutes"]
        return {group: self._preparation[group] for group in groups}

    def find_attendances(
        self, scans: Iterable[tuple[Any, ...]], *, at: int, stays: Mapping[int, int] | None = None
    ) -> dict[int, list[Attendance]]:
        """Return each volunteer's shifts with something to count, made from rows of `scan_rows`.

        `stays` maps a merged row to the row that stays, which gets its scans and roles. A visit that is still open is
        in progress: its scans are left out until it is closed or given up.
        """
        stays = stays or {}
        rows: dict[tuple[int, int], list[ScanRow]] = defaultdict(list)
        for pk, volunteer_id, shift_id, direction, happened_at, flags in scans:
            rows[stays.get(volunteer_id, volunteer_id), shift_id].append(
                ScanRow(int(happened_at.timestamp()), direction == Direction.IN, pk, flags)
            )
        plans = self.plans(shift_id for _, shift_id in rows)
        counts_as = find_roles(rows, stays)
        attended: dict[int, list[Attendance]] = defaultdict(list)
        for (volunteer_id, shift_id), unordered in rows.items():
            finished = without_open_visit(sorted(unordered, key=lambda scan: scan[:3]), plans[shift_id], at)
            if finished:
                role = counts_as.get((volunteer_id, shift_id), "")
                attended[volunteer_id].append(Attendance(plans[shift_id], role, finished))
        return attended

    def find_joined(
        self, volunteer_id: int, shift_id: int, *, at: int, merged: Iterable[int] = ()
    ) -> list[list[Attendance]]:
        """Return the joined days of one shift, without reading the rest of the volunteer's history.

        `merged` are the ids of the rows merged into the volunteer. If all scans of the shift were annulled, return the
        days that it had joined, each by itself.
        """
        plan = self.plans([shift_id])[shift_id]
        stays = dict.fromkeys((volunteer_id, *merged), volunteer_id)
        seen: set[Hashable] = set()
        reach: set[Hashable] = {*plan.dates, plan.group}
        joined: list[list[Attendance]] = []
        while not reach <= seen:
            seen |= reach
            near = Scan.objects.filter(_touches(seen), volunteer_id__in=list(stays), refusal="")
            rows = scan_rows(stays).filter(shift__in=near.values("shift"))
            everything = join(self.find_attendances(rows, at=at, stays=stays)[volunteer_id])
            joined = [days for days in everything if any(one.shift_id == shift_id for one in days)] or [
                days for days in everything if any(seen & {*one.join_keys} for one in days)
            ]
            reach = {key for days in joined for one in days for key in one.join_keys}
        return joined


def role_counted(counts_as: str) -> str:
    """Return the role as the rules count it: without a name, that of somebody who only attends (H9)."""
    return counts_as or CountsAs.ATTENDEE.value


def scan_rows(volunteer_ids: Iterable[int]) -> Any:
    """Return the accepted scans of these volunteers, with the columns that counting reads."""
    return (
        Scan.objects.accepted()
        .filter(volunteer_id__in=volunteer_ids)
        .values_list("id", "volunteer_id", "shift_id", "direction", "happened_at", "flags")
    )


def join(attended: Iterable[Attendance]) -> list[list[Attendance]]:
    """Group one volunteer's shifts: those that are counted together share a list."""
    days_of: dict[Hashable, list[Attendance]] = {}
    for one in attended:
        near = {id(days_of[key]): days_of[key] for key in one.join_keys if key in days_of}
        days = max(near.values(), key=len, default=[])
        for others in near.values():
            if others is not days:
                days += others
                for member in others:
                    days_of.update(dict.fromkeys(member.join_keys, days))
        days.append(one)
        days_of.update(dict.fromkeys(one.join_keys, days))
    return list({id(days): days for days in days_of.values()}.values())


def without_open_visit(scans: list[ScanRow], plan: Plan, at: int) -> list[ScanRow]:
    """Return the scans without those of a visit that is still open and not given up."""
    longest = 60 * plan.parameters.max_visit_minutes
    opened: int | None = None
    for place, scan in enumerate(scans):
        if not scan.is_in:
            opened = None
        elif opened is None or scan.at - scans[opened].at > longest:
            opened = place
    if opened is None or plan.is_given_up(scans[opened].at, at):
        return scans
    return scans[:opened]


def counting_parameters(rule_set: RuleSet) -> rules.Parameters:
    values = rule_set.parameters
    return rules.Parameters(**{name: values[name] for name in COUNTING})


def _find_extended_alone(shifts: Iterable[Shift]) -> set[int]:
    """Return the ids of the shifts whose present end one person alone approved (K4)."""
    ends = {shift.pk: shift.overtime_until for shift in shifts if shift.overtime_until is not None}
    alone: dict[int, bool] = {}
    if ends:
        for one in Overtime.objects.accepted().filter(shift__in=ends).order_by("decided_at", "pk"):
            if one.until == ends[one.shift_id]:
                alone[one.shift_id] = one.alone
    return {shift_id for shift_id, is_alone in alone.items() if is_alone}


def _touches(keys: Iterable[Hashable]) -> Q:
    """Return the condition for scans of shifts with one of these keys, dates or preparations."""
    touching = Q(shift__activity_id__in=[key for key in keys if isinstance(key, str)]) & Q(
        shift__activity__kind=Kind.PREPARATION
    )
    for key in keys:
        if isinstance(key, int):
            start = dt.datetime.combine(dt.date.fromordinal(key), dt.time(), ZONE)
            end = start + dt.timedelta(days=1)
            touching |= Q(shift__starts_at__lt=end, shift__ends_at__gt=start)
            touching |= Q(shift__starts_at__lt=end, shift__overtime_until__gt=start)
            touching |= Q(happened_at__gte=start, happened_at__lt=end)
    return touching


def _to_iso(second: int | None) -> str | None:
    return None if second is None else dt.datetime.fromtimestamp(second, ZONE).isoformat()
