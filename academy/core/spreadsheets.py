"""The exports of lists and reports: columns, read in constant statements and bounded memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail.coreutils import multigetattr

from academy.core import formats, shown_hours
from academy.core.signals import objects_shown
from academy.core.workbooks import AT_ONCE, HOURS, MINUTES, Head, csv_response, xlsx_response

T = TypeVar("T")


@dataclass(frozen=True)
class ExportColumn:
    """A column of an export.

    `name` is the dotted path of its value, by which the veil knows it. `value` takes the place of the path, and finds
    the value in the row, or in what `load` read of many rows by their keys. A column of `HOURS` holds minutes, writes
    them as hours, and stands directly before its column of `MINUTES`.
    """

    name: str
    label: Any = ""  # by default that of the model's field
    value: Callable[[Any], Any] | None = None
    load: Callable[[Sequence[Any]], Mapping[Any, Any]] | None = None
    kind: str = ""


def time_columns(name: str, in_hours: Any, in_minutes: Any, **source: Any) -> list[ExportColumn]:
    """Return two columns for the same minutes: as hours with one decimal, cut (H1), and as they are."""
    return [ExportColumn(name, in_hours, kind=HOURS, **source), ExportColumn(name, in_minutes, kind=MINUTES, **source)]


MANY = 2000  # rows, about a second of work
# Takes a request for many rows, the rights that open its list, and their number; returns the answer that has the file
# written in the background, or None. An upper app sets it in its `ready`.
WriteLater = Callable[[HttpRequest, set[str], int], HttpResponseBase | None]
_write_later: list[WriteLater] = []


def write_large_files_by(write_later: WriteLater) -> None:
    """Register the function that has large files written in the background."""
    _write_later[:] = [write_later]


def written_later(request: HttpRequest, rights: set[str], rows: int) -> HttpResponseBase | None:
    """Return the answer of the background, if there are many rows and it is not the background that asks."""
    if rows <= MANY or hasattr(request, "tell_rows"):
        return None
    answers = (write_later(request, rights, rows) for write_later in _write_later)
    return next((answer for answer in answers if answer is not None), None)


_ADDED: dict[type[models.Model], list[ExportColumn]] = defaultdict(list)


def add_columns(model: type[models.Model], *columns: ExportColumn) -> None:
    """Register further columns for the export of a lower list. An app calls this in its `ready`."""
    _ADDED[model].extend(columns)


class PlainCells:
    """Mixin for a view that exports spreadsheets: Chinese headings, words, local times, and no formulas.

    `list_export` holds names of fields and `ExportColumn`s. The rows are read in lists of `AT_ONCE`, and
    `objects_shown` is sent for each list. More than `MANY` rows are written in the background: the worker asks the
    view again, by a request whose `tell_rows` takes how many rows are written.
    """

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        view: Any = self
        self.is_export = view.is_export and bool(view.list_export)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the page, or with the file: Wagtail reads all rows into memory to count them."""
        view: Any = self
        if not self.is_export:
            response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
            return response
        if hasattr(view, "get_filtered_queryset"):
            found = view.decorate_paginated_queryset(view.get_filtered_queryset())
        else:
            found = view.get_queryset()
        return self._later(found) or self.as_spreadsheet(found, request.GET["export"])

    def _later(self, found: Any) -> HttpResponseBase | None:
        """Return the answer of the background, if there are many rows and it is not the background that asks."""
        view: Any = self
        if hasattr(view.request, "tell_rows") or not isinstance(found, models.QuerySet):
            return None
        if found.order_by()[: MANY + 1].count() <= MANY:
            return None
        return written_later(view.request, self.rights_to_open(), found.count())

    def rights_to_open(self) -> set[str]:
        """Return the rights of which any opens this list."""
        right: str = getattr(self, "right", "")
        return {right} if right else set()

    def as_spreadsheet(self, queryset: Iterable[Any], spreadsheet_format: str) -> HttpResponseBase:
        view: Any = self
        heads = [Head(self.get_heading(queryset, column), getattr(column, "kind", "")) for column in self.columns_out]
        rows = self.export_rows(queryset, spreadsheet_format)
        title = view.get_page_title() if hasattr(view, "get_page_title") else view.page_title
        practice = view.request.user.is_practising
        if spreadsheet_format == "csv":
            return csv_response(title, heads, rows, practice=practice)
        first = list(islice(rows, 1))  # reads the first rows, and with them the steps of their communities
        step = max(self._steps.values(), default=6)
        return xlsx_response(title, heads, chain(first, rows), step=step, practice=practice)

    @cached_property
    def columns_out(self) -> list[Any]:
        """The columns of the file, with those of upper apps."""
        view: Any = self
        return [*view.list_export, *_ADDED[view.model]]

    def get_heading(self, queryset: Any, field: Any) -> str:
        if isinstance(field, ExportColumn):
            return str(capfirst(field.label or label_of(queryset.model, field.name)))
        return str(capfirst(super().get_heading(queryset, field)))  # type: ignore[misc]

    def export_rows(self, found: Iterable[Any], kind: str) -> Iterator[list[Any]]:
        """Yield the values of each row."""
        view: Any = self
        self._steps: dict[int, int] = {}
        tell_rows, done = getattr(view.request, "tell_rows", None), 0
        for chunk in chunks_by_key(found, AT_ONCE) if tell_rows else in_chunks(found):
            if view.model is not None:
                objects_shown.send(sender=view.model, request=view.request, objects=chunk)
            loads = {column.load for column in self.columns_out if getattr(column, "load", None)}
            loaded = {load: load(chunk) for load in loads}
            for item in chunk:
                yield [self._value(item, column, loaded, kind) for column in self.columns_out]
            done += len(chunk)
            if tell_rows:
                tell_rows(done)

    def _value(self, item: Any, column: Any, loaded: Mapping[Any, Mapping[Any, Any]], kind: str) -> Any:
        view: Any = self
        if not isinstance(column, ExportColumn):
            value = self.covered(item, column, in_words(item, column))
            own = view.custom_field_preprocess.get(column, {}).get(kind)
            return own(value) if own else value
        if column.load:
            value = loaded[column.load].get(item.pk)
            value = column.value(value) if column.value and value is not None else value
        else:
            value = column.value(item) if column.value else in_words(item, column.name)
        if column.kind == HOURS:
            return None if value is None else formats.tenths(value, self._step(item)) / 10
        return self.covered(item, column.name, value)

    def _step(self, item: Any) -> int:
        community = self.community_id_of(item)
        if community not in self._steps:
            self._steps[community] = shown_hours.step_of(community)
        return self._steps[community]

    def community_id_of(self, item: Any) -> int:
        """Return the community of a row, in whose steps hours are written."""
        found: int = item.community_id
        return found

    def covered(self, item: Any, path: str, value: Any) -> Any:
        """Return the value as the user sees it; the lists of a community draw the veil over names and reasons."""
        return value


def in_words(item: Any, path: str) -> Any:
    """Return what stands at a dotted path, in the words of its choices; nothing behind an empty relation."""
    above, _dot, name = path.rpartition(".")
    owner = item
    for step in filter(None, above.split(".")):
        owner = multigetattr(owner, step)
        if owner is None:
            return None
    display = getattr(owner, f"get_{name}_display", None)
    value = display() if display else multigetattr(owner, name)
    return value() if callable(value) else value


def in_chunks(found: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield the rows in lists of at most `size`; a queryset not read yet is never all in memory."""
    is_unread = isinstance(found, models.QuerySet) and found._result_cache is None  # Wagtail's reports mark theirs
    one_by_one = iter(found.iterator(chunk_size=size) if is_unread else found)  # type: ignore[attr-defined]
    while chunk := list(islice(one_by_one, size)):
        yield chunk


def chunks_by_key(found: Any, size: int) -> Iterator[list[Any]]:
    """Yield the rows of a queryset in lists of at most `size`, each read by its keys.

    No statement stays open between two lists: on SQLite, a write would fail beside one that began before others wrote.
    """
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        rows = found.order_by().in_bulk(keys[start : start + size])
        yield [rows[key] for key in keys[start : start + size] if key in rows]


def label_of(model: type[models.Model], path: str) -> str:
    """Return the name of the field at a dotted path."""
    *relations, name = path.split(".")
    owner: Any = model
    for relation in relations:
        owner = owner._meta.get_field(relation).related_model
    return str(owner._meta.get_field(name).verbose_name)


def relations_of(model: type[models.Model], columns: Iterable[Any]) -> list[str]:
    """Return the lookups of the rows that these columns read, so that no row needs a statement of its own.

    `shown_with` of a model names the relations that its text reads.
    """
    found: dict[str, None] = {}
    for column in columns:
        owner: Any = model
        path: list[str] = []
        for name in getattr(column, "name", column).split("."):
            name = "merged_into" if name == "stays" else name
            field = next((one for one in owner._meta.get_fields() if one.name == name), None)
            if field is None or not (field.many_to_one or field.one_to_one):
                break
            path.append(name)
            owner = field.related_model
            found["__".join(path)] = None
            found.update(dict.fromkeys("__".join([*path, other]) for other in getattr(owner, "shown_with", ())))
    return list(found)
