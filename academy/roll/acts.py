"""Acts on a list that a page begins: short ones at once, long ones in the background."""

import csv
import datetime as dt
import hashlib
from collections.abc import Sequence
from io import StringIO

from django.db import transaction

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.names import alphabetical
from academy.people.permissions import Right
from academy.people.works import PrintingWelcome, order_for
from academy.roll.left_out import LEFT_OUT, lines_left_out
from academy.roll.models import RollFile
from academy.roll.refusals import ALREADY_DONE, NEEDS_EVIDENCE, NOT_ALLOWED, NOT_IMPORTED
from academy.roll.services import files, importing, staging
from academy.roll.works import CheckingList, ImportingList, TakingBackList, WritingLeftOut
from academy.tables.left_out import LeftOut
from academy.works import services as works
from academy.works.kinds import Kind
from academy.works.models import Work

SHORT_FILE = 100_000  # bytes that are checked while its user waits
FEW = 40  # people who are registered while their user waits
FEW_BACK = 400  # people who are taken off the roll while their user waits


def check(*, file: RollFile, count: int, by: User, at: dt.datetime) -> RollFile | Refusal:
    """Check a list of `count` lines; a large one in the background."""
    if file.size > SHORT_FILE:
        return _begin(CheckingList, file, total=count, by=by, at=at)
    return staging.check_list(file=file, by=by, at=at)


def import_people(*, file: RollFile, only_if_all: bool, by: User, at: dt.datetime) -> RollFile | Refusal:
    """Import the good and the answered lines; many of them in the background.

    Refuses as `cannot_import` does.
    """
    if refusal := importing.cannot_import(file=file, only_if_all=only_if_all, by=by):
        return refusal
    wanted = file.lines.wanted().count()
    if wanted > FEW:
        return _begin(ImportingList, file, total=wanted, by=by, at=at)
    with transaction.atomic():  # of two people who import it at once, the second one waits and is refused
        kept = files.locked(file)
        if kept is None:
            return ALREADY_DONE
        if refusal := importing.cannot_import(file=kept, only_if_all=only_if_all, by=by):
            return refusal
        return importing.import_list(file=kept, by=by, at=at)


@transaction.atomic
def take_back(*, file: RollFile, by: User, at: dt.datetime) -> RollFile | Refusal:
    """Take an import back; one of many people in the background. Refuses as `importing.take_back` does."""
    count = file.lines.exclude(volunteer=None).count()
    if count <= FEW_BACK:
        return importing.take_back(file=file, by=by, at=at)
    kept = files.locked(file)
    if refusal := importing.cannot_take_back(kept, by=by):
        return refusal
    assert kept is not None
    return _keep_busy(TakingBackList, kept, total=count, by=by, at=at)


@transaction.atomic
def list_people(
    *,
    community: Community,
    name: str,
    people: Sequence[tuple[str, str]],
    named_by: str,
    evidence: str,
    by: User,
    at: dt.datetime,
) -> RollFile | Refusal:
    """Make a checked list of people, each with name and phone, whom a list of past service names.

    It goes on like one that was handed in: questions about likely duplicates, one import, one taking back. `named_by`
    is the SHA-256 of that other list; its people are listed once. `evidence` describes their consent (R2).

    Refuses with `needs_evidence`, and as `keep_file` and `check` do.
    """
    if not evidence.strip():
        return NEEDS_EVIDENCE
    lines = StringIO()
    csv.writer(lines).writerows([("姓名", "手机"), *people])
    content = lines.getvalue().encode("utf-8-sig")
    same = RollFile.objects.filter(community=community, named_by=named_by, sha256=hashlib.sha256(content).hexdigest())
    if (earlier := same.filter(taken_back_at=None).first()) is not None:
        return earlier
    kept = files.keep_file(community=community, name=name, content=content, by=by, at=at)
    if isinstance(kept, Refusal):
        return kept
    kept.named_by = named_by
    kept.save(update_fields=["named_by"])
    columns = {"name": 0, "phone": 1}
    chosen = files.choose_columns(file=kept, sheet="", header=1, columns=columns, evidence=evidence, by=by)
    return chosen if isinstance(chosen, Refusal) else check(file=chosen, count=len(people), by=by, at=at)


@transaction.atomic
def _begin(kind: type[Kind], file: RollFile, *, total: int, by: User, at: dt.datetime) -> RollFile | Refusal:
    """Begin a work on the list, unless another one goes on."""
    kept = files.locked(file)
    if refusal := files.cannot_change(kept, by=by, half=True):
        return refusal
    assert kept is not None
    return _keep_busy(kind, kept, total=total, by=by, at=at)


def _keep_busy(kind: type[Kind], file: RollFile, *, total: int, by: User, at: dt.datetime) -> RollFile:
    order = {"file": file.pk}
    file.work = works.begin(kind=kind, community=file.community, order=order, total=max(total, 1), by=by, at=at)
    file.save(update_fields=["work"])
    return file


def list_left_out(*, file: RollFile, by: User, at: dt.datetime) -> LeftOut | Work | Refusal:
    """Return the lines that are not registered; of a large list, begin the work that writes them.

    Refuses with `not_allowed`, and as `lines_left_out` does.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, file.community):
        return NOT_ALLOWED
    if file.size <= SHORT_FILE:
        return lines_left_out(file)
    total = file.lines.filter(volunteer=None, verdict__in=LEFT_OUT).count()
    order = {"file": file.pk}
    return works.begin(kind=WritingLeftOut, community=file.community, order=order, total=max(total, 1), by=by, at=at)


def print_welcome(*, file: RollFile, by: User, at: dt.datetime) -> Work | Refusal:
    """Begin to print slips and cards for all people of an imported list. Refuses with `not_imported`."""
    people = Volunteer.objects.present().filter(pk__in=file.lines.filter(before={}).values("volunteer"))
    ordered = sorted(people, key=lambda person: (alphabetical(person.name), person.number))
    if file.state != "imported" or not ordered:
        return NOT_IMPORTED
    return works.begin(
        kind=PrintingWelcome, community=file.community, order=order_for(ordered), total=len(ordered), by=by, at=at
    )
