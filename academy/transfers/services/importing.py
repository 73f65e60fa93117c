"""Import the lines of a checked spreadsheet of past service, and reverse an import.

All lines or the good ones become records on notice (K5). The records are marked as imported and have no scans. The file
is read before the transaction; inside of it, each line is checked again, since the facts may have changed.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.models import Shift
from academy.activities.services import PastActivity, add_past_activities
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sql import AT_ONCE
from academy.decisions.services import NEEDS_REASON
from academy.hours import seals
from academy.hours.days import Facts
from academy.hours.described import settled_fields
from academy.hours.models import Category, Import, ImportedRow, ImportReversal, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on, move, take_effect
from academy.hours.services.records import count_beside, lock_volunteers
from academy.people.models import User
from academy.people.permissions import Right
from academy.roll.models import RollFile
from academy.roll.services import importing as roll
from academy.rulebook.models import RuleSet
from academy.tables.reading import Table
from academy.transfers.models import Upload
from academy.transfers.services.import_lines import DryRun, ImportLine
from academy.transfers.services.imports import ALREADY_DONE, NOT_ALLOWED, check_lines, locked, table_of

FLAG = "imported"
CLAUSE = "H1-import"

CHANGED = Refusal("changed", _("Something has changed since you checked the lines. Check them again, then import."))
NOTHING_TO_IMPORT = Refusal("nothing_to_import", _("No line of this file can be imported. See the reasons below."))
NOT_ALL_GOOD = Refusal(
    "not_all_good", _("Some lines have problems, so nothing was imported. Correct them, or leave them out.")
)

ALREADY_TAKEN_BACK = Refusal("already_taken_back", _("This import has been taken back already."))
TOO_LATE = Refusal(
    "too_late",
    _("No record of this import is on public notice any more. Propose a correction for each effective record."),
)


def cannot_import(run: DryRun, *, mark: str, only_if_all_are_good: bool) -> Refusal | None:
    """Return why the lines cannot be imported: `nothing_to_import`, `changed`, `not_all_good`, or none.

    `mark` belongs to the dry run that the user saw.
    """
    if not run.good:
        return NOTHING_TO_IMPORT
    if run.mark != mark:
        return CHANGED
    return NOT_ALL_GOOD if only_if_all_are_good and run.bad else None


def import_rows(
    *,
    upload: Upload,
    mark: str,
    only_if_all_are_good: bool,
    by: User,
    at: dt.datetime,
    table: Table | Refusal | None = None,
) -> Import | Refusal:
    """Create records of the good lines, on notice as if `by` confirmed them now (K5).

    Two imports in one community wait for each other. A caller that has read the file gives its `table`. Refuses with
    `already_done`, and as `cannot_import` and `imports.dry_run` do.
    """
    table = table_of(upload) if table is None else table  # before the transaction: it takes long
    return _write(upload, table, mark, only_if_all_are_good, by=by, at=at)


@transaction.atomic
def _write(
    upload: Upload, table: Table | Refusal, mark: str, only_if_all_are_good: bool, *, by: User, at: dt.datetime
) -> Import | Refusal:
    Community.objects.select_for_update(no_key=True).get(pk=upload.community_id)
    kept = locked(upload)
    if kept is None:
        return ALREADY_DONE
    if kept.columns != upload.columns:
        return CHANGED  # the table was read by the earlier choice
    run = check_lines(kept, by=by, at=at, hold=True, table=table)
    if isinstance(run, Refusal):
        return run
    if refusal := cannot_import(run, mark=mark, only_if_all_are_good=only_if_all_are_good):
        return refusal
    done = Import.objects.create(
        community_id=kept.community_id,
        issuer_id=kept.issuer_id,
        file=kept.file.name,
        name=kept.name,
        sha256=kept.sha256,
        columns=kept.columns,
        count=len(run.good),
        left_out=len(run.bad),
        minutes=run.minutes,
        imported_by=by,
        imported_at=at,
    )
    records = _records(run.good, kept, done, by=by, at=at)
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(
                source=done,
                line=one.line,
                volunteer_id=record.volunteer_id,
                date=record.date,
                minutes=record.minutes,
                record=record,
                **one.past._asdict(),
            )
            for one, record in zip(run.good, records, strict=True)
        ],
        batch_size=AT_ONCE,
    )
    kept.delete()  # the file stays: the import refers to it
    seals.seal(record.pk for record in records)
    log(done, "hours.import", user=by, timestamp=at)
    count_beside(records, at=at)
    today = timezone.localdate(at)
    take_effect([record for record in records if record.effective_on and record.effective_on <= today], at=at)
    return done


def _records(good: list[ImportLine], upload: Upload, done: Import, *, by: User, at: dt.datetime) -> list[ServiceRecord]:
    """Create one record for each line, in their order, on notice."""
    facts, today = Facts(), timezone.localdate(at)
    shifts = _shifts(good, upload)
    effective: dict[RuleSet, dt.date] = {}  # the day is the same for all lines under one version
    records = []
    for one, shift in zip(good, shifts, strict=True):
        assert one.volunteer is not None and one.date is not None and one.minutes is not None
        rule_set = facts.rule_set(upload.community_id, one.date)
        if rule_set not in effective:
            effective[rule_set] = expected_on(today, rule_set)
        records.append(
            ServiceRecord(
                community_id=upload.community_id,
                volunteer=one.volunteer,
                shift=shift,
                activity=shift.activity,
                date=one.date,
                category=Category.SERVICE,
                minutes=one.minutes,
                flags=[FLAG],
                steps=[{"clause": CLAUSE, "before": 0, "after": one.minutes}],
                basis=basis_of(done.pk, one.line),
                rule_set=rule_set,
                state=RecordState.ON_NOTICE,
                computed_at=at,
                confirmed_at=at,
                confirmed_by=by,
                effective_on=effective[rule_set],
                **settled_fields(shift.activity),
            )
        )
    return ServiceRecord.objects.bulk_create(records, batch_size=AT_ONCE)


def basis_of(import_id: int, line: int) -> dict[str, Any]:
    """Return the basis of a record that was imported: its line, and no scan."""
    return {"imported": {"import": import_id, "line": line}, "scans": [], "scan_flags": [], "approvals": [], "with": {}}


def _shifts(good: list[ImportLine], upload: Upload) -> list[Shift]:
    """Return the shift of each line; several lines of a volunteer on one day have different shifts."""
    places: list[tuple[PastActivity, tuple[dt.date, int]]] = []
    times: dict[tuple[int, PastActivity, dt.date], int] = defaultdict(int)
    days: dict[PastActivity, dict[tuple[dt.date, int], None]] = defaultdict(dict)
    for one in good:
        assert one.volunteer is not None and one.date is not None
        key = (one.volunteer.pk, one.past, one.date)
        day = (one.date, times[key])
        times[key] += 1
        days[one.past][day] = None
        places.append((one.past, day))
    made = add_past_activities(
        community=upload.community,
        leader=upload.leader,
        issuer=upload.issuer,
        days={past: [date for date, _time in wanted] for past, wanted in days.items()},
    )
    shift_at = {past: dict(zip(days[past], shifts, strict=True)) for past, shifts in made.items()}
    return [shift_at[past][day] for past, day in places]


@transaction.atomic
def take_back(*, done: Import, reason: str, by: User, at: dt.datetime) -> ImportReversal | Refusal:
    """Reverse a mistaken import: withdraw its records on notice. Their lines may be imported again.

    The people who came onto the roll for it leave it too, unless any of them has been used otherwise. Contested records
    are decided one by one, and effective ones are corrected (K8). Refuses with `not_allowed`, `needs_reason`,
    `already_taken_back`, `too_late`.
    """
    reason = reason.strip()
    if not by.has_right(Right.CONFIRM_HOURS, done.community):
        return NOT_ALLOWED
    if not reason:
        return NEEDS_REASON
    Community.objects.select_for_update(no_key=True).get(pk=done.community_id)
    if ImportReversal.objects.filter(source=done).exists():
        return ALREADY_TAKEN_BACK
    on_notice = ServiceRecord.objects.filter(imported_row__source=done, state=RecordState.ON_NOTICE)
    lock_volunteers(set(on_notice.values_list("volunteer_id", flat=True)))
    records = list(on_notice.select_for_update(of=("self",)).order_by("pk"))
    if not records:
        return TOO_LATE
    move(records, RecordState.ON_NOTICE, RecordState.WITHDRAWN)
    count_beside(records, at=at)
    reversal = ImportReversal.objects.create(
        source=done, reason=reason, count=len(records), taken_back_by=by, taken_back_at=at
    )
    log(done, "hours.take_back_import", user=by, timestamp=at)
    for file in people_of(done):
        withdrawn = ServiceRecord.objects.filter(imported_row__source=done, state=RecordState.WITHDRAWN)
        rows = ImportedRow.objects.filter(record__in=withdrawn)
        roll.take_back(file=file, excused=(withdrawn, rows), by=by, at=at)  # in use, they stay: the page says so
    return reversal


def people_of(done: Import) -> QuerySet[RollFile]:
    """Return the lists by which people of this import came onto the roll, and are on it."""
    of_list = RollFile.objects.filter(community=done.community_id, named_by=done.sha256)
    return of_list.exclude(imported_at=None).filter(taken_back_at=None)
