"""Bringing history along: past service from a spreadsheet."""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import Workbook
from wagtail.models import ModelLogEntry

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.certificates import services as certificates
from academy.certificates.models import Certificate
from academy.core import formats
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.desk import selectors
from academy.hours import ledger, sentences, services, spreadsheet
from academy.hours.evidence import Evidence
from academy.hours.models import (
    CorrectionProposal,
    Import,
    ImportedRow,
    LedgerEntry,
    MakeUp,
    RecordState,
    ServiceRecord,
    TakenBack,
    Upload,
)
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import grant_duty
from tests.factories import UserFactory, VolunteerFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.hours.test_at_once import at_once

pytestmark = pytest.mark.slow

MONDAY = dt.date(2026, 2, 2)
NOW = moment("09:00", MONDAY)
LATER = moment("00:05", dt.date(2026, 2, 6))  # three working days of notice are over
HEADERS = ("志愿者编号", "姓名", "联系电话", "服务日期", "服务时长", "活动名称", "地点", "服务内容", "组织者")
FIELDS = ("number", "name", "phone", "date", "hours", "title", "place", "content", "organiser")
COLUMNS = {name: place for place, name in enumerate(FIELDS)}


def row(number: str = "", **said: str) -> list[str]:
    """A line of the list, good in itself."""
    cells = {
        "number": number,
        "name": "",
        "phone": "",
        "date": "2025-03-01",
        "hours": "2",
        "title": "春季植树",
        "place": "小区北门",
        "content": "植树浇水",
        "organiser": "居委会",
        **said,
    }
    return [cells[name] for name in COLUMNS]


def csv_of(*rows: Any) -> bytes:
    return "\n".join(",".join(map(str, cells)) for cells in (HEADERS, *rows)).encode()


def xlsx_of(*rows: Any) -> bytes:
    book = Workbook()
    for cells in rows:
        book.active.append(list(cells))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def uploaded(scene: Scene, *rows: Any, content: bytes | None = None, columns: Any = None, **choice: Any) -> Upload:
    """A spreadsheet whose columns have been confirmed."""
    upload = services.keep_upload(
        community=scene.community,
        issuer=scene.issuer,
        leader=scene.leader,
        name="2025.csv",
        content=csv_of(*rows) if content is None else content,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(upload, Upload), upload
    answer = services.choose_columns(
        upload=upload, header=1, columns=columns or COLUMNS, by=scene.social_worker, **choice
    )
    assert isinstance(answer, Upload), answer
    return answer


def looked_at(scene: Scene, upload: Upload, by: User | None = None) -> services.DryRun:
    run = services.dry_run(upload=upload, by=by or scene.social_worker, at=NOW)
    assert isinstance(run, services.DryRun), run
    return run


def imported(scene: Scene, *rows: Any, upload: Upload | None = None, all_: bool = False) -> Import:
    upload = upload or uploaded(scene, *rows)
    answer = services.import_rows(
        upload=upload,
        mark=looked_at(scene, upload).mark,
        only_if_all_are_good=all_,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(answer, Import), answer
    return answer


def codes(run: services.DryRun) -> list[list[str]]:
    return [[problem.code for problem in line.problems] for line in run.lines]


def audited() -> list[str]:
    with transaction.atomic():
        return list(ledger.audit())


# Reading, without a database


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2025-03-01", dt.date(2025, 3, 1)),
        ("2025/3/1", dt.date(2025, 3, 1)),
        ("2025.3.1", dt.date(2025, 3, 1)),
        ("2025年3月1日", dt.date(2025, 3, 1)),
        ("2025年3月1日 星期六", dt.date(2025, 3, 1)),
        ("２０２５-03-01", dt.date(2025, 3, 1)),
        ("2025-03-01 09:00", dt.date(2025, 3, 1)),
        ("20250301", dt.date(2025, 3, 1)),
        (20250301, dt.date(2025, 3, 1)),
        (20250301.0, dt.date(2025, 3, 1)),
        (45717, dt.date(2025, 3, 1)),
        ("45717", dt.date(2025, 3, 1)),
        (45717.375, dt.date(2025, 3, 1)),
        (dt.datetime(2025, 3, 1, 9), dt.date(2025, 3, 1)),
        (dt.date(2025, 3, 1), dt.date(2025, 3, 1)),
        ("2025-02-30", None),
        ("20250230", None),
        ("2025-03-011", None),
        ("三月一日", None),
        ("2025", None),
        ("", None),
        (None, None),
        (True, None),
        (dt.time(9), None),
    ],
)
def test_a_date_is_read_as_people_and_programs_write_it(said: Any, date: dt.date | None) -> None:
    assert spreadsheet.parse_date(said) == date


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("3", 180),
        (3, 180),
        ("3.5", 210),
        (3.5, 210),
        (0.1, 6),
        (1.1, 66),
        ("2.999", 179),  # cut, never rounded up
        ("3小时", 180),
        ("3 小时", 180),
        ("3个小时", 180),
        ("3小时30分", 210),
        ("3小时30分钟", 210),
        ("3个半小时", 210),
        ("半小时", 30),
        ("210分钟", 210),
        ("1.5h", 90),
        ("90min", 90),
        ("3:30", 210),
        ("3：30", 210),
        ("3:30:59", 210),
        (dt.time(3, 30), 210),
        (dt.timedelta(hours=26, seconds=59), 1560),
        ("-2", -120),
        ("3:75", None),
        ("三小时", None),
        ("小时", None),
        ("", None),
        ("NaN", None),
        ("1e400", None),
        (True, None),
        (dt.datetime(2025, 3, 1), None),
    ],
)
def test_a_length_of_time_is_cut_to_whole_minutes(said: Any, minutes: int | None) -> None:
    assert spreadsheet.parse_minutes(said) == minutes


@pytest.mark.parametrize(("said", "minutes"), [("90", 90), ("90.9", 90), ("2小时", 120), ("1:30", 90)])
def test_a_bare_number_is_minutes_where_the_column_says_so(said: str, minutes: int) -> None:
    assert spreadsheet.parse_minutes(said, in_minutes=True) == minutes


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("9:00", 540),
        ("09:00:30", 540),
        ("2025-03-01 9:05", 545),
        ("9点30分", 570),
        ("9点", 540),
        ("9", None),
        ("24:00", 1440),
        ("24:01", None),
        ("9:75", None),
        (0.3888888888888889, 560),
        (dt.time(9, 20), 560),
        (dt.datetime(2025, 3, 1, 9, 20), 560),
        ("上午", None),
        (None, None),
        (True, None),
    ],
)
def test_a_time_of_day_is_read(said: Any, minutes: int | None) -> None:
    assert spreadsheet.parse_clock(said) == minutes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_with_the_signs_that_programs_write(encoding: str, delimiter: str) -> None:
    text = f'姓名{delimiter}日期\r\n\r\n王秀英{delimiter}"2025年\n3月1日"\r\n刘伟{delimiter}\r\n'
    lines = spreadsheet.read(text.encode(encoding), "名单.CSV")
    assert [line.number for line in lines] == [1, 3, 5]
    assert [line.text(0) for line in lines] == ["姓名", "王秀英", "刘伟"]
    assert spreadsheet.parse_date(lines[1].cell(1)) == dt.date(2025, 3, 1)
    assert lines[2].cell(7) is None


def test_a_workbook_is_read_with_its_real_dates_and_its_empty_lines_passed_over() -> None:
    content = xlsx_of(["松林社区 2025 年"], [], ["姓名", "日期"], ["王秀英", dt.datetime(2025, 3, 1)], [None, None])
    lines = spreadsheet.read(content, "名单.xlsx")
    assert [line.number for line in lines] == [1, 3, 4]
    assert lines[-1].text(1) == "2025-03-01"


def test_the_first_sheet_that_shows_anything_is_read() -> None:
    book = Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["秘密"])
    book.create_sheet("空")
    book.create_sheet("名单").append(["姓名"])
    file = io.BytesIO()
    book.save(file)
    assert [line.text(0) for line in spreadsheet.read(file.getvalue(), "a.xlsx")] == ["姓名"]


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zipped(xl__workbook_xml=b"<a/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # encrypted, says its directory
    return bytes(content)


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        pytest.param("empty", "a.csv", b"", id="nothing"),
        pytest.param("empty", "a.csv", b"\n , \n", id="empty lines"),
        pytest.param("empty", "a.xlsx", xlsx_of(), id="empty workbook"),
        pytest.param("too_big", "a.csv", b"a" * (spreadsheet.MOST_BYTES + 1), id="big"),
        pytest.param("too_long", "a.csv", b"a\n" * (spreadsheet.MOST_LINES + 2), id="long"),
        pytest.param("locked", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", id="old or locked workbook"),
        pytest.param("locked", "a.xlsx", locked_zip(), id="locked zip"),
        pytest.param("not_a_spreadsheet", "a.pdf", b"%PDF-1.7", id="PDF"),
        pytest.param("not_a_spreadsheet", "a.csv", b"a\0b", id="bytes"),
        pytest.param("not_a_spreadsheet", "a.docx", zipped(word__document_xml=b"<a/>"), id="Word"),
        pytest.param("zip_bomb", "a.xlsx", zipped(xl__workbook_xml=b"\0" * 61_000_000), id="zip bomb"),
        pytest.param("zip_bomb", "a.xlsx", zipped(**{f"part{n}": b"" for n in range(501)}), id="many parts"),
        pytest.param("corrupt", "a.xlsx", b"PK\x03\x04 and then nothing", id="cut off"),
        pytest.param("corrupt", "a.xlsx", zipped(xl__workbook_xml=b"<a"), id="broken XML"),
        pytest.param(
            "corrupt", "a.xlsx", zipped(xl__workbook_xml=b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>"), id="entities"
        ),
        pytest.param("corrupt", "a.csv", b'a,"' + b"x" * 140_000, id="endless quotation"),
        pytest.param("encoding", "a.csv", b"\xff\xff\x80", id="unknown letters"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(code: str, name: str, content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(spreadsheet.Unreadable) as refused:
            spreadsheet.read(content, name)
    assert refused.value.code == code
    assert code in services.imports.UNREADABLE


def test_a_workbook_may_not_be_longer_than_a_csv() -> None:
    with pytest.raises(spreadsheet.Unreadable) as refused:
        spreadsheet.read(xlsx_of(*[["a"]] * (spreadsheet.MOST_LINES + 2)), "a.xlsx")
    assert refused.value.code == "too_long"


@pytest.mark.parametrize(
    ("headers", "columns", "in_minutes"),
    [
        (HEADERS, COLUMNS, False),
        (("序号", "姓 名", "手机", "活动日期", "时长（分钟）"), {"name": 1, "phone": 2, "date": 3, "hours": 4}, True),
        (("志愿者姓名*", "日期", "服务时间（小时）"), {"name": 0, "date": 1, "hours": 2}, False),
        (
            ("Name", "Date", "Start", "End", "Activity"),
            {"name": 0, "date": 1, "begins": 2, "ends": 3, "title": 4},
            False,
        ),
    ],
)
def test_the_headers_are_found_under_a_title_and_guessed(headers: Any, columns: Any, in_minutes: bool) -> None:
    lines = spreadsheet.read(xlsx_of(["松林社区志愿服务"], [], headers, ["1", "王秀英"]), "a.xlsx")
    guess = spreadsheet.guess(lines)
    assert (guess.header, guess.columns, guess.in_minutes) == (3, columns, in_minutes)


def test_nothing_is_guessed_where_no_headers_stand() -> None:
    guess = spreadsheet.guess(spreadsheet.read("王秀英,2025-03-01\n".encode(), "a.csv"))
    assert (guess.header, guess.columns) == (1, {})


def test_what_is_far_too_long_or_too_wide_is_cut_before_anybody_looks_at_it() -> None:
    (line,) = spreadsheet.read(b"x" * 5_000 + b",b" * 100, "a.csv")
    assert (len(line.text(0)), len(line.cells)) == (2_000, spreadsheet.MOST_COLUMNS)


# Handing in


def keep(scene: Scene, **changed: Any) -> Any:
    given = {
        "community": scene.community,
        "issuer": scene.issuer,
        "leader": scene.leader,
        "name": "C:/名单.csv",
        "content": csv_of(row()),
        "by": scene.social_worker,
        "at": NOW,
    }
    return services.keep_upload(**{**given, **changed})


def test_a_spreadsheet_is_kept_privately_until_it_is_imported(scene: Scene) -> None:
    upload = keep(scene)
    assert (upload.name, upload.uploaded_by, upload.uploaded_at) == ("名单.csv", scene.social_worker, NOW)
    assert upload.file.name.startswith("imports/") and "名单" not in upload.file.name
    with pytest.raises(NotImplementedError):
        upload.file.url  # noqa: B018
    lines = services.lines_of(upload)
    assert not isinstance(lines, Refusal) and [line.number for line in lines] == [1, 2]


def test_a_spreadsheet_is_kept_only_where_one_confirms_hours(scene: Scene) -> None:
    elsewhere = Scene()
    unruled = VolunteerFactory()
    for code, changed in {
        "not_allowed": {"by": elsewhere.social_worker},
        "foreign_leader": {"leader": elsewhere.leader},
        "foreign_issuer": {"issuer": elsewhere.issuer},
        "not_a_spreadsheet": {"content": b"%PDF", "name": "a.pdf"},
        "empty": {"content": b""},
    }.items():
        answer = keep(scene, **changed)
        assert isinstance(answer, Refusal) and answer.code == code
    worker = UserFactory(duties=[(unruled.community, DutyRole.SOCIAL_WORKER)])
    answer = keep(scene, community=unruled.community, leader=unruled, by=worker)
    assert answer.code == "foreign_issuer"
    scene.issuer.community = unruled.community
    assert keep(scene, community=unruled.community, leader=unruled, by=worker).code == "no_rules"
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("needs_person", {"date": 0, "hours": 1, "title": 2, "phone": 3}),
        ("needs_date", {"name": 0, "hours": 1, "title": 2}),
        ("needs_hours", {"name": 0, "date": 1, "title": 2, "begins": 3}),
        ("needs_title", {"name": 0, "date": 1, "hours": 2}),
    ],
)
def test_the_needed_columns_are_asked_for(scene: Scene, code: str, columns: dict[str, int]) -> None:
    answer = services.choose_columns(upload=keep(scene), header=1, columns=columns, by=scene.social_worker)
    assert isinstance(answer, Refusal) and answer.code == code


def test_a_spreadsheet_can_be_discarded_file_and_all(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    upload = keep(scene)
    storage, name = upload.file.storage, upload.file.name
    stranger = Scene().social_worker
    assert services.discard_upload(upload=upload, by=stranger).code == "not_allowed"
    assert services.choose_columns(upload=upload, header=1, columns=COLUMNS, by=stranger).code == "not_allowed"
    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_upload(upload=upload, by=scene.social_worker) is None
    assert not storage.exists(name)
    for answer in (
        services.discard_upload(upload=upload, by=scene.social_worker),
        services.choose_columns(upload=upload, header=1, columns=COLUMNS, by=scene.social_worker),
        services.import_rows(upload=upload, mark="", only_if_all_are_good=False, by=scene.social_worker, at=NOW),
    ):
        assert isinstance(answer, Refusal) and answer.code == "already_done"


def test_a_dry_run_needs_its_columns_its_file_and_the_right(scene: Scene) -> None:
    upload = keep(scene)
    assert services.dry_run(upload=upload, by=scene.social_worker, at=NOW).code == "needs_columns"
    assert services.dry_run(upload=upload, by=scene.leading, at=NOW).code == "not_allowed"
    upload = uploaded(scene, row())
    upload.file.storage.delete(upload.file.name)
    assert services.dry_run(upload=upload, by=scene.social_worker, at=NOW).code == "corrupt"
    answer = services.import_rows(upload=upload, mark="", only_if_all_are_good=False, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal) and answer.code == "corrupt"


# Checking


def test_a_person_is_found_by_number_by_name_and_phone_or_by_a_name_that_one_alone_has(scene: Scene) -> None:
    wang = scene.volunteer("王秀英", phone="13800138000")
    other_wang = scene.volunteer("王秀英", phone="13900139000")
    liu = scene.volunteer("刘伟")
    upload = uploaded(
        scene,
        row(wang.number.lower()),
        row(other_wang.number, name="王 秀英"),
        row(name="王秀英", phone="139-0013-9000", title="甲"),
        row(name="王秀英", phone="+8613800138000", title="乙"),
        row(name="刘伟", title="丙"),
        row(name="刘伟", phone="13700137000", title="丁"),
    )
    run = looked_at(scene, upload)
    assert codes(run) == [[]] * 6
    assert [line.volunteer for line in run.lines] == [wang, other_wang, other_wang, wang, liu, liu]


def test_whom_a_line_does_not_name_clearly_is_told(scene: Scene) -> None:
    wang, _other = scene.volunteer("王秀英", phone="13800138000"), scene.volunteer("王秀英")
    scene.volunteer("刘伟", phone="13900139000")
    stranger = Scene().volunteer("周强")
    upload = uploaded(
        scene,
        row(),
        row("V0"),
        row(stranger.number),
        row(wang.number, name="刘伟"),
        row(name="周强"),
        row(name="王秀英"),
        row(name="王秀英", phone="13700137000"),
        row(name="刘伟", phone="13700137000"),
    )
    assert codes(looked_at(scene, upload)) == [
        ["nobody"],
        ["unknown_number"],
        ["unknown_number"],
        ["name_differs"],
        ["unknown_name"],
        ["ambiguous"],
        ["ambiguous"],
        ["phone_differs"],
    ]


def test_somebody_who_was_merged_leads_to_who_stays(scene: Scene) -> None:
    stays, gone = scene.volunteer("王秀英"), scene.volunteer("王秀瑛")
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=stays)
    upload = uploaded(scene, row(gone.number, name="王秀英"), row(name="王秀瑛", title="甲"), row(stays.number))
    run = looked_at(scene, upload)
    assert [line.volunteer for line in run.lines] == [stays, stays, stays]
    assert codes(run) == [[], [], ["twice"]]


def test_nobody_imports_their_own_hours(scene: Scene) -> None:
    volunteer = scene.volunteer("孙丽", login=True)
    worker = volunteer.user
    assert worker is not None
    grant_duty(user=worker, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    upload = uploaded(scene, row(volunteer.number))
    assert codes(looked_at(scene, upload, by=worker)) == [["own_hours"]]
    assert codes(looked_at(scene, upload)) == [[]]


def test_dates_and_hours_that_cannot_be_are_told(scene: Scene) -> None:
    number = scene.volunteer().number
    upload = uploaded(
        scene,
        row(number, date="昨天"),
        row(number, date="2026-02-03"),
        row(number, date="2026-02-02"),
        row(number, hours="很久"),
        row(number, hours=""),
        row(number, hours="0"),
        row(number, hours="-1"),
        row(number, hours="0.01"),
        row(number, date="?", hours="?", name="别人"),
    )
    assert codes(looked_at(scene, upload)) == [
        ["bad_date"],
        ["future_date"],
        [],
        ["bad_hours"],
        ["bad_hours"],
        ["no_minutes"],
        ["no_minutes"],
        ["no_minutes"],
        ["name_differs", "bad_date", "bad_hours"],
    ]


def test_hours_come_from_beginning_and_end_where_none_stand(scene: Scene) -> None:
    number = scene.volunteer().number
    columns = {"number": 0, "date": 1, "begins": 2, "ends": 3, "hours": 4}
    said = ["9:00,11:30,", "9:00,11:30,1", "11:30,9:00,", "9:00,,", "9:00,9:00,"]
    content = "\n".join(
        ["编号,日期,开始,结束,小时", *(f"{number},2025-03-0{n},{one}" for n, one in enumerate(said, 1))]
    )
    for_all = {"title": "植树", "place": "北门", "content": "浇水", "organiser": "居委会"}
    upload = uploaded(scene, content=content.encode(), columns=columns, for_all=for_all)
    run = looked_at(scene, upload)
    assert codes(run) == [[], [], ["times_reversed"], ["bad_hours"], ["no_minutes"]]
    assert [line.minutes for line in run.good] == [150, 60]
    assert run.good[0].said_hours == "9:00–11:30"


def test_what_a_record_holds_is_there_for_every_line_and_is_never_cut(scene: Scene) -> None:
    number = scene.volunteer().number
    empty = {"title": "", "place": "", "content": "", "organiser": ""}
    long = {name: "字" * (most + 1) for name, most in services.TEXTS.items()}
    full = {name: "字" * most for name, most in services.TEXTS.items()}
    upload = uploaded(scene, row(number, **empty), row(number, **long), row(number, **full))
    assert codes(looked_at(scene, upload)) == [
        ["missing_title", "missing_place", "missing_content", "missing_organiser"],
        ["long_title", "long_place", "long_content", "long_organiser"],
        [],
    ]
    for_all = {name: f"默认{name}" for name in services.TEXTS}
    upload = uploaded(scene, row(number, **empty), row(number), for_all=for_all)
    run = looked_at(scene, upload)
    assert run.lines[0].texts == for_all
    assert run.lines[1].texts["title"] == "春季植树"


def test_a_formula_in_a_needed_cell_is_told_and_a_line_of_sums_is_passed_over(scene: Scene) -> None:
    number = scene.volunteer().number
    cells = row(number)
    content = xlsx_of(
        HEADERS, cells, [*cells[:4], "=1+1", *cells[5:]], [*cells, "=1+1"], ["合 计", None, None, None, "=SUM(E2:E4)"]
    )
    run = looked_at(scene, uploaded(scene, content=content))
    assert codes(run) == [[], ["formula", "bad_hours"], ["twice"]]
    assert run.sums == 1


@pytest.mark.parametrize(
    ("said", "is_sum"),
    [("合计：", True), ("合 计", True), ("Total 12", True), ("小计算机课堂", False), ("总计划", False)],
)
def test_only_a_word_for_a_sum_makes_a_line_of_sums(said: str, is_sum: bool) -> None:
    assert spreadsheet.Line(1, (None, said, 3)).is_sum is is_sum


def test_a_day_holds_no_more_than_its_limit_with_what_is_recorded(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "13:00")
    day = SATURDAY.isoformat()
    upload = uploaded(
        scene,
        row(volunteer.number, date=day, hours="4", title="甲"),
        row(volunteer.number, date=day, hours="0:01", title="乙"),
        row(volunteer.number, date="2025-03-01", hours="8:01"),
        row(volunteer.number, date="2025-03-02", hours="8"),
    )
    assert codes(looked_at(scene, upload)) == [[], ["too_much"], ["too_much"], []]


@pytest.mark.parametrize(("hours", "problems"), [("10", []), ("10:01", ["too_much"])])
def test_a_day_that_a_second_person_approved_holds_more(scene: Scene, hours: str, problems: list[str]) -> None:
    volunteer, at = scene.volunteer(), moment("09:00", dt.date(2026, 1, 20))
    asked = services.ask_daily_approval(
        volunteer=volunteer, date=dt.date(2025, 3, 1), minutes=600, reason="防汛", by=scene.social_worker, at=at
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    services.decide_daily_approval(approval=asked, by=approver, at=at, accepted=True)

    upload = uploaded(scene, row(volunteer.number, date="2025-03-01", hours=hours))

    assert codes(looked_at(scene, upload)) == [problems]


def test_what_is_recorded_or_imported_or_stands_further_up_already_is_told(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "13:00", title="冬季防火")
    imported(scene, row(volunteer.number))
    upload = uploaded(
        scene,
        row(volunteer.number, title="春季 植树"),
        row(volunteer.number, date=SATURDAY.isoformat(), title="冬季防火"),
        row(volunteer.number, date="2025-03-02"),
        row(volunteer.number, date="2025-03-02"),
        row(volunteer.number, date="2025-03-02", hours="3"),  # again on that day, for longer: afternoon
    )
    assert codes(looked_at(scene, upload)) == [["imported_before"], ["recorded_already"], [], ["twice"], []]


def test_a_long_list_takes_no_more_statements(scene: Scene) -> None:
    volunteer = scene.volunteer()

    def statements(count: int) -> int:
        upload = uploaded(
            scene, *(row(volunteer.number, title=f"活动{number}", hours="0:01") for number in range(count))
        )
        with CaptureQueriesContext(connection) as captured:
            looked_at(scene, upload)
        return len(captured)

    assert statements(2) == statements(60)


# Importing


def test_a_good_line_becomes_a_record_on_notice_and_then_effective(scene: Scene) -> None:
    volunteer = scene.volunteer()
    done = imported(scene, row(volunteer.number, hours="2.5"))
    record = ServiceRecord.objects.get()
    assert (record.volunteer, record.date, record.minutes) == (volunteer, dt.date(2025, 3, 1), 150)
    assert (record.state, record.confirmed_by, record.confirmed_at) == ("on_notice", scene.social_worker, NOW)
    assert record.effective_on == services.expected_on(MONDAY, scene.rule_set)
    assert (record.category, record.flags, record.alone) == ("service", ["imported"], False)
    assert record.steps == [{"clause": "H1-import", "before": 0, "after": 150}]
    assert record.basis["imported"] == {"import": done.pk, "line": 2}
    assert record.basis["scans"] == record.basis["scan_flags"] == []
    activity = record.activity
    assert (activity.title, activity.place, activity.service_content) == ("春季植树", "小区北门", "植树浇水")
    assert (activity.organiser, activity.leader, activity.issuer) == ("居委会", scene.leader, scene.issuer)
    kept = ImportedRow.objects.get()
    assert (kept.source, kept.line, kept.record, kept.minutes) == (done, 2, record, 150)
    assert (done.count, done.left_out, done.minutes, done.imported_by) == (1, 0, 150, scene.social_worker)
    assert not Upload.objects.exists()
    with done.file.open("rb") as file:
        assert file.read() == csv_of(row(volunteer.number, hours="2.5"))
    assert ModelLogEntry.objects.get(action="hours.import").object_id == str(done.pk)
    assert services.totals(volunteer).service_minutes == 0

    services.end_notices(at=LATER)
    record.refresh_from_db()
    assert record.state == RecordState.EFFECTIVE
    assert services.totals(volunteer).service_minutes == 150
    assert LedgerEntry.objects.get().minutes == 150
    assert audited() == []


def test_where_the_rules_want_no_notice_it_takes_effect_at_once(db: None) -> None:
    scene = Scene(values={"notice_working_days": 0})
    imported(scene, row(scene.volunteer().number))
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
    assert audited() == []


def test_an_activity_is_made_once_with_a_shift_for_each_day(scene: Scene) -> None:
    wang, liu = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    imported(
        scene,
        row(wang.number),
        row(liu.number, hours="3"),
        row(wang.number, date="2025-03-08"),
        row(wang.number, hours="1"),  # a second time on that day
        row(wang.number, place="小区南门", date="2025-04-01"),
    )
    assert Activity.objects.filter(imported=True).count() == 2
    records = {record.imported_row.line: record for record in ServiceRecord.objects.select_related("imported_row")}
    assert records[2].shift == records[3].shift
    assert len({records[line].shift for line in (2, 4, 5, 6)}) == 4
    assert {one.date for one in Shift.objects.filter(activity=records[2].activity)} == {
        dt.date(2025, 3, 1),
        dt.date(2025, 3, 8),
    }
    services.end_notices(at=LATER)
    assert services.totals(wang).service_minutes == 420
    assert audited() == []


def test_all_lines_or_the_good_ones(scene: Scene) -> None:
    volunteer = scene.volunteer()
    upload = uploaded(scene, row(volunteer.number), row("V0"))
    given = {"upload": upload, "by": scene.social_worker, "at": NOW}
    mark = looked_at(scene, upload).mark
    answer = services.import_rows(**given, mark=mark, only_if_all_are_good=True)
    assert isinstance(answer, Refusal) and answer.code == "not_all_good"
    assert not ServiceRecord.objects.exists() and Upload.objects.exists()
    answer = services.import_rows(**given, mark=mark, only_if_all_are_good=False)
    assert isinstance(answer, Import)
    assert (answer.count, answer.left_out) == (1, 1)
    upload = uploaded(scene, row(volunteer.number, title="甲"))
    assert imported(scene, upload=upload, all_=True).count == 1


def test_only_what_was_looked_at_is_imported(scene: Scene) -> None:
    volunteer = scene.volunteer()
    upload = uploaded(scene, row(volunteer.number), row(volunteer.number, title="甲"))
    mark = looked_at(scene, upload).mark
    imported(scene, row(volunteer.number))
    given = {"upload": upload, "only_if_all_are_good": False, "by": scene.social_worker, "at": NOW}
    answer = services.import_rows(**given, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "changed"
    imported(scene, row(volunteer.number, title="甲"))
    answer = services.import_rows(**given, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "nothing_to_import"
    answer = services.import_rows(**{**given, "by": Scene().social_worker}, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "not_allowed"
    assert Upload.objects.get() == upload


@pytest.mark.django_db(transaction=True)
def test_two_social_workers_importing_the_same_list_at_once_import_it_once() -> None:
    scene = Scene()
    numbers = [scene.volunteer(f"志愿者{number}").number for number in range(4)]
    workers = [scene.social_worker, UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])]
    uploads = [uploaded(scene, *map(row, numbers)) for _worker in workers]
    mark = looked_at(scene, uploads[0]).mark
    answers = at_once(
        *(
            lambda upload=upload, by=by: services.import_rows(
                upload=upload, mark=mark, only_if_all_are_good=True, by=by, at=NOW
            )
            for upload, by in zip(uploads, workers, strict=True)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Import", "Refusal"]
    assert ServiceRecord.objects.count() == ImportedRow.objects.count() == 4
    services.end_notices(at=LATER)
    assert audited() == []


@pytest.mark.django_db(transaction=True)
def test_two_taps_import_one_upload_once() -> None:
    scene = Scene()
    upload = uploaded(scene, row(scene.volunteer().number))
    mark = looked_at(scene, upload).mark
    answers = at_once(
        *[
            lambda: services.import_rows(
                upload=upload, mark=mark, only_if_all_are_good=True, by=scene.social_worker, at=NOW
            )
        ]
        * 2
    )
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["already_done"]
    assert ServiceRecord.objects.count() == 1


# What an imported activity is, and is not


@pytest.fixture
def past(scene: Scene) -> ServiceRecord:
    """An imported record, on notice."""
    imported(scene, row(scene.volunteer(login=True).number))
    return ServiceRecord.objects.select_related("shift", "activity", "volunteer").get()


def test_nobody_can_sign_up_check_in_or_publish_an_imported_activity(scene: Scene, past: ServiceRecord) -> None:
    answer = activities.publish_activity(activity=past.activity, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal) and answer.code == "imported"
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=past.activity_id).update(published_at=NOW)
    assert not Activity.objects.published().filter(pk=past.activity_id).exists()
    assert Activity.objects.upcoming(moment("00:00", dt.date(2025, 1, 1))).count() == 0


def test_it_is_nothing_that_waits_for_anybody(scene: Scene, past: ServiceRecord) -> None:
    at = moment("10:00", dt.date(2025, 3, 1))
    everywhere = [scene.community]
    assert services.running(everywhere, at=NOW) == []
    assert services.send_alerts(at=NOW) == 0
    assert selectors.led_activities(scene.leading, at) == []
    assert selectors.activities_now(everywhere, at) == []
    assert selectors.activities_waiting(everywhere) == []


def test_only_its_date_is_shown(past: ServiceRecord) -> None:
    starts, ends = timezone.localtime(past.shift.starts_at), timezone.localtime(past.shift.ends_at)
    assert formats.when(starts, ends, "zh-hans") == "3月1日 周六"
    assert str(past.shift) == "春季植树 · 2025-03-01"


def test_counting_scans_leaves_it_alone(scene: Scene) -> None:
    volunteer = scene.volunteer()
    day = SATURDAY
    imported(scene, row(volunteer.number, date=day.isoformat()))
    activity = scene.activity(("09:00", "12:00"), ("12:00", "15:00"))
    for shift in activity.shifts.all():
        start, end = (timezone.localtime(one).strftime("%H:%M") for one in (shift.starts_at, shift.ends_at))
        scene.attend(volunteer, shift, start, end)
    past = ServiceRecord.objects.get(activity__imported=True)
    out = io.StringIO()
    services.sweep(at=NOW)
    call_command("recompute_records", stdout=out)
    past.refresh_from_db()
    assert (past.state, past.minutes) == (RecordState.ON_NOTICE, 120)
    assert not CorrectionProposal.objects.exists()
    assert "settled that would differ 0" in out.getvalue()
    services.end_notices(at=LATER)
    call_command("recompute_records", stdout=out)
    assert not CorrectionProposal.objects.exists()
    assert audited() == []


def test_an_upheld_objection_takes_it_back_and_a_dismissed_one_does_not(scene: Scene, past: ServiceRecord) -> None:
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    for accepted, state in ((False, RecordState.ON_NOTICE), (True, RecordState.WITHDRAWN)):
        objection = services.object_to(record=past, reason="没来", by=scene.leading, at=NOW)
        services.decide_objection(objection=objection, by=approver, at=NOW, accepted=accepted, answer="查过了")
        past.refresh_from_db()
        assert past.state == state
    assert audited() == []
    # The same line does not come back with the next file.
    assert codes(looked_at(scene, uploaded(scene, row(past.volunteer.number)))) == [["imported_before"]]


def test_its_times_can_be_put_right_at_any_time(scene: Scene, past: ServiceRecord) -> None:
    services.end_notices(at=LATER)
    day = past.date
    make_up = services.ask_make_up(
        volunteer=past.volunteer,
        shift=past.shift,
        came_at=moment("08:00", day),
        left_at=moment("11:00", day),
        reason="表上少写了一小时",
        by=past.volunteer.user,
        at=LATER,
    )
    assert isinstance(make_up, MakeUp) and make_up.way == MakeUp.Way.CORRECTION
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    services.decide_make_up(make_up=make_up, by=approver, at=LATER, accepted=True)
    past.refresh_from_db()
    assert past.state == RecordState.CORRECTED
    new = past.replaced_by
    assert (new.minutes, new.state) == (180, RecordState.EFFECTIVE)
    assert "imported" not in new.flags
    assert services.totals(past.volunteer).service_minutes == 180
    assert audited() == []


def test_it_says_where_it_comes_from(past: ServiceRecord) -> None:
    with translation.override("en"):
        (step,) = sentences.explained(past.steps, rule_set_id=past.rule_set_id)
        assert (step["clause"], step["sentence"]) == ("H1", "From an earlier list of service: 120 min.")
        assert sentences.flag_sentence("imported").startswith("This comes from an earlier list")


def test_only_whose_hours_they_are_asks_for_an_imported_shift(scene: Scene, past: ServiceRecord) -> None:
    other = scene.volunteer("刘伟", login=True)
    answer = services.ask_make_up(
        volunteer=other,
        shift=past.shift,
        came_at=moment("08:00", past.date),
        left_at=moment("11:00", past.date),
        reason="我也在",
        by=other.user,
        at=NOW,
    )
    assert isinstance(answer, Refusal) and answer.code == "not_published"
    client = Client()
    client.force_login(other.user)
    assert client.get(f"/my/ask/{past.shift_id}/").status_code == 404


# Taking back, and forgetting


def test_an_import_that_was_a_mistake_is_taken_back_while_it_is_on_notice(scene: Scene) -> None:
    wang, liu = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    done = imported(scene, row(wang.number), row(liu.number))
    contested = ServiceRecord.objects.get(volunteer=liu)
    services.object_to(record=contested, reason="没来", by=scene.leading, at=NOW)
    given = {"done": done, "by": scene.social_worker, "at": NOW}
    assert services.take_back(**given, reason=" ").code == "needs_reason"
    assert services.take_back(**{**given, "by": scene.leading}, reason="选错了列").code == "not_allowed"
    taken_back = services.take_back(**given, reason="选错了列")
    assert isinstance(taken_back, TakenBack)
    assert (taken_back.count, taken_back.reason) == (1, "选错了列")
    states = dict(ServiceRecord.objects.values_list("volunteer", "state"))
    assert states == {wang.pk: "withdrawn", liu.pk: "contested"}
    assert services.take_back(**given, reason="又一次").code == "already_taken_back"
    assert ModelLogEntry.objects.filter(action="hours.take_back_import").exists()
    assert codes(looked_at(scene, uploaded(scene, row(wang.number), row(liu.number)))) == [[], ["imported_before"]]
    again = imported(scene, row(wang.number))
    services.end_notices(at=LATER)
    assert services.totals(wang).service_minutes == 120
    assert services.take_back(**{**given, "done": again}, reason="太晚了").code == "too_late"
    assert audited() == []


def test_a_file_that_nobody_imports_is_thrown_away_after_a_month(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    upload = uploaded(scene, row())
    storage, name = upload.file.storage, upload.file.name
    assert services.discard_forgotten(at=NOW + dt.timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        tick.send(sender=None, at=NOW + dt.timedelta(days=31))
    assert not Upload.objects.exists()
    assert not storage.exists(name)


# Proof


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"minutes": 300}, "minutes 300, its imported line says 120"),
        ({"date": dt.date(2025, 3, 2)}, "date 2025-03-02, its imported line says 2025-03-01"),
        ({"category": "training"}, "category training, its imported line says service"),
    ],
)
def test_a_record_that_is_not_what_its_line_says_is_told(past: ServiceRecord, change: Any, told: str) -> None:
    assert audited() == []
    ServiceRecord.objects.filter(pk=past.pk).update(**change)
    assert audited() == [f"record {past.pk}: {told}"]
    with pytest.raises(CommandError, match="1 differences"):
        call_command("audit_ledger", stdout=io.StringIO())


def test_so_is_one_of_somebody_else(scene: Scene, past: ServiceRecord) -> None:
    other = scene.volunteer("刘伟")
    ServiceRecord.objects.filter(pk=past.pk).update(volunteer=other)
    said = f"volunteer {other.pk}, its imported line says {past.volunteer_id}"
    assert audited() == [f"record {past.pk}: {said}"]


def test_so_is_one_that_hides_its_line_or_claims_one(scene: Scene, past: ServiceRecord) -> None:
    ServiceRecord.objects.filter(pk=past.pk).update(basis={"scans": [], "with": {}})
    said = {"import": Import.objects.get().pk, "line": 2}
    assert audited() == [f"record {past.pk}: basis None, its imported line says {said}"]
    ServiceRecord.objects.filter(pk=past.pk).update(basis=past.basis)
    scanned = scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    ServiceRecord.objects.filter(pk=scanned.pk).update(basis=past.basis)
    assert audited() == [f"record {scanned.pk}: it says it was imported, and no imported line has it"]


# Certificates


def test_a_certificate_says_how_much_was_imported(scene: Scene, client: Client) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00")
    imported(scene, row(volunteer.number, hours="2.5"))
    services.end_notices(at=LATER)
    certificate = certificates.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=dt.date(2025, 1, 1),
        period_to=LATER.date(),
        by=scene.social_worker,
        at=LATER,
    )
    assert isinstance(certificate, Certificate)
    assert certificate.minutes == 330
    assert certificate.snapshot["evidence"] == [["scanned", 180, "3.0"], ["imported", 150, "2.5"]]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(f"/verify/{certificate.code}/").content.decode()
    assert "imported from an earlier list" in page
    assert "2.5" in page
    sheet = certificates._sheet(certificate, {"name": "王秀英", "volunteer_number": volunteer.number, "remark": ""})
    assert sheet.remark == "其中 2.5 小时据以往服务记录导入。"
    assert not isinstance(certificates.render(certificate, at=LATER), Refusal)


def test_imported_hours_are_the_weakest_that_a_certificate_rests_on() -> None:
    assert list(Evidence)[-1] == Evidence.IMPORTED


# The screens


@pytest.fixture
def desk(scene: Scene) -> Iterator[Client]:
    """A social worker at the back office, on a Monday morning, who reads English."""
    with time_machine.travel(NOW, tick=False):
        client = Client()
        client.force_login(scene.social_worker)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        yield client


def hand_in(desk: Client, scene: Scene, content: bytes, name: str = "名单.csv") -> Any:
    given = {"community": scene.community.pk, "issuer": scene.issuer.pk, "leader": scene.leader.pk}
    return desk.post("/admin/upload/new/", {**given, "file": SimpleUploadedFile(name, content)})


def test_a_social_worker_hands_in_confirms_looks_through_and_imports(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    assert "Recording unit" in desk.get("/admin/upload/new/").content.decode()
    content = csv_of(row(volunteer.number), row(name="周强"), ["合计", "", "", "", "2"])
    response = hand_in(desk, scene, content)
    upload = Upload.objects.get()
    assert response["Location"] == f"/admin/upload/edit/{upload.pk}/"
    assert desk.get(f"/admin/upload/check/{upload.pk}/")["Location"] == response["Location"]

    page = desk.get(f"/admin/upload/edit/{upload.pk}/")
    assert "春季植树" in page.content.decode()
    form = page.context["form"]
    guessed = {name: form[name].initial for name in form.fields}
    assert {name: guessed[name] for name in COLUMNS} == COLUMNS
    assert (guessed["header"], guessed["in_minutes"], guessed["organiser_for_all"]) == (1, 0, scene.issuer.name)
    response = desk.post(
        f"/admin/upload/edit/{upload.pk}/",
        {name: value or (0 if value == 0 else "") for name, value in guessed.items()},
    )
    assert response["Location"] == f"/admin/upload/check/{upload.pk}/"

    page = desk.get(f"/admin/upload/check/{upload.pk}/")
    shown = page.content.decode()
    assert "Import the 1 good line" in shown
    assert "Nobody on the roll has this name" in shown
    assert "Sums passed over" in shown
    response = desk.post(f"/admin/upload/check/{upload.pk}/", {"mark": page.context["run"].mark, "good": "1"})
    done = Import.objects.get()
    assert response["Location"] == f"/admin/import/inspect/{done.pk}/"
    assert "春季植树" in desk.get(response["Location"]).content.decode()
    listed = desk.get("/admin/import/").content.decode()
    assert "名单.csv" in listed and str(scene.social_worker) in listed
    assert "/admin/upload/new/" in listed
    file = desk.get(f"/admin/import/file/{done.pk}/")
    assert file.content == content
    assert "attachment" in file["Content-Disposition"]


def test_what_is_refused_on_the_way_is_said_and_nothing_is_lost(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    response = hand_in(desk, scene, b"%PDF", "a.pdf")
    assert "neither CSV nor an Excel file" in response.content.decode()
    hand_in(desk, scene, csv_of(row(volunteer.number)))
    upload = Upload.objects.get()
    response = desk.post(f"/admin/upload/edit/{upload.pk}/", {"header": 1, "in_minutes": 0, "name": 1})
    assert "Say which column holds the date" in response.content.decode()
    services.choose_columns(upload=upload, header=1, columns=COLUMNS, by=scene.social_worker)
    response = desk.post(f"/admin/upload/check/{upload.pk}/", {"mark": "of yesterday", "good": "1"})
    assert "Something has changed since you looked" in response.content.decode()
    assert "Import 1 line" in response.content.decode()
    assert "名单.csv" in desk.get("/admin/upload/").content.decode()
    upload.file.storage.delete(upload.file.name)
    assert "damaged" in desk.get(f"/admin/upload/check/{upload.pk}/").content.decode()
    response = desk.post(f"/admin/upload/edit/{upload.pk}/", {"header": 0, "in_minutes": 0})
    assert "damaged" in response.content.decode()


def test_the_very_same_file_is_recognised(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    imported(scene, row(number))
    upload = uploaded(scene, row(number))
    shown = desk.get(f"/admin/upload/check/{upload.pk}/").content.decode()
    assert f"This very file was imported by {scene.social_worker} on 2 Feb 2026" in shown
    assert "This has been imported before." in shown


def test_a_spreadsheet_is_discarded_at_the_desk(desk: Client, scene: Scene) -> None:
    upload = uploaded(scene, row())
    assert "The file is deleted" in desk.get(f"/admin/upload/discard/{upload.pk}/").content.decode()
    assert desk.post(f"/admin/upload/discard/{upload.pk}/")["Location"] == "/admin/upload/"
    assert not Upload.objects.exists()


def test_the_list_of_records_tells_and_filters_what_was_imported(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00", title="冬季防火")
    imported(scene, row(volunteer.number))

    def titles(**asked: str) -> set[str]:
        page = desk.get("/admin/service_record/", asked).content.decode()
        return {title for title in ("冬季防火", "春季植树") if title in page}

    assert titles() == {"冬季防火", "春季植树"}
    assert titles(imported="true") == {"春季植树"}
    assert titles(imported="false") == {"冬季防火"}
    record = ServiceRecord.objects.get(activity__imported=True)
    shown = desk.get(f"/admin/service_record/inspect/{record.pk}/").content.decode()
    assert "This comes from an earlier list" in shown


def test_an_imported_activity_is_no_plan_to_be_changed(desk: Client, past: ServiceRecord) -> None:
    assert "春季植树" not in desk.get("/admin/activity/").content.decode()
    assert desk.get(f"/admin/activity/edit/{past.activity_id}/")["Location"] == "/admin/activity/"


def test_the_volunteer_sees_the_day_the_remark_and_the_way_to_a_correction(past: ServiceRecord) -> None:
    with time_machine.travel(NOW, tick=False):
        client = Client()
        client.force_login(past.volunteer.user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        shown = client.get(f"/my/records/{past.pk}/").content.decode()
        assert "Sat 1 Mar 2025" in shown and "0:00" not in shown
        assert "This comes from an earlier list" in shown
        assert client.get(f"/my/ask/{past.shift_id}/").status_code == 200


def test_an_import_is_taken_back_at_the_desk(desk: Client, scene: Scene) -> None:
    done = imported(scene, row(scene.volunteer().number))
    address = f"/admin/import/take-back/{done.pk}/"
    assert address in desk.get(f"/admin/import/inspect/{done.pk}/").content.decode()
    assert desk.post(address, {"reason": "选错了列"})["Location"] == f"/admin/import/inspect/{done.pk}/"
    shown = desk.get(f"/admin/import/inspect/{done.pk}/").content.decode()
    assert f"Taken back by {scene.social_worker} on 2 Feb 2026: 选错了列 (1 record)" in shown
    assert "taken back" in desk.get("/admin/import/").content.decode()
    assert "already" in desk.post(address, {"reason": "又一次"}).content.decode()


def test_a_missing_file_of_an_import_is_not_found(desk: Client, scene: Scene) -> None:
    done = imported(scene, row(scene.volunteer().number))
    done.file.storage.delete(done.file.name)
    assert desk.get(f"/admin/import/file/{done.pk}/").status_code == 404
