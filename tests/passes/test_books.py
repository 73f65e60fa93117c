"""The paper passbook: what is printed next, on which page and row, and how corrections appear."""

import datetime as dt

import pypdfium2 as pdfium
import pytest
from django.db import IntegrityError, transaction

from academy.hours.models import LedgerEntry, ServiceRecord
from academy.passes import books, printing
from academy.passes.models import ROWS, PassbookLine
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.answers import code_of
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene
from tests.paper.reading import boxes, margins_are_white, pages
from tests.passes.writing import LATER, count_again, print_next, take_back, text_of

pytestmark = pytest.mark.slow


def places(volunteer: Volunteer) -> list[tuple[int, int, int]]:
    lines = PassbookLine.objects.of(volunteer).order_by("pk")
    return list(lines.values_list("page", "row", "total"))


def test_the_first_printing_has_cover_guide_and_the_effective_services(scene: Scene, volunteer: Volunteer) -> None:
    made = print_next(volunteer, scene.social_worker)
    assert places(volunteer) == [(1, 1, 150), (1, 2, 300), (1, 3, 450)]
    cover, guide, first = text_of(made)
    assert "王秀英" in cover and volunteer.number in cover and scene.community.name in cover
    assert scene.issuer.telephone in guide
    assert first.count("冬季防火入户宣传") == 3
    assert "2026年1月10日" in first and "2.5" in first and "7.5" in first


def test_no_page_prints_where_a_cheap_laser_does_not(scene: Scene, volunteer: Volunteer) -> None:
    pdf = printing.pdf_of(print_next(volunteer, scene.social_worker))
    assert isinstance(pdf, bytes)
    assert all(margins_are_white(pdf, page=page) for page in range(len(pages(pdf))))


def test_pages_are_a6_and_the_type_is_large(scene: Scene, volunteer: Volunteer) -> None:
    pdf = printing.pdf_of(print_next(volunteer, scene.social_worker))
    assert isinstance(pdf, bytes)
    with pdfium.PdfDocument(pdf) as document:
        sizes = {tuple(round(length / 72 * 25.4) for length in page.get_size()) for page in document}
    assert sizes == {(105, 148)}
    title = [box.size for box in boxes(pdf, page=2) if box.letter in "冬季防火入户宣传"]
    assert len(title) >= 3 * 8 and min(title) >= 12


def test_the_next_one_fills_only_the_empty_rows_of_the_sheet(scene: Scene, volunteer: Volunteer) -> None:
    first = print_next(volunteer, scene.social_worker)
    printed = text_of(first)
    scene.serve(volunteer, "09:00", "10:00", day=SATURDAY + dt.timedelta(days=21), title="垃圾分类引导")
    made = print_next(volunteer, scene.social_worker, LATER)
    assert places(volunteer)[3:] == [(1, 4, 510)]
    [sheet] = text_of(made)
    assert "垃圾分类引导" in sheet and "8.5" in sheet
    assert "冬季防火" not in sheet and volunteer.number not in sheet  # they stand on the paper already
    assert text_of(first) == printed  # a file stays as it is


def test_a_full_page_is_followed_by_a_fresh_one(scene: Scene, volunteer: Volunteer) -> None:
    print_next(volunteer, scene.social_worker)
    for week in range(3, ROWS + 1):
        scene.serve(volunteer, "09:00", "10:00", day=SATURDAY + dt.timedelta(days=7 * week))
    sheet, fresh = text_of(print_next(volunteer, scene.social_worker, LATER))
    assert places(volunteer)[-2:] == [(1, ROWS, 750), (2, 1, 810)]
    assert volunteer.number not in sheet and volunteer.number in fresh


def test_a_book_can_be_begun_before_the_first_service(scene: Scene) -> None:
    newcomer = scene.volunteer("李建国")
    assert len(text_of(print_next(newcomer, scene.social_worker))) == 3
    scene.serve(newcomer, "09:00", "10:00")
    [sheet] = text_of(print_next(newcomer, scene.social_worker, LATER))
    assert "1.0" in sheet and newcomer.number not in sheet  # the first page is printed already


def test_without_anything_new_nothing_is_printed(scene: Scene, volunteer: Volunteer) -> None:
    last = print_next(volunteer, scene.social_worker)
    again = books.print_next(volunteer=volunteer, seen=last.pk, by=scene.social_worker, at=LATER)
    assert code_of(again) == "passbook_complete"


def test_a_correction_is_a_new_row_with_the_hours_before(scene: Scene, volunteer: Volunteer) -> None:
    record = ServiceRecord.objects.effective().filter(category="service").earliest("date")
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=100)
    print_next(volunteer, scene.social_worker)
    count_again(scene, record)
    [sheet] = text_of(print_next(volunteer, scene.social_worker, LATER))
    assert places(volunteer)[3:] == [(1, 4, 450)]
    assert "更正（原2.5）" in sheet and "2026年1月10日" in sheet and "7.5" in sheet
    assert books.unprinted(volunteer) == []


def test_hours_taken_back_leave_the_total(scene: Scene, volunteer: Volunteer) -> None:
    print_next(volunteer, scene.social_worker)
    take_back(scene, ServiceRecord.objects.effective().filter(category="service").latest("date"))
    [sheet] = text_of(print_next(volunteer, scene.social_worker, LATER))
    assert places(volunteer)[3:] == [(1, 4, 300)]
    assert "更正（原2.5）" in sheet and "0.0" in sheet and "5.0" in sheet


def test_hours_taken_back_before_they_were_printed_leave_no_row(scene: Scene, volunteer: Volunteer) -> None:
    take_back(scene, ServiceRecord.objects.effective().filter(category="service").latest("date"))
    print_next(volunteer, scene.social_worker, LATER)
    assert [total for _page, _row, total in places(volunteer)] == [150, 300]


def test_a_new_book_brings_the_total_forward(scene: Scene, volunteer: Volunteer) -> None:
    print_next(volunteer, scene.social_worker)
    scene.serve(volunteer, "09:00", "10:00", day=SATURDAY + dt.timedelta(days=21))
    made = print_next(volunteer, scene.social_worker, LATER, in_new_book=True)
    assert made.book.number == 2
    cover, _guide, first = text_of(made)
    assert "第2册" in cover and "承前7.5小时" in first and "8.5" in first
    assert places(volunteer)[3:] == [(1, 1, 510)]


def test_a_lost_page_is_printed_again_and_marked(scene: Scene, volunteer: Volunteer) -> None:
    book = print_next(volunteer, scene.social_worker).book
    pdf = printing.reprint(book=book, page=1, by=scene.social_worker, at=LATER)
    assert isinstance(pdf, bytes)
    [page] = pages(pdf)
    assert "补打" in page and "2026年3月4日" in page and page.count("冬季防火入户宣传") == 3
    for number in (0, 2):
        refused = printing.reprint(book=book, page=number, by=scene.social_worker, at=LATER)
        assert code_of(refused) == "no_passbook_page"


def test_a_user_whose_page_is_old_is_told(scene: Scene, volunteer: Volunteer) -> None:
    print_next(volunteer, scene.social_worker)
    for in_new_book in (False, True):
        again = books.print_next(
            volunteer=volunteer, seen=None, by=scene.social_worker, at=ISSUED_AT, in_new_book=in_new_book
        )
        assert code_of(again) == "passbook_printed_meanwhile"


def test_joined_people_have_one_total(scene: Scene, volunteer: Volunteer) -> None:
    other = scene.volunteer("王秀英")
    scene.serve(other, "09:00", "10:00", day=SATURDAY + dt.timedelta(days=21))
    print_next(other, scene.social_worker)
    print_next(volunteer, scene.social_worker)
    merging.merge(volunteer=other, into=volunteer, by=scene.social_worker, at=LATER)
    scene.serve(volunteer, "09:00", "10:00", day=SATURDAY + dt.timedelta(days=28))
    print_next(volunteer, scene.social_worker, LATER)
    assert places(volunteer)[-1][2] == 450 + 60 + 60


def test_an_entry_stands_in_one_row_and_a_row_holds_one_line(scene: Scene, volunteer: Volunteer) -> None:
    made = print_next(volunteer, scene.social_worker)
    first, second, _third = PassbookLine.objects.order_by("pk")
    spare = LedgerEntry.objects.filter(category="training").get()

    def line(**fields: object) -> PassbookLine:
        given = {"book": made.book, "printing": made, "page": 1, "row": 5, "entry": spare, "total": 0}
        return PassbookLine(**{**given, **fields})

    for wrong in (
        line(entry=first.entry),
        line(entry=None, reversal=None),
        line(row=second.row),
        line(row=0),
        line(row=ROWS + 1),
        line(page=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()
    line().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PassbookLine.objects.bulk_create([line(row=row, entry=None, reversal=spare) for row in (6, 7)])
