"""Sign people up for many shifts that are alike, such as dates of a standing shift (ADR 157)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import Q

from academy.activities import services
from academy.activities.models import Role, Shift, SignUp
from academy.activities.needs.reasons import Wording, unfit
from academy.activities.needs.suitability import Suitability
from academy.activities.seats import keep_rows, take_seat, takes_a_place
from academy.core import practice
from academy.core.refusals import Refusal
from academy.core.sql import AT_ONCE
from academy.people import ages
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class WantedPlace:
    """A place that a person wants; the shift comes with its activity."""

    volunteer: Volunteer
    shift: Shift
    role: Role
    by: User


@transaction.atomic
def sign_up_alike(*, wanted: Sequence[WantedPlace], at: dt.datetime) -> list[SignUp | Refusal]:
    """Give these places, each as `services.sign_up` does, and return its answers in the same order.

    The caller has asked what the apps above say against them (`ask_against_sign_up`), and holds the locks that these
    take. So many places take hardly more statements than one; a minor's consent is read for each day (N2).
    """
    answers: list[SignUp | Refusal | None] = [_refuse_time(one, at) for one in wanted]
    _lock_people([one for one, answer in zip(wanted, answers, strict=True) if answer is None])
    for group in _groups(wanted, answers):
        some = [wanted[place] for place in group]
        beside = Suitability(
            some[0].shift.activity, people=[one.volunteer for one in some], roles={one.role for one in some}
        )
        for place, one in zip(group, some, strict=True):
            person = one.volunteer.stays
            if missing := beside.unmet_needs(person, one.shift, one.role):
                answers[place] = unfit(Wording(beside, person, one.shift, one.role).reasons(missing))
    waiting = [place for place, answer in enumerate(answers) if answer is None]
    for place, answer in zip(waiting, _take([wanted[place] for place in waiting], at), strict=True):
        answers[place] = answer
    return [answer for answer in answers if answer is not None]


def _refuse_time(one: WantedPlace, at: dt.datetime) -> Refusal | None:
    activity = one.shift.activity
    if practice.are_mixed(activity.community_id, one.volunteer.stays.community_id):
        return services.PRACTICE_ONLY
    if activity.published_at is None:
        return services.NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return services.CANCELLED
    return services.TOO_LATE_TO_SIGN_UP if at >= one.shift.starts_at else None


def _lock_people(wanted: Sequence[WantedPlace]) -> None:
    """Let a guardian's withdrawal (N2) and the end of an exception (T3) wait, as `services.sign_up` does."""
    people = {
        one.volunteer.stays.pk
        for one in wanted
        if ages.is_minor(one.volunteer.stays.birth_date, one.shift.date) or one.role.asks_something
    }
    if people:
        locked = Volunteer.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=people)
        list(locked.order_by("pk").values_list("pk"))


def _groups(wanted: Sequence[WantedPlace], answers: Sequence[SignUp | Refusal | None]) -> list[list[int]]:
    """Return the places without an answer, in groups whose activities ask for the same."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, (one, answer) in enumerate(zip(wanted, answers, strict=True)):
        if answer is None:
            activity = one.shift.activity
            asks = (activity.community_id, activity.dangerous, activity.home_visit, activity.minors_until)
            groups[asks].append(place)
    return list(groups.values())


def _take(wanted: Sequence[WantedPlace], at: dt.datetime) -> list[SignUp | Refusal]:
    """Take the places in few statements; one by one, if other requests take some at the same moment."""
    if not wanted:
        return []
    answers = _free_places(wanted, at)
    try:
        with transaction.atomic():
            SignUp.objects.bulk_create([one for one in answers if isinstance(one, SignUp)], batch_size=AT_ONCE)
    except IntegrityError:
        return [_take_one(one, at) for one in wanted]
    return [_take_one(one, at) if answer is None else answer for one, answer in zip(wanted, answers, strict=True)]


def _free_places(wanted: Sequence[WantedPlace], at: dt.datetime) -> list[SignUp | Refusal | None]:
    """Return an unsaved sign-up with the lowest free seat for each, a refusal, or None for a held place."""
    seats: dict[tuple[int, int], set[int]] = defaultdict(set)
    heads: dict[tuple[int, int], int] = defaultdict(int)
    there: set[tuple[int, int]] = set()
    held: set[tuple[int, int]] = set()  # for the person themselves
    rows = SignUp.objects.filter(takes_a_place() | Q(cancelled_at=None), shift__in={one.shift.pk for one in wanted})
    for row in rows.with_person():
        key = (row.shift_id, row.role_id)
        seats[key].add(row.seat)
        (there if row.cancelled_at is None else held).add((row.shift_id, row.person))
        if row.held_until is not None or not row.absence:
            heads[key] += 1 + row.companions
    shifts, roles = keep_rows(shifts={one.shift.pk for one in wanted}, roles={one.role.pk for one in wanted})
    answers: list[SignUp | Refusal | None] = []
    for wish in wanted:
        person, key = wish.volunteer.stays, (wish.shift.pk, wish.role.pk)
        place = (wish.shift.pk, person.pk)
        if wish.shift.pk not in shifts or wish.role.pk not in roles:
            answers.append(services.ROLE_GONE)
        elif place in there:
            answers.append(services.ALREADY_SIGNED_UP)
        elif heads[key] >= wish.role.capacity:
            answers.append(None if place in held else services.SHIFT_FULL)
        else:
            seat = next(number for number in count(1) if number not in seats[key])
            seats[key].add(seat)
            heads[key] += 1
            there.add(place)
            answers.append(
                SignUp(
                    shift=wish.shift,
                    role=wish.role,
                    volunteer=person,
                    seat=seat,
                    signed_up_at=at,
                    signed_up_by=wish.by,
                )
            )
    return answers


def _take_one(one: WantedPlace, at: dt.datetime) -> SignUp | Refusal:
    return take_seat(
        volunteer_id=one.volunteer.stays.pk,
        shift_id=one.shift.pk,
        activity_id=one.shift.activity_id,
        role_id=one.role.pk,
        by_id=one.by.pk,
        at=at,
        walk_in=False,
        full=services.SHIFT_FULL,
        taken=services.ALREADY_SIGNED_UP,
    )
