"""The page of one activity: its shifts with their places, the visitor's own, and whom to ask."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from academy.activities.cards import places_in
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.needs.role_places import RolePlaces, RoleReader
from academy.activities.seats import WALK_IN_COUNTS_AS
from academy.activities.waiting import selectors as waiting
from academy.activities.waiting import terms
from academy.activities.waiting.models import WaitingEntry
from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.people.services import consents


@dataclass(frozen=True)
class Offer:
    """A shift with its places, and the sign-ups of the visitor's people."""

    shift: Shift
    places: list[RolePlaces]
    mine: list[SignUp]
    open: bool  # sign-up and cancelling are still possible
    running: bool
    over: bool
    waits: list[WaitingEntry] = field(default_factory=list)  # of the visitor's people
    waiting: dict[int, int] = field(default_factory=dict)  # how many people wait, by role (id)
    takes_waiters: bool = False  # the waiting list is open, and one of the visitor's people can join it

    @property
    def left(self) -> int:
        """The places left in all roles."""
        return sum(places.left for places in self.places)

    @property
    def takes_walk_ins(self) -> bool:
        """True if people may come without signing up, and a role for them has a place."""
        return self.shift.walk_ins and any(
            places.left
            for places in self.places
            if places.role.counts_as in WALK_IN_COUNTS_AS and not places.role.asks_something
        )

    @property
    def choices(self) -> list[RolePlaces]:
        """The roles that one of the visitor's people can still take."""
        return [places for places in self.places if places.left and places.is_for_some] if self.open else []

    @property
    def is_closed_to_some(self) -> bool:
        """True if one of the visitor's people lacks something for a role."""
        return any(places.lacks for places in self.places)


@dataclass(frozen=True)
class Offers:
    """All shifts of an activity for a visitor who acts for `people`."""

    activity: Activity
    shifts: list[Offer]
    people: Sequence[Volunteer]
    leader_telephone: str  # empty where it is not shown

    @property
    def is_over(self) -> bool:
        """True if no shift is running or to come."""
        return all(offer.over for offer in self.shifts)

    @property
    def is_running(self) -> bool:
        """True if a shift is running."""
        return any(offer.running for offer in self.shifts)

    @property
    def has_begun(self) -> bool:
        """True if a shift is running or over."""
        return any(offer.running or offer.over for offer in self.shifts)

    @property
    def is_full(self) -> bool:
        """True if people could still sign up for a shift, but for want of a place."""
        coming = [offer for offer in self.shifts if offer.open]
        return bool(coming) and not any(offer.left for offer in coming)

    @property
    def mine(self) -> list[Offer]:
        """The shifts in which one of `people` has a place, and that are not over."""
        return [offer for offer in self.shifts if offer.mine and not offer.over]

    @property
    def waits(self) -> list[tuple[Offer, WaitingEntry]]:
        """The entries of `people` on the waiting lists of coming shifts, offers of a place first."""
        found = [(offer, entry) for offer in self.shifts for entry in offer.waits]
        return sorted(found, key=lambda one: not one[1].is_offered)

    @property
    def choices(self) -> list[tuple[Offer, RolePlaces]]:
        """The shifts and roles that one of `people` can still take."""
        return [(offer, places) for offer in self.shifts for places in offer.choices]

    @property
    def only_choice(self) -> tuple[Offer, RolePlaces] | None:
        """The choice of a visitor who needs not choose."""
        choices = self.choices
        return choices[0] if len(choices) == 1 and len(self.people) < 2 and not self.mine else None

    @property
    def only_wait(self) -> tuple[Offer, RolePlaces] | None:
        """The full role for which a visitor without another choice can wait; None if they have to choose."""
        full = [
            (offer, one)
            for offer in self.shifts
            if offer.takes_waiters
            for one in offer.places
            if not one.left and one.is_for_some
        ]
        is_only = len(full) == 1 and len(self.people) < 2 and not (self.choices or self.mine or self.waits)
        return full[0] if is_only else None

    @property
    def is_closed(self) -> bool:
        """True if the visitor's people can take no role, since something is missing: the page says what."""
        return not self.choices and any(offer.is_closed_to_some for offer in self.shifts)

    @property
    def leader_name(self) -> str:
        """The leader's name for those who take part; for others masked, as on all public pages (K6)."""
        leader: Volunteer = self.activity.leader.stays
        return leader.name if self.mine and self.activity.cancelled_at is None else leader.masked_name

    @property
    def unit_number(self) -> str:
        """The telephone number of the recording unit as a phone dials it; empty if it is more than a number."""
        return telephone_of_unit(self.activity)


def offers_of(activity: Activity, *, people: Sequence[Volunteer], at: dt.datetime) -> Offers:
    """Return the shifts of the activity with their places, for a visitor who acts for `people`."""
    shifts = list(activity.shifts.order_by("starts_at").prefetch_related("breaks"))
    seats = places_in(shifts, people=())
    full = [shift for shift in shifts if at < shift.starts_at and any(not one.left for one in seats[shift.pk])]
    counts = waiting.count_at(full) if full else {}
    waits = waiting.waits_of(people, full) if full else {}
    mine: dict[int, list[SignUp]] = defaultdict(list)
    if people:
        own = SignUp.objects.of_all(people).filter(shift__in=shifts, cancelled_at=None)
        for place in own.select_related("volunteer__merged_into", "role").order_by("pk"):
            mine[place.shift_id].append(place)
    reader = RoleReader(activity, people=people, seats=seats, at=at)
    found = [
        Offer(
            shift=shift,
            places=reader.places(shift, mine[shift.pk]),
            mine=mine[shift.pk],
            open=activity.cancelled_at is None and at < shift.starts_at,
            running=shift.starts_at <= at < shift.ends_at,
            over=shift.ends_at <= at,
            waits=waits.get(shift.pk, []),
            waiting={role: people for (one, role), people in counts.items() if one == shift.pk},
            takes_waiters=activity.cancelled_at is None
            and at < terms.closes_at(shift.starts_at)
            and len(mine[shift.pk]) + len(waits.get(shift.pk, [])) < max(len(people), 1),
        )
        for shift in shifts
    ]
    takes_part = activity.cancelled_at is None and any(offer.mine and not offer.over for offer in found)
    return Offers(activity, found, people, telephone_of_leader(activity, at=at) if takes_part else "")


def telephone_of_leader(activity: Activity, *, at: dt.datetime) -> str:
    """Return the leader's phone for those who take part; empty without consent (R2), or of a minor."""
    leader, day = activity.leader.stays, timezone.localdate(at)
    if not leader.phone or ages.is_minor(leader.birth_date, day):
        return ""
    return leader.phone if consents.has_consented(leader, Consent.Kind.TELEPHONE, day=day) else ""


def telephone_of_unit(activity: Activity) -> str:
    """Return the number of the recording unit as a phone dials it; empty if it is more than a number."""
    number = re.fullmatch(r"\+?[0-9][0-9 ()-]{3,20}", activity.issuer.telephone)
    return re.sub(r"[ ()-]", "", number.group()) if number else ""
