"""The activities that a leader leads: their phase, what waits, and the next act. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from academy.activities.models import Activity, ActivityQuerySet, Shift
from academy.checkin.models import Visit
from academy.checkin.services.visits import given_up
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, evaluation
from academy.lead.phases import Act, Phase, Span, Work, next_act, opens_next, phase_at
from academy.people.models import User
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import window

DONE_FOR = dt.timedelta(days=14)  # the list keeps a finished activity so long


class Group(StrEnum):
    TODAY = "today"
    COMING = "coming"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True)
class Standing:
    """An activity at a moment, for its leader."""

    activity: Activity
    shifts: tuple[Shift, ...]  # in time order
    spans: tuple[Span, ...]  # of the shifts
    at: dt.datetime
    waiting: confirmation.Candidates
    work: Work

    @property
    def phase(self) -> Phase:
        return phase_at(self.spans, self.at, cancelled=self.activity.cancelled_at is not None)

    @property
    def act(self) -> Act:
        return next_act(self.spans, self.at, self.work, cancelled=self.activity.cancelled_at is not None)

    @property
    def running(self) -> list[Shift]:
        """The shifts that take scans and have not ended."""
        both = zip(self.shifts, self.spans, strict=True)
        return [shift for shift, span in both if span.opens_at <= self.at < span.ends_at]

    @property
    def coming(self) -> list[Shift]:
        """The shifts that do not take scans yet."""
        return [shift for shift, span in zip(self.shifts, self.spans, strict=True) if self.at < span.opens_at]

    @property
    def begun(self) -> list[Shift]:
        """The shifts that have begun: only now a person can be missing."""
        return [shift for shift in self.shifts if shift.starts_at <= self.at]

    @property
    def opens_at(self) -> dt.datetime | None:
        """The moment at which the next shift begins to take scans."""
        return opens_next(self.spans, self.at)

    @property
    def shown_shift(self) -> Shift:
        """Shift in lists: the last begun one while it waits, else the first that takes scans, else the last."""
        if self.group == Group.WAITING and self.begun:
            return self.begun[-1]
        later = (shift for shift, span in zip(self.shifts, self.spans, strict=True) if self.at <= span.closes_at)
        return next(later, self.shifts[-1])

    @property
    def is_today(self) -> bool:
        """True if a shift touches the day of `at`, or still takes scans after a night."""
        today = timezone.localdate(self.at)
        ends = ((shift.date, shift.end_with_overtime - dt.timedelta.resolution) for shift in self.shifts)
        return self.phase == Phase.DURING or any(date <= today <= timezone.localdate(end) for date, end in ends)

    @property
    def group(self) -> Group:
        if self.is_today:
            return Group.TODAY
        if self.work.to_confirm or (self.work.to_evaluate and self.phase != Phase.BEFORE):
            return Group.WAITING
        return Group.COMING if self.opens_at else Group.DONE


def led_by(user: User, at: dt.datetime) -> ActivityQuerySet:
    """Return the activities that `user` leads and sees the people of (ADR 37), with their shifts."""
    return Activity.objects.led_by(user).led_at(at).select_related("leader__merged_into", "community")


def list_led(user: User, at: dt.datetime) -> dict[Group, list[Standing]]:
    """Return what `user` leads, by group: the next one first, of past ones the latest first.

    A cancelled activity is shown on its day, or while records wait.
    """
    groups: dict[Group, list[Standing]] = {group: [] for group in Group}
    for one in standings_of(led_by(user, at), by=user, at=at):
        is_cancelled = one.phase == Phase.CANCELLED and one.group in (Group.COMING, Group.DONE)
        is_old = one.group == Group.DONE and one.spans[-1].closes_at < at - DONE_FOR
        if not is_cancelled and not is_old:
            groups[one.group].append(one)
    for group in (Group.TODAY, Group.COMING):
        groups[group].sort(key=lambda one: (one.shown_shift.starts_at, one.activity.pk))
    for group in (Group.WAITING, Group.DONE):
        groups[group].sort(key=lambda one: (one.shown_shift.starts_at, one.activity.pk), reverse=True)
    return groups


def standing_of(activity: Activity, *, by: User, at: dt.datetime) -> Standing:
    """Return the standing of one activity."""
    [one] = standings_of([activity], by=by, at=at)
    return one


def standings_of(activities: Iterable[Activity], *, by: User, at: dt.datetime) -> list[Standing]:
    """Return the standing of each activity, with as many statements as for one."""
    activities = list(activities)
    if not activities:
        return []
    keys = [activity.pk for activity in activities]
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for shift in Shift.objects.filter(activity__in=keys).order_by("starts_at", "pk"):
        shifts[shift.activity_id].append(shift)
    spans = _spans(activities, shifts)
    waiting = confirmation.list_candidates_by_activity(activities=activities, by=by, at=at)
    inside: dict[int, set[int]] = defaultdict(set)
    open_visits = list(Visit.objects.open().filter(shift__activity__in=keys).select_related("shift__activity"))
    over = given_up(open_visits, at=at)
    for visit in open_visits:
        if visit.pk not in over:
            inside[visit.shift.activity_id].add(visit.volunteer_id)
    unevaluated = evaluation.left_to_evaluate(keys, by=by)
    found = []
    for activity in activities:
        work = Work(
            inside=len(inside[activity.pk]),
            to_confirm=_can_confirm(waiting[activity.pk], at),
            to_evaluate=len(unevaluated[activity.pk]),
        )
        found.append(
            Standing(
                activity=activity,
                shifts=tuple(shifts[activity.pk]),
                spans=tuple(spans[activity.pk]),
                at=at,
                waiting=waiting[activity.pk],
                work=work,
            )
        )
    return found


def shifts_of(activity: Activity) -> tuple[list[Shift], list[Span]]:
    """Return the shifts of `activity` in time order, each with its span. Two statements."""
    shifts = list(activity.shifts.order_by("starts_at", "pk"))
    return shifts, _spans([activity], {activity.pk: shifts})[activity.pk]


def _spans(activities: Iterable[Activity], shifts: Mapping[int, list[Shift]]) -> dict[int, list[Span]]:
    """Return the spans of the shifts of each activity, by the rules of their days (C2). One statement."""
    activities = list(activities)
    rules = RuleSet.objects.timelines(activity.community_id for activity in activities)
    spans: dict[int, list[Span]] = {activity.pk: [] for activity in activities}
    for activity in activities:
        for shift in shifts[activity.pk]:
            shift.activity = activity
            parameters = rules.parameters_on(activity.community_id, shift.date)
            taken = window(shift.starts_at, shift.end_with_overtime, parameters)
            spans[activity.pk].append(Span(shift.end_with_overtime, taken.opens_at, taken.closes_at))
    return spans


def may_alone(waiting: confirmation.Candidates, at: dt.datetime) -> list[ServiceRecord]:
    """Return the records that the user entered and may confirm alone by now, since nobody else has (K4)."""
    return [record for record in waiting.entered if waiting.alone_after[record.pk] < timezone.localdate(at)]


def _can_confirm(waiting: confirmation.Candidates, at: dt.datetime) -> int:
    return len(waiting.ready) + len(waiting.flagged) + len(waiting.role_missing) + len(may_alone(waiting, at))
