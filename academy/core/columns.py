"""Columns of the back office's lists."""

import datetime as dt
from typing import Any

from django.db import models
from wagtail.admin.ui.tables import Column

from academy.core.templatetags.academy import moment, working_day, yes_or_no


class YesNoColumn(Column):
    """A truth value as a word: a tick is no good mark for “overdue”, and a cross none for “not alone”."""

    def get_value(self, instance: Any) -> str:
        return yes_or_no(super().get_value(instance))


class CountedDayColumn(Column):
    """A date that was counted in working days, with its certainty."""

    def get_value(self, instance: Any) -> str:
        return working_day(super().get_value(instance), "year")


class MomentColumn(Column):
    """A date or a moment in the form of all our screens, in one piece."""

    def get_value(self, instance: Any) -> Any:
        return moment(super().get_value(instance))


def is_moment(model: type[models.Model], path: str) -> bool:
    """Return whether the field at this path is a date or a moment."""
    field: Any = None
    for name in path.split("__"):
        field = next((one for one in model._meta.get_fields() if one.name == name), None)
        model = getattr(field, "related_model", None) or model
    return isinstance(field, models.DateField)


def in_words(value: Any) -> Any:
    """Return a value as a page of one object shows it: a dash for none, yes and no, dates in our form."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return yes_or_no(value)
    return moment(value) if isinstance(value, dt.date) else value
