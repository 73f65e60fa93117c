"""Several short lists of values, read in one statement (ADR 115)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Func, JSONField, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray

Rows = Callable[[], list[list[Any]]]


def as_moment(text: str) -> dt.datetime:
    """Return the moment that JSON holds as a text: SQLite writes it in UTC, without saying so."""
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


class _OneArray(Func):
    """The values of all rows of a query as one array."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def list_beside(rows: QuerySet[Any], *columns: str) -> Subquery:
    """Return the expression for the `columns` of all these rows, as a list beside a row of another table.

    The list has no order, and is None or empty without rows. Values come as in `Together.add`.
    """
    return Subquery(rows.order_by().values(list_beside=_OneArray(JSONArray(*columns))), JSONField())


class Together:
    """Short lists that one statement reads.

    Each room adds its lists to the one that a page made, and gets for each a function that returns the rows. The first
    of these functions that is called reads all lists.
    """

    def __init__(self) -> None:
        self._parts: list[QuerySet[Any]] = []
        self._rows: list[list[list[Any]]] | None = None

    def add(self, rows: QuerySet[Any], *columns: str) -> Rows:
        """Add the `columns` of these rows. Return the function that returns their values, without an order.

        Values come as JSON has them: a decimal as a number, a day or a moment as a text that sorts by time.
        Cast a column of JSON to text.
        Raise `ValueError` if the lists are read already.
        """
        if self._rows is not None:
            raise ValueError("these lists have been read")
        place = len(self._parts)
        # SQLite refuses a sorted part, and models have a default order.
        part = rows.order_by().annotate(together_place=Value(place), together_row=JSONArray(*columns))
        self._parts.append(part.values_list("together_place", "together_row"))
        return lambda: self._read()[place]

    def _read(self) -> list[list[list[Any]]]:
        if self._rows is None:
            first, *others = self._parts
            read: list[list[list[Any]]] = [[] for _part in self._parts]
            for place, row in first.union(*others, all=True):
                read[place].append(row)
            self._rows = read
        return self._rows
