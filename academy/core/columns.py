"""Columns of the back office's lists."""

from typing import Any

from wagtail.admin.ui.tables import Column

from academy.core.templatetags.academy import working_day, yes_or_no


class YesNoColumn(Column):
    """A truth value as a word: a tick is no good mark for “overdue”, and a cross none for “not alone”."""

    def get_value(self, instance: Any) -> str:
        return yes_or_no(super().get_value(instance))


class CountedDayColumn(Column):
    """A date that was counted in working days, with its certainty."""

    def get_value(self, instance: Any) -> str:
        return working_day(super().get_value(instance), "year")
