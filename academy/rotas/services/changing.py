"""Service that changes a standing shift, as one or from a day on, and tells people once (ADR 121)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.activities import changing, concerned, private_details, responsible
from academy.activities import services as activities
from academy.activities.models import Activity, Break, Role, Shift
from academy.core.refusals import Refusal
from academy.core.workdays import read_calendar
from academy.learning.models import Course
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.rotas import notices, pattern
from academy.rotas.models import MOST_WEEKS_AHEAD, NEEDS, Series, SeriesDate, StandingPlace
from academy.rotas.notices import Span
from academy.rotas.refusals import NOT_STAFF, TOO_FAR
from academy.rotas.services import opening

# The facts that an activity has under the same name.
FACTS = ("title", "kind", "subject", "place", "service_content", "organiser", "insurance", "leader_id", "issuer_id")
PATTERN = ("weekdays", "starts", "ends", "rests", "first_day", "last_day", "skips_holidays", "weeks_ahead")
ROLES = ("role_name", "capacity", "newcomer_places")
MOST_AHEAD = dt.timedelta(weeks=MOST_WEEKS_AHEAD)
EDITABLE = (*FACTS, *PATTERN, *ROLES, *NEEDS)


@dataclass
class ChangeResult:
    """The effect of a change: the numbers of its dates, and the people who were told."""

    series: Series
    changed: int = 0
    moved: int = 0
    cancelled: int = 0
    opened: int = 0
    kept: int = 0  # dates that keep a value of their own
    told: list[Volunteer] = field(default_factory=list)


@transaction.atomic
def change_series(
    *,
    series: Series,
    since: dt.date,
    also_own: bool = False,
    private: str | None = None,
    by: User,
    at: dt.datetime,
) -> ChangeResult | Refusal:
    """Store a standing shift that a form has changed, and change its dates to come from `since` on.

    A value that a date has for itself stays, unless `also_own` is set. A date whose weekday goes moves, in its week, to
    the weekday that comes in its place; where none comes, and on holidays, it is cancelled. Missing dates are opened.
    Everybody with a place, or waiting for one, gets one message about all their dates. `private` are the private
    details of the dates; None leaves them.

    Refuses with `not_allowed`, and as `plan_series` and `save_activity` do; then nothing changes.
    """
    stored = opening.lock(series.pk)
    if not by.has_right(Right.RUN_ACTIVITIES, stored.community):
        return NOT_STAFF
    series.community = stored.community
    if refusal := opening.refuse(series):
        return refusal
    answer: ChangeResult | Refusal
    since = max(since, timezone.localdate(at))
    if since > timezone.localdate(at) + MOST_AHEAD:
        return TOO_FAR
    with transaction.atomic():
        if since > timezone.localdate(at):
            # The dates before the change stand open by the old pattern, however far ahead.
            earlier = opening.open_dates(stored, by=by, at=at, last=since - dt.timedelta(days=1))
            if isinstance(earlier, Refusal):
                transaction.set_rollback(True)
                return earlier
        series.pattern_since = stored.pattern_since if series.weekdays == stored.weekdays else since
        needs = series.needs
        stored.ask_for(stored.courses.all())  # read before the courses change
        series.save()
        series.courses.set(needs["courses"])
        act = _Change(stored, series, since, also_own, by, at)
        answer = act.carry_out()
        if isinstance(answer, Refusal):
            transaction.set_rollback(True)
            return answer
        if private is not None:
            _write_details(series, since, private, also_own=also_own, by=by, at=at)
    before, after = ({name: _plain(getattr(one, name)) for name in EDITABLE} for one in (stored, series))
    names = [name for name in EDITABLE if before[name] != after[name]]
    data = {when: {name: values[name] for name in names} for when, values in (("before", before), ("after", after))}
    log(series, "rotas.change", user=by, timestamp=at, data={**data, "since": since.isoformat()})
    return answer


def _write_details(series: Series, since: dt.date, text: str, *, also_own: bool, by: User, at: dt.datetime) -> None:
    """Write the private details of the dates to come; a date that has others of its own keeps them."""
    dates = series.dates.filter(day__gte=since, activity__isnull=False, activity__cancelled_at=None, dropped=False)
    activities_to_come = [date.activity for date in dates.select_related("activity") if date.activity is not None]
    if not activities_to_come:
        return
    stored = {activity.pk: private_details.stored_text(activity) or "" for activity in activities_to_come}
    usual = stored[activities_to_come[0].pk]
    for activity in activities_to_come:
        if also_own or stored[activity.pk] == usual:
            private_details.write(activity=activity, text=text, by=by, at=at)


def _courses_of(role: Role) -> list[Course]:
    return sorted(role.courses.all(), key=lambda course: course.pk)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


class _Change:
    """One change of a standing shift on its way through the dates."""

    def __init__(self, old: Series, new: Series, since: dt.date, also_own: bool, by: User, at: dt.datetime) -> None:
        self.old, self.new, self.since, self.also_own, self.by, self.at = old, new, since, also_own, by, at
        self.follows = pattern.followed_by(old.weekdays, new.weekdays)
        self.calendar = read_calendar()
        self.taken: set[dt.date] = set()
        self.others: list[Shift] = []  # of the date that is being changed
        self.result = ChangeResult(new)
        self.notices = notices.Notices(new.title)

    def carry_out(self) -> ChangeResult | Refusal:
        dates = self._dates()
        # A person who signs up for one of them waits, and then is among those who are told, or has to look again.
        pks = [date.activity_id for date in dates]
        rows = Activity.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=pks).order_by("pk")
        locked = {one.pk: one for one in rows.select_related("community", "issuer", "leader__merged_into")}
        shifts: dict[int, list[Shift]] = {}
        every = Shift.objects.filter(activity__in=pks).select_related("activity").prefetch_related("breaks")
        for one in every.order_by("starts_at", "pk"):
            shifts.setdefault(one.activity_id, []).append(one)
        self._move_standing()
        self.taken |= set(self.new.dates.filter(dropped=False).values_list("day", flat=True))
        for date in dates:
            assert date.activity_id is not None
            # A date may have further shifts of its own: they stay as they are.
            activity, (shift, *self.others) = locked[date.activity_id], shifts[date.activity_id]
            if activity.cancelled_at is None and shift.starts_at > self.at:
                refusal = self._change(date, activity, shift)
                if refusal is not None:
                    return refusal
        opened = opening.open_dates(self.new, by=self.by, at=self.at)
        if isinstance(opened, Refusal):
            return opened
        self.result.opened = len(opened)
        self.result.told = self.notices.send(self.new, at=self.at)
        return self.result

    def _dates(self) -> list[SeriesDate]:
        dates = self.new.dates.filter(day__gte=self.since, activity__isnull=False, dropped=False)
        return list(dates.order_by("activity"))

    def _move_standing(self) -> None:
        """Let those who stand in follow to the other weekdays; a standing place without any weekday ends."""
        if self.old.weekdays == self.new.weekdays:
            return
        for place in StandingPlace.objects.in_force().filter(series=self.new):
            place.weekdays = pattern.moved_bits(place.weekdays, self.old.weekdays, self.new.weekdays) or place.weekdays
            if not place.weekdays & self.new.weekdays:
                place.ended_at, place.ended_by = self.at, self.by
            place.save(update_fields=["weekdays", "ended_at", "ended_by"])

    def _change(self, date: SeriesDate, activity: Activity, shift: Shift) -> Refusal | None:
        day = self._day_of(date)
        if day is None:
            return self._cancel(date, activity, shift)
        before, was_at = (shift.starts_at, shift.ends_at), activity.where
        roles = list(Role.objects.filter(activity=activity).order_by("pk"))
        own = self._set_facts(activity) | self._set_times(shift, date.day, day) | self._set_roles(date, roles)
        self.result.kept += own
        after = (shift.starts_at, shift.ends_at)
        if after[0] <= self.at:  # today's date cannot begin in the past
            shift.starts_at, shift.ends_at = before
            self.result.kept += not own
            return None
        if date.newcomer_role_id is not None and date.newcomer_role_id not in {role.pk for role in roles}:
            date.newcomer_role = None
            date.save(update_fields=["newcomer_role"])  # nothing points at the role that goes
        activity.shifts, activity.roles = [shift, *self.others], roles
        answer = changing.save_activity(activity=activity, by=self.by, at=self.at, tells=False)
        if isinstance(answer, Refusal):
            return answer
        self._note_newcomers(date, roles)
        if day != date.day:
            date.day = day
        date.save(update_fields=["day", "newcomer_role"])
        self.result.changed += 1
        if before != after or was_at != activity.where:
            self.result.moved += before != after
            people = self._everybody_in(activity, shift)
            self.notices.moved(people, (before, after), (was_at, activity.where))
        return None

    def _cancel(self, date: SeriesDate, activity: Activity, shift: Shift) -> Refusal | None:
        people = self._everybody_in(activity, shift)
        answer = activities.cancel_activity(activity=activity, by=self.by, at=self.at, tells=False)
        if isinstance(answer, Refusal):
            return answer
        date.dropped = True
        date.save(update_fields=["dropped"])
        self.result.cancelled += 1
        self.notices.cancelled(people, (shift.starts_at, shift.ends_at))
        return None

    def _everybody_in(self, activity: Activity, shift: Shift) -> list[concerned.Place]:
        """Return the people whom the date concerns, and those in charge other than the one who acts."""
        people = concerned.everybody_in(activity, [shift], at=self.at)
        return self.notices.also(responsible.in_charge(activity, [shift], by=self.by), people)

    def _day_of(self, date: SeriesDate) -> dt.date | None:
        """Return the day on which the date takes place from now on; None if it no longer does.

        A day that was not in the pattern before the change either belongs to an older pattern, and stays.
        """
        day = date.day
        if pattern.has_day(self.old.weekdays & ~self.new.weekdays, day):
            moved = pattern.moved_day(day, self.follows)
            if moved is None or (moved in self.taken and moved != day):
                return None
            if moved < self.since or self.new.span_on(moved)[0] <= self.at:
                return None
            day = moved
        if day < self.new.first_day or (self.new.last_day is not None and day > self.new.last_day):
            return None
        if self.new.skips_holidays and self.calendar.is_holiday(day):
            return None
        self.taken.discard(date.day)
        self.taken.add(day)
        return day

    # Values: a date keeps one that is not that of the standing shift before

    def _takes(self, now: Any, old: Any, new: Any) -> bool:
        return bool(old != new and (now == old or self.also_own))

    def _set_facts(self, activity: Activity) -> bool:
        """Set the facts that change, and return whether the activity keeps one of its own."""
        own = False
        for name in FACTS:
            now, old, new = (getattr(one, name) for one in (activity, self.old, self.new))
            if self._takes(now, old, new):
                setattr(activity, name.removesuffix("_id"), getattr(self.new, name.removesuffix("_id")))
            own |= old not in (new, now) and now != new and not self.also_own
        return own

    def _set_times(self, shift: Shift, old_day: dt.date, day: dt.date) -> bool:
        """Set the times and breaks that change, and return whether the shift keeps times of its own."""
        old, new = (_times(one, on) for one, on in ((self.old, old_day), (self.new, day)))
        rests = sorted((rest.starts_at, rest.ends_at) for rest in shift.breaks.all())
        now = ((shift.starts_at, shift.ends_at), rests)
        if old == new:
            return False
        if now != old and not self.also_own:
            return now != new
        (shift.starts_at, shift.ends_at), rests = new
        shift.breaks = [Break(starts_at=start, ends_at=end) for start, end in rests]
        return False

    def _set_roles(self, date: SeriesDate, roles: list[Role]) -> bool:
        """Set the names and places of the roles that change, and return whether they keep places of their own."""
        main = next(role for role in roles if role.pk == date.role_id)
        if self._takes(main.name, self.old.role_name, self.new.role_name):
            main.name = self.new.role_name
        own = False
        places = [(main, self.old.usual_places, self.new.usual_places)]
        newcomers = next((role for role in roles if role.pk == date.newcomer_role_id), None)
        if newcomers is not None and not self.new.newcomer_places and not newcomers.sign_ups.exists():
            roles.remove(newcomers)
        elif newcomers is not None and self.new.newcomer_places:
            places.append((newcomers, self.old.newcomer_places, self.new.newcomer_places))
        elif self.new.newcomer_places and not self.old.newcomer_places:
            newcomers = Role(name=opening.newcomer_name(), capacity=self.new.newcomer_places)
            self._ask(newcomers, taken=True)
            roles.append(newcomers)
        for role, old, new in places:
            if self._takes(role.capacity, old, new):
                role.capacity = new
            own |= old != new and role.capacity != new
            self._ask(role)
        return own

    def _ask(self, role: Role, *, taken: bool = False) -> None:
        """Let the role ask for the needs that change, or with `taken` for all of them."""
        for name, new in self.new.needs.items():
            old, now = self.old.needs[name], getattr(role, name) if name != "courses" else _courses_of(role)
            if taken or self._takes(now, old, new):
                setattr(role, name, new)

    def _note_newcomers(self, date: SeriesDate, roles: list[Role]) -> None:
        """Remember the role of the newcomers' places that was added."""
        if (
            date.newcomer_role_id is None
            and len(roles) > 1
            and self.new.newcomer_places
            and not self.old.newcomer_places
        ):
            date.newcomer_role = Role.objects.get(activity=date.activity_id, name=opening.newcomer_name())


def _times(series: Series, day: dt.date) -> tuple[Span, list[Span]]:
    return series.span_on(day), sorted(series.rests_on(day))
