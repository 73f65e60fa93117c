"""Somebody else's workbook that we fill: stored with a guess at its columns, then confirmed."""

import datetime as dt
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db.models import Model
from wagtail.log_actions import log

from academy.core import quotas
from academy.core.refusals import Refusal
from academy.tables import filling
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE

# A model with: `file`, `name`, `header_row` and `first_row` from 1, `uploaded_by`, `uploaded_at`, and `columns`: by
# place from 0, as text, a `field` or a constant `text`.
W = TypeVar("W", bound=Model)


def store(
    workbook: W,
    *,
    name: str,
    data: bytes,
    words: Mapping[str, tuple[str, ...]],
    instead: Mapping[str, str] | None = None,
    quota: quotas.Quota,
    by: Any,
    at: dt.datetime,
) -> W | Refusal:
    """Store an uploaded workbook, with a guess at its columns by their headings.

    `instead` names the field to take for a guessed one. Refuses with those of `UNREADABLE`, `quota_full`, `no_room`.
    """
    try:
        header_row, guessed = filling.find_headings(data, words)
    except Unreadable as error:
        return UNREADABLE[error.code]
    if full := quotas.take(quota, size=len(data), at=at):
        return full
    stored: Any = workbook
    stored.name = PurePath(name).name[-120:]
    stored.header_row, stored.first_row = header_row, header_row + 1
    stored.columns = {str(place): {"field": (instead or {}).get(field, field)} for field, place in guessed.items()}
    stored.uploaded_by, stored.uploaded_at = by, at
    stored.file.save(stored.name, ContentFile(data), save=False)
    stored.save()
    log(workbook, "wagtail.create", user=by, timestamp=at)
    return workbook


def set_columns(
    workbook: W, *, header_row: int, first_row: int, columns: Mapping[str, Mapping[str, str]], by: Any
) -> W:
    """Store the content of the columns."""
    stored: Any = workbook
    stored.header_row, stored.first_row, stored.columns = header_row, first_row, dict(columns)
    stored.save(update_fields=["header_row", "first_row", "columns"])
    log(workbook, "wagtail.edit", user=by)
    return workbook


def headings_of(workbook: Any) -> list[str]:
    """Return the headings of the workbook's columns."""
    return filling.texts_of(content_of(workbook), workbook.header_row)


def content_of(workbook: Any) -> bytes:
    with workbook.file.open("rb") as file:
        content: bytes = file.read()
    return content
