"""The moment of a signed-in person: in service, signed up, or activities that they can join."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, IntegerField, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from academy.activities import private_details, reminding
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.seats import takes_a_place
from academy.checkin.models import Visit
from academy.checkin.services.relief import LateRelief, late_reliefs
from academy.checkin.services.visits import still_running
from academy.families.belongings import comes_along, may, people_to_sign_up
from academy.home import guardian_pages
from academy.home.selectors import coming_sign_ups
from academy.messaging.services import unread_of_row
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

OFFERED = 3  # activities that the card names
AHEAD = dt.timedelta(days=7)


@dataclass(frozen=True)
class InService:
    """A visit that is still open, and the whole minutes since its check-in."""

    visit: Visit
    person: Volunteer
    minutes: int
    relief: LateRelief | None = None  # the next shift, if it should have come by now


@dataclass(frozen=True)
class Offer:
    """A shift of the next days that has places, and how many are left."""

    shift: Shift
    left: int


@dataclass(frozen=True)
class ChildsShift:
    """A shift of a child whose guardian the login is: of today, else the next one (N2)."""

    child: Volunteer
    day: guardian_pages.Today
    comes_along: bool  # the guardian of a child under 14
    has_private: bool  # details that the guardian may read now


@dataclass(frozen=True)
class Moment:
    """The moment of a login.

    A person's own card comes first, then those they act for who are in service, then the children whose guardian they
    are.
    """

    person: Volunteer | None  # whose card it is; None: the login acts for no one
    is_own: bool = True
    in_service: list[InService] = field(default_factory=list)  # of that person
    next_sign_up: SignUp | None = None  # only if that person is not in service
    offers: list[Offer] = field(default_factory=list)  # only without a sign-up
    others: list[InService] = field(default_factory=list)  # people for whom the login acts
    children: list[ChildsShift] = field(default_factory=list)
    led_today: list[Activity] = field(default_factory=list)
    unread: int = 0  # messages, of that person and of all for whom the login acts


def moment_of(user: User, *, at: dt.datetime) -> Moment:
    """Return the moment of `user`, in seven statements at most for one person with any history.

    The card shows tomorrow's shift, so that its reminder is read, and does not go out by e-mail besides: one statement
    more.

    A visit beyond its shift adds four: its relief is looked for. A person for whom the user acts adds two statements
    while they are in service: their consent is looked up (R2). A child whose guardian the user is adds ten at most.
    """
    led = _led_today(user, at)
    near = people_to_sign_up(user, unread=unread_of_row())
    people = [one for one in near if one.acts]
    children = [shift for one in near if not one.acts for shift in _shifts_of_child(one, user, at)]
    if not people:
        return Moment(person=None, children=children, led_today=led)
    person, is_own = people[0], people[0].user_id == user.pk
    running = all_in_service(still_running(people=people, at=at), at)
    own = [one for one in running if one.person.pk == person.pk]
    others = [one for one in running if one.person.pk != person.pk]
    seen = {one.person.pk for one in others if may(user, Right.SEE_HOURS, volunteer=one.person)}
    if not is_own and not may(user, Right.SEE_HOURS, volunteer=person):
        in_view = [one for one in others if one.person.pk in seen]
        return Moment(person=None, others=in_view, children=children, led_today=led)
    sign_up = None if own else next(iter(coming_sign_ups(person, at)), None)
    unread = sum(one.unread for one in people)
    if sign_up is not None and is_own and person.unread:
        unread -= reminding.mark_seen(sign_up.shift, volunteer=person, at=at)
    return Moment(
        person=person,
        is_own=is_own,
        in_service=own,
        next_sign_up=sign_up,
        offers=[] if own or sign_up else _offers(person, at),
        others=[one for one in others if one.person.pk in seen],
        children=children,
        led_today=led,
        unread=unread,
    )


def _shifts_of_child(child: Any, user: User, at: dt.datetime) -> list[ChildsShift]:
    return [
        ChildsShift(
            child=child,
            day=day,
            comes_along=comes_along(child, day.shift.date),
            has_private=private_details.are_open_to(user, day.shift.activity, at=at),
        )
        for day in guardian_pages.next_of(child, at=at)
    ]


def all_in_service(visits: list[Visit], at: dt.datetime) -> list[InService]:
    """Return the open visits with the time since each check-in, and a late relief (A4)."""
    reliefs = late_reliefs(visits, at=at)
    return [
        InService(
            visit=visit,
            person=visit.volunteer.stays,
            minutes=max(int((at - visit.opened_at).total_seconds()) // 60, 0),
            relief=reliefs.get(visit.pk),
        )
        for visit in visits
    ]


def _offers(person: Volunteer, at: dt.datetime) -> list[Offer]:
    """Return shifts of the person's community within a week that have places; one for each activity.

    A shift that has begun is among them if people may come without signing up, and if the person was not there yet.
    Activities that the person leads are not among them.
    """
    places = Role.objects.filter(activity=OuterRef("activity")).order_by().values("activity")
    taken = SignUp.objects.filter(takes_a_place(), shift=OuterRef("pk")).order_by().values("shift")
    shifts = (
        Shift.objects.filter(
            activity__community=person.community_id,
            activity__published_at__isnull=False,
            activity__cancelled_at=None,
            ends_at__gt=at,
            starts_at__lte=at + AHEAD,
        )
        .filter(Q(starts_at__gt=at) | Q(walk_ins=True))
        .exclude(pk__in=Visit.objects.of(person).values("shift"))
        .exclude(activity__leader__in=Volunteer.objects.one_with(person.pk))
        .annotate(
            places=Subquery(places.annotate(n=Sum("capacity")).values("n"), output_field=IntegerField()),
            taken=Coalesce(Subquery(taken.annotate(n=Sum(F("companions") + 1)).values("n")), 0),
        )
        .filter(places__gt=F("taken"))
        .select_related("activity")
        .order_by("starts_at", "pk")
    )
    first: dict[int, Offer] = {}
    for shift in shifts[: OFFERED * 4]:
        first.setdefault(shift.activity_id, Offer(shift, shift.places - shift.taken))
    return list(first.values())[:OFFERED]


def _led_today(user: User, at: dt.datetime) -> list[Activity]:
    """Return the activities that `user` leads with a shift on this day; the next one comes first."""
    led = Activity.objects.led_today_by(user, at)
    return list(led.annotate(begins=Min("shifts__starts_at")).order_by("begins", "pk"))
