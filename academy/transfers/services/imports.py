"""Store a spreadsheet of past service with the content of its columns, and check each line."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.core import quotas
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.hours.models import Import
from academy.hours.services.records import lock_volunteers
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
    compare,
    find_shared_hours,
    is_footer,
    read_line,
)
from academy.transfers.services.import_people import Roll
from academy.transfers.services.uploading import spreadsheets_of

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
NOBODY_UNKNOWN = Refusal("nobody_unknown", _("The roll has everybody in this list. Go back and import the hours."))
ALREADY_DONE = Refusal(
    "already_done", _("This file was imported or discarded in the meantime. Look for it in the list of imports.")
)
GOES_ON = Refusal(
    "goes_on", _("This file is being checked or imported at the moment. Wait until it is finished, or stop it.")
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


def locked(upload: Upload) -> Upload | None:
    """Return the upload, locked until the caller's transaction ends; None if it was imported or discarded.

    Its work is read afterwards: a join would miss the one that another request began while this one waited.
    """
    return Upload.objects.select_for_update().filter(pk=upload.pk).first()


@transaction.atomic
def discard_upload(*, upload: Upload, by: User) -> Refusal | None:
    """Delete an upload with its file. Refuses with `not_allowed`, `already_done`, `goes_on`."""
    if not by.has_right(Right.CONFIRM_HOURS, upload.community):
        return NOT_ALLOWED
    kept = locked(upload)
    if kept is None:
        return ALREADY_DONE
    if kept.is_under_way:
        return GOES_ON
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
    lines: int = 0,
    by: User,
) -> Upload | Refusal:
    """Store the sheet, its columns, the line of the headings, and texts for lines without their own.

    Without a `sheet`, the first one that holds lines is read. `columns` holds places, from 0, by the fields of
    `COLUMNS`. With `in_minutes`, a bare number in the column of hours counts minutes. `lines` is the length of the
    list: a long one is imported in the background. Refuses with `not_allowed`, `needs_person`, `needs_date`,
    `needs_hours`, `needs_title`, `already_done`, `goes_on`.
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
    kept = locked(upload)
    if kept is None:
        return ALREADY_DONE
    if kept.is_under_way:
        return GOES_ON
    kept.lines, kept.work, kept.judged = lines, None, ""
    kept.columns = {
        "sheet": sheet,
        "header": header,
        "in_minutes": in_minutes,
        "of": chosen,
        "for_all": {name: text for name, text in texts.items() if text},
    }
    kept.save(update_fields=["columns", "lines", "work", "judged"])
    return kept


# Checking


def dry_run(*, upload: Upload, by: User, at: dt.datetime) -> DryRun | Refusal:
    """Return what importing the file would do now, line by line, without writing.

    Refuses with `not_allowed`, `needs_columns`, and with those of `UNREADABLE`.
    """
    return check_lines(upload, by=by, at=at, hold=False)


def check_lines(
    upload: Upload | Import, *, by: User, at: dt.datetime, hold: bool, table: Table | Refusal | None = None
) -> DryRun | Refusal:
    """Check all lines; `hold` locks the volunteers in the file until the caller's transaction ends.

    A caller that has read the file gives its `table`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, upload.community):
        return NOT_ALLOWED
    if not upload.columns:
        return NEEDS_COLUMNS
    table = table_of(upload) if table is None else table
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
