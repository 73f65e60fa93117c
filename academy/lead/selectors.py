"""Queries for the leader's pages: people present, claims, and questions about records."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Right as RightEnd

from academy.activities.cards import places_in
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.waiting.models import WaitingEntry
from academy.activities.waiting.selectors import waiting_at
from academy.checkin.models import Claim, Visit
from academy.checkin.services import claims
from academy.checkin.services.visits import given_up
from academy.hours.services.confirmation import Candidates
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.people.names import EXTENSION, phone_tail

CLAIMS_SHOWN = 20
CANDIDATES_SHOWN = 5


@dataclass(frozen=True)
class Presence:
    """The people at an activity. Each person counts once, however often they came (C4)."""

    inside: list[Visit]  # one of each person who is in
    gone: list[tuple[Volunteer, list[Visit]]]  # the others who came
    absent: list[Volunteer]  # people with a place who have not come

    @property
    def people(self) -> int:
        """People who came."""
        return len(self.inside) + len(self.gone)

    @property
    def everybody(self) -> list[Volunteer]:
        """All people whose names the page shows."""
        return [visit.volunteer for visit in self.inside] + [person for person, _visits in self.gone] + self.absent

    @property
    def mark(self) -> str:
        """A text that changes whenever a person comes or goes."""
        moves = [f"{visit.volunteer_id}:{visit.pk}" for visit in self.inside]
        return ",".join([*moves, *(f"-{visits[-1].pk}" for _person, visits in self.gone)])

    def latest(self, count: int) -> list[Volunteer]:
        """Return the people with the latest scans, the newest first, each person once."""
        moved = [*self.inside, *(visits[-1] for _person, visits in self.gone)]
        moved.sort(key=lambda visit: (visit.closed_at or visit.opened_at, visit.pk), reverse=True)
        return [visit.volunteer for visit in moved[:count]]


def presence_at(activity: Activity, *, at: dt.datetime, expecting: Collection[Shift] = ()) -> Presence:
    """Return who is in, who has gone, and who has a place at the shifts `expecting` but did not come.

    A person whose visit can no longer get its check-out is not in any more (H6).
    """
    of_activity = Visit.objects.filter(shift__activity=activity).order_by("opened_at", "pk")
    visits = list(of_activity.select_related("volunteer__merged_into", "shift__activity", "closed_by"))
    over = given_up(visits, at=at)
    came: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        came[visit.volunteer_id].append(visit)
    inside = {
        visit.volunteer_id: visit for visit in reversed(visits) if visit.closed_at is None and visit.pk not in over
    }
    absent = {}
    if expecting:
        people = [sign_up.volunteer.stays for sign_up in _signed_up(expecting)]
        absent = {person.pk: person for person in people if person.pk not in came}
    return Presence(
        inside=sorted(inside.values(), key=lambda visit: (visit.opened_at, visit.pk)),
        gone=[(of_person[0].volunteer, of_person) for person, of_person in came.items() if person not in inside],
        absent=[*absent.values()],
    )


@dataclass(frozen=True)
class ExpectedPeople:
    """A shift with the people who signed up for it, the number of places left, and who waits for one."""

    shift: Shift
    sign_ups: list[SignUp]
    left: int
    waits: list[WaitingEntry]


def expected_at(activity: Activity, shifts: Collection[Shift]) -> list[ExpectedPeople]:
    """Return these shifts of the activity with the people who signed up, by number."""
    places = places_in(list(shifts), people=())
    taken: dict[int, list[SignUp]] = defaultdict(list)
    for sign_up in _signed_up(shifts):
        taken[sign_up.shift_id].append(sign_up)
    waits = waiting_at(shifts)
    return [
        ExpectedPeople(shift, taken[shift.pk], sum(one.left for one in places[shift.pk]), waits.get(shift.pk, []))
        for shift in shifts
    ]


def _signed_up(shifts: Collection[Shift]) -> list[SignUp]:
    """Return the places taken in these shifts, by the people's numbers."""
    taken = SignUp.objects.filter(shift__in=shifts, cancelled_at=None).select_related("role")
    # Fetched by their ids: joined to so few places, PostgreSQL would read the whole roll.
    return sorted(taken.prefetch_related("volunteer__merged_into"), key=lambda sign_up: sign_up.volunteer.number)


@dataclass(frozen=True)
class Candidate:
    """A volunteer whom a claim may be about."""

    volunteer: Volunteer
    is_inside: bool
    same_name: bool
    same_phone: bool
    has_part: bool  # in the activity

    @property
    def name(self) -> str:
        """The name, masked unless the claim has it or the person is of the activity (ADR 37)."""
        return self.volunteer.name if self.same_name or self.has_part else self.volunteer.masked_name


@dataclass(frozen=True)
class Claims:
    """Open claims, the oldest first, each with the matching volunteers, the best match first."""

    waiting: list[tuple[Claim, list[Candidate]]]
    count: int  # of all open claims, shown or not
    mark: str  # changes whenever a claim comes or goes
    last: int = 0  # the greatest id of all open claims


def people_shown(presence: Presence, waiting: Candidates, claims: Claims) -> list[Volunteer]:
    """Return the people whose names the leader's page shows."""
    found = [one.volunteer for _claim, candidates in claims.waiting for one in candidates]
    return [
        *presence.everybody,
        *(record.volunteer for record in waiting.everything),
        *found,
    ]


def claims_mark(activity: Activity, at: dt.datetime) -> tuple[int, str]:
    """Return the number of open claims, and a mark that changes whenever a claim comes or goes."""
    waiting = list(claims.waiting_claims(activity, at=at).values_list("pk", flat=True))
    return len(waiting), _mark(waiting)


def _mark(waiting: list[int]) -> str:
    return ",".join(map(str, waiting[:CLAIMS_SHOWN]))


def claims_at(activity: Activity, at: dt.datetime) -> Claims:
    """Return the claims that the leader has to answer, each with at most five matching volunteers.

    Volunteers of the community match by name and last digits, then by name, then by digits.
    """
    everything = list(claims.waiting_claims(activity, at=at))
    waiting, count, mark = everything[:CLAIMS_SHOWN], len(everything), _mark([claim.pk for claim in everything])
    if not waiting:
        return Claims([], count, mark)
    last = max(claim.pk for claim in everything)
    people = list(_matching(activity, waiting))
    return Claims([(claim, _candidates(claim, people)[:CANDIDATES_SHOWN]) for claim in waiting], count, mark, last)


def candidate_of(claim: Claim, activity: Activity, volunteer_id: int | None) -> Candidate | None:
    """Return the volunteer with this id as a candidate for the claim; None if they do not match it."""
    candidates = _candidates(claim, list(_matching(activity, [claim]).filter(pk=volunteer_id)))
    return candidates[0] if candidates else None


def _matching(activity: Activity, waiting: list[Claim]) -> Any:
    """Return the community's volunteers who match a claim by name or digits, with their part in it."""
    own_visits = Visit.objects.filter(volunteer=OuterRef("pk"), shift__activity=activity)
    places = SignUp.objects.filter(volunteer=OuterRef("pk"), shift__activity=activity, cancelled_at=None)
    names, tails = {claim.name for claim in waiting}, {claim.phone_tail for claim in waiting}
    return (
        Volunteer.objects.present()
        .filter(community=activity.community_id)
        .annotate(phone_tail=RightEnd("phone", 4))
        .filter(Q(name__in=names) | Q(phone_tail__in=tails) | Q(phone__contains=EXTENSION))
        .annotate(
            is_inside=Exists(own_visits.filter(closed_at=None)),
            has_part=Exists(own_visits) | Exists(places),
        )
        .order_by("number")
    )


def _candidates(claim: Claim, people: list[Any]) -> list[Candidate]:
    """Return those of `people` who match the claim, the best match first."""
    found = [
        Candidate(
            volunteer=person,
            is_inside=person.is_inside,
            same_name=person.name == claim.name,
            same_phone=phone_tail(person.phone) == claim.phone_tail,
            has_part=person.has_part,
        )
        for person in people
        if person.name == claim.name or phone_tail(person.phone) == claim.phone_tail
    ]
    found.sort(key=lambda one: -2 * one.same_name - one.same_phone)
    return found


def asked_key(record_id: int | str) -> str:
    """Return the message key of the question about a record, so that it is asked once."""
    return f"asked:{record_id}"


def asked_about(activity: Activity) -> dict[int, dt.datetime]:
    """Return when the volunteer was asked, by the id of each record of `activity`."""
    of_activity = Volunteer.objects.filter(service_records__activity=activity)
    asked = Message.objects.filter(key__startswith=asked_key(""), volunteer__in=of_activity)
    return {int(key.partition(":")[2]): sent_at for key, sent_at in asked.values_list("key", "sent_at")}
