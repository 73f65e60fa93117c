"""The import of past service as a page begins it: a short list at once, a long one in the background."""

import datetime as dt
from typing import Any

from django.db import transaction

from academy.core.refusals import Refusal
from academy.hours.models import Import
from academy.people.models import User
from academy.people.permissions import Right
from academy.transfers import models
from academy.transfers.left_out import LeftOutLines, lines_left_out
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.transfers.works import CheckingService, ImportingService, WritingLeftOut, order_for
from academy.works import services as works
from academy.works.kinds import Kind
from academy.works.models import Work

FEW = 300  # lines that are imported while their user waits


def import_rows(
    *, upload: Upload, mark: str, only_if_all_are_good: bool, by: User, at: dt.datetime
) -> Import | Work | Refusal:
    """Import the good lines of a checked upload, or begin the work that does it.

    Refuses as `importing.import_rows` does; a work stores its refusal.
    """
    if upload.lines > FEW:
        order = order_for(upload, mark=mark, only_if_all_are_good=only_if_all_are_good)
        return _begin(ImportingService, upload, order, by=by, at=at)
    return importing.import_rows(upload=upload, mark=mark, only_if_all_are_good=only_if_all_are_good, by=by, at=at)


def judge(*, upload: Upload, by: User, at: dt.datetime) -> Work | Refusal:
    """Begin to check a long list, of which its page then shows the result.

    Refuses with `not_allowed`, `already_done`.
    """
    return _begin(CheckingService, upload, {"upload": upload.pk}, by=by, at=at)


def list_left_out(*, source: Upload | Import, by: User, at: dt.datetime) -> LeftOutLines | Work | Refusal:
    """Return the lines that are not imported; of a long list, begin the work that writes them.

    Refuses as `imports.dry_run` does.
    """
    total = WritingLeftOut.lines_of(source)
    if total <= models.JUDGED_AT_ONCE:
        return lines_left_out(source, by=by, at=at)
    if not by.has_right(Right.CONFIRM_HOURS, source.community):
        return imports.NOT_ALLOWED
    order = WritingLeftOut.order_for(source)
    return works.begin(kind=WritingLeftOut, community=source.community, order=order, total=total, by=by, at=at)


@transaction.atomic
def _begin(kind: type[Kind], upload: Upload, order: dict[str, Any], *, by: User, at: dt.datetime) -> Work | Refusal:
    """Begin the work, or return the one that goes on with this upload already."""
    kept = imports.locked(upload)
    if kept is None:
        return imports.ALREADY_DONE
    if not by.has_right(Right.CONFIRM_HOURS, kept.community):
        return imports.NOT_ALLOWED
    if kept.work is not None and kept.is_under_way:
        return kept.work
    work = works.begin(kind=kind, community=kept.community, order=order, total=kept.lines, by=by, at=at)
    Upload.objects.filter(pk=kept.pk).update(work=work)
    return work
