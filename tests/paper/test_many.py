"""Batches: sheets of one class in one file, in order; each looks as if it had been printed alone."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest

from academy.core.refusals import Refusal
from academy.paper.binding import bound_in_order
from academy.paper.pdf import Prints, print_many
from academy.paper.sheets import Sheet
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED, printed
from tests.paper.reading import assert_look_alike, pages
from tests.paper.samples import loan

pytestmark = pytest.mark.slow

NAMES = ("王秀英", "龚䶮", "买买提·吐尔逊江", "Zoë Müller")


def together(*sheets: Sheet) -> list[bytes]:
    """Print these sheets as a batch in order, and return each page as a file of its own."""
    found = []
    with pypdfium2.PdfDocument(batch(*sheets)) as document:
        for place in range(len(document)):
            with pypdfium2.PdfDocument.new() as single:
                single.import_pages(document, [place])
                saved = BytesIO()
                single.save(saved)
            found.append(saved.getvalue())
    return found


def batch(*sheets: Sheet) -> bytes:
    made = list(print_many(sheets, practice=False, created=CREATED))
    assert all(isinstance(one.content, bytes) for one in made), made
    return b"".join(bound_in_order((one.places, one.content) for one in made if isinstance(one.content, bytes)))


def places_of(made: Iterable[Prints]) -> list[list[int]]:
    return [one.places for one in made]


def test_each_looks_as_if_printed_alone() -> None:
    sheets = [certificate(rows=rows, name=name) for rows, name in zip((1, 4, 10), NAMES, strict=False)]
    for one, sheet in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(sheet))


def test_they_share_one_file_and_those_that_do_not_fit_are_laid_out_and_come_in_order() -> None:
    fits, long = certificate(rows=2), certificate(rows=30, name="龚䶮")
    sheets = [fits, replace(fits, name="李建国"), long, replace(fits, name="陈阿妹")]
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0, 1, 3], [2]]
    texts = pages(batch(*sheets))
    assert len(texts) == 5
    for name, text in zip(("王秀英", "李建国", "龚䶮"), texts, strict=False):
        assert name in text
    assert "陈阿妹" in texts[4]


def test_if_none_fits_each_is_laid_out() -> None:
    sheets = [certificate(rows=30), certificate(rows=31)]
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0], [1]]


def test_a_glyph_that_turns_out_to_be_missing_stops_that_sheet_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("academy.paper.pdf.missing_characters", lambda text: set())
    monkeypatch.setattr("academy.paper.press.missing_characters", lambda text: set())
    made = list(print_many([certificate(), certificate(name="王ሀ")], practice=False, created=CREATED))
    assert [(one.places, isinstance(one.content, Refusal)) for one in made] == [([0], False), ([1], True)]


def test_a_sheet_with_an_unknown_character_is_refused_alone() -> None:
    made = list(print_many([certificate(), certificate(name="王🌟"), certificate()], practice=False, created=CREATED))
    assert [(one.places, isinstance(one.content, Refusal)) for one in made] == [([0, 2], False), ([1], True)]


def test_sheets_of_two_kinds_are_printed_in_order_and_those_of_a_practice_alone() -> None:
    mixed = [loan(), certificate(), loan()]
    assert places_of(print_many(mixed, practice=False, created=CREATED)) == [[0, 2], [1]]
    assert ["志愿服务记录证明" in text or "证明编号" in text for text in pages(batch(*mixed))] == [False, True, False]
    marked = list(print_many([certificate()] * 2, practice=True, created=CREATED))
    assert places_of(marked) == [[0], [1]]
    assert all("演练" in pages(one.content)[0] for one in marked if isinstance(one.content, bytes))
