"""Papers of several people on both sides: each begins on a front, behind a blank page (ADR 176)."""

import datetime as dt
from typing import Any

import pytest

from academy.checkin import rosters
from academy.paper.binding import bound_in_order
from academy.paper.double_sided import needs_blank
from academy.paper.joining import joined
from academy.paper.pdf import render_pdf
from tests.certificates.samples import certificate
from tests.factories import ActivityFactory
from tests.paper.printing import CREATED
from tests.paper.reading import codes, pages, picture

pytestmark = pytest.mark.slow

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
BLANK = ""


def paper(**fields: Any) -> bytes:
    return render_pdf(certificate(**fields), created=CREATED)


def is_white(pdf: bytes, page: int) -> bool:
    return picture(pdf, page=page, dpi=50).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("lengths", "blanks"), [([], []), ([1], [False]), ([1, 2, 3, 1], [True, False, True, False]), ([2, 2], [False] * 2)]
)
def test_a_blank_page_follows_an_odd_number_except_at_the_end(lengths: list[int], blanks: list[bool]) -> None:
    assert needs_blank(lengths) == blanks


def test_bound_certificates_of_unequal_length_begin_on_fronts() -> None:
    singles = [paper(name="王秀英", rows=3), paper(name="李建国", rows=80), paper(name="张桂兰", rows=3)]
    lengths = [len(pages(one)) for one in singles]
    assert lengths[0] == lengths[2] == 1 and lengths[1] > 1
    files = [([2], singles[2]), ([0], singles[0]), ([1], singles[1])]

    whole = b"".join(bound_in_order(files, double_sided=True))

    expected = [[*pages(one), *[BLANK] * (len(pages(one)) % 2)] for one in singles]
    expected[-1].pop()
    assert pages(whole) == [text for some in expected for text in some]
    assert is_white(whole, 1)
    assert [code.text for page in (0, 2) for code in codes(whole, page=page, dpi=150)] == [
        code.text for one in singles[:2] for code in codes(one, dpi=150)
    ]
    assert pages(b"".join(bound_in_order(files))) == [text for one in singles for text in pages(one)]


def test_joined_files_likewise_and_the_blank_page_has_their_size() -> None:
    one = paper(rows=3)
    whole = joined([one, one, one], double_sided=True)
    assert pages(whole) == [*pages(one), BLANK, *pages(one), BLANK, *pages(one)]
    assert picture(whole, page=1, dpi=50).size == picture(whole, page=0, dpi=50).size
    assert len(pages(joined([one, one]))) == 2


@pytest.mark.django_db
def test_the_rosters_of_two_shifts_begin_on_fronts() -> None:
    spans = [
        {"starts_at": START + dt.timedelta(hours=hours), "ends_at": START + dt.timedelta(hours=hours + 2)}
        for hours in (0, 4)
    ]
    activity = ActivityFactory(shifts=spans)
    printed = rosters.print_pdf(activity=activity, rosters=rosters.rosters_of(activity), at=START, double_sided=True)
    assert isinstance(printed, bytes)
    first, blank, second = pages(printed)
    assert "9:00" in first and blank == BLANK and "13:00" in second and second.endswith("2/2")
