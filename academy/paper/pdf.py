"""Sheets as PDF: offline, with our fonts only, and with the same bytes on every run."""

import datetime as dt
from contextlib import suppress

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.paper.blanks import DoesNotFit
from academy.paper.filling import fill_in
from academy.paper.press import MissingGlyphs, html_to_pdf
from academy.paper.sheets import FillableSheet, Sheet

__all__ = ["MissingGlyphs", "print_sheet", "render_pdf"]


def print_sheet(sheet: Sheet, *, language: str = "zh-hans", created: dt.datetime) -> bytes | Refusal:
    """Return `sheet` as a PDF in `language`. Refuses with `missing_glyphs`.

    `created` is the only time in the file; the moment and the machine of printing are not in it.
    """
    try:
        return render_pdf(sheet, language=language, created=created)
    except MissingGlyphs as error:
        return Refusal(
            "missing_glyphs",
            _("Our fonts cannot print “%(characters)s”. %(advice)s")
            % {"characters": "".join(sorted(error.characters)), "advice": sheet.unprintable_advice},
        )


def render_pdf(sheet: Sheet, *, language: str = "zh-hans", created: dt.datetime) -> bytes:
    """Render `sheet` as `print_sheet` does. Raises `MissingGlyphs` instead of printing boxes."""
    context = {"sheet": sheet, "created": created.astimezone(dt.UTC).isoformat(timespec="seconds")}
    with translation.override(language):
        if isinstance(sheet, FillableSheet):
            with suppress(DoesNotFit):
                return fill_in(sheet, context)
        return html_to_pdf(render_to_string(sheet.template, context), "paper/sheet.css", sheet.style)
