"""Corrections of settled records: minutes taken back in the ledger and entered again (K8)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Shift
from academy.core import formats
from academy.core.refusals import Refusal
from academy.hours import ledger
from academy.hours.counting import CONTENT, CountedRecord
from academy.hours.day_limits import excess_of
from academy.hours.described import SETTLED_FIELDS
from academy.hours.models import CorrectionProposal, RecordState, ServiceRecord
from academy.hours.services.notices import count_behind, end, enter, expected_on, signal_corrected
from academy.hours.services.records import compute_many, compute_one
from academy.hours.services.storing import Difference
from academy.hours.services.telling import tell_corrected
from academy.people.models import User, Volunteer

MUST_CHANGE = Refusal(
    "must_change",
    _("Without this correction the day holds more than the rules allow (H4, H5). Accept it, or approve a longer day."),
)

NO_SCANS: dict[str, Any] = {"scans": [], "scan_flags": [], "approvals": [], "with": {}}

TOO_MUCH_IMPORTED = Refusal(
    "too_much_imported",
    _("Both have imported hours on %(day)s, together more than a day allows (H4). Correct one of them, then merge."),
)
CORRECTION_WAITS = Refusal(
    "correction_waits",
    _("A correction of the hours on %(day)s is on notice. Merge the two when its notice is over (K4)."),
)


def recount(
    *, volunteer_id: int, shift_id: int, by: User, at: dt.datetime, reason: str, clause: str = "K8", alone: bool = False
) -> None:
    """Count the joined days around the shift again, and correct settled records that differ.

    Runs in the transaction of the decision.
    """
    outcome = compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    correct(outcome.differing, by=by, at=at, reason=reason, clause=clause, alone=alone)


def proposed_for(volunteer_ids: Iterable[int]) -> list[int]:
    """Return the ids of these people's settled records with an open proposal.

    Decisions about something else leave them alone.
    """
    people = Volunteer.objects.filter(pk__in=volunteer_ids)
    proposals = CorrectionProposal.objects.open().filter(record__in=ServiceRecord.objects.of_all(people))
    return list(proposals.values_list("record_id", flat=True))


def settled_beside(shift: Shift, volunteer_ids: Iterable[int]) -> list[int]:
    """Return the ids of these people's settled records of other shifts around that day.

    The shift's overtime is counted behind them (H4, H5).
    """
    people = Volunteer.objects.filter(pk__in=volunteer_ids)
    days = (shift.date - dt.timedelta(days=1), timezone.localdate(shift.end_with_overtime) + dt.timedelta(days=1))
    others = ServiceRecord.objects.settled().of_all(people).exclude(shift=shift)
    return list(others.filter(date__range=days).values_list("pk", flat=True))


def stands_in_excess(record: ServiceRecord) -> bool:
    """Return whether the day of a settled record holds too much if the record stays as it is.

    Records that wait for a decision of their own are left out.
    """
    volunteer = record.volunteer.stays
    waiting = CorrectionProposal.objects.open().exclude(record=record).values("record")
    records = ServiceRecord.objects.of(volunteer).filter(date=record.date).exclude(pk__in=waiting)
    return bool(excess_of(volunteer, records))


def put_days_right(*, volunteer: Volunteer, by: User, at: dt.datetime, reason: str) -> Refusal | None:
    """Correct what two entries of one person hold beyond the rules together (H4, H5).

    No proposal waits for an answer here: more minutes than the rules allow never stand. Runs in the transaction of the
    merge. Refuses with `too_much_imported` where imported lines alone are too many: no scan can be counted again; and
    with `correction_waits` where the notice of a correction has to end first.
    """
    ledger.lock_all(ServiceRecord.objects.settled().of(volunteer))
    while excess := excess_of(volunteer):
        if waiting := [one for one in ServiceRecord.objects.settled().of(volunteer) if one.waits_to_replace]:
            return _refuse_merge(CORRECTION_WAITS, waiting[0].date)
        outcome = compute_many(volunteers=[volunteer.pk], since=min(excess), at=at)
        differing = [one for one in outcome.differing if one.record.date in excess]
        if not differing:
            return _refuse_merge(TOO_MUCH_IMPORTED, min(excess))
        for date in sorted({one.record.date for one in differing}):
            of_day = [one for one in differing if one.record.date == date]
            correct(of_day, by=by, at=at, reason=reason, clause=excess[date])
    return None


def _refuse_merge(refusal: Refusal, date: dt.date) -> Refusal:
    day = formats.day(date, get_language() or "", year=True)
    return Refusal(refusal.code, refusal.message % {"day": day})


def correct(
    differences: Iterable[Difference],
    *,
    by: User,
    at: dt.datetime,
    reason: str,
    clause: str = "K8",
    alone: bool = False,
) -> None:
    """Replace settled records that differ.

    Effective minutes are taken back in the ledger and entered again at once. After a decision of one person `alone`
    they stand until the notice of the new record is over (K4). The new record of one that was on notice begins its
    notice again. Runs in the caller's transaction, with the volunteers locked.
    """
    lines: dict[int, list[ledger.Line]] = defaultdict(list)
    olds, settled, corrected = [], [], []
    differences = list(differences)
    held = (
        ServiceRecord.objects.filter(pk__in=[difference.record.pk for difference in differences])
        .select_for_update(of=("self",))
        .select_related("rule_set", "activity", "volunteer__merged_into", "replaces")
        .order_by("pk")
    )
    locked = {record.pk: record for record in held}
    for difference in differences:
        old = locked[difference.record.pk]
        olds.append(old)
        waiting_for = old.replaces if old.waits_to_replace else None
        # Also alone: the request or the plan that one person decided alone, and that the old record did not rest on.
        lone = alone or (difference.counted is not None and difference.counted.alone and not old.alone)
        new = _replacement_of(old, difference.counted, alone=lone)
        if new is not None:
            _confirm_replacement(new, old, by=by, at=at, reason=reason, clause=clause)
        if new is None or new.state == RecordState.EFFECTIVE or old.state != RecordState.EFFECTIVE:
            corrected.append(old.pk)
            for line in end(old, clause=clause, by=by, reason=reason):
                lines[old.community_id].append(line)
        if new is not None and waiting_for is not None:
            # The effective record below stands until the new notice is over: the new record replaces it.
            new.replaces = waiting_for
            ServiceRecord.objects.filter(pk=old.pk).update(replaces=None)
        settled.append(old)
        if new is not None:
            new.save(force_insert=True)
            settled.append(new)
            if new.state == RecordState.EFFECTIVE and new.minutes:
                lines[new.community_id].append(ledger.Line(new, new.minutes, clause=clause, actor=by, reason=reason))
        tell_corrected(old, new, at=at)
    CorrectionProposal.objects.open().filter(record__in=olds).update(
        decided_by=by, decided_at=at, accepted=True, answer=reason, alone=alone
    )
    count_behind(olds, at=at)
    enter(settled, lines, at=at)
    signal_corrected(corrected, at=at)


def _replacement_of(old: ServiceRecord, counted: CountedRecord | None, *, alone: bool) -> ServiceRecord | None:
    """Return the record in place of `old`, not yet stored; None if no record takes its place."""
    waits = alone and old.state == RecordState.EFFECTIVE
    if counted is None and not waits and not old.waits_to_replace:
        return None
    new = ServiceRecord(
        community_id=old.community_id,
        volunteer_id=old.volunteer_id,
        shift_id=old.shift_id,
        activity_id=old.activity_id,
        date=old.date,
        replaces=old,
        **{name: getattr(old, name) for name in SETTLED_FIELDS},
    )
    if counted is None:
        new.category, new.minutes, new.basis, new.rule_set_id = old.category, 0, NO_SCANS, old.rule_set_id
    else:
        for name in CONTENT:
            setattr(new, name, getattr(counted, name))
    new.alone = new.alone or alone
    new.state = RecordState.EFFECTIVE if old.state == RecordState.EFFECTIVE and not alone else RecordState.ON_NOTICE
    return new


def _confirm_replacement(
    new: ServiceRecord, old: ServiceRecord, *, by: User, at: dt.datetime, reason: str, clause: str
) -> None:
    """Date the new record: effective today, or on notice from today."""
    today = timezone.localdate(at)
    new.computed_at = new.confirmed_at = at
    new.confirmed_by, new.clause, new.reason = by, clause, reason
    settled = new.state == RecordState.EFFECTIVE
    new.effective_on = today if settled else expected_on(today, new.rule_set, alone=new.alone)
