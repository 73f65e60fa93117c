"""Batches: sheets of one class in one file, in order; each looks as if it had been printed alone."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest

from academy.core.refusals import Refusal
from academy.designs.sheets import DesignedSheet, picture_address
from academy.designs.standard import STANDARD
from academy.designs.wording import Kind, fill_in
from academy.paper.pdf import print_many
from academy.paper.sheets import Sheet
from tests.certificates.samples import certificate
from tests.certificates.test_designed_papers import VALUES
from tests.certificates.test_designed_papers import sheet as designed
from tests.designs.test_services import picture as a_seal
from tests.paper.printing import CREATED, printed
from tests.paper.reading import assert_look_alike, codes, pages
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


# Papers with templates


def in_school(name: str, rows: int) -> DesignedSheet:
    values = {**VALUES, "name": name, "school": "长沙县湘龙中学", "school_class": "高一（3）班"}
    body = STANDARD[Kind.SERVICE].body
    return replace(designed(Kind.SERVICE, rows=rows), paragraphs=fill_in(Kind.SERVICE, body, values))


@pytest.mark.parametrize("kind", list(Kind))
def test_papers_with_a_template_look_as_if_printed_alone(kind: Kind) -> None:
    seal = picture_address(a_seal())
    sheets = [
        designed(kind, rows=rows, values={"name": name}, seal=seal, number=f"ZM01-2026-00012{rows}")
        for rows, name in enumerate(NAMES, 1)
    ]
    made = list(print_many(sheets, practice=False, created=CREATED))
    assert [count for count, _pdf in made] == [len(sheets)]
    for one, sheet in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(sheet))


@pytest.mark.parametrize("border", ["double", "fret", "letter"])
def test_each_border_looks_alike_also_on_lines_that_break(border: str) -> None:
    reason = "照顾 三楼独居的刘奶奶整整一年，每天 送饭、量血压，雨天也从不缺席，邻居们都看在眼里。" * 2
    sheets = [
        designed(Kind.COMMENDATION, border=border, values={"reason": reason, "name": name}, remark=remark)
        for name, remark in (("王秀英", ""), ("李建国", "用于评优"))
    ]
    for one, sheet in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(sheet))
        assert [code.text for code in codes(one, dpi=150)] == [sheet.verify_url]


def test_a_certificate_for_a_school_names_school_and_class() -> None:
    one, other = in_school("郑小燕", 3), designed(Kind.SERVICE, rows=12)
    first, second = together(one, other)
    assert "就读学校：长沙县湘龙中学高一（3）班" in pages(first)[0] and "就读学校" not in pages(second)[0]
    assert_look_alike(first, printed(one))
    assert_look_alike(second, printed(other))


def test_a_paper_of_several_pages_is_laid_out_alone() -> None:
    made = list(print_many([designed(Kind.SERVICE), designed(Kind.SERVICE, rows=60)], practice=False, created=CREATED))
    assert [count for count, _pdf in made] == [1, 1]
