"""The parts of a form, as a browser posts them and as people read them.

A part is a field, or a set of rows below the form.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from academy.core import formats
from academy.core.look import current_language

Posted = dict[str, list[str]]  # the values of each input, by its name

_MOST_ROWS = 1000


def parts_of(form: Any) -> dict[str, Posted]:
    """Return the inputs of each part, as a browser would post the unbound `form` unchanged.

    Leaves out files and fields that cannot be changed.
    """
    parts = {bound.name: _inputs(bound.field.widget, bound.html_name, bound.value()) for bound in _fields(form)}
    for name, rows in _row_sets(form):
        parts[name] = _write(rows.prefix, [_row(row) for row in rows.initial_forms], [])
    return parts


def stored_part(form: Any, name: str) -> Posted:
    """Return the inputs of one field as its value is stored, also of a bound form."""
    bound = form[name]
    return _inputs(bound.field.widget, bound.html_name, bound.field.prepare_value(bound.initial))


def sent_part(form: Any, name: str, stored: Posted, data: Any) -> Posted:
    """Return the inputs of one part as `data`, a QueryDict, holds them."""
    if (rows := dict(_row_sets(form)).get(name)) is None:
        return {key: data.getlist(key) for key in stored}
    return {
        key: data.getlist(key)
        for key in data
        if key.startswith(f"{rows.prefix}-") and not key.endswith(("-MIN_NUM_FORMS", "-MAX_NUM_FORMS"))
    }


def overwritten_part(form: Any, name: str, sent: Posted) -> Posted:
    """Return the inputs that store `sent` in place of what `form`, which is not bound, shows as stored.

    Rows that another user added meanwhile are marked to be deleted; rows that they deleted become new rows.
    """
    rows = dict(_row_sets(form)).get(name)
    return sent if rows is None else _write(rows.prefix, *_overwrite(rows, _rows(sent, rows.prefix)))


def digest(part: Posted) -> str:
    """Return a short mark of a part. Blanks at the ends and line ends make no difference."""
    texts = {key: [text for one in values if (text := _tidy(one))] for key, values in part.items()}
    filled = sorted((key, values) for key, values in texts.items() if values)
    return hashlib.sha256(json.dumps(filled).encode()).hexdigest()[:20]


def values_of(form: Any) -> dict[str, Any]:
    """Return the values of each part of a bound form; two spellings of one value are equal."""
    values = {bound.name: _value(bound) for bound in _fields(form)}
    for name, rows in _row_sets(form):
        values[name] = [_row_values(row) for row in _kept(rows)]
    return values


def words_of(form: Any, name: str) -> list[str]:
    """Return a part of a bound form in words: one line for a field, and one for each row."""
    if (rows := dict(_row_sets(form)).get(name)) is None:
        return [_words(form[name])]
    return [_row_words(row) for row in _kept(rows)] or ["—"]


def label_of(form: Any, name: str) -> str:
    if (rows := dict(_row_sets(form)).get(name)) is None:
        return str(form[name].label)
    return str(capfirst(rows.model._meta.verbose_name_plural))


def _fields(form: Any) -> Iterator[BoundField]:
    for bound in form:
        if not bound.field.disabled and not bound.field.widget.needs_multipart_form:
            yield bound


def _row_sets(form: Any) -> Iterable[tuple[str, Any]]:
    return getattr(form, "formsets", {}).items()


# As a browser posts it


def _inputs(widget: forms.Widget, name: str, value: Any) -> Posted:
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if widget.check_test(value) else []}
    if isinstance(widget, forms.MultiWidget):
        several: Any = widget
        inputs: Posted = {}
        for suffix, part, one in zip(several.widgets_names, several.widgets, several.decompress(value), strict=True):
            inputs |= _inputs(part, name + suffix, one)
        return inputs
    shown: Any = widget.format_value(value)
    if isinstance(shown, list | tuple):
        return {name: [str(one) for one in shown]}
    return {name: ["" if shown is None else str(shown)]}


def _row(form: Any) -> Posted:
    """Return the inputs of a row, with names inside the row."""
    inputs: Posted = {}
    for bound in _fields(form):
        if bound.name != "DELETE":
            inputs |= _inputs(bound.field.widget, bound.name, bound.value())
    for name, rows in _row_sets(form):
        inputs |= _write(name, [_row(row) for row in rows.initial_forms], [])
    return inputs


def _rows(inputs: Posted, prefix: str) -> list[Posted]:
    count = inputs.get(f"{prefix}-TOTAL_FORMS", [""])[0]
    number = min(int(count), _MOST_ROWS) if count.isascii() and count.isdecimal() else 0
    starts = [f"{prefix}-{place}-" for place in range(number)]
    return [
        {key.removeprefix(start): values for key, values in inputs.items() if key.startswith(start)} for start in starts
    ]


def _write(prefix: str, stored: list[Posted], new: list[Posted]) -> Posted:
    inputs = {
        f"{prefix}-TOTAL_FORMS": [str(len(stored) + len(new))],
        f"{prefix}-INITIAL_FORMS": [str(len(stored))],
    }
    for place, row in enumerate([*stored, *new]):
        inputs |= {f"{prefix}-{place}-{key}": values for key, values in row.items()}
    return inputs


def _overwrite(rows: Any, sent: list[Posted]) -> tuple[list[Posted], list[Posted]]:
    key = rows.model._meta.pk.name
    by_id = {"".join(row.get(key, [])): row for row in sent}
    stored: list[Posted] = []
    for form in rows.initial_forms:
        row = by_id.pop(str(form.instance.pk), None)
        if row is None:
            stored.append(_row(form) | {"DELETE": ["1"]})
            continue
        for name, inner in _row_sets(form):
            kept = {one: values for one, values in row.items() if not one.startswith(f"{name}-")}
            row = kept | _write(name, *_overwrite(inner, _rows(row, name)))
        stored.append(row)
    known = {str(form.instance.pk) for form in rows.initial_forms}
    new = [_as_new(row, key) for row in sent if "".join(row.get(key, [])) not in known]
    return stored, [row for row in new if not any(row.get("DELETE", []))]


def _as_new(row: Posted, key: str) -> Posted:
    def changed(name: str, values: list[str]) -> list[str]:
        if name.rpartition("-")[2] == key:
            return [""]
        return ["0"] if name.endswith("-INITIAL_FORMS") else values

    return {name: changed(name, values) for name, values in row.items()}


# As people read it


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _value(bound: BoundField) -> Any:
    try:
        value = bound.field.to_python(bound.data)
    except ValidationError:
        value = bound.data
    if isinstance(value, str):
        value = _tidy(value)
    if isinstance(value, QuerySet):
        value = sorted(value, key=lambda one: one.pk)
    return None if value in ("", []) else value


def _kept(rows: Any) -> list[Any]:
    """Return the rows of a bound set that are not deleted and not empty extra ones."""
    place = rows.initial_form_count()
    filled = [row for number, row in enumerate(rows.forms) if number < place or row.has_changed()]
    return [row for row in filled if "DELETE" not in row.fields or not _value(row["DELETE"])]


def _row_fields(row: Any) -> list[BoundField]:
    own = {"DELETE", "ORDER", row._meta.model._meta.pk.name}
    return [bound for bound in _fields(row) if bound.name not in own]


def _row_values(row: Any) -> tuple[Any, ...]:
    inner = tuple(tuple(_row_values(one) for one in _kept(rows)) for _name, rows in _row_sets(row))
    return (*(_value(bound) for bound in _row_fields(row)), *inner)


def _row_words(row: Any) -> str:
    parts = [f"{bound.label}: {_words(bound)}" for bound in _row_fields(row) if _value(bound) is not None]
    for _name, rows in _row_sets(row):
        parts += [f"{capfirst(rows.model._meta.verbose_name)}: {_row_words(one)}" for one in _kept(rows)]
    return " · ".join(parts)


def _words(bound: BoundField) -> str:
    value = _value(bound)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{formats.day(local, current_language(), year=True)} {formats.clock(local)}"
    if isinstance(value, dt.date):
        return formats.day(value, current_language(), year=True)
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if not isinstance(value, Model) and (labels := dict(_choices(getattr(bound.field, "choices", ())))):
        return str(labels.get(str(value), value))
    in_words = getattr(bound.field, "in_words", str)  # of a field whose value is no text that people read
    return str(in_words(value))


def _choices(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(value), label
