"""Confirmation: the leader states that the scanned hours are right (K1, K4, C4)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm
from academy.activities.models import Activity, Kind
from academy.checkin import flags
from academy.checkin.models import Scan, Visit
from academy.checkin.services import visits
from academy.core.refusals import Refusal
from academy.hours.days import Facts
from academy.hours.described import settled_fields
from academy.hours.late import PUBLISHED_LATE, late_shifts
from academy.hours.models import Confirmation, RecordQuerySet, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on, move, take_effect
from academy.hours.services.records import lock_volunteers
from academy.people.models import User

# Flags to look at before confirming; the other flags only describe what a rule has already done.
LOOK_FLAGS = frozenset({"double_check_in", "missing_check_in", "missing_check_out", "overlap", "too_many_visits"})
# Flags that a head count clears (C4).
COUNTED_FLAGS = frozenset({"static"})

NOT_ALLOWED = Refusal(
    "not_allowed", _("Only the activity's leader or a social worker can confirm these hours. Ask one of them.")
)
NOTHING_TO_CONFIRM = Refusal("nothing_to_confirm", _("Nothing waits for confirmation here."))
OWN_HOURS = Refusal("own_hours", _("You cannot confirm your own hours. Ask the social worker."))
VISIT_OPEN = Refusal("visit_open", _("Still checked in that day: check them out first, then confirm."))
FLAGGED = Refusal("flagged", _("Something stands out: open these one by one."))


@dataclass
class Candidates:
    """Records of an activity that wait for confirmation, sorted by the reason that holds them back."""

    scanned: int  # people scanned at the shifts of these records
    ready: list[ServiceRecord] = field(default_factory=list)
    flagged: list[ServiceRecord] = field(default_factory=list)
    own: list[ServiceRecord] = field(default_factory=list)
    visit_open: list[ServiceRecord] = field(default_factory=list)
    suspected: dict[int, list[str]] = field(default_factory=dict)  # by record: flags beside other scans (C9)

    @property
    def notes(self) -> list[Refusal]:
        """The reasons why some records stay, for the user who confirms."""
        reasons = ((self.own, OWN_HOURS), (self.visit_open, VISIT_OPEN), (self.flagged, FLAGGED))
        return [refusal for records, refusal in reasons if records]


@dataclass
class ConfirmationResult(Candidates):
    """The result of a confirmation: the records of `ready` moved on, the others are unchanged."""

    @property
    def minutes(self) -> int:
        return sum(record.minutes for record in self.ready)

    @property
    def effective_on(self) -> dt.date | None:
        """The day on which the last of the moved records takes effect; None if none moved."""
        return max((record.effective_on for record in self.ready if record.effective_on), default=None)


def list_candidates(*, activity: Activity, by: User, at: dt.datetime, heads: int | None = None) -> Candidates:
    """Return the records of `activity` that wait for confirmation, sorted as `confirm` would sort them."""
    return _sort(_waiting(activity), by=by, at=at, heads=heads, one_by_one=False)


def list_candidates_by_activity(*, activities: Iterable[Activity], by: User, at: dt.datetime) -> dict[int, Candidates]:
    """Return the candidates of many activities by id, with as many statements as for one activity."""
    activities = list(activities)
    waiting: RecordQuerySet = ServiceRecord.objects.filter(activity__in=activities)
    everything = _sort(waiting.awaiting_confirmation(), by=by, at=at, heads=None, one_by_one=False)
    found = {activity.pk: Candidates(scanned=0) for activity in activities}
    for name in ("ready", "flagged", "own", "visit_open"):
        for record in getattr(everything, name):
            getattr(found[record.activity_id], name).append(record)
            found[record.activity_id].suspected[record.pk] = everything.suspected[record.pk]
    shifts: dict[int, int] = {}
    for one in found.values():
        for record in (*one.ready, *one.flagged, *one.own, *one.visit_open):
            shifts[record.shift_id] = record.activity_id
    people: dict[int, set[int]] = defaultdict(set)
    scans = Scan.objects.accepted().filter(shift__in=shifts)
    for shift_id, person in scans.with_person().values_list("shift_id", "person").distinct():
        people[shifts[shift_id]].add(person)
    for activity_id, there in people.items():
        found[activity_id].scanned = len(there)
    return found


@transaction.atomic
def confirm(
    *,
    activity: Activity,
    by: User,
    at: dt.datetime,
    heads: int | None = None,
    records: Iterable[ServiceRecord] | None = None,
) -> ConfirmationResult | Refusal:
    """Confirm `records`, flagged ones too; without `records`, confirm every unflagged one (K1, K5).

    Confirmed records go on notice; if the rule set's notice has 0 days, they take effect at once. `heads` is the number
    of people counted: it clears the flags of a static code if no more people scanned (C4). Not confirmed are the user's
    own records (K4), and those of a volunteer who is still checked in on a joined day. Two users who confirm at the
    same moment move each record once.

    Refuses with `not_allowed` and `nothing_to_confirm`.
    """
    if not may_confirm(by, activity):
        return NOT_ALLOWED
    waiting = _waiting(activity)
    if records is not None:
        waiting = waiting.filter(pk__in=[record.pk for record in records])
    lock_volunteers(set(waiting.values_list("volunteer_id", flat=True)))
    locked = waiting.select_for_update(of=("self",))
    found = _sort(locked, by=by, at=at, heads=heads, one_by_one=records is not None)
    if not (found.ready or found.flagged or found.own or found.visit_open):
        return NOTHING_TO_CONFIRM

    if found.ready:
        _put_on_notice(found, activity=activity, by=by, at=at, heads=heads)
    return found


def _waiting(activity: Activity) -> RecordQuerySet:
    records: RecordQuerySet = ServiceRecord.objects.filter(activity=activity)
    return records.awaiting_confirmation()


def _sort(
    waiting: RecordQuerySet, *, by: User, at: dt.datetime, heads: int | None, one_by_one: bool
) -> ConfirmationResult:
    found = ConfirmationResult(scanned=0)
    related = ("volunteer__merged_into", "rule_set")
    records = list(waiting.select_related(*related).order_by("date", "volunteer__number", "pk"))
    shifts = {record.shift_id for record in records}
    scans = Scan.objects.accepted().filter(shift__in=shifts)
    found.scanned = scans.with_person().aggregate(people=Count("person", distinct=True))["people"]
    answered = COUNTED_FLAGS if heads is not None and found.scanned <= heads else frozenset()
    in_progress = _days_in_progress(records, at)
    found.suspected = find_suspicions(records)
    for record in records:
        if by.pk in (record.volunteer.user_id, record.volunteer.stays.user_id):
            found.own.append(record)
        elif in_progress[record.volunteer.stays.pk] & {*record.basis["days"], record.basis["group"]}:
            found.visit_open.append(record)
        elif not one_by_one and (
            LOOK_FLAGS & {*record.flags} or {*record.scan_flags} - answered or found.suspected[record.pk]
        ):
            found.flagged.append(record)
        else:
            found.ready.append(record)
    return found


def find_suspicions(records: list[ServiceRecord]) -> dict[int, list[str]]:
    """Return, by record id, the flags that its scans get only beside other scans (C9), computed now.

    A shift that was published late is one of them (C1): its records are looked at one by one.
    """
    late = late_shifts({record.shift_id for record in records})
    of_scan = flags.find_suspicions({record.shift_id for record in records}) if records else {}
    return {
        record.pk: sorted(
            {flag for scan in record.basis["scans"] for flag in of_scan.get(UUID(scan), ())}
            | ({PUBLISHED_LATE} if record.shift_id in late else set())
        )
        for record in records
    }


def _days_in_progress(records: list[ServiceRecord], at: dt.datetime) -> dict[int, set[str]]:
    """Return, by the volunteer who stays, the days and preparations that an open visit may still change."""
    open_visits = Visit.objects.open().of_all(record.volunteer for record in records).with_person()
    rows = list(open_visits.values_list("person", "shift_id", "opened_at"))
    plans = Facts().plans(shift_id for _, shift_id, _ in rows)
    days: dict[int, set[str]] = defaultdict(set)
    for person, shift_id, opened_at in rows:
        plan = plans[shift_id]
        if plan.is_given_up(int(opened_at.timestamp()), int(at.timestamp())):
            continue
        days[person] |= {dt.date.fromordinal(date).isoformat() for date in plan.dates}
        days[person].add(timezone.localdate(opened_at).isoformat())
        if plan.shift.activity.kind == Kind.PREPARATION:
            days[person].add(plan.group)
    return days


def _put_on_notice(found: Candidates, *, activity: Activity, by: User, at: dt.datetime, heads: int | None) -> None:
    today = timezone.localdate(at)
    kept = settled_fields(Activity.objects.get(pk=activity.pk))  # as it stands now, not when the page was read
    for record in found.ready:
        record.confirmed_at, record.confirmed_by = at, by
        record.effective_on = expected_on(today, record.rule_set, alone=record.alone)
    for day in {record.effective_on for record in found.ready}:
        move(
            [record for record in found.ready if record.effective_on == day],
            RecordState.AWAITING_CONFIRMATION,
            RecordState.ON_NOTICE,
            confirmed_at=at,
            confirmed_by=by,
            effective_on=day,
            **kept,
        )
    Confirmation.objects.create(activity=activity, heads=heads, scanned=found.scanned, confirmed_by=by, confirmed_at=at)
    for volunteer_id, shift_id in sorted({(record.volunteer.stays.pk, record.shift_id) for record in found.ready}):
        visits.seal_visits(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    take_effect([record for record in found.ready if record.effective_on and record.effective_on <= today], at=at)
