"""Confirmation: the leader states that the scanned hours are right (K1, K4, C4)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
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
from academy.core.workdays import add_working_days
from academy.decisions.second_person import own_people
from academy.hours import hands, roles
from academy.hours.days import Facts
from academy.hours.described import settled_fields
from academy.hours.late import PUBLISHED_LATE, late_shifts
from academy.hours.models import Confirmation, RecordQuerySet, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on, move, take_effect
from academy.hours.services.records import compute_one, lock_volunteers
from academy.people.models import User
from academy.rulebook import services as rulebook

# Flags to look at before confirming; the other flags only describe what a rule has already done.
LOOK_FLAGS = frozenset({"double_check_in", "missing_check_in", "missing_check_out", "overlap", "too_many_visits"})
# Flags that a head count clears (C4).
COUNTED_FLAGS = frozenset({"static"})

NOT_ALLOWED = Refusal(
    "not_allowed", _("Only the activity's leader or a social worker can confirm these hours. Ask one of them.")
)
NOTHING_TO_CONFIRM = Refusal("nothing_to_confirm", _("Nothing waits for confirmation here."))
OWN_HOURS = Refusal(
    "own_hours",
    _("You cannot confirm your own hours or those of a person you act for. Ask the social worker or a colleague."),
)
VISIT_OPEN = Refusal("visit_open", _("Still checked in that day: check them out first, then confirm."))
FLAGGED = Refusal("flagged", _("Something stands out: open these one by one."))
ROLE_MISSING = Refusal("role_missing", _("Some have no role yet: first name what each of them did there."))
MINOR = Refusal(
    "minor_not_allowed",
    _("Minors at a dangerous activity: these hours cannot be confirmed by anybody. Compare the birth dates (N3)."),
)
ENTERED = Refusal(
    "entered_yourself",
    _(
        "You entered these times or published the activity late: another person confirms them. If nobody does, you may "
        "do it with a reason."
    ),
)


@dataclass
class Candidates:
    """Records of an activity that wait for confirmation, sorted by the reason that holds them back."""

    scanned: int  # people scanned at the shifts of these records
    ready: list[ServiceRecord] = field(default_factory=list)
    flagged: list[ServiceRecord] = field(default_factory=list)
    own: list[ServiceRecord] = field(default_factory=list)
    visit_open: list[ServiceRecord] = field(default_factory=list)
    role_missing: list[ServiceRecord] = field(default_factory=list)  # nobody named the role (H9)
    minors: list[ServiceRecord] = field(default_factory=list)  # at a dangerous activity (N3)
    entered: list[ServiceRecord] = field(default_factory=list)  # by the user who would confirm (K4)
    suspected: dict[int, list[str]] = field(default_factory=dict)  # by record: flags beside other scans (C9)
    alone_after: dict[int, dt.date] = field(default_factory=dict)  # by record entered: the last day of the others

    @property
    def everything(self) -> list[ServiceRecord]:
        return [record for name in _BUCKETS for record in getattr(self, name)]

    @property
    def notes(self) -> list[Refusal]:
        """The reasons why some records stay, for the user who confirms."""
        return [refusal for name, refusal in _REASONS.items() if getattr(self, name)]


_REASONS = {
    "own": OWN_HOURS,
    "visit_open": VISIT_OPEN,
    "minors": MINOR,
    "role_missing": ROLE_MISSING,
    "entered": ENTERED,
    "flagged": FLAGGED,
}
_BUCKETS = ("ready", *_REASONS)


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
    return _sort(_waiting(activity), by=by, at=at, heads=heads)


def list_candidates_by_activity(*, activities: Iterable[Activity], by: User, at: dt.datetime) -> dict[int, Candidates]:
    """Return the candidates of many activities by id, with as many statements as for one activity."""
    activities = list(activities)
    waiting: RecordQuerySet = ServiceRecord.objects.filter(activity__in=activities)
    everything = _sort(waiting.awaiting_confirmation(), by=by, at=at, heads=None)
    found = {activity.pk: Candidates(scanned=0) for activity in activities}
    for name in _BUCKETS:
        for record in getattr(everything, name):
            getattr(found[record.activity_id], name).append(record)
            found[record.activity_id].suspected[record.pk] = everything.suspected[record.pk]
    for record in everything.entered:
        found[record.activity_id].alone_after[record.pk] = everything.alone_after[record.pk]
    shifts = {record.shift_id: record.activity_id for record in everything.everything}
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
    reason: str = "",
) -> ConfirmationResult | Refusal:
    """Confirm `records`, flagged ones too; without `records`, confirm every unflagged one (K1, K5).

    Confirmed records go on notice; if the rule set's notice has 0 days, they take effect at once. `heads` is the number
    of people counted: it clears the flags of a static code if no more people scanned (C4). Two users who confirm at the
    same moment move each record once.

    Not confirmed are: the user's own records and those of people for whom the user acts (K4); those of a volunteer who
    is still checked in on a joined day, whose role is still to be named (H9), or who is a minor at a dangerous activity
    (N3); and those that rest on times which the user entered. After the waiting time the user may confirm these last
    alone, with `records` and a `reason`: they then say so, and their notice is longer (K4).

    Refuses with `not_allowed` and `nothing_to_confirm`.
    """
    if not may_confirm(by, activity):
        return NOT_ALLOWED
    waiting = _waiting(activity)
    seen = {record.pk for record in records or ()}
    if records is not None:
        waiting = waiting.filter(pk__in=seen)
    people = lock_volunteers(set(waiting.values_list("volunteer_id", flat=True)))
    changed = _count_given_up(activity, people.homes, at=at)
    locked = waiting.select_for_update(of=("self",))
    found = _sort(locked, by=by, at=at, heads=heads, seen=seen - changed, reason=reason.strip())
    if not found.everything:
        return NOTHING_TO_CONFIRM

    if found.ready:
        _put_on_notice(found, activity=activity, by=by, at=at, heads=heads, reason=reason.strip())
    return found


def _count_given_up(activity: Activity, volunteers: Iterable[int], *, at: dt.datetime) -> set[int]:
    """Count the open visits of these people that were given up by now. Return the changed records (ids).

    The sweep does the same every minute. Without it, a confirmation in between would seal a visit whose missing
    check-out no record shows (H6).
    """
    plans = Facts()
    changed: set[int] = set()  # the user has not seen what they say now
    open_visits = Visit.objects.open().filter(shift__activity=activity, volunteer__in=list(volunteers))
    for volunteer_id, shift_id, opened_at in list(open_visits.values_list("volunteer_id", "shift_id", "opened_at")):
        plan = plans.plans([shift_id])[shift_id]
        if plan.is_given_up(int(opened_at.timestamp()), int(at.timestamp())):
            outcome = compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
            changed |= {record.pk for record in outcome.changed}
    return changed


def _waiting(activity: Activity) -> RecordQuerySet:
    records: RecordQuerySet = ServiceRecord.objects.filter(activity=activity)
    return records.awaiting_confirmation()


def _sort(
    waiting: RecordQuerySet,
    *,
    by: User,
    at: dt.datetime,
    heads: int | None,
    seen: Collection[int] = frozenset(),
    reason: str = "",
) -> ConfirmationResult:
    """Sort the records by the first reason that holds them back. `seen`: those that `by` looked at (ids)."""
    found = ConfirmationResult(scanned=0)
    related = ("volunteer__merged_into", "rule_set", "activity", "shift")
    records = list(waiting.select_related(*related).order_by("date", "volunteer__number", "pk"))
    shifts = {record.shift_id for record in records}
    scans = Scan.objects.accepted().filter(shift__in=shifts)
    found.scanned = scans.with_person().aggregate(people=Count("person", distinct=True))["people"]
    answered = COUNTED_FLAGS if heads is not None and found.scanned <= heads else frozenset()
    in_progress = _days_in_progress(records, at)
    found.suspected = find_suspicions(records)
    own = own_people(by, [record.volunteer for record in records])
    nameless = roles.without_role(records)
    entered = hands.entered_by(by, records)
    patience = {pk: rulebook.patience(pk, at) for pk in {record.community_id for record in records}} if entered else {}
    today = timezone.localdate(at)
    for record in records:
        if record.pk in entered:
            entered_on = timezone.localdate(entered[record.pk])
            found.alone_after[record.pk] = add_working_days(entered_on, patience[record.community_id])
        if record.is_barred:
            found.minors.append(record)
        elif record.volunteer.stays.pk in own:
            found.own.append(record)
        elif in_progress[record.volunteer.stays.pk] & {*record.basis["days"], record.basis["group"]}:
            found.visit_open.append(record)
        elif record.pk in nameless:
            found.role_missing.append(record)
        elif record.pk in entered and not (reason and record.pk in seen and today > found.alone_after[record.pk]):
            found.entered.append(record)
        elif record.pk not in seen and (
            LOOK_FLAGS & {*record.flags} or {*record.scan_flags} - answered or found.suspected[record.pk]
        ):
            found.flagged.append(record)
        else:
            found.ready.append(record)
    return found


def find_suspicions(records: list[ServiceRecord]) -> dict[int, list[str]]:
    """Return, by record id, the flags that show only beside other facts, computed now.

    These are the flags that scans get beside other scans (C9), the remark that the volunteer decided about these hours
    (K4), and that the shift was published late (C1): its records are looked at one by one.
    """
    late = late_shifts({record.shift_id for record in records})
    of_scan = flags.find_suspicions({record.shift_id for record in records}) if records else {}
    own = hands.decided_by_themselves(records)
    return {
        record.pk: sorted(
            {flag for scan in record.basis["scans"] for flag in of_scan.get(UUID(scan), ())}
            | ({hands.OWN_DECISION} if own.get(record.pk) else set())
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


def _put_on_notice(
    found: Candidates, *, activity: Activity, by: User, at: dt.datetime, heads: int | None, reason: str
) -> None:
    today = timezone.localdate(at)
    kept = settled_fields(Activity.objects.get(pk=activity.pk))  # as it stands now, not when the page was read
    for record in found.ready:
        record.confirmed_at, record.confirmed_by = at, by
        record.alone = record.alone or record.pk in found.alone_after
        record.effective_on = expected_on(today, record.rule_set, alone=record.alone)
    Confirmation.objects.create(
        activity=activity, heads=heads, scanned=found.scanned, confirmed_by=by, confirmed_at=at, reason=reason
    )
    for day, alone in {(record.effective_on, record.alone) for record in found.ready}:
        move(
            [record for record in found.ready if (record.effective_on, record.alone) == (day, alone)],
            RecordState.AWAITING_CONFIRMATION,
            RecordState.ON_NOTICE,
            confirmed_at=at,
            confirmed_by=by,
            effective_on=day,
            alone=alone,
            **kept,
        )
    for volunteer_id, shift_id in sorted({(record.volunteer.stays.pk, record.shift_id) for record in found.ready}):
        visits.seal_visits(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    take_effect([record for record in found.ready if record.effective_on and record.effective_on <= today], at=at)
