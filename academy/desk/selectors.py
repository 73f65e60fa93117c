"""What the desk's pages show, read in a few statements each. Nothing here writes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Right as RightEnd
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.models import Claim, Scan, Visit
from academy.checkin.services import claims as checkin
from academy.families import belongings
from academy.hours import sentences
from academy.hours import services as hours
from academy.hours.models import RecordState, ServiceRecord
from academy.messaging.models import Message
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import Right


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


CLAIMS_SHOWN = 20
CANDIDATES_SHOWN = 5


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
    waiting = list(checkin.waiting_claims(activity, at=at).values_list("pk", flat=True))
    return len(waiting), ",".join(map(str, waiting[:CLAIMS_SHOWN]))


def claims_at(activity: Activity, at: dt.datetime) -> Claims:
    """The claims that the leader has to answer, with the volunteers of the community who match.

    Name and last digits equal, then the name, then the digits; at most five for each claim.
    """
    count, mark = claims_mark(activity, at)
    waiting = list(checkin.waiting_claims(activity, at=at)[:CLAIMS_SHOWN])
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


def people_shown_to(user: User) -> list[Volunteer]:
    """Whose hours `user` may see: one's own, and those whom one acts for or is guardian of; by number."""
    guarded = Consent.objects.filter(Q(guardian=user) | Q(guardian__volunteer__merged_into__user=user))
    near = Q(user=user) | Q(agencies__user=user)
    for path in ("pk", "merged"):
        near |= Q(**{f"{path}__in": guarded.values("volunteer")})
    people = Volunteer.objects.present().filter(near).distinct().order_by("number")
    return [person for person in people if belongings.may(user, Right.SEE_HOURS, volunteer=person)]


def led_activities(user: User, at: dt.datetime) -> list[Activity]:
    """The published activities that `user` leads, with shifts in the last fortnight or to come."""
    recent = at - dt.timedelta(days=14)
    return list(
        Activity.objects.led_by(user)
        .published()
        .filter(cancelled_at=None, shifts__ends_at__gt=recent)
        .prefetch_related(Prefetch("shifts", Shift.objects.order_by("starts_at")))
        .distinct()
    )


WHY_IT_WAITS = {
    RecordState.AWAITING_CONFIRMATION: _("Waits for the leader to confirm it."),
    RecordState.AWAITING_MAKEUP: _("A check-in or check-out is missing. Talk to the social worker."),
    RecordState.ON_NOTICE: _("On public notice."),
    RecordState.CONTESTED: _("Somebody objected. It is being looked at."),
}


def records_of(volunteer: Volunteer, *, limit: int) -> list[ServiceRecord]:
    """The latest `limit` records of `volunteer`, those that were withdrawn or corrected left out."""
    records = ServiceRecord.objects.live().filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk))
    return list(records.select_related("activity", "shift", "rule_set")[:limit])


def coming_sign_ups(volunteer: Volunteer, at: dt.datetime) -> list[SignUp]:
    """Shifts that `volunteer` has a place in and that have not ended."""
    return list(
        SignUp.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk), cancelled_at=None)
        .filter(shift__ends_at__gt=at, shift__activity__cancelled_at=None)
        .select_related("shift__activity", "role")
        .order_by("shift__starts_at")
    )


def evidence_of(record: ServiceRecord) -> list[Scan]:
    """The scans that `record` was computed from, in time order."""
    return list(
        Scan.objects.filter(pk__in=record.basis.get("scans", [])).select_related("checkpoint").order_by("happened_at")
    )


def asked_key(record_id: int | str) -> str:
    """The occasion of the question about a record: it is asked once."""
    return f"asked:{record_id}"


def asked_about(activity: Activity) -> dict[int, dt.datetime]:
    """When somebody was asked about a record of `activity` (by its id)."""
    of_activity = Volunteer.objects.filter(service_records__activity=activity)
    asked = Message.objects.filter(key__startswith=asked_key(""), volunteer__in=of_activity)
    return {int(key.partition(":")[2]): sent_at for key, sent_at in asked.values_list("key", "sent_at")}


def activities_now(communities: object, at: dt.datetime) -> list[Activity]:
    """Activities with a shift running at `at`, each with `inside` and `scanned` counted."""
    return list(
        Activity.objects.in_communities(communities)
        .published()
        .filter(cancelled_at=None, shifts__starts_at__lte=at, shifts__ends_at__gt=at)
        .annotate(
            inside=Count("shifts__visits__volunteer", filter=Q(shifts__visits__closed_at=None), distinct=True),
            scanned=Count("shifts__visits__volunteer", distinct=True),
        )
        .order_by("title")
    )


def activities_waiting(communities: object) -> list[Activity]:
    """Activities with records that wait for confirmation, the oldest first."""
    return list(
        Activity.objects.in_communities(communities)
        .filter(service_records__state=RecordState.AWAITING_CONFIRMATION)
        .annotate(waiting=Count("service_records"))
        .order_by("id")
    )


def rests_on(volunteer: Volunteer) -> list[tuple[Any, int]]:
    """What the volunteer's effective service minutes rest on, in words."""
    return [(sentences.EVIDENCE_WORDS[word], minutes) for word, minutes in hours.rests_on(volunteer)]
