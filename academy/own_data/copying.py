"""The copy of a person's data: all that the apps declare to hold, as JSON and as a PDF (V3)."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import registry as log_actions
from wagtail.models import ModelLogEntry

from academy.core import practice
from academy.core.look import day_in_year, moment
from academy.core.refusals import Refusal
from academy.core.templatetags.academy import yes_or_no
from academy.own_data.sheets import CopyPart, CopySheet
from academy.paper.fonts import missing_characters
from academy.paper.pdf import print_sheet
from academy.people.holding import Holding, held
from academy.people.models import Volunteer

LOG = "log"  # the part with the entries of Wagtail's log


def as_json(person: Volunteer, *, at: dt.datetime) -> bytes:
    """Return the copy as JSON in UTF-8: each part with its rows, each row with its fields in words."""
    copy = {
        "number": person.number,
        "community": str(person.community),
        "made_at": at,
        "parts": [{"name": name, "title": str(title), "rows": rows} for name, title, rows in _parts(person) if rows],
    }
    return json.dumps(copy, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def as_pdf(person: Volunteer, *, at: dt.datetime) -> bytes | Refusal:
    """Return the copy as a PDF to read. A character that our fonts lack is printed as 〓.

    Refuses with `missing_glyphs`.
    """
    parts = tuple(
        CopyPart(title=_printable(str(title)), rows=tuple(_in_words(row) for row in rows))
        for _name, title, rows in _parts(person)
        if rows
    )
    sheet = CopySheet(
        community=str(person.community),
        number=person.number,
        name=_printable(person.name),
        made=moment(at),
        parts=parts,
    )
    return print_sheet(sheet, created=at, practice=practice.is_practice(person.community_id))


def titles() -> list[str]:
    """Return in words the kinds of data that the product holds about a person."""
    return [str(one.title) for one in held()] + [_("The log: who did what with my entry")]


def _parts(person: Volunteer) -> Iterator[tuple[str, Any, list[dict[str, Any]]]]:
    for holding in held():
        yield holding.name, holding.title, list(_rows(holding, person))
    yield LOG, _("The log: who did what with my entry"), list(_log(person))


def _rows(holding: Holding, person: Volunteer) -> Iterator[dict[str, Any]]:
    heads = holding.heads()
    for row in holding.rows(person):
        values = {head: _plain(value) for head, value in zip(heads, holding.values(row), strict=True)}
        further = holding.further(row) if holding.further else {}
        yield {**values, **{head: _plain(value) for head, value in further.items()}}


def _log(person: Volunteer) -> Iterator[dict[str, Any]]:
    pks = [str(pk) for pk in Volunteer.objects.one_with(person.stays.pk).values_list("pk", flat=True)]
    entries = ModelLogEntry.objects.get_for_model(Volunteer).filter(object_id__in=pks).order_by("timestamp", "pk")
    for entry in entries.select_related("user__volunteer").iterator(chunk_size=500):
        yield {
            _("when"): entry.timestamp,
            _("what"): str(log_actions.get_action_label(entry.action)),
            _("by"): str(entry.user or ""),
        }


def _plain(value: Any) -> Any:
    """Return a value that JSON holds: dates and numbers as they are, other objects in words."""
    if value is None or isinstance(value, bool | int | float | str | dt.date | dt.datetime | list | dict):
        return value
    return str(value)


def _in_words(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_printable(head), _printable(_word(value))) for head, value in row.items() if value not in (None, ""))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(yes_or_no(value))
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day_in_year(value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


def _printable(text: str) -> str:
    missing = missing_characters(text)
    return "".join("〓" if character in missing else character for character in text) if missing else text


def file_name(person: Volunteer, at: dt.datetime, kind: str) -> str:
    """Return the name of the file."""
    return f"{_('My data')} {person.number} {timezone.localdate(at).isoformat()}.{kind}"
