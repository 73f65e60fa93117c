"""Filing an activity before it starts, and what changed since (A1)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.log_actions import log

from academy.activities.models import Activity, Shift, SignUp
from academy.core.refusals import Refusal
from academy.insurance.changes import Change, changes_between
from academy.insurance.models import FiledPlace, Filing, Recipient
from academy.insurance.refusals import IMPORTED, IN_THE_FUTURE, NO_NUMBER, NO_SHIFT, NOT_ALLOWED
from academy.insurance.services import terms
from academy.insurance.snapshots import Place, Snapshot
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

FILED = "insurance.file"  # in the log
AHEAD = dt.timedelta(days=3)  # the to-do list names activities that begin by then


@dataclass
class FilingState:
    """An activity with its latest filing for each recipient, and what to tell each of them."""

    activity: Activity
    places: list[Place]
    latest: list[Filing] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=dict)  # by recipient

    @property
    def is_filed(self) -> bool:
        return bool(self.latest)

    @property
    def to_tell(self) -> list[tuple[Filing, list[Change]]]:
        """The latest filings that no longer say what is planned, each with what changed since."""
        return [(one, self.changes[one.recipient]) for one in self.latest if self.changes.get(one.recipient)]

    @property
    def count(self) -> int:
        """The number of changes of the recipient who has most to hear."""
        return max((len(found) for found in self.changes.values()), default=0)


def places_in(activities: Iterable[int]) -> dict[int, list[Place]]:
    """Return the confirmed places of these activities, by shift and number. One statement."""
    taken = SignUp.objects.filter(shift__activity__in=list(activities), cancelled_at=None)
    found: dict[int, list[Place]] = defaultdict(list)
    for one in taken.select_related("shift__activity", "role", "volunteer__merged_into"):
        place = Place(one.volunteer.stays, one.shift, one.role.name, one.companions)
        found[one.shift.activity_id].append(place)
    for places in found.values():
        places.sort(key=lambda one: (one.shift.starts_at, one.shift.pk, one.person.number))
    return found


def snapshot_of(activity: Activity, places: Collection[Place]) -> Snapshot:
    """Return what a filing of the activity says now."""
    times = {str(shift.pk): [shift.starts_at.isoformat(), shift.ends_at.isoformat()] for shift in activity.shifts.all()}
    people = [[one.person.pk, one.shift.pk, one.role_name] for one in places]
    return Snapshot(place=activity.place, times=times, people=people)


@transaction.atomic
def file_activity(
    *,
    activity: Activity,
    recipient: str,
    number: str,
    filed_on: dt.date,
    by: User,
    at: dt.datetime,
    seen: Snapshot | None = None,
) -> Filing | Refusal:
    """Note that the activity and its list of people were filed. A later filing settles what changed since.

    `seen` is what stood in the list that was filed: who came or left meanwhile is a change to be told. Without it, the
    list of this moment counts. Refuses with `not_allowed`, `imported`, `needs_shift`, `needs_number`, `in_the_future`.
    """
    if not by.has_right(Right.RUN_ACTIVITIES, activity.community):
        return NOT_ALLOWED
    if activity.imported:
        return IMPORTED
    if not activity.shifts.exists():
        return NO_SHIFT
    if not number.strip():
        return NO_NUMBER
    if filed_on > timezone.localdate(at):
        return IN_THE_FUTURE
    filed = seen or snapshot_of(activity, places_in([activity.pk])[activity.pk])
    filing = Filing.objects.create(
        activity=activity,
        recipient=Recipient(recipient),
        number=number.strip(),
        filed_on=filed_on,
        place=filed.place,
        times=filed.times,
        noted_by=by,
        noted_at=at,
    )
    people = Volunteer.objects.in_bulk([person for person, _shift, _role in filed.people])
    shifts = Shift.objects.filter(activity=activity).in_bulk()
    FiledPlace.objects.bulk_create(
        FiledPlace(filing=filing, volunteer=people[person], shift=shifts[shift], role_name=role)
        for person, shift, role in filed.people
        if person in people and shift in shifts
    )
    data = {"recipient": filing.recipient, "number": filing.number, "people": len(filed.people)}
    log(activity, FILED, user=by, timestamp=at, data=data)
    return filing


def states_of(activities: Iterable[Activity]) -> list[FilingState]:
    """Return the state of each of these activities. Four statements, or two if none was filed."""
    listed = list(activities)
    places = places_in(one.pk for one in listed)
    states = {one.pk: FilingState(one, places[one.pk]) for one in listed}
    latest: dict[tuple[int, str], Filing] = {}
    for filing in Filing.objects.filter(activity__in=states).select_related("noted_by__volunteer").order_by("pk"):
        latest[filing.activity_id, filing.recipient] = filing
    filed: dict[int, list[FiledPlace]] = defaultdict(list)
    if latest:
        rows = FiledPlace.objects.filter(filing__in=list(latest.values()))
        for row in rows.select_related("volunteer__merged_into", "shift"):
            filed[row.filing_id].append(row)
    for filing in latest.values():
        state = states[filing.activity_id]
        state.latest.append(filing)
        state.changes[filing.recipient] = changes_between(
            state.activity, filing, filed[filing.pk], state.places, snapshot_of(state.activity, state.places)
        )
    return list(states.values())


def state_of(activity: Activity) -> FilingState:
    """Return the state of one activity."""
    return states_of([activity])[0]


def coming(communities: Iterable[Any], at: dt.datetime, *, within: dt.timedelta) -> list[FilingState]:
    """Return the state of the activities that begin within this time, the next first.

    Communities that ask for no filing are left out. A cancelled activity is among them only if it was filed: the
    recipient has to hear of it.
    """
    asking = terms.asking(communities)
    starts = Shift.objects.filter(activity=OuterRef("pk"), starts_at__gt=at, starts_at__lte=at + within)
    filed = Filing.objects.filter(activity=OuterRef("pk"))
    activities = (
        Activity.objects.planned()
        .in_communities(asking)
        .published()
        .filter(Exists(starts))
        .filter(Q(cancelled_at=None) | Exists(filed))
        .select_related("community")
        .prefetch_related("shifts")
    )
    found = states_of(activities) if asking else []
    return sorted(found, key=lambda state: (_next_start(state.activity, at), state.activity.pk))


def _next_start(activity: Activity, at: dt.datetime) -> dt.datetime:
    starts: list[dt.datetime] = [shift.starts_at for shift in activity.shifts.all()]
    return min(one for one in starts if one > at)
