"""The notice of confirmed records: how long it lasts, and how records take effect after it."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from academy.core.one_by_one import each_alone
from academy.core.sql import batched
from academy.core.workdays import add_working_days
from academy.hours import ledger, seals
from academy.hours.day_limits import fits
from academy.hours.models import NEXT_STATES, OPEN_STATES, Objection, RecordState, ServiceRecord
from academy.hours.services import telling
from academy.hours.services.records import compute_one, lock_volunteers
from academy.hours.signals import records_corrected
from academy.people.models import User
from academy.rulebook.models import RuleSet

logger = logging.getLogger(__name__)

NOTICES_AT_ONCE = 200


def expected_on(day: dt.date, rule_set: RuleSet, *, alone: bool = False) -> dt.date:
    """Return the day on which a record confirmed on `day` takes effect: the day after its notice (K5).

    Without working days of notice it is `day` itself. A decision of one person `alone` has a longer notice, counted in
    calendar days (K4).
    """
    working_days = rule_set.parameters["notice_working_days"]
    usual = add_working_days(day, working_days) + dt.timedelta(days=1) if working_days else day
    if not alone:
        return usual
    return max(usual, day + dt.timedelta(days=rule_set.parameters["alone_notice_days"] + 1))


def end_notices(*, at: dt.datetime) -> int:
    """Make every record effective whose notice is over, and return how many.

    Records of one community share transactions; an error in one is logged, and the others go on.

    N3: a record of a minor at a dangerous activity does not take effect. It is contested in the name of the system, so
    that a second person takes it back.
    """
    due = ServiceRecord.objects.notice_over(timezone.localdate(at)).order_by("community_id", "effective_on", "pk")
    of_community: dict[int, list[int]] = defaultdict(list)
    for community_id, pk in due.values_list("community_id", "pk"):
        of_community[community_id].append(pk)
    batches = [some for pks in of_community.values() for some in batched(pks, NOTICES_AT_ONCE)]
    ended = each_alone(
        batches, lambda some: _end_some(some, at), failed="The notices of these records have not ended: %s", log=logger
    )
    return sum(ended)


@transaction.atomic
def _end_some(pks: list[int], at: dt.datetime) -> int:
    lock_volunteers(ServiceRecord.objects.filter(pk__in=pks).values_list("volunteer_id", flat=True))
    due = ServiceRecord.objects.filter(pk__in=pks, state=RecordState.ON_NOTICE).order_by("pk")
    related = ("confirmed_by", "rule_set", "activity", "shift", "volunteer__merged_into")
    records = list(due.select_for_update(of=("self",)).select_related(*related))
    barred = [record for record in records if record.is_barred]
    _contest(barred, at=at)
    effective = [record for record in records if record not in barred]
    together = {record.pk for record in effective}
    # A correction waits on while another one, which makes room for it, is contested.
    waiting = [one for one in effective if one.replaces_id and not fits(one, together=together)]
    effective = [record for record in effective if record not in waiting]
    take_effect(effective, at=at, sealing=barred)
    imported = set(due.model.objects.filter(pk__in=together, imported_row__isnull=False).values_list("pk", flat=True))
    telling.tell_effective([record for record in effective if record.pk not in imported], at=at)
    return len(effective)


def _contest(records: list[ServiceRecord], *, at: dt.datetime) -> None:
    """Contest these records in the name of the system: no user overrides N3. The caller seals them."""
    move(records, RecordState.ON_NOTICE, RecordState.CONTESTED, sealed=False)
    with translation.override(settings.LANGUAGE_CODE):
        reason = gettext("A minor at an activity marked as dangerous (N3).")
    Objection.objects.bulk_create(
        Objection(record=record, reason=reason, due_on=due_on(record, at), asked_at=at) for record in records
    )


def due_on(record: ServiceRecord, at: dt.datetime) -> dt.date:
    """Return the last day to decide about an objection made at `at` (K7)."""
    return add_working_days(timezone.localdate(at), record.rule_set.parameters["objection_working_days"])


def take_effect(records: list[ServiceRecord], *, at: dt.datetime, sealing: Iterable[ServiceRecord] = ()) -> None:
    """Change state, ledger and totals of these records, in the caller's one transaction.

    A correction whose notice is over takes the minutes of the record that it replaces back (K4, K8). `sealing`: other
    records that the caller moved, sealed together with these.
    """
    lines: dict[int, list[ledger.Line]] = defaultdict(list)
    replaced = list(
        ServiceRecord.objects.filter(replaced_by__in=records, state=RecordState.EFFECTIVE)
        .select_for_update(of=("self",))
        .select_related("replaced_by__confirmed_by", "volunteer__merged_into")
        .order_by("pk")
    )
    for old in replaced:
        new = old.replaced_by
        lines[old.community_id] += end(old, clause=new.clause, by=new.confirmed_by, reason=new.reason)
    move(records, RecordState.ON_NOTICE, RecordState.EFFECTIVE, sealed=False)
    for record in records:
        if record.minutes:
            line = ledger.Line(
                record, record.minutes, clause=record.clause or "K1", actor=record.confirmed_by, reason=record.reason
            )
            lines[record.community_id].append(line)
    count_behind(replaced, at=at)
    enter([*replaced, *records, *sealing], lines, at=at)
    if replaced:
        signal_corrected([old.pk for old in replaced], at=at)


def enter(records: Iterable[ServiceRecord], lines: Mapping[int, list[ledger.Line]], *, at: dt.datetime) -> None:
    """Enter the lines of each community in its ledger, and seal the records as they are stored now.

    Call it last in a transaction: it locks the ends of the ledgers (docs/hours.md, “One order of locks”).
    """
    records = list(records)
    for community_id in sorted({record.community_id for record in records}):
        ledger.append(community_id=community_id, lines=lines.get(community_id, ()), at=at)
    seals.seal(record.pk for record in records)


def end(old: ServiceRecord, *, clause: str, by: User | None, reason: str) -> list[ledger.Line]:
    """End a settled record that is corrected; return the lines that take its effective minutes back (K8).

    The caller passes the record to `enter`, which seals it.
    """
    if old.state != RecordState.EFFECTIVE:
        move([old], RecordState(old.state), RecordState.WITHDRAWN, sealed=False)
        return []
    move([old], RecordState.EFFECTIVE, RecordState.CORRECTED, sealed=False)
    return [
        ledger.Line(old, -entry.minutes, clause=clause, actor=by, reason=reason, reverses=entry)
        for entry in old.ledger_entries.filter(reversed_by=None, reverses=None)
    ]


def count_behind(records: Iterable[ServiceRecord], *, at: dt.datetime) -> None:
    """Count the days of these records again: open ones follow what stands now (H4, H5)."""
    places = {(record.volunteer.stays.pk, record.date): record.shift_id for record in records}
    for (volunteer_id, _date), shift_id in places.items():
        compute_one(volunteer_id=volunteer_id, shift_id=shift_id, at=at)


def signal_corrected(records: list[int], *, at: dt.datetime) -> None:
    """Send `records_corrected` on commit: certificates and other documents follow."""
    if records:
        transaction.on_commit(
            partial(records_corrected.send_robust, sender=ServiceRecord, at=at, records=records), robust=True
        )


def move(
    records: list[ServiceRecord], before: RecordState, after: RecordState, *, sealed: bool = True, **values: Any
) -> None:
    """Move records from one state to the next (K1). The caller has locked them.

    Records that are settled, or were, are sealed; `sealed=False` leaves that to the caller.
    """
    assert after in NEXT_STATES[before]
    pks = [record.pk for record in records]
    moved = ServiceRecord.objects.filter(pk__in=pks, state=before).update(state=after, **values)
    assert moved == len(pks)
    for record in records:
        record.state = after
    if sealed and after not in OPEN_STATES:
        seals.seal(pks)
