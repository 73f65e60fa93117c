"""Batches: sheets of one class in one file, in order; each looks as if it had been printed alone."""

from io import BytesIO

import pypdfium2
import pytest

from academy.core.refusals import Refusal
from academy.paper.pdf import print_many
from academy.paper.sheets import Sheet
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED, printed
from tests.paper.reading import assert_look_alike, pages
from tests.paper.samples import loan

pytestmark = pytest.mark.slow

NAMES = ("王秀英", "龚䶮", "买买提·吐尔逊江", "Zoë Müller")


def together(*sheets: Sheet) -> list[bytes]:
    """Print these sheets as a batch, and return each page as a file of its own."""
    found = []
    for _count, pdf in print_many(sheets, practice=False, created=CREATED):
        assert isinstance(pdf, bytes), pdf
        with pypdfium2.PdfDocument(pdf) as document:
            for place in range(len(document)):
                with pypdfium2.PdfDocument.new() as single:
                    single.import_pages(document, [place])
                    saved = BytesIO()
                    single.save(saved)
                found.append(saved.getvalue())
    return found


def test_each_looks_as_if_printed_alone() -> None:
    sheets = [certificate(rows=rows, name=name) for rows, name in zip((1, 4, 10), NAMES, strict=False)]
    for one, sheet in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(sheet))


def test_they_share_one_file_and_those_that_do_not_fit_stand_between() -> None:
    fits, long = certificate(rows=2), certificate(rows=30)
    made = list(print_many([fits, fits, long, fits], practice=False, created=CREATED))
    assert [count for count, _pdf in made] == [2, 1, 1]
    assert [len(pages(pdf)) > 1 for _count, pdf in made if isinstance(pdf, bytes)] == [True, True, False]


def test_a_sheet_with_an_unknown_character_is_refused_alone() -> None:
    made = list(print_many([certificate(), certificate(name="王🌟"), certificate()], practice=False, created=CREATED))
    assert [isinstance(pdf, Refusal) for _count, pdf in made] == [False, True, False]


def test_sheets_of_two_kinds_and_those_of_a_practice_are_printed_in_order() -> None:
    made = list(print_many([loan(), certificate(), loan()], practice=False, created=CREATED))
    assert [count for count, _pdf in made] == [1, 1, 1]
    marked = list(print_many([certificate()] * 2, practice=True, created=CREATED))
    assert [count for count, _pdf in marked] == [1, 1]
    assert all("演练" in pages(pdf)[0] for _count, pdf in marked if isinstance(pdf, bytes))
