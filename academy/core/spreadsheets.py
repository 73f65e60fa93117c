"""Cells of the spreadsheets that the back office exports."""

import datetime as dt
from typing import Any

from django.utils import timezone

from academy.core.text import visible

# The signs that begin a formula. A Chinese Excel reads the wide ones too.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n", "\r")


def plain_cell(text: str) -> str:
    """Return a cell of a CSV file that no program reads as a formula: `=1+1` → `'=1+1`."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


class PlainCells:
    """Mixin for a view that exports spreadsheets: cells hold local times, and texts that are no formulas.

    It takes each value after Wagtail has made a text of it, so that a related object is as harmless as a text.
    """

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        written = super().preprocess_field_value(field, value, export_format)  # type: ignore[misc]
        if not isinstance(written, str):
            return written
        text = visible(written)  # a workbook holds no control characters, a fact of an earlier release may
        return plain_cell(text) if export_format == "csv" else text
