"""Many papers bound as one file, piece by piece."""

from io import BytesIO

import pypdfium2
import pytest

from academy.paper.binding import bound
from academy.paper.pdf import render_pdf
from academy.paper.press import Record
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED
from tests.paper.reading import pages, picture

pytestmark = pytest.mark.slow


def paper(**fields):
    return render_pdf(certificate(**fields), created=CREATED, record=Record("record.json", "{}", CREATED))


def test_the_pages_look_and_read_as_the_single_ones():
    singles = [paper(name="王秀英", rows=3), paper(name="买买提·吐尔逊", rows=40), paper(name="䶮㛃", rows=1)]

    whole = b"".join(bound(singles))

    assert pages(whole) == [text for single in singles for text in pages(single)]
    alone = [picture(single, page=page, dpi=50) for single in singles for page in range(len(pages(single)))]
    assert [picture(whole, page=page, dpi=50) for page in range(len(alone))] == alone


def test_the_same_paper_twice_takes_its_parts_once_and_two_pages():
    single = paper(rows=3)

    whole = b"".join(bound([single, single, single]))

    assert len(pages(whole)) == 3
    assert len(whole) < 1.5 * len(single)


def test_a_file_is_written_before_the_next_one_is_made():
    made = []

    def files():
        for name in ("王秀英", "李四"):
            made.append(name)
            yield paper(name=name, rows=1)

    pieces = bound(files())
    next(pieces)
    assert made == []
    next(pieces)
    assert made == ["王秀英"]


def test_none_bound_is_an_empty_file_that_opens():
    assert b"".join(bound([])).startswith(b"%PDF-1.7")


def test_a_foreign_file_is_refused_rather_than_bound_wrongly():
    foreign = pypdfium2.PdfDocument.new()
    foreign.new_page(100, 100)
    content = BytesIO()
    foreign.save(content)

    with pytest.raises(ValueError, match="press"):
        b"".join(bound([content.getvalue()]))
