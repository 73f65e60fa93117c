"""Compare a PDF that a stranger sends with the one that we printed (ADR 130).

The words are compared at the places where we printed them, and the pages as pictures: whatever an editor draws over a
word, the word below is still there as text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from threading import Semaphore
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops

from academy.core.refusals import Refusal
from academy.paper import file_reader
from academy.paper.apart import read_apart
from academy.paper.pictures import pdfium_lock

MOST_BYTES: Final = 2_000_000
_READER: Final = Path(file_reader.__file__)
_SECONDS: Final = 20  # for one file
_WAIT: Final = 1  # second for its turn: a longer one would keep threads from the pages
# A process that reads a file may use one processor; the others are for the pages.
_turn: Final = Semaphore(1)
_DIFFERENT: Final = 48  # of 255 levels of grey
_DOTS: Final = 3  # so many differing dots are seen
_ZONES: Final = 4  # of a page from top to bottom

NOT_A_PDF = Refusal("not_a_pdf", _("This is not a PDF file. Choose the file that you were sent, not a picture of it."))
LARGE_FILE = Refusal(
    "large_file", _("The file is larger than 2 MB, so it is not one of ours. Scan the code on it instead.")
)
UNREADABLE = Refusal(
    "file_unreadable", _("The file cannot be opened. It is damaged, or has a password, or too many pages.")
)
BUSY = Refusal("busy", _("Other files are being compared. Wait a minute and send it again, or scan the code on it."))


class Box(NamedTuple):
    """A place on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass
class Word:
    """Letters that stand side by side."""

    text: str
    box: Box


@dataclass(frozen=True)
class Page:
    letters: list[tuple[str, Box]]
    notes: int
    pictures: list[Image.Image]  # as on the screen, and as printed; none for a page of another size

    @property
    def words(self) -> list[Word]:
        return list(_words(self.letters))


@dataclass(frozen=True)
class File:
    """The content of a PDF file."""

    pages: list[Page]
    attached: list[tuple[str, str]]
    has_forms: bool

    @property
    def text(self) -> str:
        """The text of all pages, each word on a line."""
        return "\n".join(whole(word.text) for page in self.pages for word in page.words)


@dataclass
class PageDifference:
    """The differences of a page from the printed one."""

    changed: list[tuple[str, str, int]] = field(default_factory=list)  # printed, in the file, number of the word
    added: list[str] = field(default_factory=list)
    zones: list[int] = field(default_factory=list)  # where it is drawn otherwise, from the top, of `_ZONES`
    has_notes: bool = False
    is_other_size: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.zones or self.has_notes or self.is_other_size)


@dataclass(frozen=True)
class Difference:
    """The differences of a file from the printed one. Bytes alone do not count: each program has its own."""

    pages: list[PageDifference]
    page_count: tuple[int, int] | None = None  # printed, in the file; None if they are the same
    attached: bool = False
    forms: bool = False

    def __bool__(self) -> bool:
        return any(self.pages) or self.page_count is not None or self.attached or self.forms


def whole(text: str) -> str:
    """Return a text from a PDF with the halves of its pairs joined: characters above U+FFFF come in two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_stranger(content: bytes) -> File | Refusal:
    """Return what a stranger's file holds, read by a process of its own.

    Refuses with `not_a_pdf`, `large_file`, `file_unreadable`, and with `busy` while others are read.
    """
    if len(content) > MOST_BYTES:
        return LARGE_FILE
    if b"%PDF-" not in content[:1024]:
        return NOT_A_PDF
    if not _turn.acquire(timeout=_WAIT):
        return BUSY
    try:
        answer = read_apart(_READER, content, seconds=_SECONDS)
    finally:
        _turn.release()
    if answer is None:
        return UNREADABLE
    head, _line, dots = answer.partition(b"\n")
    try:
        found: dict[str, Any] = json.loads(head)
        return UNREADABLE if found["fault"] else _file(found, dots)
    except (LookupError, TypeError, ValueError):
        return UNREADABLE


def read_own(content: bytes) -> File:
    """Return what a PDF of ours holds."""
    with pdfium_lock:
        found, pictures = file_reader.read(content)
    return _file(found, b"".join(pictures))


def compare(printed: File, other: File) -> Difference:
    """Return how `other` differs from the printed file for a reader, a printer or a machine."""
    counts = len(printed.pages), len(other.pages)
    return Difference(
        pages=[_compare(one, two) for one, two in zip(printed.pages, other.pages, strict=False)],
        page_count=None if counts[0] == counts[1] else counts,
        attached=sorted(printed.attached) != sorted(other.attached),
        forms=other.has_forms,
    )


def _compare(printed: Page, other: Page) -> PageDifference:
    words = printed.words
    texts, beside = _texts_at(words, other.letters)
    answer = PageDifference(has_notes=other.notes > printed.notes, is_other_size=not other.pictures)
    # Both pages are read from left to right: not as a Uyghur word is, whose letters begin on the right.
    for number, (word, own, text) in enumerate(zip(words, _texts_at(words, printed.letters)[0], texts, strict=True)):
        if text != own:
            answer.changed.append((whole(word.text), whole(text), number))
    answer.added = [whole(word.text) for word in _words(beside)]
    answer.zones = _differing_zones(printed.pictures, other.pictures)
    return answer


def _texts_at(words: list[Word], letters: list[tuple[str, Box]]) -> tuple[list[str], list[tuple[str, Box]]]:
    """Return the letters at the place of each word, from left to right, and the letters beside all words."""
    found: list[list[tuple[str, Box]]] = [[] for _word in words]
    beside: list[tuple[str, Box]] = []
    for letter in letters:
        nearest = _nearest(words, letter[1])
        (beside if nearest is None else found[nearest]).append(letter)
    texts = ["".join(character for character, _box in sorted(some, key=lambda one: one[1].left)) for some in found]
    return texts, beside


def _nearest(words: list[Word], box: Box) -> int | None:
    """Return the number of the word that a letter belongs to by its place; None if it stands apart."""
    middle, centre = (box.bottom + box.top) / 2, (box.left + box.right) / 2
    best, least = None, inf
    for number, word in enumerate(words):
        height = word.box.top - word.box.bottom
        down = abs(middle - (word.box.bottom + word.box.top) / 2)
        aside = max(word.box.left - centre, centre - word.box.right, 0)
        if down < height / 2 and aside < height and 2 * down + aside < least:
            best, least = number, 2 * down + aside
    return best


def _differing_zones(printed: list[Image.Image], other: list[Image.Image]) -> list[int]:
    zones = set()
    for one, two in zip(printed, other, strict=False):
        if one.size != two.size:
            return list(range(_ZONES))
        differing = ImageChops.difference(one, two).point([255 * (level >= _DIFFERENT) for level in range(256)])
        for zone in range(_ZONES):
            top, bottom = (one.height * step // _ZONES for step in (zone, zone + 1))
            if sum(differing.crop((0, top, one.width, bottom)).histogram()[1:]) >= _DOTS:
                zones.add(zone)
    return sorted(zones)


def _words(letters: list[tuple[str, Box]]) -> Iterator[Word]:
    """Yield the words: letters that follow each other on a line, with a blank between them at most."""
    word: Word | None = None
    for character, box in letters:
        if word is not None and _continues(word.box, box):
            word.text += character
            word.box = Box(
                min(word.box.left, box.left),
                min(word.box.bottom, box.bottom),
                max(word.box.right, box.right),
                max(word.box.top, box.top),
            )
        else:
            if word is not None:
                yield word
            word = Word(character, box)
    if word is not None:
        yield word


def _continues(word: Box, box: Box) -> bool:
    height = max(word.top - word.bottom, box.top - box.bottom, 4)
    is_on_line = word.bottom - height / 2 < (box.bottom + box.top) / 2 < word.top + height / 2
    # Wider than a blank, narrower than the edge of a cell.
    return is_on_line and -height / 2 < box.left - word.right < 0.3 * height


def _file(found: dict[str, Any], dots: bytes) -> File:
    pages, start = [], 0
    for page in found["pages"]:
        pictures = []
        if page["picture"]:
            width, height = page["picture"]
            for _mode in range(2):
                pictures.append(Image.frombytes("L", (width, height), dots[start : start + width * height]))
                start += width * height
        letters = [(character, Box(*sides)) for character, *sides in page["letters"]]
        pages.append(Page(letters, page["notes"], pictures))
    return File(pages, [(name, text) for name, text in found["attached"]], bool(found["forms"]))
