"""Sheets as PDF: laid out by WeasyPrint, offline, with our fonts alone, the same bytes on every run."""

import datetime as dt
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from academy.paper.fonts import FAMILIES, FONTS, missing_characters
from academy.paper.sheets import Sheet

STYLES_DIR: Final = Path(__file__).parent / "styles"

# Pango's font map serves one thread at a time, and it is what makes a second sheet quick.
_one_at_a_time = Lock()


class MissingGlyphs(Exception):
    """`characters` cannot be printed with our fonts: a person must decide what the paper shall say instead."""

    def __init__(self, characters: set[str]) -> None:
        self.characters = frozenset(characters)
        super().__init__("No glyph for " + ", ".join(f"{c} (U+{ord(c):04X})" for c in sorted(characters)))


class _FontsOnly(URLFetcher):
    """Hands out our fonts; any other address is a mistake in a template and ends the rendering."""

    _paths: Final = {path.as_uri(): path for font in FONTS for path in (font.everyday, font.whole)}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        path = self._paths.get(url)
        if path is None:
            raise FatalURLFetchingError(f"Paper is printed offline: {url} is refused.")
        return URLFetcherResponse(url, path.open("rb"), {"Content-Type": "font/otf"})


_fetcher: Final = _FontsOnly()


@cache
def _font_configuration() -> FontConfiguration:
    configuration = FontConfiguration()
    faces = (
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}") }}'
        for font in FONTS
        for family, path in ((font.family, font.everyday), (font.whole_family, font.whole))
    )
    CSS(string="\n".join(faces), font_config=configuration, url_fetcher=_fetcher)
    return configuration


@cache
def _style(name: str) -> CSS:
    return CSS(filename=STYLES_DIR / name, font_config=_font_configuration(), url_fetcher=_fetcher)


def _refuse_foreign_glyphs(document: Document, _pdf: Any) -> None:
    """Raise `MissingGlyphs` if anything was drawn as a box, or with a font of the machine."""
    foreign: set[str] = set()
    for font in document.fonts.values():
        foreign.update(map(chr, font.missing))
        if font.family not in FAMILIES:
            foreign.update("".join(font.to_unicode.values()))
    if foreign:
        raise MissingGlyphs(foreign)


def render_pdf(sheet: Sheet, *, language: str = "zh-hans", created: dt.datetime) -> bytes:
    """`sheet` as a PDF in `language`; `created` is written into it, and nothing else of when or where it was made.

    Raises `MissingGlyphs` rather than print a box where a character belongs.
    """
    with translation.override(language):
        html = render_to_string(
            sheet.template, {"sheet": sheet, "created": created.astimezone(dt.UTC).isoformat(timespec="seconds")}
        )
    if missing := missing_characters(html):
        raise MissingGlyphs(missing)
    return _printed(html, sheet.style)


def _printed(html: str, style: str) -> bytes:
    with _one_at_a_time:
        try:
            pdf = HTML(string=html, base_url=STYLES_DIR, url_fetcher=_fetcher).write_pdf(
                stylesheets=[_style("sheet.css"), _style(style)],
                font_config=_font_configuration(),
                finisher=_refuse_foreign_glyphs,
            )
        except FatalURLFetchingError as error:
            # WeasyPrint's is no `Exception`: it would end the worker.
            raise RuntimeError(str(error)) from error
    assert isinstance(pdf, bytes)
    return pdf
