"""Sheets as PDF: offline, with our fonts only, and with the same bytes on every run."""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from academy.core.refusals import Refusal
from academy.core.text import visible
from academy.paper import double_sided as sides
from academy.paper.blanks import DoesNotFit
from academy.paper.filling import fill_in, fill_many
from academy.paper.fonts import is_shaped, missing_characters
from academy.paper.patterns import PatternSheet, fill_pattern
from academy.paper.press import MissingGlyphs, Record, html_to_pdf
from academy.paper.sheets import FillableSheet, Sheet

__all__ = [
    "BLANK",
    "MissingGlyphs",
    "Prints",
    "print_many",
    "print_sheet",
    "printable_name",
    "render_pdf",
    "unprintable",
]

BLANK: Final = "＿＿＿＿"  # a line to write a name on by hand


def print_sheet(
    sheet: Sheet,
    *,
    practice: bool,
    language: str = "zh-hans",
    created: dt.datetime,
    record: Record | None = None,
    fills: bool = True,
    double_sided: bool = False,
) -> bytes | Refusal:
    """Return `sheet` as a PDF in `language`. Refuses with `missing_glyphs`.

    `practice` is whether it comes from a practice community, and bears that mark all over (ADR 77).
    `created` is the only time in the file; the moment and the machine of printing are not in it. With a `record` the
    file is PDF/A-3u and carries it. Without `fills`, no blank is tried. With `double_sided`, each of the documents in
    the sheet begins on a front side.
    """
    given: dict[str, Any] = {"language": language, "created": created, "practice": practice, "record": record}
    given["double_sided"] = double_sided
    try:
        return render_pdf(_visible(sheet), **given, fills=fills)
    except MissingGlyphs as error:
        return _missing(error.characters, sheet.unprintable_advice)


class Prints(NamedTuple):
    """Some of many sheets as one PDF: a page for each of them, or all pages of one; or the refusal of one."""

    places: list[int]
    content: bytes | Refusal


def print_many(
    sheets: Sequence[Sheet], *, practice: bool, language: str = "zh-hans", created: dt.datetime
) -> Iterator[Prints]:
    """Yield `sheets` in few PDFs, each with the places of its sheets; `binding` puts the pages in order.

    Sheets of one class that fit a blank, and those of one pattern, share a file, whose fonts are cut once (ADR 137,
    154). The files have no record.
    Give at most a few hundred sheets at once, since they are in memory together.
    """
    shown = [_visible(sheet) for sheet in sheets]
    alike: dict[Any, list[int]] = defaultdict(list)
    for place, sheet in enumerate(shown):
        if likeness := None if practice else _likeness(sheet):
            alike[likeness].append(place)
    filled: set[int] = set()
    for places in alike.values():
        with suppress(MissingGlyphs):  # then each is printed alone, and the one at fault refused
            content, fitting = _filled([shown[place] for place in places], language=language, created=created)
            if fitting:
                yield Prints([places[one] for one in fitting], content)
                filled.update(places[one] for one in fitting)
    for place, sheet in enumerate(shown):
        if place not in filled:
            alone = print_sheet(sheet, practice=practice, language=language, created=created, fills=False)
            yield Prints([place], alone)


def _likeness(sheet: Any) -> Any:
    """Return what sheets have alike that are made together; None for one that is printed alone."""
    if not isinstance(sheet, FillableSheet | PatternSheet):
        return None
    texts = _texts_of(sheet)
    if is_shaped(texts) or missing_characters(texts):
        return None
    return sheet.pattern if isinstance(sheet, PatternSheet) else type(sheet)


def _texts_of(value: Any) -> str:
    """Return all text of a sheet, or of a part of one."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "".join(map(_texts_of, value))
    return "".join(_texts_of(getattr(value, field.name)) for field in fields(value)) if is_dataclass(value) else ""


def _filled(sheets: Sequence[Any], *, language: str, created: dt.datetime) -> tuple[bytes, list[int]]:
    """Return those of these sheets that fit their blank or pattern, as `fill_many` does."""
    context = {"sheet": sheets[0], "created": created.astimezone(dt.UTC).isoformat(timespec="seconds")}
    with translation.override(language):
        fill: Any = fill_pattern if isinstance(sheets[0], PatternSheet) else fill_many
        made: tuple[bytes, list[int]] = fill(sheets, context)
        return made


def unprintable(text: str, *, advice: Any) -> Refusal | None:
    """Return the refusal `missing_glyphs` with this advice if our fonts lack a character of the text.

    A sheet of many people leaves out the person whose name it is, and prints the others.
    """
    missing = missing_characters(visible(text))
    return _missing(missing, advice) if missing else None


def printable_name(name: str) -> str:
    """Return the name, or a line to write it on if our fonts lack a character of it.

    One name must not stop a sheet about other people. `http.warn_of_blanks` tells the user whose name it is.
    """
    return BLANK if missing_characters(visible(name)) else name


def _missing(characters: Collection[str], advice: Any) -> Refusal:
    return Refusal(
        "missing_glyphs",
        _("Our fonts cannot print “%(characters)s”. %(advice)s")
        % {"characters": "".join(map(_named, sorted(characters))), "advice": advice},
    )


def _visible(value: Any) -> Any:
    """Return a sheet, or a part of one, without invisible characters: old facts may hold some."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return tuple(map(_visible, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _visible(getattr(value, field.name)) for field in fields(value)})
    return value


def _named(character: str) -> str:
    """Return the character, or its number if it is of private use and looks different everywhere."""
    return f"U+{ord(character):04X}" if unicodedata.category(character) == "Co" else character


def render_pdf(
    sheet: Sheet,
    *,
    language: str = "zh-hans",
    created: dt.datetime,
    practice: bool = False,
    record: Record | None = None,
    fills: bool = True,
    double_sided: bool = False,
) -> bytes:
    """Render `sheet` as `print_sheet` does. Raises `MissingGlyphs` instead of printing boxes."""
    context = {"sheet": sheet, "created": created.astimezone(dt.UTC).isoformat(timespec="seconds")}
    given: dict[str, Any] = {"record": record, "finisher": sides.add_blanks if double_sided else None}
    with translation.override(language):
        if practice:  # laid out as a whole: a blank has no mark
            html = render_to_string(sheet.template, context)
            return html_to_pdf(html, "paper/sheet.css", sheet.style, "paper/practice.css", **given)
        if fills and isinstance(sheet, FillableSheet):
            with suppress(DoesNotFit):
                return fill_in(sheet, context, record)
        return html_to_pdf(render_to_string(sheet.template, context), "paper/sheet.css", sheet.style, **given)
