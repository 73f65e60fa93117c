"""Pages of the back office's long lists, which do not get slower with the history (ADR 57)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.paginator import WagtailPaginator

COUNTED = 10_000


def rows_in_words(count: int) -> str:
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": number_format(count)}


class BoundedPaginator(WagtailPaginator):
    """The pages of the first `COUNTED` rows: a database takes long to count a history.

    The label under the list says that there are more rows, and that filters lead to them.
    """

    @cached_property
    def _found(self) -> int:
        """The number of rows, up to one more than `COUNTED`."""
        rows: QuerySet[Any] = self.object_list
        return rows.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @cached_property
    def items_count_label(self) -> str:
        if self._found <= COUNTED:
            return rows_in_words(self._found)
        first = number_format(COUNTED, force_grouping=True)
        return _("The first %(count)s. To see others, filter or search.") % {"count": first}


class PagedList:
    """Mixin for a list: each row is on one page, and only a narrowed list is counted to its end."""

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Order the rows as asked, and rows that are equal by their keys."""
        ordered: QuerySet[Any] = super().order_queryset(queryset)  # type: ignore[misc]
        by = ordered.query.order_by or tuple(ordered.model._meta.ordering)
        falls = str(by[-1]).startswith("-")
        return ordered.order_by(*by, "-pk" if falls else "pk")

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Any]:
        view: Any = self
        is_narrowed = view.is_searching or view.is_filtering
        return (WagtailPaginator if is_narrowed else BoundedPaginator)(*args, **kwargs)
