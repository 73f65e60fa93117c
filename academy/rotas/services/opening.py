"""Services that plan a standing shift, and open its dates some weeks ahead."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.activities import alike, plans, private_details
from academy.activities import services as activities
from academy.activities.models import Break, Shift
from academy.activities.refusals import FOREIGN_COURSE
from academy.activities.signing_alike import WantedPlace, sign_up_alike
from academy.core.refusals import Refusal
from academy.core.sql import AT_ONCE
from academy.core.workdays import read_calendar
from academy.people.models import User
from academy.people.permissions import Right
from academy.rotas import pattern
from academy.rotas.models import DAY, Series, SeriesDate, StandingPlace
from academy.rotas.refusals import (
    ALREADY_OPEN,
    BAD_TIMES,
    LAST_DAY_BEFORE,
    NO_SUCH_DAY,
    NO_WEEKDAY,
    NOT_STAFF,
    SAME_ROLE_NAME,
    TOO_MANY_NEWCOMERS,
)

WEEK = dt.timedelta(weeks=1)
TEXTS = ("title", "place", "service_content", "organiser", "insurance", "role_name")


@transaction.atomic
def plan_series(*, series: Series, private: str = "", by: User, at: dt.datetime) -> Series | Refusal:
    """Store a standing shift that a form has filled in, and open its first dates with `private` details.

    Refuses with `not_allowed`, `no_weekday`, `bad_times`, `break_outside` and `breaks_overlap` (H2), `last_day_before`,
    `too_many_newcomers`, `same_role_name`, `foreign_course` (T3), and as `publish_activity` does.
    """
    if not by.has_right(Right.RUN_ACTIVITIES, series.community):
        return NOT_STAFF
    if refusal := refuse(series):
        return refusal
    with transaction.atomic():
        series.created_by, series.created_at = by, at
        needs = series.needs
        series.save()
        series.courses.set(needs["courses"])
        answer = open_dates(series, by=by, at=at)
        if isinstance(answer, Refusal):
            transaction.set_rollback(True)
            series.pk = None
            return answer
        for date in answer if private else ():
            assert date.activity is not None
            private_details.write(activity=date.activity, text=private, by=by, at=at)
    log(series, "wagtail.create", user=by, timestamp=at)
    return series


def refuse(series: Series) -> Refusal | None:
    """Return why the pattern or the facts of a standing shift cannot stay so."""
    for name in TEXTS:
        setattr(series, name, getattr(series, name).strip())
    if not 0 < series.weekdays <= pattern.ALL:
        return NO_WEEKDAY
    if not 0 <= series.starts < DAY or not series.starts < series.ends <= series.starts + DAY:
        return BAD_TIMES
    if series.last_day is not None and series.last_day < series.first_day:
        return LAST_DAY_BEFORE
    if series.newcomer_places >= series.capacity:
        return TOO_MANY_NEWCOMERS
    if series.newcomer_places and series.role_name == newcomer_name():
        return SAME_ROLE_NAME
    if series.dangerous and not series.insurance:
        return activities.NEEDS_INSURANCE
    if series.leader.community_id != series.community_id:
        return activities.FOREIGN_LEADER
    if series.issuer.community_id != series.community_id:
        return activities.FOREIGN_ISSUER
    if any(course.community_id != series.community_id for course in series.needs["courses"]):
        return FOREIGN_COURSE
    starts_at, ends_at = series.span_on(series.first_day)
    breaks = [Break(starts_at=start, ends_at=end) for start, end in series.rests_on(series.first_day)]
    return plans.refuse_breaks(Shift(starts_at=starts_at, ends_at=ends_at), breaks)


def newcomer_name() -> str:
    """Return the name of the newcomers' places, in the language of the site."""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("newcomer")


def days_of(series: Series, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, bool]]:
    """Yield the days of the pattern between these, each with whether a holiday leaves it out."""
    first = max(first, series.first_day, series.pattern_since or series.first_day)
    last = min(last, series.last_day or last)
    calendar = read_calendar()
    for day in pattern.days_between(series.weekdays, first, last):
        yield day, series.skips_holidays and calendar.is_holiday(day)


def opened_until(series: Series, at: dt.datetime) -> dt.date:
    """Return the last day up to which the dates stand open at `at`."""
    return timezone.localdate(at) + series.weeks_ahead * WEEK


@transaction.atomic
def open_ahead(*, at: dt.datetime) -> int:
    """Open the next dates of all standing shifts that are due, and return their number.

    A standing shift whose dates cannot be published any more keeps the reason, for its page, until it is changed.
    """
    opened = 0
    for pk in list(Series.objects.due(timezone.localdate(at)).values_list("pk", flat=True)):
        series = lock(pk)
        answer = open_dates(series, by=series.created_by, at=at)
        if isinstance(answer, Refusal):
            Series.objects.filter(pk=pk).update(opens_on=None, stopped_by=answer.code)
        else:
            opened += len(answer)
    return opened


def lock(pk: int) -> Series:
    """Lock a standing shift: its changes, its clock and those who want to stand in wait for each other."""
    related = ("community", "leader__merged_into", "issuer", "created_by")
    return Series.objects.select_for_update(no_key=True, of=("self",)).select_related(*related).get(pk=pk)


def open_dates(series: Series, *, by: User, at: dt.datetime, last: dt.date | None = None) -> list[SeriesDate] | Refusal:
    """Open all dates that should stand open at `at`, or those up to the day `last`.

    Call it in a transaction, with the series locked.

    Refuses as `publish_activity` does, and then opens none.
    """
    today = timezone.localdate(at)
    last = last or opened_until(series, at)
    known = set(series.dates.filter(dropped=False).values_list("day", flat=True))
    days = [
        day
        for day, is_left_out in days_of(series, today, last)
        if not is_left_out and day not in known and series.span_on(day)[0] > at
    ]
    with transaction.atomic():
        opened = _open(series, days, by=by, at=at)
        if isinstance(opened, Refusal):
            transaction.set_rollback(True)
            return opened
    series.opens_on = None if series.last_day is not None and series.last_day <= today else today + dt.timedelta(days=1)
    series.stopped_by = ""
    series.save(update_fields=["opens_on", "stopped_by"])
    sign_up_standing(series, opened, at=at)
    return opened


def _open(series: Series, days: Sequence[dt.date], *, by: User, at: dt.datetime) -> list[SeriesDate] | Refusal:
    roles: list[dict[str, Any]] = [{"name": series.role_name, "capacity": series.usual_places, **series.needs}]
    if series.newcomer_places:
        roles.append({"name": newcomer_name(), "capacity": series.newcomer_places, **series.needs})
    opened = alike.open_alike(
        times=[alike.Times(*series.span_on(day), series.rests_on(day)) for day in days],
        roles=roles,
        by=by,
        at=at,
        community=series.community,
        title=series.title,
        kind=series.kind,
        subject=series.subject,
        place=series.place,
        service_content=series.service_content,
        leader=series.leader.stays,
        organiser=series.organiser,
        issuer=series.issuer,
        dangerous=series.dangerous,
        insurance=series.insurance,
        home_visit=series.home_visit,
    )
    if isinstance(opened, Refusal):
        return opened
    dates = []
    for day, one in zip(days, opened, strict=True):
        role, newcomer_role = (*one.roles, None)[:2]
        dates.append(SeriesDate(series=series, day=day, activity=one.activity, role=role, newcomer_role=newcomer_role))
    details = details_before(series, days[0]) if days else ""
    for one in opened if details else ():
        private_details.write(activity=one.activity, text=details, by=by, at=at)
    return SeriesDate.objects.bulk_create(dates, batch_size=AT_ONCE)


def details_before(series: Series, day: dt.date) -> str:
    """Return the private details of the date before `day`, which it takes over; empty without any."""
    last = series.dates.filter(day__lt=day, activity__isnull=False, dropped=False).select_related("activity").last()
    if last is None or last.activity is None:
        return ""
    return private_details.stored_text(last.activity) or ""


def sign_up_standing(series: Series, dates: Iterable[SeriesDate], *, at: dt.datetime) -> None:
    """Sign up for these dates the people who stand in every week, and may take part then."""
    dates = sorted(dates, key=lambda date: date.activity_id or 0)
    if not dates:
        return
    standing = list(
        StandingPlace.objects.in_force()
        .filter(series=series)
        .select_related("volunteer__merged_into", "added_by")
        .order_by("pk")
    )
    if not standing:
        return
    shifts = {
        shift.activity_id: shift
        for shift in Shift.objects.filter(activity__in=[date.activity_id for date in dates]).select_related(
            "activity__community"
        )
    }
    wanted = [
        WantedPlace(place.volunteer, shifts[date.activity_id or 0], date.role, place.added_by)
        for date in dates
        for place in standing
        if date.activity_id in shifts and date.role is not None and place.is_on(date.day)
    ]
    sign_up_alike(wanted=wanted, at=at)  # nobody else sees these dates before they are stored


@transaction.atomic
def leave_out(*, series: Series, day: dt.date, by: User, at: dt.datetime) -> SeriesDate | Refusal:
    """Leave out a day that is not open yet. A date that stands open is cancelled as every activity is.

    Refuses with `not_allowed`, `already_open`, `no_such_day`.
    """
    if not by.has_right(Right.RUN_ACTIVITIES, series.community):
        return NOT_STAFF
    series = lock(series.pk)
    known = series.dates.filter(day=day, dropped=False).first()
    if known is not None:
        return known if known.activity_id is None else ALREADY_OPEN
    if day <= timezone.localdate(at) or day not in {one for one, _holiday in days_of(series, day, day)}:
        return NO_SUCH_DAY
    date = SeriesDate.objects.create(series=series, day=day, left_out_by=by)
    log(series, "rotas.leave_out", user=by, timestamp=at, data={"day": day.isoformat()})
    return date
