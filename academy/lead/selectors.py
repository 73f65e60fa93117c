"""What the leader's pages show: who is here, who asks to be let in, who was asked about a record. Reads only."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Right as RightEnd

from academy.activities.models import Activity
from academy.checkin.models import Claim, Visit
from academy.checkin.services import claims
from academy.messaging.models import Message
from academy.people.models import Volunteer

CLAIMS_SHOWN = 20
CANDIDATES_SHOWN = 5


@dataclass(frozen=True)
class Presence:
    """Who is at an activity, counted as heads and as scans (C4)."""

    inside: list[Visit]
    gone: list[Visit]

    @property
    def people(self) -> int:
        """Distinct people who scanned."""
        return len({visit.volunteer_id for visit in [*self.inside, *self.gone]})

    def latest(self, count: int) -> list[Volunteer]:
        """Whose scans were the last, the newest first; each person once."""
        moved = sorted([*self.inside, *self.gone], key=lambda visit: (visit.closed_at or visit.opened_at, visit.pk))
        return list({visit.volunteer_id: visit.volunteer for visit in reversed(moved)}.values())[:count]


def presence_at(activity: Activity) -> Presence:
    """Everybody who scanned at `activity`, those still in apart."""
    visits = list(Visit.objects.filter(shift__activity=activity).select_related("volunteer").order_by("opened_at"))
    return Presence(
        inside=[visit for visit in visits if visit.closed_at is None],
        gone=[visit for visit in visits if visit.closed_at is not None],
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a claim may be about."""

    volunteer: Volunteer
    is_inside: bool
    same_name: bool
    same_phone: bool


@dataclass(frozen=True)
class Claims:
    """Who says they are here: the first to ask first, each with whom the roll has, best first."""

    waiting: list[tuple[Claim, list[Candidate]]]
    count: int  # of all that wait, shown or not
    mark: str  # changes whenever a claim comes or goes


def claims_mark(activity: Activity, at: dt.datetime) -> tuple[int, str]:
    """How many wait, and a mark that changes whenever one comes or goes."""
    waiting = list(claims.waiting_claims(activity, at=at).values_list("pk", flat=True))
    return len(waiting), ",".join(map(str, waiting[:CLAIMS_SHOWN]))


def claims_at(activity: Activity, at: dt.datetime) -> Claims:
    """The claims that the leader has to answer, with the volunteers of the community who match.

    Name and last digits equal, then the name, then the digits; at most five for each claim.
    """
    count, mark = claims_mark(activity, at)
    waiting = list(claims.waiting_claims(activity, at=at)[:CLAIMS_SHOWN])
    if not waiting:
        return Claims([], count, mark)
    names, tails = {claim.name for claim in waiting}, {claim.phone_tail for claim in waiting}
    people = list(
        Volunteer.objects.present()
        .filter(community=activity.community_id)
        .annotate(phone_tail=RightEnd("phone", 4))
        .filter(Q(name__in=names) | Q(phone_tail__in=tails))
        .annotate(is_inside=Exists(Visit.objects.open().filter(volunteer=OuterRef("pk"), shift__activity=activity)))
        .order_by("number")
    )
    return Claims([(claim, _candidates(claim, people)) for claim in waiting], count, mark)


def _candidates(claim: Claim, people: list[Any]) -> list[Candidate]:
    found = [
        Candidate(
            volunteer=person,
            is_inside=person.is_inside,
            same_name=person.name == claim.name,
            same_phone=person.phone_tail == claim.phone_tail,
        )
        for person in people
        if person.name == claim.name or person.phone_tail == claim.phone_tail
    ]
    found.sort(key=lambda one: -2 * one.same_name - one.same_phone)
    return found[:CANDIDATES_SHOWN]


def asked_key(record_id: int | str) -> str:
    """The occasion of the question about a record: it is asked once."""
    return f"asked:{record_id}"


def asked_about(activity: Activity) -> dict[int, dt.datetime]:
    """When somebody was asked about a record of `activity` (by its id)."""
    of_activity = Volunteer.objects.filter(service_records__activity=activity)
    asked = Message.objects.filter(key__startswith=asked_key(""), volunteer__in=of_activity)
    return {int(key.partition(":")[2]): sent_at for key, sent_at in asked.values_list("key", "sent_at")}
