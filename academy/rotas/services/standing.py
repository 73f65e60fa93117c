"""Services of people who stand in every week, and the places kept for newcomers."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.activities import services as activities
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.signing_alike import WantedPlace, sign_up_alike
from academy.core.refusals import Refusal
from academy.families.belongings import is_of_family
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.rotas import pattern
from academy.rotas.models import Series, SeriesDate, StandingPlace
from academy.rotas.refusals import (
    IS_OVER,
    KEPT_FOR_NEWCOMERS,
    MOVED,
    NO_STANDING_PLACE,
    NO_WEEKDAY,
    NOT_THEIRS,
    OTHER_COMMUNITY,
    STANDS_ALREADY,
)
from academy.rotas.services.opening import lock


@dataclass(frozen=True)
class Stands:
    """A person who stands in from now on: the places that they got, and the dates that were full."""

    place: StandingPlace
    signed_up: int
    full: int


def may_act_for(user: User, volunteer: Volunteer, series: Series) -> bool:
    """Return whether `user` is the person, acts for them, or runs activities in the community."""
    return user.has_right(Right.RUN_ACTIVITIES, series.community) or is_of_family(user, volunteer)


@transaction.atomic
def stand_in(
    *, series: Series, volunteer: Volunteer, weekdays: int | None = None, by: User, at: dt.datetime
) -> Stands | Refusal:
    """Let a person stand in on these weekdays (bits) every week, by default on all, at their wish (R8).

    They get a place in each date that stands open, and the clock signs them up for each new one. A place that they
    have already stays as it is; a full date is left out.

    Refuses with `not_allowed`, `other_community`, `series_over`, `no_weekday`, `stands_already`, `no_standing_place`,
    and as `activities.services.sign_up` does; then nothing is stored.
    """
    volunteer = volunteer.stays
    if not may_act_for(by, volunteer, series):
        return NOT_THEIRS
    if volunteer.community_id != series.community_id:
        return OTHER_COMMUNITY
    series = lock(series.pk)
    today = timezone.localdate(at)
    if series.last_day is not None and series.last_day < today:
        return IS_OVER
    bits = series.weekdays if weekdays is None else weekdays & series.weekdays
    if not bits:
        return NO_WEEKDAY
    standing = StandingPlace.objects.in_force().filter(series=series)
    if standing.of(volunteer).exists():
        return STANDS_ALREADY
    others = list(standing.values_list("weekdays", flat=True))
    for weekday in pattern.weekdays_of(bits):
        if sum(1 for other in others if other >> weekday & 1) >= series.usual_places:
            return NO_STANDING_PLACE
    with transaction.atomic():
        place = StandingPlace.objects.create(
            series=series, volunteer=volunteer, weekdays=bits, since=today, added_by=by, added_at=at
        )
        answer = _sign_up(place, by=by, at=at)
        if isinstance(answer, Refusal):
            transaction.set_rollback(True)
            return answer
    log(series, "rotas.stand_in", user=by, timestamp=at, data={"what": volunteer.number})
    return answer


def _sign_up(place: StandingPlace, *, by: User, at: dt.datetime) -> Stands | Refusal:
    answers = sign_up_alike(
        wanted=[WantedPlace(place.volunteer, shift, role, by) for role, shift in _coming(place, at)], at=at
    )
    signed_up = full = 0
    for answer in answers:
        if isinstance(answer, SignUp):
            signed_up += 1
        elif answer.code == activities.SHIFT_FULL.code:
            full += 1
        elif answer.code != activities.ALREADY_SIGNED_UP.code:
            return answer
    return Stands(place, signed_up, full)


def _coming(place: StandingPlace, at: dt.datetime) -> list[tuple[Role, Shift]]:
    """Return the open dates to come on which the person stands in, with their roles.

    Their activities stay locked, as `refuse_sign_up` locks one, in the order in which all are locked.
    """
    roles = {
        date.activity_id: date.role
        for date in SeriesDate.objects.filter(series=place.series_id, activity__cancelled_at=None).select_related(
            "role"
        )
        if date.role is not None and place.is_on(date.day)
    }
    locked = Activity.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=roles, cancelled_at=None)
    activities_now = {one.pk: one for one in locked.select_related("community").order_by("pk")}
    shifts = list(Shift.objects.filter(activity__in=activities_now, starts_at__gt=at).order_by("activity", "pk"))
    for shift in shifts:
        shift.activity = activities_now[shift.activity_id]
    return [(role, shift) for shift in shifts if (role := roles[shift.activity_id]) is not None]


@transaction.atomic
def stop_standing_in(*, place: StandingPlace, by: User, at: dt.datetime) -> StandingPlace | Refusal:
    """End a standing place; the places to come in the role of the standing shift go back.

    A second call is ignored. Refuses with `not_allowed`.
    """
    series = place.series
    if not may_act_for(by, place.volunteer, series):
        return NOT_THEIRS
    lock(series.pk)
    if StandingPlace.objects.filter(pk=place.pk, ended_at=None).update(ended_at=at, ended_by=by):
        for sign_up in places_to_come(series, [place.volunteer], at=at):
            if place.is_on(sign_up.shift.date):
                activities.cancel_sign_up(sign_up=sign_up, by=by, at=at)
        log(series, "rotas.stop_standing_in", user=by, timestamp=at, data={"what": place.volunteer.stays.number})
    place.refresh_from_db(fields=["ended_at", "ended_by"])
    return place


def places_to_come(series: Series, people: Collection[Volunteer], *, at: dt.datetime) -> list[SignUp]:
    """Return the live places of these people in the dates to come, the next one first."""
    dates = SeriesDate.objects.filter(series=series).values("activity")
    found = SignUp.objects.of_all(people).filter(
        shift__activity__in=dates, shift__activity__cancelled_at=None, cancelled_at=None, shift__starts_at__gt=at
    )
    return list(found.select_related("shift__activity", "role", "volunteer__merged_into").order_by("shift__starts_at"))


@transaction.atomic
def end_all_of(*, people: Collection[Volunteer], at: dt.datetime) -> int:
    """End the standing places of people who take part no longer; their places go back by themselves."""
    return StandingPlace.objects.in_force().filter(volunteer__in=people).update(ended_at=at)


def refuse_sign_up(*, shift: Shift, role: Role, volunteer: Volunteer, walk_in: bool) -> Refusal | None:
    """Return why this place in a date of a standing shift cannot be taken now, or None.

    The activity stays locked until the sign-up is stored. So a change of the standing shift waits for it and tells the
    person, and a sign-up that waited for a change is not stored for a time that the person did not see.

    Refuses with `cancelled`, `just_moved`, `kept_for_newcomers` (not walk-ins).
    """
    date = SeriesDate.objects.filter(activity=shift.activity_id).only("newcomer_role", "series", "day").first()
    if date is None:
        return None
    activity = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.activity_id)
    if activity.cancelled_at is not None:
        return activities.CANCELLED
    if not Shift.objects.filter(pk=shift.pk, starts_at=shift.starts_at, ends_at=shift.ends_at).exists():
        return MOVED
    if role.pk != date.newcomer_role_id or walk_in or is_newcomer(volunteer, date):
        return None
    return KEPT_FOR_NEWCOMERS


def is_newcomer(volunteer: Volunteer, date: SeriesDate) -> bool:
    """Return whether the person came to no earlier date, and stands in on no weekday."""
    earlier = SeriesDate.objects.filter(series=date.series_id, day__lt=date.day).values("activity")
    stood = SignUp.objects.of(volunteer).filter(shift__activity__in=earlier, cancelled_at=None, absence="")
    standing = StandingPlace.objects.in_force().of(volunteer).filter(series=date.series_id)
    return not stood.exists() and not standing.exists()
