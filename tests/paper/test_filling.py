"""Any fillable sheet is filled into its blank, and looks like a laid out one."""

import pytest

from academy.paper import blanks
from academy.paper.pdf import MissingGlyphs, render_pdf
from tests.paper.printing import CREATED, filled, laid_out
from tests.paper.reading import assert_look_alike, pages
from tests.paper.samples import loan

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("note", ["", "押金已收"])
def test_any_fillable_sheet_is_filled(note: str):
    sheet = loan(rows=5, note=note)
    assert_look_alike(filled(sheet), laid_out(sheet))
    assert render_pdf(sheet, created=CREATED) == filled(sheet)
    (text,) = pages(filled(sheet))
    assert text.count("折叠桌") == 11 and ("押金" in text) == bool(note)


def test_what_looks_like_a_mark_of_the_blank_is_printed_as_it_stands():
    assert "{0}{99}{}" in pages(filled(loan(borrower="{0}{99}{}")))[0]


def test_a_character_without_a_glyph_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(MissingGlyphs):
        filled(loan(borrower="王𠮷英"))
    monkeypatch.setattr("academy.paper.press.missing_characters", lambda text: set())
    with pytest.raises(MissingGlyphs) as caught:
        filled(loan(borrower="王ሀ英"))
    assert caught.value.characters == {"ሀ"}


def test_a_second_one_needs_no_layout_and_is_the_same_bytes():
    for cached in (blanks.build_part, blanks.build_blank):
        cached.cache_clear()
    first = render_pdf(loan(), created=CREATED)
    laid_out = blanks.build_part.cache_info().misses
    assert laid_out > 0
    assert render_pdf(loan(), created=CREATED) == first
    assert blanks.build_part.cache_info().misses == laid_out
