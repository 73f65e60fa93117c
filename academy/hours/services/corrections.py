"""Corrections of settled records: minutes taken back in the ledger and entered again (K8)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from academy.hours import ledger
from academy.hours.counting import CONTENT, CountedRecord
from academy.hours.described import SETTLED_FIELDS
from academy.hours.models import CorrectionProposal, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on, move
from academy.hours.services.records import Difference, compute_one
from academy.hours.services.telling import tell_corrected
from academy.hours.signals import records_corrected
from academy.people.models import User


def recount(
    *, volunteer_id: int, shift_id: int, by: User, at: dt.datetime, reason: str, clause: str = "K8", alone: bool = False
) -> list[ServiceRecord]:
    """Count the joined days around the shift again, and correct settled records that differ.

    Returns the valid records of these days. Runs in the transaction of the decision.
    """
    outcome = compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)
    corrected = correct(outcome.differing, by=by, at=at, reason=reason, clause=clause, alone=alone)
    gone = {difference.record.pk for difference in outcome.differing}
    return [record for record in outcome.records if record.pk not in gone] + corrected


def correct(
    differences: Iterable[Difference],
    *,
    by: User,
    at: dt.datetime,
    reason: str,
    clause: str = "K8",
    alone: bool = False,
) -> list[ServiceRecord]:
    """Replace settled records that differ, and return the new records.

    Effective minutes are taken back in the ledger and entered again at once. The new record of one that was on notice
    begins its notice again. Runs in the caller's transaction, with the volunteers locked.
    """
    lines: dict[int, list[ledger.Line]] = defaultdict(list)
    corrected, gone = [], []
    for difference in differences:
        old = (
            ServiceRecord.objects.select_for_update(of=("self",))
            .select_related("rule_set", "activity", "volunteer__merged_into")
            .get(pk=difference.record.pk)
        )
        was = RecordState(old.state)
        gone.append(old.pk)
        if was == RecordState.EFFECTIVE:
            move([old], was, RecordState.CORRECTED)
            for entry in old.ledger_entries.filter(reversed_by=None, reverses=None):
                back = ledger.Line(old, -entry.minutes, clause=clause, actor=by, reason=reason, reverses=entry)
                lines[old.community_id].append(back)
        else:
            move([old], was, RecordState.WITHDRAWN)
        if difference.counted is None:
            tell_corrected(old, None, at=at)
            continue
        new = _create_replacement(old, was, difference.counted, by=by, at=at, alone=alone)
        tell_corrected(old, new, at=at)
        corrected.append(new)
        if new.state == RecordState.EFFECTIVE and new.minutes:
            lines[new.community_id].append(ledger.Line(new, new.minutes, clause=clause, actor=by, reason=reason))
    for community_id in sorted(lines):
        ledger.append(community_id=community_id, lines=lines[community_id], at=at)
    CorrectionProposal.objects.open().filter(record__in=gone).update(
        decided_by=by, decided_at=at, accepted=True, answer=reason, alone=alone
    )
    if gone:
        transaction.on_commit(
            partial(records_corrected.send_robust, sender=ServiceRecord, at=at, records=gone), robust=True
        )
    return corrected


def _create_replacement(
    old: ServiceRecord, was: RecordState, counted: CountedRecord, *, by: User, at: dt.datetime, alone: bool
) -> ServiceRecord:
    """Create the new record: effective at once if the old one was effective, else on notice from today."""
    today = timezone.localdate(at)
    new = ServiceRecord(
        community_id=old.community_id,
        volunteer_id=old.volunteer_id,
        shift_id=old.shift_id,
        activity_id=old.activity_id,
        date=old.date,
        state=RecordState.EFFECTIVE if was == RecordState.EFFECTIVE else RecordState.ON_NOTICE,
        computed_at=at,
        confirmed_at=at,
        confirmed_by=by,
        replaces=old,
        **{name: getattr(old, name) for name in SETTLED_FIELDS},
    )
    for name in CONTENT:
        if name != "alone":  # set below: it depends on the decision too
            setattr(new, name, getattr(counted, name))
    new.alone = counted.alone or alone
    settled = new.state == RecordState.EFFECTIVE
    new.effective_on = today if settled else expected_on(today, new.rule_set, alone=new.alone)
    new.save(force_insert=True)
    return new
