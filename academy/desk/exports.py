"""The file of the deadlines: one line for each activity that is not confirmed and evaluated yet (K3)."""

from collections.abc import Sequence
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from academy.core.workbooks import Head, csv_response, xlsx_response
from academy.hours.services.deadlines import Deadline


def deadlines_response(kind: str, title: Any, running: Sequence[Deadline], *, practice: bool) -> HttpResponseBase:
    """Return the deadlines as `csv` or as `xlsx`; overdue days have a column of their own."""
    labels = (
        _("activity"),
        _("ended on"),
        _("due on"),
        _("working days left"),
        _("working days overdue"),
        _("records not confirmed"),
        _("people not evaluated"),
    )
    heads = [Head(capfirst(label)) for label in labels]
    rows = (
        [
            one.activity.title,
            one.ended_on,
            one.due_on,
            None if one.is_overdue else one.days_left,
            -one.days_left if one.is_overdue else None,
            one.unconfirmed,
            one.unevaluated,
        ]
        for one in running
    )
    if kind == "csv":
        return csv_response(title, heads, rows, practice=practice)
    return xlsx_response(title, heads, rows, step=6, practice=practice)
