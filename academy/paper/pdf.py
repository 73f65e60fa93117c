"""Sheets as PDF: offline, with our fonts alone, the same bytes on every run."""

import datetime as dt
from contextlib import suppress

from django.template.loader import render_to_string
from django.utils import translation

from academy.paper.blanks import DoesNotFit
from academy.paper.filling import filled_in
from academy.paper.press import MissingGlyphs, printed
from academy.paper.sheets import FillableSheet, Sheet

__all__ = ["MissingGlyphs", "render_pdf"]


def render_pdf(sheet: Sheet, *, language: str = "zh-hans", created: dt.datetime) -> bytes:
    """`sheet` as a PDF in `language`; `created` is written into it, and nothing else of when or where it was made.

    Raises `MissingGlyphs` rather than print a box where a character belongs.
    """
    context = {"sheet": sheet, "created": created.astimezone(dt.UTC).isoformat(timespec="seconds")}
    with translation.override(language):
        if isinstance(sheet, FillableSheet):
            with suppress(DoesNotFit):
                return filled_in(sheet, context)
        return printed(render_to_string(sheet.template, context), "paper/sheet.css", sheet.style)
