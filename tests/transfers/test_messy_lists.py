"""Lists as they arrive: merged cells, empty columns, signatures below. Bad lines go back."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from academy.tables.reading import Line
from academy.transfers.left_out import lines_left_out
from academy.transfers.models import Upload
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.transfers.lists import HEADERS, codes, import_list, row, run_dry, upload_list
from tests.transfers.test_import_screens import hand_in

pytestmark = pytest.mark.slow

TITLE_COLUMN = 6  # from 1, in HEADERS


def messy(*rows: list[Any], merged: tuple[int, int] = (0, 0), width: int = 0) -> bytes:
    """Return a workbook with the headings, these rows, a merged title, and formats far to the right."""
    book = Workbook()
    sheet = book.active
    for cells in (HEADERS, *rows):
        sheet.append(cells)
    if merged[1]:
        sheet.merge_cells(start_row=merged[0], end_row=merged[1], start_column=TITLE_COLUMN, end_column=TITLE_COLUMN)
    for column in range(1, width + 1):
        sheet.cell(1, column).number_format = "@"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def sheet_of(response: Any) -> Any:
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def test_a_merged_title_holds_for_each_of_its_lines(scene: Scene) -> None:
    number = scene.volunteer().number
    days = [row(number, date=f"2025-03-0{day}", title="植树" if day == 1 else None) for day in (1, 2, 3)]  # type: ignore[arg-type]

    run = run_dry(scene, upload_list(scene, content=messy(*days, merged=(2, 4))))

    assert [(line.texts["title"], line.is_good) for line in run.lines] == [("植树", True)] * 3


def test_only_columns_that_hold_something_are_shown_and_offered(desk: Client, scene: Scene) -> None:
    cells = row(scene.volunteer().number)
    hand_in(desk, scene, messy([*cells, *[None] * 10, "", None], width=60), "messy.xlsx")
    upload = Upload.objects.get()

    page = desk.get(f"/admin/upload/edit/{upload.pk}/")

    form = page.context["form"]
    filled = [column for column, cell in zip("ABCDEFGHI", HEADERS, strict=True) if cell]
    assert form.letters == filled
    assert [len(texts) for _line, texts in form.sample] == [9, 9]
    assert len(form.fields["place"].choices) == 1 + 9
    assert "messy.xlsx" in page.content.decode() and "Messy.xlsx" not in page.content.decode()


def test_an_empty_column_between_the_others_keeps_its_letter_for_itself(desk: Client, scene: Scene) -> None:
    hand_in(desk, scene, "姓名,,日期,时长\n周强,,2025-03-01,2".encode())

    form = desk.get(f"/admin/upload/edit/{Upload.objects.get().pk}/").context["form"]

    assert form.letters == ["A", "C", "D"]
    assert [value for value, _label in form.fields["date"].choices] == ["", 0, 2, 3]
    assert form["date"].initial == 2


@pytest.mark.parametrize(
    "cells",
    [
        ["制表人：李敏"],
        ["", "审核人:王芳", "", "日期：2025年12月31日"],
        ["填表人", "李敏", "审核人", "王芳", "日期", "2025-12-31"],
        ["日期：2025-12-31"],
        ["备注：以上均为实际时长"],
        ["单位（盖章）："],
    ],
)
def test_names_and_remarks_below_a_list_are_no_service(scene: Scene, cells: list[str]) -> None:
    number = scene.volunteer().number

    run = run_dry(scene, upload_list(scene, content=messy(row(number), cells)))

    assert (len(run.good), run.bad, [line.number for line in run.footers], run.above) == (1, [], [3], 1)


@pytest.mark.parametrize("cells", [["统计"], ["负责人员"], ["记录本"], ["日期本"], ["王制表人"], ["", ""]])
def test_other_words_begin_no_footer(cells: list[str]) -> None:
    assert not Line(9, tuple(cells)).is_footer


def test_a_service_whose_first_cell_reads_like_a_signature_is_a_line(scene: Scene) -> None:
    content = messy(["审核人", "李审核", "", "2025-03-01", "2", "植树", "北门", "浇水", "居委会"])

    run = run_dry(scene, upload_list(scene, content=content))

    assert (len(run.bad), list(run.footers)) == (1, [])


def test_what_all_lines_lack_is_said_once(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    upload = upload_list(scene, row(number, place=""), row("", name="无此人", place=""))

    page = text_of(desk.get(f"/admin/upload/check/{upload.pk}/"))

    assert "No line has: place." in page
    assert "The place is missing." not in page
    assert "Nobody on the roll has this name" in page
    run = run_dry(scene, upload)
    assert run.good == []
    assert [line.line for line, _problems in run.bad_by_themselves] == [3]


def test_what_one_line_lacks_is_said_at_the_line(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    upload = upload_list(scene, row(number, place=""), row(number, title="打扫"))

    page = text_of(desk.get(f"/admin/upload/check/{upload.pk}/"))

    assert "The place is missing." in page and "No line has" not in page


def test_a_list_without_lines_lacks_nothing(scene: Scene) -> None:
    assert run_dry(scene, upload_list(scene, ["合计", "", "", "", "2"])).missing == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("王秀英、李建国", "several_people"),
        ("王秀英,李四", "several_people"),
        ("王秀英/李建国", "several_people"),
        ("王秀英 李建国", "several_people"),
        ("王秀英和李建国", "several_people"),
        ("和平", "unknown_name"),
        ("王秀英 无此人", "unknown_name"),
        ("王秀英、", "unknown_name"),
    ],
)
def test_several_people_in_one_cell_are_named_as_such(scene: Scene, name: str, code: str) -> None:
    scene.volunteer("王秀英"), scene.volunteer("李建国")

    content = messy(row(name=name))

    assert codes(run_dry(scene, upload_list(scene, content=content))) == [[code]]


def test_a_blank_within_one_name_is_still_one_person(scene: Scene) -> None:
    scene.volunteer("王秀英")

    assert codes(run_dry(scene, upload_list(scene, row(name="王 秀英")))) == [[]]


# The bad lines come back


def test_bad_lines_come_back_with_their_cells_and_reasons(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    bad = row(name="无此人", content="=HYPERLINK(1)", date="2025-02-30")
    upload = upload_list(scene, content=messy(row(number), bad))
    assert f"/admin/upload/bad-lines/{upload.pk}/" in desk.get(f"/admin/upload/check/{upload.pk}/").content.decode()

    response = desk.get(f"/admin/upload/bad-lines/{upload.pk}/")

    assert "2025" in response.headers["Content-Disposition"]  # the list's own name
    sheet = sheet_of(response)
    heads, line = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
    assert heads == [*HEADERS, "Line in the original", "Why it was not imported"]
    assert line[1] == "无此人" and line[3] == "2025-02-30" and line[-2] == 3
    assert "Nobody on the roll has this name" in line[-1] and "This is not a date" in line[-1]
    formula = sheet["H2"]
    assert (formula.value, formula.data_type, formula.number_format) == ("=HYPERLINK(1)", "s", "@")


def test_the_corrected_file_is_handed_in_again_as_it_is(desk: Client, scene: Scene) -> None:
    scene.volunteer("无此人甲")
    upload = upload_list(scene, content=messy(row(name="无此人"), row(name="无此人甲", title="打扫")))
    response = desk.get(f"/admin/upload/bad-lines/{upload.pk}/")
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    book.active["B2"] = "无此人甲"
    data = io.BytesIO()
    book.save(data)

    assert [line.is_good for line in run_dry(scene, upload_list(scene, content=data.getvalue())).lines] == [True]


def test_a_spreadsheet_that_cannot_be_read_any_more_leads_back_to_its_check(desk: Client, scene: Scene) -> None:
    upload = upload_list(scene, row())
    upload.file.storage.delete(upload.file.name)

    response = desk.get(f"/admin/upload/bad-lines/{upload.pk}/")

    assert response["Location"] == f"/admin/upload/check/{upload.pk}/"


def test_after_the_import_the_lines_left_out_come_back_with_the_reasons_of_today(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    done = import_list(scene, row(number), row(name="新来的人"), row(name="无此人"))
    assert f"/admin/import/left-out/{done.pk}/" in desk.get(f"/admin/import/inspect/{done.pk}/").content.decode()
    scene.volunteer("新来的人")

    sheet = sheet_of(desk.get(f"/admin/import/left-out/{done.pk}/"))

    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(line[1], line[-2]) for line in lines] == [("新来的人", 3), ("无此人", 4)]
    assert "It can be imported now" in lines[0][-1]
    assert "Nobody on the roll has this name" in lines[1][-1]


def test_an_import_without_bad_lines_offers_no_file(desk: Client, scene: Scene) -> None:
    done = import_list(scene, row(scene.volunteer().number))

    assert "left-out" not in desk.get(f"/admin/import/inspect/{done.pk}/").content.decode()


def test_the_lines_of_a_lost_file_are_not_found(desk: Client, scene: Scene) -> None:
    done = import_list(scene, row(scene.volunteer().number), row(name="无此人"))
    done.file.storage.delete(done.file.name)

    assert desk.get(f"/admin/import/left-out/{done.pk}/").status_code == 404
    assert lines_left_out(done, by=scene.leader.user, at=done.imported_at).code == "not_allowed"


def test_a_spreadsheets_name_stays_as_it_was_typed(desk: Client, scene: Scene) -> None:
    response = hand_in(desk, scene, messy(row(scene.volunteer().number)), "messy.xlsx")

    page = desk.get(response["Location"]).content.decode()

    assert "“messy.xlsx” is stored." in page and "Messy.xlsx" not in page
