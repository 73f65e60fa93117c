"""Begin, do, cancel and forget long acts."""

import datetime as dt
import errno
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile, File
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone, translation
from django_tasks import task
from wagtail.log_actions import log

from academy.core import encryption
from academy.core.files import private_files
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.works.kinds import KINDS, Job, Kind, Product
from academy.works.models import Work
from academy.works.refusals import (
    DISK_FULL,
    FILE_GONE,
    NOT_ALLOWED,
    STOPPED_IN_PARTS,
    WORK_FAILED,
    WORK_IS_OVER,
    WORK_SILENT,
)

logger = logging.getLogger(__name__)

FOLDER = "works"
KEPT = dt.timedelta(days=1)
KEPT_AFTER_FETCHING = dt.timedelta(hours=1)  # a download may break off, a printer jam
SILENCE = dt.timedelta(hours=1)
RETRY = dt.timedelta(seconds=15)
MOST_ATTEMPTS = 6
IN_PIECES = ".pieces"  # the end of the name of a file that was written piece by piece
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class _Cancelled(Exception):
    """The user cancelled the work, or another run finished it."""


@transaction.atomic
def begin(
    *, kind: type[Kind], community: Community, order: Mapping[str, Any], total: int, by: Any, at: dt.datetime
) -> Work:
    """Put a long act into the queue; `order` holds what `Kind.make` needs, as JSON. It is stored sealed.

    Return the work that the same user began with the same order and that is not over: a second click prints no second
    slips, which would make the first ones void.
    """
    language = translation.get_language()
    get_user_model().objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)  # one click after the other
    under_way = Work.objects.of_login(by).unfinished().filter(kind=kind.slug, community=community, total=total)
    if same := next((work for work in under_way if order_of(work) == dict(order)), None):
        return same
    work = Work.objects.create(
        kind=kind.slug,
        login=by.pk,
        community=community,
        order=encryption.seal({"order": dict(order), "language": language}),
        total=total,
        begun_at=at,
        expires_at=at + KEPT,
    )
    log(work, "works.begin", user=by, timestamp=at)
    perform.enqueue(work_id=work.pk)
    return work


def unfinished_of(by: Any, kind: type[Kind]) -> list[Work]:
    """Return the works of this kind that this login began and that go on."""
    return list(Work.objects.of_login(by).unfinished().filter(kind=kind.slug))


def latest_of(by: Any, kind: type[Kind], part: Mapping[str, Any], *, at: dt.datetime) -> Work | None:
    """Return the latest kept work of this login whose order has this part; None if it was stopped."""
    kept = Work.objects.of_login(by).filter(kind=kind.slug, expires_at__gt=at).order_by("-pk")
    latest = next((work for work in kept if part.items() <= order_of(work).items()), None)
    return None if latest is None or latest.cancelled_at else latest


def order_of(work: Work) -> dict[str, Any]:
    """Return what `begin` was given for `Kind.make`; empty if its master key is gone."""
    try:
        order: dict[str, Any] = encryption.unseal(work.order)["order"]
    except encryption.DecryptionError:
        return {}
    return order


@transaction.atomic
def cancel(*, work: Work, by: Any, at: dt.datetime) -> Work | Refusal:
    """Cancel a work that is not over: it settles no row and gives no file. Refuses with `work_is_over`."""
    if not Work.objects.filter(pk=work.pk).unfinished().update(cancelled_at=at):
        return WORK_IS_OVER
    log(work, "works.cancel", user=by, timestamp=at)
    work.refresh_from_db()
    return work


def fetch(*, work: Work, by: Any, at: dt.datetime) -> bytes | Iterator[bytes] | Refusal:
    """Return the file, a large one piece by piece. One that holds keys is deleted an hour later.

    Refuses with `file_gone`.
    """
    if not work.file or at >= work.expires_at:
        return FILE_GONE
    content: bytes | Iterator[bytes]
    try:
        if work.file.endswith(IN_PIECES):
            pieces = _pieces_of(work.file)
            content = chain([next(pieces)], pieces)  # the first one says whether the file can be read
        else:
            with private_files.open(work.file) as file:
                content = encryption.unseal_bytes(file.read())
    except (OSError, encryption.DecryptionError):
        return FILE_GONE
    with transaction.atomic():
        if work.fetched_at is None:
            work.fetched_at = at
            if work.act.is_secret:
                work.expires_at = min(work.expires_at, at + KEPT_AFTER_FETCHING)
            work.save(update_fields=["fetched_at", "expires_at"])
        log(work, "works.fetch", user=by, timestamp=at)
    return content


def _pieces_of(name: str) -> Iterator[bytes]:
    with private_files.open(name) as file:
        lines: Any = file.file  # Django's own wrapper would end lines at each carriage return
        yield from encryption.unseal_pieces(lines)


@task()
def perform(work_id: int, attempt: int = 1) -> None:
    """Do the work. A second run finds it finished, or does it again: it settles together with its file."""
    work = Work.objects.unfinished().select_related("community").filter(pk=work_id).first()
    if work is None:
        return
    try:
        _perform(work)
    except _Cancelled:
        return
    except (DatabaseError, InterfaceError) as error:
        # Another connection held the database too long. If ours is lost, the next statement ends this worker, and the
        # task of a dead worker is run again (ADR 43).
        logger.warning("works: the database failed during work %s (%s)", work_id, type(error).__name__)
        if attempt < MOST_ATTEMPTS:
            perform.using(run_after=timezone.now() + RETRY).enqueue(work_id=work_id, attempt=attempt + 1)
        else:
            _fail(work, _failure(work))
    except Exception as error:
        logger.exception("works: work %s failed", work_id)
        is_full = isinstance(error, OSError) and error.errno in _NO_SPACE
        _fail(work, DISK_FULL if is_full else _failure(work))


def _failure(work: Work) -> Refusal:
    return STOPPED_IN_PARTS if work.act.in_parts else WORK_FAILED


def _perform(work: Work) -> None:
    at = timezone.now()
    by: Any = get_user_model().objects.filter(pk=work.login).first()
    sealed = encryption.unseal(work.order)
    with translation.override(sealed["language"]):
        _tell(work, 0)
        if by is None or not work.act().is_allowed(by, work.community, sealed["order"]):
            return _fail(work, NOT_ALLOWED)
        job = Job(sealed["order"], work.community, by, at, lambda done: _tell(work, done))
        made = KINDS[work.kind]().make(job)
        return _fail(work, made) if isinstance(made, Refusal) else _finish(work, made)


def _tell(work: Work, done: int) -> None:
    """Store the progress. Raises `_Cancelled` if the work is over."""
    if not Work.objects.filter(pk=work.pk).unfinished().update(done=min(done, work.total), seen_at=timezone.now()):
        raise _Cancelled


def _finish(work: Work, made: Product) -> None:
    """Give the file out, and settle what belongs to it, once. The file of another run is deleted."""
    name, given_out = "", False
    try:
        if made.pieces is not None:
            name = f"{FOLDER}/{uuid.uuid4().hex}{IN_PIECES}"
            private_files.save(name, _Sealed(made.pieces))
        elif made.content is not None:
            name = f"{FOLDER}/{uuid.uuid4().hex}"
            private_files.save(name, ContentFile(encryption.seal_bytes(made.content)))
        with transaction.atomic():
            mine = Work.objects.select_for_update().unfinished().filter(pk=work.pk).first()
            settled = made.settle() if mine is not None else []
            if isinstance(settled, Refusal):
                _fail(work, settled)
                mine = None
            elif mine is not None:
                outcome = {"lines": [list(line) for line in [*made.lines, *settled]], "name": made.name}
                mine.outcome = encryption.seal(outcome) if any(outcome.values()) else ""
                mine.file, mine.done, mine.finished_at = name, mine.total, timezone.now()
                mine.expires_at = mine.finished_at + KEPT
                mine.save(update_fields=["outcome", "file", "done", "finished_at", "expires_at"])
        given_out = mine is not None
    finally:
        if name and not given_out:
            private_files.delete(name)


class _Sealed(File):  # type: ignore[type-arg]
    """A file that is sealed while the storage writes it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(None)
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return encryption.seal_pieces(self._pieces)


def _fail(work: Work, refusal: Refusal) -> None:
    Work.objects.filter(pk=work.pk).unfinished().update(
        outcome=encryption.seal({"trouble": str(refusal)}), finished_at=timezone.now()
    )


def tidy(at: dt.datetime) -> None:
    """Delete what has expired, and end works that no worker goes on with."""
    silent = Work.objects.unfinished().filter(begun_at__lt=at - SILENCE).exclude(seen_at__gte=at - SILENCE)
    for work in silent:
        _fail(work, STOPPED_IN_PARTS if work.act.in_parts else WORK_SILENT)
    expired = list(Work.objects.filter(expires_at__lte=at))
    for work in expired:
        if work.file:
            private_files.delete(work.file)
        work.delete()
    if expired:
        _delete_orphans(at)


def _delete_orphans(at: dt.datetime) -> None:
    """Delete the files of runs that died before they gave them out."""
    with suppress(FileNotFoundError):
        names = {f"{FOLDER}/{name}" for name in private_files.listdir(FOLDER)[1]}
        for name in names - set(Work.objects.exclude(file="").values_list("file", flat=True)):
            if private_files.get_modified_time(name) < at - KEPT:
                private_files.delete(name)
