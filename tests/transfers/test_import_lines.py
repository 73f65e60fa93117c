"""The lines of a list, checked before any record is made."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.decisions.services import decide
from academy.families import services as families
from academy.hours.services import approvals
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services.duties import grant_duty
from academy.transfers.services.import_lines import TEXTS
from tests.factories import UserFactory, workbook
from tests.hours.scene import SATURDAY, Scene, moment
from tests.transfers.lists import (
    HEADERS,
    codes,
    import_list,
    row,
    run_dry,
    upload_list,
)
from tests.typing import ONE_NAME, pasted, wide


def test_a_person_is_found_by_number_by_name_and_phone_or_by_a_name_that_one_alone_has(scene: Scene) -> None:
    wang = scene.volunteer("王秀英", phone="13800138000")
    other_wang = scene.volunteer("王秀英", phone="13900139000")
    liu = scene.volunteer("刘伟")
    upload = upload_list(
        scene,
        row(wang.number.lower()),
        row(other_wang.number, name="王 秀英"),
        row(name="王秀英", phone="139-0013-9000", title="甲"),
        row(name="王秀英", phone="+8613800138000", title="乙"),
        row(name="刘伟", title="丙"),
        row(name="刘伟", phone="13700137000", title="丁"),
    )
    run = run_dry(scene, upload)
    assert codes(run) == [[]] * 6
    assert [line.volunteer for line in run.lines] == [wang, other_wang, other_wang, wang, liu, liu]


def test_whom_a_line_does_not_name_clearly_is_told(scene: Scene) -> None:
    wang, _other = scene.volunteer("王秀英", phone="13800138000"), scene.volunteer("王秀英")
    scene.volunteer("刘伟", phone="13900139000")
    stranger = Scene().volunteer("周强")
    upload = upload_list(
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
    assert codes(run_dry(scene, upload)) == [
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
    upload = upload_list(scene, row(gone.number, name="王秀英"), row(name="王秀瑛", title="甲"), row(stays.number))
    run = run_dry(scene, upload)
    assert [line.volunteer for line in run.lines] == [stays, stays, stays]
    assert codes(run) == [[], [], ["twice"]]


def test_nobody_imports_their_own_hours(scene: Scene) -> None:
    volunteer = scene.volunteer("孙丽", login=True)
    worker = volunteer.user
    assert worker is not None
    grant_duty(user=worker, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    upload = upload_list(scene, row(volunteer.number))
    assert codes(run_dry(scene, upload, by=worker)) == [["own_hours"]]
    assert codes(run_dry(scene, upload)) == [[]]


def test_nobody_imports_the_hours_of_a_person_they_act_for(scene: Scene) -> None:
    volunteer, worker = scene.volunteer(), UserFactory()
    families.allow_agent(volunteer=volunteer, user=worker, evidence="口头", by=None, at=moment("08:00"))
    grant_duty(user=worker, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    assert codes(run_dry(scene, upload_list(scene, row(volunteer.number)), by=worker)) == [["own_hours"]]


def test_dates_and_hours_that_cannot_be_are_told(scene: Scene) -> None:
    number = scene.volunteer().number
    upload = upload_list(
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
    assert codes(run_dry(scene, upload)) == [
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
    upload = upload_list(scene, content=content.encode(), columns=columns, for_all=for_all)
    run = run_dry(scene, upload)
    assert codes(run) == [[], [], ["times_reversed"], ["bad_hours"], ["no_minutes"]]
    assert [line.minutes for line in run.good] == [150, 60]
    assert run.good[0].hours_text == "9:00–11:30"


def test_what_a_record_holds_is_there_for_every_line_and_is_never_cut(scene: Scene) -> None:
    number = scene.volunteer().number
    empty = {"title": "", "place": "", "content": "", "organiser": ""}
    long = {name: "字" * (most + 1) for name, most in TEXTS.items()}
    full = {name: "字" * most for name, most in TEXTS.items()}
    upload = upload_list(scene, row(number, **empty), row(number, **long), row(number, **full))
    assert codes(run_dry(scene, upload)) == [
        ["missing_title", "missing_place", "missing_content", "missing_organiser"],
        ["long_title", "long_place", "long_content", "long_organiser"],
        [],
    ]
    for_all = {name: f"默认{name}" for name in TEXTS}
    upload = upload_list(scene, row(number, **empty), row(number), for_all=for_all)
    run = run_dry(scene, upload)
    assert run.lines[0].texts == for_all
    assert run.lines[1].texts["title"] == "春季植树"


def test_a_formula_in_a_needed_cell_is_told_and_a_line_of_sums_is_passed_over(scene: Scene) -> None:
    number = scene.volunteer().number
    cells = row(number)
    content = workbook(
        HEADERS, cells, [*cells[:4], "=1+1", *cells[5:]], [*cells, "=1+1"], ["合 计", None, None, None, "=SUM(E2:E4)"]
    )
    run = run_dry(scene, upload_list(scene, content=content))
    assert codes(run) == [[], ["formula", "bad_hours"], ["twice"]]
    assert run.sums == 1


def test_a_day_holds_no_more_than_its_limit_with_what_is_recorded(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "13:00")
    day = SATURDAY.isoformat()
    upload = upload_list(
        scene,
        row(volunteer.number, date=day, hours="4", title="甲"),
        row(volunteer.number, date=day, hours="0:01", title="乙"),
        row(volunteer.number, date="2025-03-01", hours="8:01"),
        row(volunteer.number, date="2025-03-02", hours="8"),
    )
    assert codes(run_dry(scene, upload)) == [[], ["too_much"], ["too_much"], []]


@pytest.mark.parametrize(("hours", "problems"), [("10", []), ("10:01", ["too_much"])])
def test_a_day_that_a_second_person_approved_holds_more(scene: Scene, hours: str, problems: list[str]) -> None:
    volunteer, at = scene.volunteer(), moment("09:00", dt.date(2026, 1, 20))
    asked = approvals.ask_daily_approval(
        volunteer=volunteer, date=dt.date(2025, 3, 1), minutes=600, reason="防汛", by=scene.social_worker, at=at
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=asked, by=approver, at=at, accepted=True)

    upload = upload_list(scene, row(volunteer.number, date="2025-03-01", hours=hours))

    assert codes(run_dry(scene, upload)) == [problems]


def test_what_is_recorded_or_imported_or_stands_further_up_already_is_told(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "13:00", title="冬季防火")
    import_list(scene, row(volunteer.number))
    upload = upload_list(
        scene,
        row(volunteer.number, title="春季 植树"),
        row(volunteer.number, date=SATURDAY.isoformat(), title="冬季防火"),
        row(volunteer.number, date="2025-03-02"),
        row(volunteer.number, date="2025-03-02"),
        row(volunteer.number, date="2025-03-02", hours="3"),  # again on that day, for longer: afternoon
    )
    assert codes(run_dry(scene, upload)) == [["imported_before"], ["recorded_already"], [], ["twice"], []]


def test_a_long_list_takes_no_more_statements(scene: Scene) -> None:
    volunteer = scene.volunteer()

    def statements(count: int) -> int:
        upload = upload_list(
            scene, *(row(volunteer.number, title=f"活动{number}", hours="0:01") for number in range(count))
        )
        with CaptureQueriesContext(connection) as captured:
            run_dry(scene, upload)
        return len(captured)

    assert statements(2) == statements(60)


def test_a_person_is_found_however_the_file_writes_them(scene: Scene) -> None:
    volunteer = scene.volunteer("买买提·吐尔逊", phone="13800000001")
    scene.volunteer("买买提·吐尔逊", phone="13900139000")  # a namesake, so that the phone decides
    who = [{"number": write(volunteer.number)} for write in (wide, pasted)]
    phones = ("１３８–0000–0001", pasted("008613800000001"))
    who += [{"name": name, "phone": phone} for name in ONE_NAME for phone in phones]
    rows = [row(**one, date=f"2025-03-{day:02}") for day, one in enumerate(who, 1)]
    run = run_dry(scene, upload_list(scene, *rows))
    assert codes(run) == [[]] * len(rows)
    assert {line.volunteer for line in run.lines} == {volunteer}
