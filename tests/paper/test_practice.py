"""Paper of a practice community is marked on every part that is cut off, and its codes scan."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import timezone

from academy.paper import pdf
from academy.people.sheets import SlipFace, SlipsSheet
from tests.paper import reading

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
SLIPS = SlipsSheet(
    community="演练 · 松林社区",
    typed_address="songlin.test/s/",
    contact="演练单位",
    slips=tuple(
        SlipFace(
            name=f"志愿者{n}", number=f"V202600000{n}", url=f"HTTPS://SONGLIN.TEST/S/ABCDEFGH{n}/", code="ABCD-EFGH"
        )
        for n in range(8)
    ),
)


def test_each_slip_bears_the_mark_and_its_code_scans() -> None:
    printed = pdf.print_sheet(SLIPS, created=timezone.now(), practice=True)
    assert isinstance(printed, bytes)
    assert len(reading.codes(printed, dpi=200)) == 8
    signs = [box for box in reading.boxes(printed) if box.letter == "练"]
    for column in range(2):
        for row in range(4):
            assert any(
                column * 105 < box.left < column * 105 + 105 and row * 74 < box.top < row * 74 + 74 for box in signs
            ), (column, row)


def test_real_paper_has_no_mark() -> None:
    printed = pdf.print_sheet(SLIPS, created=timezone.now(), practice=False)
    assert isinstance(printed, bytes)
    assert not any("不计入" in page for page in reading.pages(printed))


def test_no_sheet_is_printed_without_saying_whether_it_is_practice() -> None:
    assert inspect.signature(pdf.print_sheet).parameters["practice"].default is inspect.Parameter.empty
    others = [
        str(path)
        for path in [*ROOT.glob("academy/**/*.py"), *ROOT.glob("cms/**/*.py")]
        if path.parent.name != "paper" and ("render_pdf(" in path.read_text() or "html_to_pdf(" in path.read_text())
    ]
    assert others == []


def test_files_and_workbooks_ask_it_too() -> None:
    workbooks = import_module("academy.core.workbooks")
    for name in ("csv_response", "xlsx_response"):
        assert inspect.signature(getattr(workbooks, name)).parameters["practice"].default is inspect.Parameter.empty
