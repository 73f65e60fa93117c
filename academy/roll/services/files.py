"""Keep a list of people, read its top, choose its columns, forget it."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from academy.core import encryption, quotas
from academy.core.files import private_files
from academy.core.models import Community
from academy.core.quotas import MEGABYTE, Quota
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.roll import checking
from academy.roll.faults import Verdict
from academy.roll.models import RollFile, RollLine
from academy.roll.refusals import (
    ALREADY_DONE,
    FILE_GONE,
    GOES_ON,
    HALF_DONE,
    NEEDS_EVIDENCE,
    NEEDS_NAME,
    NOT_ALLOWED,
    SAME_COLUMN,
    UNREADABLE,
)
from academy.tables.package import Unreadable
from academy.tables.reading import HEADINGS_WITHIN, MOST_BYTES, Line, Table, opened

FOLDER = "roll"
LARGEST = MOST_BYTES * checking.LIMITS  # bytes
BYTES_A_DAY = 200 * MEGABYTE
FORGOTTEN = dt.timedelta(days=30)  # then the content is deleted: it names people
TOP = HEADINGS_WITHIN + 5  # lines that the form of the columns shows


@transaction.atomic
def keep_file(*, community: Community, name: str, content: bytes, by: User, at: dt.datetime) -> RollFile | Refusal:
    """Store a list, sealed, until it is imported and a month has passed.

    Refuses with `not_allowed`, `quota_full`, `no_room`, and with those of `UNREADABLE` if it cannot be read.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, community):
        return NOT_ALLOWED
    name = PurePath(name).name[-120:]
    top = _top(content, name, None)
    if isinstance(top, Refusal):
        return top
    if full := quotas.take(
        Quota(f"lists of people of community {community.pk}", BYTES_A_DAY), size=len(content), at=at
    ):
        return full
    path = private_files.save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(encryption.seal_bytes(content)))
    return RollFile.objects.create(
        community=community,
        name=name,
        file=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
    )


def content_of(file: RollFile) -> bytes | Refusal:
    """Return the stored content. Refuses with `file_gone`."""
    try:
        with private_files.open(file.file) as stored:
            return encryption.unseal_bytes(stored.read())
    except (OSError, ValueError, encryption.DecryptionError):
        return FILE_GONE


def top_of(file: RollFile, sheet: str | None = None) -> tuple[Table, list[Line]] | Refusal:
    """Return the first lines of the list, for the form of its columns.

    Without a `sheet`, it is the chosen one, or the first one that names people. Refuses with `file_gone` and with those
    of `UNREADABLE`.
    """
    content = content_of(file)
    if isinstance(content, Refusal):
        return content
    return _top(content, file.name, sheet or file.columns.get("sheet"))


def _top(content: bytes, name: str, sheet: str | None) -> tuple[Table, list[Line]] | Refusal:
    try:
        chosen = sheet or checking.sheet_of_roll(content, name)
        with opened(content, name, chosen, times=checking.LIMITS) as (table, lines):
            return table, list(islice(lines, TOP))
    except Unreadable as error:
        return UNREADABLE[error.code]


@transaction.atomic
def choose_columns(
    *,
    file: RollFile,
    sheet: str,
    header: int,
    columns: Mapping[str, int | None],
    evidence: str,
    document_evidence: str = "",
    by: User,
) -> RollFile | Refusal:
    """Store the sheet, the line of the headings, the columns by their fields, and the evidence.

    `document_evidence` describes the consent to keeping ID numbers (V2); without it, a column may hold it.

    Refuses with `not_allowed`, `already_done`, `goes_on`, `needs_name`, `same_column`, `needs_evidence`.
    """
    chosen = {name: place for name, place in columns.items() if place is not None}
    kept = locked(file)
    if refusal := cannot_change(kept, by=by):
        return refusal
    assert kept is not None
    if "name" not in chosen:
        return NEEDS_NAME
    if len(set(chosen.values())) < len(chosen):
        return SAME_COLUMN
    if not evidence.strip():
        return NEEDS_EVIDENCE
    kept.columns = {"sheet": sheet, "header": header, "of": chosen}
    kept.evidence, kept.checked_at = evidence.strip(), None
    kept.document_evidence = document_evidence.strip()
    kept.save(update_fields=["columns", "evidence", "document_evidence", "checked_at"])
    kept.lines.all().delete()
    return kept


def locked(file: RollFile) -> RollFile | None:
    """Return the list, locked until the caller's transaction ends; None if it was discarded.

    Its work is read afterwards: a join would miss the one that another request began while this one waited.
    """
    return RollFile.objects.select_for_update(of=("self",)).select_related("community").filter(pk=file.pk).first()


def cannot_change(file: RollFile | None, *, by: User, half: bool = False) -> Refusal | None:
    """Return why this list can no longer be changed.

    The refusals are `already_done`, `not_allowed`, `goes_on`, `half_done`.
    `half`: the caller may go on with an import that stopped half way.
    """
    if file is None or file.imported_at is not None:
        return ALREADY_DONE
    if not by.has_right(Right.MANAGE_PEOPLE, file.community):
        return NOT_ALLOWED
    if file.state == "working":
        return GOES_ON
    return HALF_DONE if not half and file.lines.exclude(volunteer=None).exists() else None


@transaction.atomic
def discard(*, file: RollFile, by: User) -> Refusal | None:
    """Delete a list that is not imported, with its content. Refuses as `cannot_change` does."""
    kept = locked(file)
    if refusal := cannot_change(kept, by=by):
        return refusal
    assert kept is not None
    _delete_content(kept)
    kept.delete()
    return None


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete the content of lists after a month, and lists that were not imported by then.

    Return their number.
    """
    old = RollFile.objects.select_for_update(of=("self",)).filter(uploaded_at__lt=at - FORGOTTEN).exclude(file="")
    files = list(old)
    for file in files:
        _delete_content(file)
        if file.imported_at is None:
            file.delete()
            continue
        file.lines.filter(volunteer=None).delete()  # they name people who are not on the roll by this list
        file.file = ""
        file.save(update_fields=["file"])
    return len(files)


@transaction.atomic
def erase_lines(*, people: Collection[Volunteer]) -> None:
    """Empty the lines of lists that these people came from, as their data is erased (V3).

    A line that waits is skipped from then on: it would register a person without a name. The uploaded list itself is
    deleted a month after it came.
    """
    lines = RollLine.objects.filter(Q(volunteer__in=people) | Q(person__in=people))
    waiting = list(lines.filter(volunteer=None).values_list("pk", flat=True))
    lines.update(name="", phone="", birth_date=None, guardian="", details={}, document="", before={}, faults=[])
    skipped = {"verdict": Verdict.SKIP.value, "answer": "", "faults": [["erased", {}]], "consents": [], "unit": None}
    RollLine.objects.filter(pk__in=waiting).update(**skipped)


def _delete_content(file: RollFile) -> None:
    name = file.file
    transaction.on_commit(lambda: private_files.delete(name))
