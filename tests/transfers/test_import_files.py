"""The dry run of a whole file: what was read of it, what was left out, and what a cell may mean."""

import datetime as dt
import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import Workbook

from academy.tables import reading
from academy.transfers.models import Upload
from academy.transfers.services import imports
from academy.transfers.services.import_columns import guess
from tests.factories import workbook
from tests.hours.scene import Scene
from tests.tables.packages import stored
from tests.transfers.lists import COLUMNS, HEADERS, NOW, codes, import_list, row, run_dry, upload_list

OF_STORED = {"name": 0, "date": 1, "hours": 2, "title": 3, "place": 4, "content": 5, "organiser": 6}
FOR_ALL = {"title": "植树", "place": "北门", "content": "浇水", "organiser": "居委会"}


def from_file(scene: Scene, name: str, **choice: Any) -> Upload:
    return upload_list(scene, content=stored(name), columns=OF_STORED, **choice)


def test_a_wrong_dimension_costs_no_line(scene: Scene) -> None:
    people = [scene.volunteer(f"甲{number}") for number in range(1, 11)]
    run = run_dry(scene, from_file(scene, "dimension-says-four-rows"))
    assert [line.volunteer for line in run.good] == people
    assert (run.above, len(run.lines), run.sums) == (1, 10, 0)


def test_covered_lines_have_the_organiser_of_their_merged_cell_and_not_that_of_the_form(scene: Scene) -> None:
    for number in (1, 2, 3):
        scene.volunteer(f"甲{number}")
    upload = from_file(scene, "organiser-over-three-lines", for_all={"organiser": "居委会"})
    run = run_dry(scene, upload)
    assert [line.texts["organiser"] for line in run.good] == ["县红十字会"] * 3
    assert run.filled_in == []


def test_texts_that_the_form_adds_are_counted(scene: Scene) -> None:
    number = scene.volunteer().number
    upload = upload_list(scene, row(number, place=""), row(number, title="甲"), for_all={"place": "北门"})
    assert [(str(name), lines) for name, lines in run_dry(scene, upload).filled_in] == [("地点", 1)]


def test_another_sheet_is_chosen_and_imported_on_its_own(scene: Scene) -> None:
    scene.volunteer("甲1")
    first = run_dry(scene, from_file(scene, "three-months"))
    assert [(line.date, line.minutes) for line in first.good] == [(dt.date(2025, 1, 4), 120)]
    upload = from_file(scene, "three-months", sheet="二月")
    second = run_dry(scene, upload)
    assert [(line.date, line.minutes) for line in second.good] == [(dt.date(2025, 2, 8), 180)]
    assert import_list(scene, upload=upload).columns["sheet"] == "二月"
    gone = from_file(scene, "three-months", sheet="四月")
    assert imports.dry_run(upload=gone, by=scene.social_worker, at=NOW).code == "no_such_sheet"


@pytest.mark.parametrize(("hours", "problems"), [([2, 3], [[], []]), ([2, None], [["merged_hours"]] * 2)])
def test_hours_that_one_cell_holds_for_two_lines_of_a_person_are_asked_about(
    scene: Scene, hours: list[Any], problems: list[list[str]]
) -> None:
    wang, liu = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    book = Workbook()
    book.active.append(HEADERS)
    for place, (person, day) in enumerate([(wang, 1), (wang, 2), (liu, 1)]):
        given = row(person.number, date=f"2025-03-0{day}")
        book.active.append([*given[:4], (*hours, 4)[place], *given[5:]])
    if None in hours:
        book.active.merge_cells("E2:E3")
    content = io.BytesIO()
    book.save(content)
    run = run_dry(scene, upload_list(scene, content=content.getvalue()))
    assert codes(run) == [*problems, []]


def test_hours_that_one_cell_holds_for_several_people_are_each_person_s(scene: Scene) -> None:
    people = [scene.volunteer("王秀英"), scene.volunteer("刘伟")]
    book = Workbook()
    book.active.append(HEADERS)
    for person in people:
        book.active.append([*row(person.number)[:4], 2, *row(person.number)[5:]])
    book.active.merge_cells("E2:E3")
    content = io.BytesIO()
    book.save(content)
    run = run_dry(scene, upload_list(scene, content=content.getvalue()))
    assert [line.minutes for line in run.good] == [120, 120]


def test_what_is_not_exactly_one_day_or_one_value_is_told(scene: Scene) -> None:
    number = scene.volunteer().number
    upload = upload_list(
        scene,
        row(number, date="2025.3.1-3.5"),
        row(number, date="3月1日、8日、15日"),
        row(number, date="2025年3月1日 雨"),
        row(number, date="2025年3月1日 星期日"),
        row(number, title="#N/A"),
        row(number, hours="50%"),
        row(number, date="2025-03-01T16:30:00Z"),
    )
    run = run_dry(scene, upload)
    assert codes(run) == [
        ["several_days"],
        ["several_days"],
        ["bad_date"],
        ["weekday_differs"],
        ["error_cell"],
        ["bad_hours"],
        [],
    ]
    assert run.good[0].date == dt.date(2025, 3, 2)


@pytest.mark.parametrize(
    ("begins", "ends", "problems", "minutes"),
    [
        ("下午 2:00", "下午 4:30", [], 150),
        ("上午 9:00", "PM 1:00", [], 240),
        ("2025-03-01 9:00", "2025-03-01 11:00", [], 120),
        ("2025-03-02 9:00", "2025-03-02 11:00", ["clock_elsewhere"], None),
        ("2025-03-01 22:00", "2025-03-02 0:00", [], 120),
        ("2025-03-01 22:00", "2025-03-02 0:01", ["clock_elsewhere"], None),
        ("2025-03-02 0:00", "2025-03-02 2:00", ["clock_elsewhere"], None),
        ("9:00-11:00", "11:00", ["bad_clock"], None),
        ("上午12:30", "14:00", ["bad_clock"], None),
        ("", "14:00", ["bad_hours"], None),
    ],
)
def test_times_of_a_line_are_times_of_its_day(
    scene: Scene, begins: str, ends: str, problems: list[str], minutes: int | None
) -> None:
    number = scene.volunteer().number
    content = f"编号,日期,开始,结束\n{number},2025-03-01,{begins},{ends}"
    columns = {"number": 0, "date": 1, "begins": 2, "ends": 3}
    run = run_dry(scene, upload_list(scene, content=content.encode(), columns=columns, for_all=FOR_ALL))
    assert (codes(run), run.lines[0].minutes) == ([problems], minutes)


def test_another_day_beside_a_clock_is_told_though_the_line_has_its_hours(scene: Scene) -> None:
    number = scene.volunteer().number
    content = f"编号,日期,开始,小时\n{number},2025-03-01,2025-03-02 9:00,2"
    columns = {"number": 0, "date": 1, "begins": 2, "hours": 3}
    run = run_dry(scene, upload_list(scene, content=content.encode(), columns=columns, for_all=FOR_ALL))
    assert codes(run) == [["clock_elsewhere"]]


def test_calculated_hours_lose_no_minute(scene: Scene) -> None:
    number = scene.volunteer().number
    cells = row(number)
    run = run_dry(scene, upload_list(scene, content=workbook(HEADERS, [*cells[:4], 2.9999999999999996, *cells[5:]])))
    assert run.minutes == 180


# The guess


@pytest.mark.parametrize(
    ("hours", "guessed", "doubtful"),
    [
        (["8:00", "9:00"], False, 1),
        ([dt.time(8), dt.time(9)], False, 1),
        ([1 / 3, 0.375], False, 1),
        ([2, "9:00", 3], True, None),
        ([2, 2.5], True, None),
        ([dt.timedelta(hours=8), None], True, None),
        ([None, None], True, None),
    ],
)
@pytest.mark.parametrize("heading", ["服务时间", "时长（分钟）"])
def test_a_column_of_arrivals_is_not_taken_for_hours(
    heading: str, hours: list[Any], guessed: bool, doubtful: int | None
) -> None:
    lines = reading.read(workbook(["姓名", heading, "日期"], *(["甲", cell, "2025-03-01"] for cell in hours)), "a.xlsx")
    found = guess(lines.lines)
    assert ("hours" in found.columns, found.doubtful) == (guessed, doubtful)


# The screens


@pytest.mark.slow
def test_a_column_that_may_hold_arrivals_is_asked_about(desk: Client, scene: Scene) -> None:
    content = "姓名,日期,服务时间,活动\n甲,2025-03-01,8:00,植树".encode()
    upload = upload_list(scene, content=content, columns=COLUMNS)
    Upload.objects.update(columns={})
    page = desk.get(f"/admin/upload/edit/{upload.pk}/")
    assert page.context["form"]["hours"].initial == ""
    assert "Column C holds times such as 8:00." in page.content.decode()


@pytest.mark.slow
def test_the_pages_say_what_was_read_and_what_was_not(desk: Client, scene: Scene) -> None:
    scene.volunteer("甲1")
    upload = from_file(scene, "three-months")
    address = f"/admin/upload/check/{upload.pk}/"
    shown = " ".join(desk.get(address).content.decode().split())
    assert "Sheet “一月”: 2 lines with content, of them 1 of the list, 1 with titles and headings, 0 with sums" in shown
    assert "Sheet “二月”: 2 lines" in shown and "Sheet “三月”: 2 lines" in shown
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "工作表“二月”：2 行" in " ".join(desk.get(address).content.decode().split())
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = desk.get(f"/admin/upload/edit/{upload.pk}/?sheet=二月")
    form = page.context["form"]
    assert form["sheet"].value() == "二月"
    assert "2025-02-08" in page.content.decode() and "2025-01-04" not in page.content.decode()
    given = {name: form[name].initial for name in form.fields}
    given = {name: "" if value is None else value for name, value in given.items()}
    assert desk.post(f"/admin/upload/edit/{upload.pk}/", given)["Location"] == address
    assert "Sheet “二月”: 2 lines with content" in " ".join(desk.get(address).content.decode().split())


@pytest.mark.slow
def test_hidden_parts_and_added_texts_are_named_on_the_page(desk: Client, scene: Scene) -> None:
    book = Workbook()
    book.active.append(HEADERS)
    for day in (1, 2):
        book.active.append(row(scene.volunteer().number, date=f"2025-03-0{day}", place=""))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("字典").append(["植树"])
    book["字典"].sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    upload = upload_list(scene, content=content.getvalue(), for_all={"place": "北门"})
    shown = " ".join(desk.get(f"/admin/upload/check/{upload.pk}/").content.decode().split())
    assert "Hidden sheet “字典”: 1 line" in shown
    assert "Lines: 3" in shown and "Columns: C" in shown
    assert "place: 2 lines" in shown
