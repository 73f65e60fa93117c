"""Queries for the pages on which volunteers ask for hours or object to them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin import rosters
from academy.core.links import link_to
from academy.families.belongings import people_with_right
from academy.hours.models import MakeUp, RecordState, ServiceRecord
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

MISSING_DAYS = 60
DESK_DAYS = 366
MISSING_SHOWN = 30


@dataclass(frozen=True)
class Person:
    """A volunteer for whom a user asks for hours. `led`: at these activities only; None: at any."""

    volunteer: Volunteer
    name: str
    is_beyond: bool = False  # a leader asks, and the volunteer has no part in their activities
    led: QuerySet[Activity] | None = None
    at_desk: bool = False  # staff ask for a person who is not of their family

    @property
    def page(self) -> str:
        """The page that shows the request afterwards: the person's, as far as the user may read one."""
        if self.at_desk:
            return link_to("person", self.volunteer.pk)
        return link_to("my_requests") if self.led is not None else f"{link_to('my_page')}?who={self.volunteer.number}"


def find_asked_for(user: User, number: str, *, at: dt.datetime) -> Person | None:
    """Return the volunteer with this number if `user` may ask for them as staff or leader; else None.

    A leader asks for hours at the activities that they lead, and sees the name of the people of these (ADR 37).
    """
    staffed = user.communities_for(Right.CONFIRM_HOURS)
    led = Activity.objects.led_by(user).led_at(at)
    present = Volunteer.objects.present().filter(number=number)
    volunteer = present.filter(Q(community__in=staffed) | Q(community__in=led.values("community"))).first()
    if volunteer is None:
        return None
    if user.has_right(Right.CONFIRM_HOURS, volunteer.community):
        return Person(volunteer, volunteer.name, at_desk=True)
    is_beyond = not rosters.has_part(volunteer, led)
    return Person(volunteer, volunteer.masked_name if is_beyond else volunteer.name, is_beyond, led)


def find_at_desk(user: User, number: str) -> Volunteer | None:
    """Return the volunteer with this number for whom staff may apply; None for others."""
    people = Volunteer.objects.present().filter(number=number)
    return people.filter(community__in=user.communities_for(Right.CONFIRM_HOURS)).first()


def unrecorded_shifts(person: Person, at: dt.datetime, title: str = "") -> list[Shift]:
    """Return the latest past shifts without minutes of the volunteer; those with a sign-up come first.

    `title` is a part of the activity's title. Staff see those of a year.
    """
    volunteer = person.volunteer
    counted = ServiceRecord.objects.live().of(volunteer).filter(minutes__gt=0).values("shift")
    over = Shift.objects.filter(
        activity__community=volunteer.community_id,
        activity__published_at__isnull=False,
        activity__cancelled_at=None,
        ends_at__lte=at,
        ends_at__gte=at - dt.timedelta(days=DESK_DAYS if person.at_desk else MISSING_DAYS),
    )
    if title:
        over = over.filter(activity__title__icontains=title)
    if person.led is not None:
        over = over.filter(activity__in=person.led)
    mine = set(SignUp.objects.of(volunteer).filter(shift__in=over, cancelled_at=None).values_list("shift", flat=True))
    shifts = over.exclude(pk__in=counted).select_related("activity").order_by("-starts_at")
    return sorted(shifts, key=lambda shift: shift.pk not in mine)[:MISSING_SHOWN]


def record_at(volunteer: Volunteer, shift: Shift) -> ServiceRecord | None:
    """Return the volunteer's live record of `shift`; of two records of a night, the first."""
    return ServiceRecord.objects.live().of(volunteer).filter(shift=shift).order_by("date").first()


def open_to_objection(user: User) -> QuerySet[ServiceRecord]:
    """Return the records on notice in the communities where `user` is a volunteer or works."""
    communities = Q(community__in=user.communities_for(Right.CONFIRM_HOURS))
    if user.own_volunteer is not None:
        communities |= Q(community=user.own_volunteer.community_id)
    on_notice = ServiceRecord.objects.filter(communities, state__in=[RecordState.ON_NOTICE, RecordState.CONTESTED])
    return on_notice.select_related("activity", "volunteer__merged_into", "shift__activity")


def may_see_request(user: User, make_up: MakeUp) -> bool:
    community = make_up.shift.activity.community
    return (
        make_up.asked_by_id == user.pk
        or any(user.has_right(right, community) for right in (Right.DECIDE, Right.CONFIRM_HOURS))
        or make_up.volunteer.stays.pk in {person.pk for person in people_with_right(user, Right.SEE_HOURS)}
    )
