"""Confirming: the leader's word for what the scans say (K1, K4, C4)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm
from academy.activities.models import Activity, Kind
from academy.checkin.flags import find_suspicions
from academy.checkin.models import Scan, Visit
from academy.checkin.services import visits
from academy.core.refusals import Refusal
from academy.hours.days import Facts
from academy.hours.models import Confirmation, RecordQuerySet, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on, move, take_effect
from academy.hours.services.records import lock_volunteers
from academy.people.models import User, Volunteer

# What somebody has to look at before confirming; the other flags only say what a rule has already done.
LOOK_FLAGS = frozenset({"double_check_in", "missing_check_in", "missing_check_out", "overlap", "too_many_visits"})
# What a head count answers (C4).
COUNTED_FLAGS = frozenset({"static"})

NOT_ALLOWED = Refusal(
    "not_allowed", _("Only the activity's leader or a social worker confirms these hours. Ask one of them.")
)
NOTHING_TO_CONFIRM = Refusal("nothing_to_confirm", _("Nothing waits for confirmation here."))
OWN_HOURS = Refusal("own_hours", _("Somebody else confirms yours: ask the social worker."))
VISIT_OPEN = Refusal("visit_open", _("Still checked in that day: check them out first, then confirm."))
FLAGGED = Refusal("flagged", _("Something stands out: open these one by one."))


@dataclass
class Candidates:
    """Records of an activity that wait for confirmation, by what stands between them and it."""

    scanned: int  # people scanned at the shifts of these records
    ready: list[ServiceRecord] = field(default_factory=list)
    flagged: list[ServiceRecord] = field(default_factory=list)
    own: list[ServiceRecord] = field(default_factory=list)
    visit_open: list[ServiceRecord] = field(default_factory=list)
    suspected: dict[int, list[str]] = field(default_factory=dict)  # by record: what its scans show beside others (C9)

    @property
    def notes(self) -> list[Refusal]:
        """Why some stay, for whoever confirms."""
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
        """The day by which all of them count; None where none moved."""
        return max((record.effective_on for record in self.ready if record.effective_on), default=None)


def list_candidates(*, activity: Activity, by: User, at: dt.datetime, heads: int | None = None) -> Candidates:
    """Return all records of `activity` that wait for confirmation, sorted by what `confirm` would do with them."""
    return _sort(_waiting(activity), by=by, at=at, heads=heads, one_by_one=False)


def list_candidates_by_activity(*, activities: Iterable[Activity], by: User, at: dt.datetime) -> dict[int, Candidates]:
    """Return the candidates of many activities by id, in as many statements as for one."""
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
    person = Coalesce("volunteer__merged_into", "volunteer")
    for shift_id, volunteer_id in scans.values_list("shift_id", person).distinct():
        people[shifts[shift_id]].add(volunteer_id)
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
    """Confirm `records`, flagged ones too, or without them every unflagged one: they go on notice (K1, K5).

    `heads`, the people counted, answer for scans of a static code where no more people scanned than were there (C4).
    Never one's own (K4) nor while the volunteer is checked in on a joined day. Each record moves once, whoever confirms
    at the same moment. Where the rule set's notice lasts no days, they take effect at once. Refuses with `not_allowed`
    and `nothing_to_confirm`.
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
    person = Coalesce("volunteer__merged_into", "volunteer")
    found.scanned = scans.aggregate(people=Count(person, distinct=True))["people"]
    answered = COUNTED_FLAGS if heads is not None and found.scanned <= heads else frozenset()
    in_progress = _days_in_progress(records, at)
    found.suspected = suspected_of(records)
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


def suspected_of(records: list[ServiceRecord]) -> dict[int, list[str]]:
    """What the scans behind each record (by id) show only beside those of others: flags, worked out now (C9)."""
    of_scan = find_suspicions({record.shift_id for record in records}) if records else {}
    return {
        record.pk: sorted({flag for scan in record.basis["scans"] for flag in of_scan.get(UUID(scan), ())})
        for record in records
    }


def _days_in_progress(records: list[ServiceRecord], at: dt.datetime) -> dict[int, set[str]]:
    """Of each volunteer who stays the days, and the preparations, that a visit still open may yet change."""
    people = Volunteer.objects.all_with(record.volunteer.stays for record in records)
    open_visits = Visit.objects.open().filter(volunteer__in=people)
    person = Coalesce("volunteer__merged_into", "volunteer")
    rows = list(open_visits.values_list(person, "shift_id", "opened_at"))
    plans = Facts().plans(shift_id for _, shift_id, _ in rows)
    days: dict[int, set[str]] = defaultdict(set)
    for volunteer_id, shift_id, opened_at in rows:
        plan = plans[shift_id]
        if plan.is_given_up(int(opened_at.timestamp()), int(at.timestamp())):
            continue
        days[volunteer_id] |= {dt.date.fromordinal(date).isoformat() for date in plan.dates}
        days[volunteer_id].add(timezone.localdate(opened_at).isoformat())
        if plan.shift.activity.kind == Kind.PREPARATION:
            days[volunteer_id].add(plan.group)
    return days


def _put_on_notice(found: Candidates, *, activity: Activity, by: User, at: dt.datetime, heads: int | None) -> None:
    today = timezone.localdate(at)
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
        )
    Confirmation.objects.create(activity=activity, heads=heads, scanned=found.scanned, confirmed_by=by, confirmed_at=at)
    for volunteer_id, shift_id in sorted({(record.volunteer.stays.pk, record.shift_id) for record in found.ready}):
        visits.seal_visits(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    take_effect([record for record in found.ready if record.effective_on and record.effective_on <= today], at=at)
