"""Import past service from a spreadsheet, after a check of each line.

A social worker uploads a file and confirms its columns, a dry run lists the problems of each line, and then all lines
or the good ones become records on notice (K5). The records are marked as imported and have no scans.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.models import Shift
from academy.activities.services import PastActivity, add_past_activities
from academy.core import quotas
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
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet
from academy.tables import reading
from academy.tables.cells import text_of
from academy.tables.package import Unreadable
from academy.tables.reading import Table
from academy.tables.refusals import UNREADABLE
from academy.transfers.models import Upload
from academy.transfers.services import import_columns
from academy.transfers.services.import_lines import (
    TEXTS,
    DryRun,
    ImportLine,
    Roll,
    compare,
    find_shared_hours,
    is_footer,
    read_line,
)
from academy.transfers.services.uploading import spreadsheets_of

FLAG = "imported"
CLAUSE = "H1-import"
FORGOTTEN = dt.timedelta(days=30)  # then a file that was not imported is deleted, because it names people

COLUMNS = tuple(import_columns.FIELDS)

# Refusals of a whole file

NOT_ALLOWED = Refusal("not_allowed", _("Only a social worker of this community imports past service. Ask one of them."))
FOREIGN_LEADER = Refusal("foreign_leader", _("The leader belongs to another community. Choose somebody from this one."))
FOREIGN_ISSUER = Refusal(
    "foreign_issuer", _("The recording unit belongs to another community. Choose one of this community.")
)
NO_RULES = Refusal("no_rules", _("This community has published no rules yet. Publish them first: hours count by them."))
NEEDS_COLUMNS = Refusal("needs_columns", _("First confirm the content of the columns."))
NEEDS_PERSON = Refusal(
    "needs_person",
    _("Choose the column of the volunteer number or of the name. Volunteers are found by one of the two."),
)
NEEDS_DATE = Refusal("needs_date", _("Choose the column of the date."))
NEEDS_TITLE = Refusal("needs_title", _("Choose the column of the activity, or write one name for all lines."))
NEEDS_HOURS = Refusal("needs_hours", _("Choose the column of the hours, or the columns of both beginning and end."))
ALREADY_DONE = Refusal(
    "already_done", _("This file was imported or discarded in the meantime. Look for it in the list of imports.")
)
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


# Uploading


@transaction.atomic
def keep_upload(
    *, community: Community, issuer: Issuer, leader: Volunteer, name: str, content: bytes, by: User, at: dt.datetime
) -> Upload | Refusal:
    """Store a spreadsheet privately until it is imported or discarded.

    `leader` is responsible for its activities. Refuses with `not_allowed`, `foreign_leader`, `foreign_issuer`,
    `no_rules`, `quota_full`, `no_room`, and with those of `UNREADABLE` if the file cannot be read.
    """
    if not by.has_right(Right.CONFIRM_HOURS, community):
        return NOT_ALLOWED
    if leader.stays.community_id != community.pk:
        return FOREIGN_LEADER
    if issuer.community_id != community.pk:
        return FOREIGN_ISSUER
    if not RuleSet.objects.published().filter(community=community).exists():
        return NO_RULES
    name = PurePath(name).name[-120:]
    try:
        reading.read(content, name)
    except Unreadable as error:
        return UNREADABLE[error.code]
    if full := quotas.take(spreadsheets_of(community), size=len(content), at=at):
        return full
    upload = Upload(
        community=community,
        issuer=issuer,
        leader=leader.stays,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
    )
    upload.file.save(name, ContentFile(content), save=False)
    upload.save(force_insert=True)
    return upload


@transaction.atomic
def discard_upload(*, upload: Upload, by: User) -> Refusal | None:
    """Delete an upload with its file. Refuses with `not_allowed`, `already_done`."""
    if not by.has_right(Right.CONFIRM_HOURS, upload.community):
        return NOT_ALLOWED
    kept = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if kept is None:
        return ALREADY_DONE
    _throw_away(kept)
    return None


@transaction.atomic
def discard_forgotten(*, at: dt.datetime) -> int:
    """Delete the uploads of more than a month ago that were not imported. Return their number."""
    forgotten = list(Upload.objects.select_for_update(of=("self",)).filter(uploaded_at__lt=at - FORGOTTEN))
    for upload in forgotten:
        _throw_away(upload)
    return len(forgotten)


def _throw_away(upload: Upload) -> None:
    storage, name = upload.file.storage, str(upload.file.name)
    upload.delete()
    transaction.on_commit(lambda: storage.delete(name))


def table_of(upload: Upload | Import, sheet: str | None = None) -> Table | Refusal:
    """Return the lines of the stored file.

    In a workbook, read `sheet`, or the sheet that a user chose, or the first one that holds lines. Refuses with those
    of `UNREADABLE`.
    """
    try:
        with upload.file.open("rb") as file:
            return reading.read(file.read(), upload.name, sheet or upload.columns.get("sheet"))
    except Unreadable as error:
        return UNREADABLE[error.code]
    except FileNotFoundError:
        return UNREADABLE["corrupt"]


@transaction.atomic
def choose_columns(
    *,
    upload: Upload,
    header: int,
    columns: Mapping[str, int | None],
    in_minutes: bool = False,
    for_all: Mapping[str, str] | None = None,
    sheet: str = "",
    by: User,
) -> Upload | Refusal:
    """Store the sheet, its columns, the line of the headings, and texts for lines without their own.

    Without a `sheet`, the first one that holds lines is read. `columns` holds places, from 0, by the fields of
    `COLUMNS`. With `in_minutes`, a bare number in the column of hours counts minutes. Refuses with `not_allowed`,
    `needs_person`, `needs_date`, `needs_hours`, `needs_title`, `already_done`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, upload.community):
        return NOT_ALLOWED
    chosen = {name: columns[name] for name in COLUMNS if columns.get(name) is not None}
    texts = {name: text_of(text) for name, text in (for_all or {}).items() if name in TEXTS}
    if not {"number", "name"} & chosen.keys():
        return NEEDS_PERSON
    if "date" not in chosen:
        return NEEDS_DATE
    if "hours" not in chosen and not {"begins", "ends"} <= chosen.keys():
        return NEEDS_HOURS
    if "title" not in chosen and not texts.get("title"):
        return NEEDS_TITLE
    kept = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if kept is None:
        return ALREADY_DONE
    kept.columns = {
        "sheet": sheet,
        "header": header,
        "in_minutes": in_minutes,
        "of": chosen,
        "for_all": {name: text for name, text in texts.items() if text},
    }
    kept.save(update_fields=["columns"])
    return kept


# Checking


def dry_run(*, upload: Upload, by: User, at: dt.datetime) -> DryRun | Refusal:
    """Return what importing the file would do now, line by line, without writing.

    Refuses with `not_allowed`, `needs_columns`, and with those of `UNREADABLE`.
    """
    return check_lines(upload, by=by, at=at, hold=False)


def check_lines(upload: Upload | Import, *, by: User, at: dt.datetime, hold: bool) -> DryRun | Refusal:
    """Check all lines; `hold` locks the volunteers in the file until the caller's transaction ends."""
    if not by.has_right(Right.CONFIRM_HOURS, upload.community):
        return NOT_ALLOWED
    if not upload.columns:
        return NEEDS_COLUMNS
    table = table_of(upload)
    if isinstance(table, Refusal):
        return table
    below = [line for line in table.lines if line.number > upload.columns["header"]]
    footers = [line for line in below if is_footer(line, upload.columns["of"])]
    listed = [line for line in below if line not in footers]
    roll = Roll(upload.community_id)
    checked = [read_line(line, upload.columns, roll, at) for line in listed if not line.is_sum]
    find_shared_hours(checked)
    people = {one.volunteer.pk: one.volunteer for one in checked if one.volunteer}
    if hold:
        lock_volunteers(people)
    compare(checked, list(people.values()), community_id=upload.community_id, by=by)
    return DryRun(checked, sums=sum(line.is_sum for line in listed), table=table, footers=footers)


# Importing


@transaction.atomic
def import_rows(
    *, upload: Upload, mark: str, only_if_all_are_good: bool, by: User, at: dt.datetime
) -> Import | Refusal:
    """Create records of the good lines, on notice as if `by` confirmed them now (K5).

    `mark` belongs to the dry run that the user saw. Two imports in one community wait for each other. Refuses with
    `already_done`, `changed`, `nothing_to_import`, `not_all_good`, and with those of `dry_run`.
    """
    Community.objects.select_for_update(no_key=True).get(pk=upload.community_id)
    kept = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if kept is None:
        return ALREADY_DONE
    run = check_lines(kept, by=by, at=at, hold=True)
    if isinstance(run, Refusal):
        return run
    if not run.good:
        return NOTHING_TO_IMPORT
    if run.mark != mark:
        return CHANGED
    if only_if_all_are_good and run.bad:
        return NOT_ALL_GOOD
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
    records = []
    for one, shift in zip(good, shifts, strict=True):
        assert one.volunteer is not None and one.date is not None and one.minutes is not None
        rule_set = facts.rule_set(upload.community_id, one.date)
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
                effective_on=expected_on(today, rule_set),
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

    Contested records are decided one by one, and effective ones are corrected (K8). Refuses with `not_allowed`,
    `needs_reason`, `already_taken_back`, `too_late`.
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
    return reversal
