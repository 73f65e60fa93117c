"""WeasyPrint for our paper: offline, with our fonts only, one sheet at a time."""

import datetime as dt
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any, Final

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from academy.paper.fonts import files, missing_characters

# The beginnings of a picture's address: the sheet holds the whole photo, the whole seal on a clear ground, or drawing.
PHOTO: Final = "data:image/jpeg;base64,"
SEAL: Final = "data:image/png;base64,"
DRAWING: Final = "data:image/svg+xml;base64,"

_COLOURS: Final = "srgb-read-once"

# Makes relative addresses complete, so that they are refused instead of skipped.
_BASE_URL: Final = Path(__file__).parent

# A text from right to left: Hebrew or Arabic letters, and what stands between its words.
_LETTERS: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT: Final = re.compile(f"[{_LETTERS}]+(?:[ ·-]+[{_LETTERS}]+)*")

# Pango's font map serves one thread at a time, and makes a second sheet quick. A finisher may print another sheet.
_one_at_a_time = RLock()


@dataclass(frozen=True)
class Record:
    """A text as JSON that a PDF carries along, so that machines read what the page says."""

    name: str  # of the file in the PDF: "record.json"
    text: str
    created: dt.datetime


class MissingGlyphs(Exception):
    """Characters that our fonts cannot print: a person must decide on another text for the paper."""

    def __init__(self, characters: set[str]) -> None:
        self.characters = frozenset(characters)
        super().__init__("No glyph for " + ", ".join(f"{c} (U+{ord(c):04X})" for c in sorted(characters)))


@cache
def _paths() -> dict[str, Path]:
    return {path.as_uri(): path for path in files().values()}


class _FontsOnly(URLFetcher):
    """A fetcher of our fonts, and of pictures that a sheet brings along.

    Any other address is a mistake in a template and ends the rendering.
    """

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        for start, kind in ((PHOTO, "image/jpeg"), (SEAL, "image/png"), (DRAWING, "image/svg+xml")):
            if url.startswith(start):
                return URLFetcherResponse(url, b64decode(url.removeprefix(start)), {"Content-Type": kind})
        path = _paths().get(url)
        if path is None:
            raise FatalURLFetchingError(f"Paper is printed offline: {url[:200]} is refused.")
        return URLFetcherResponse(url, path.open("rb"), {"Content-Type": "font/otf"})


_fetcher: Final = _FontsOnly()


class _StandardColours(ColorProfile):
    """The colours of the web, embedded as their file is.

    The library would write the profile otherwise from the second time on, and the same paper have other bytes.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))
        self._content = content

    @property
    def content(self) -> bytes:
        return self._content


@cache
def _colour_profile() -> ColorProfile:
    return _StandardColours((resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes())


@cache
def _font_configuration() -> FontConfiguration:
    configuration = FontConfiguration()
    faces = (
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}") }}' for family, path in files().items()
    )
    CSS(string="\n".join(faces), font_config=configuration, url_fetcher=_fetcher)
    return configuration


@cache
def _style(name: str) -> CSS:
    return CSS(string=render_to_string(name), font_config=_font_configuration(), url_fetcher=_fetcher)


def _refuse_foreign_glyphs(document: Document) -> None:
    """Raise `MissingGlyphs` if anything was drawn as a box, or with a font of the machine."""
    foreign: set[str] = set()
    ours = files().keys()
    for font in document.fonts.values():
        foreign.update(map(chr, font.missing))
        if font.family not in ours:
            foreign.update("".join(font.to_unicode.values()))
    if foreign:
        raise MissingGlyphs(foreign)


def _isolated(html: str) -> str:
    """Return the page with each text from right to left isolated.

    Else figures or a second name behind it would stand to its left: “3 مەمەت 场” for “مەمەت 3 场”.
    """
    head, body, rest = html.partition("<body")
    return head + body + _RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", rest)


def _archived(record: Record) -> dict[str, Any]:
    """Return WeasyPrint's options for a PDF with a record. The only time in it is that of the record.

    WeasyPrint's own `srgb` would open and read the colour profile for each file, and leave it open.
    """
    moment = record.created.astimezone(dt.UTC)
    file = Attachment(
        file_obj=BytesIO(record.text.encode()),
        name=record.name,
        created=moment,
        modified=moment,
        relationship="Data",
        url_fetcher=_fetcher,
    )
    return {
        "pdf_variant": "pdf/a-3u",
        "attachments": [file],
        "output_intent": _COLOURS,
        "color_profiles": {_COLOURS: _colour_profile()},
    }


def html_to_pdf(
    html: str,
    *styles: str,
    finisher: Callable[[Document, Any], None] | None = None,
    record: Record | None = None,
) -> bytes:
    """Return `html` as a PDF with these style sheets, named as templates; `finisher` may change it.

    With a `record` it is PDF/A-3u, which archives keep, and holds the record as a file (ADR 131). Raises
    `MissingGlyphs` instead of printing a box for a character.
    """
    if missing := missing_characters(html):
        raise MissingGlyphs(missing)

    def finish(document: Document, pdf: Any) -> None:
        _refuse_foreign_glyphs(document)
        if finisher:
            finisher(document, pdf)

    with _one_at_a_time:
        try:
            content = HTML(string=_isolated(html), base_url=_BASE_URL, url_fetcher=_fetcher).write_pdf(
                stylesheets=[_style(name) for name in styles],
                font_config=_font_configuration(),
                finisher=finish,
                **(_archived(record) if record else {}),
            )
        except FatalURLFetchingError as error:
            # WeasyPrint's error is not an `Exception`: it would end the worker.
            raise RuntimeError(str(error)) from error
    assert isinstance(content, bytes)
    return content
