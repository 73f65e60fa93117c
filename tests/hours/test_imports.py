"""Bringing history along: past records from a spreadsheet, each line checked, marked for ever, audited."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.certificates import services as certificates
from academy.core.refusals import Refusal
from academy.hours import services, triggers
from academy.hours.models import Import, ImportedLine, LedgerEntry, RecordState, ServiceRecord
from academy.people import services as people
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory
from tests.hours.scene import SATURDAY, Scene, moment

MONDAY = moment("09:00", dt.date(2026, 2, 2))
LATER = moment("00:05", dt.date(2026, 2, 16))  # every notice is over
HEAD = "姓名,志愿者编号,手机,日期,活动名称,服务时长,服务内容,地点,组织者"


def upload(scene: Scene, *lines: str, head: str = HEAD, name: str = "2025.csv") -> Import:
    batch = services.keep_upload(
        community=scene.community,
        issuer=scene.issuer,
        leader=scene.leader,
        name=name,
        data="\n".join([head, *lines]).encode(),
        by=scene.social_worker,
        at=MONDAY,
    )
    assert isinstance(batch, Import), batch
    return batch


def examined(scene: Scene, *lines: str, **named: str) -> services.Examined:
    return services.examine(batch=upload(scene, *lines, **named), by=scene.social_worker, at=MONDAY)


def bring_in(scene: Scene, batch: Import, *, only_if_all_are_good: bool = True):
    return services.bring_in(batch=batch, by=scene.social_worker, at=MONDAY, only_if_all_are_good=only_if_all_are_good)


def problems(found: services.Examined) -> list[tuple[int, str | None]]:
    return [(line.number, line.problem.code if line.problem else None) for line in found.lines]


# What a line becomes


def test_a_line_becomes_a_record_on_notice_that_says_where_it_comes_from(scene: Scene) -> None:
    volunteer = scene.volunteer()
    batch = upload(scene, f"王秀英,{volunteer.number},,2025-03-01,敬老院探访,2.5,陪老人聊天,街道敬老院,居委会")

    assert bring_in(scene, batch) == Import.objects.get()

    record = ServiceRecord.objects.get()
    assert (record.volunteer, record.date, record.minutes) == (volunteer, dt.date(2025, 3, 1), 150)
    assert (record.state, record.category, record.confirmed_by) == ("on_notice", "service", scene.social_worker)
    assert record.effective_on == dt.date(2026, 2, 6)
    assert record.flags == ["imported"]
    assert record.steps == [{"clause": "H1-import", "before": 0, "after": 150}]
    activity = record.activity
    assert (activity.title, activity.place, activity.service_content, activity.organiser, activity.issuer) == (
        "敬老院探访",
        "街道敬老院",
        "陪老人聊天",
        "居委会",
        scene.issuer,
    )
    line = ImportedLine.objects.get()
    assert (line.record, line.line, line.cells[0]) == (record, 2, "王秀英")
    assert Import.objects.get().imported_by == scene.social_worker


def test_it_takes_effect_and_counts_like_any_other(scene: Scene) -> None:
    volunteer = scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))
    assert services.totals(volunteer).service_minutes == 0

    services.end_notices(at=LATER)

    assert services.totals(volunteer).service_minutes == 120
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
    call_command("audit_ledger")


def test_lines_of_one_activity_are_one_activity_with_a_shift_for_each_day(scene: Scene) -> None:
    for name in ("王秀英", "刘伟"):
        scene.volunteer(name)
    bring_in(
        scene,
        upload(
            scene,
            "王秀英,,,2025-03-01,探访,2,,,",
            "刘伟,,,2025-03-01,探访,2,,,",
            "刘伟,,,2025-03-08,探访,2,,,",
            "刘伟,,,2025-03-01,探访,1,,,",  # the afternoon
            "刘伟,,,2025-03-08,清洁,1,,,",
        ),
    )

    assert sorted(Activity.objects.filter(imported=True).values_list("title", flat=True)) == ["探访", "清洁"]
    assert Activity.objects.get(title="探访").shifts.count() == 3
    assert ServiceRecord.objects.count() == 5


def test_what_is_not_there_is_not_made_up(scene: Scene) -> None:
    scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,2025-03-01,探访,2", head="姓名,日期,活动,小时"))

    activity = Activity.objects.get(imported=True)
    assert (activity.place, activity.service_content, activity.organiser) == ("", "探访", scene.issuer.name)
    assert activity.published_at is None
    shift = activity.shifts.get()
    assert (shift.starts_at, shift.ends_at) == (
        moment("00:00", dt.date(2025, 3, 1)),
        moment("24:00", dt.date(2025, 3, 1)),
    )


def test_nobody_publishes_what_was_imported(scene: Scene) -> None:
    scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))

    answer = activities.publish_activity(
        activity=Activity.objects.get(imported=True), by=scene.social_worker, at=MONDAY
    )

    assert isinstance(answer, Refusal) and answer.code == "imported"
    assert not services.running([scene.community], at=moment("09:00", dt.date(2025, 3, 20)))


# What cannot be


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("无名氏,,,2025-03-01,探访,2,,,", "unknown_person"),
        ("陈静,,,2025-03-01,探访,2,,,", "ambiguous_person"),
        ("陈静,,13900000001,2025-03-01,探访,2,,,", None),
        ("陈静,,139-0000-0009,2025-03-01,探访,2,,,", "ambiguous_person"),
        ("陈 静,,+86 13900000002,2025-03-01,探访,2,,,", None),
        ("王秀英,{leader},,2025-03-01,探访,2,,,", "wrong_name"),
        ("王秀英,V2020999999X,,2025-03-01,探访,2,,,", None),  # a number of another system
        (",{mine},,2025-03-01,探访,2,,,", None),
        ("王秀英,,,三月一日,探访,2,,,", "bad_date"),
        ("王秀英,,,,探访,2,,,", "bad_date"),
        ("王秀英,,,2026-02-02,探访,2,,,", "future_date"),
        ("王秀英,,,2026-02-01,探访,2,,,", None),
        ("王秀英,,,2025-03-01,探访,两小时,,,", "bad_minutes"),
        ("王秀英,,,2025-03-01,探访,0,,,", "bad_minutes"),
        ("王秀英,,,2025-03-01,,2,,,", "no_title"),
        ("王秀英,,,2025-03-01," + "探" * 61 + ",2,,,", "too_long"),
        ("王秀英,,,2025-03-01," + "探" * 60 + ",2,,,", None),
        ("王秀英,,,2025-03-01,探访,8,,,", None),
        ("王秀英,,,2025-03-01,探访,8.1,,,", "over_the_day"),
    ],
)
def test_each_line_says_why_it_cannot_be_imported(scene: Scene, line: str, code: str | None) -> None:
    mine = scene.volunteer()
    for number in (1, 2):
        scene.volunteer("陈静", phone=f"1390000000{number}")

    found = examined(scene, line.format(leader=scene.leader.number, mine=mine.number))

    assert problems(found) == [(2, code)]
    assert not ServiceRecord.objects.exists()


def test_k4_nobody_brings_in_their_own_hours(scene: Scene) -> None:
    own = scene.volunteer("孙丽", login=True)
    own.user.duties.create(community=scene.community, role=DutyRole.SOCIAL_WORKER)
    batch = upload(scene, "孙丽,,,2025-03-01,探访,2,,,")

    assert problems(services.examine(batch=batch, by=own.user, at=MONDAY)) == [(2, "own_hours")]
    assert problems(services.examine(batch=batch, by=scene.social_worker, at=MONDAY)) == [(2, None)]


def test_the_same_line_twice_is_imported_once(scene: Scene) -> None:
    scene.volunteer()
    line = "王秀英,,,2025-03-01,探访,2,,,"

    assert problems(examined(scene, line, "", line, "王秀英,,,2025-03-01,清洁,2,,,")) == [
        (2, None),
        (4, "twice"),
        (5, None),
    ]


def test_what_was_imported_before_is_not_imported_again(scene: Scene) -> None:
    scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))

    again = upload(scene, "王秀英,,,2025/3/1,探访,2小时,,,", "王秀英,,,2025-03-02,探访,2,,,", name="新.csv")

    assert problems(services.examine(batch=again, by=scene.social_worker, at=MONDAY)) == [
        (2, "imported_before"),
        (3, None),
    ]


def test_h4_the_day_holds_no_more_with_what_was_scanned_on_it(scene: Scene) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())  # 180 minutes on that Saturday

    found = examined(scene, "王秀英,,,2026-01-10,探访,5,,,", "王秀英,,,2026-01-10,清洁,0.1,,,")

    assert problems(found) == [(2, None), (3, "over_the_day")]


def test_h4_an_approved_day_holds_more(scene: Scene) -> None:
    volunteer = scene.volunteer()
    asked = services.ask_daily_approval(
        volunteer=volunteer,
        date=dt.date(2025, 3, 1),
        minutes=600,
        reason="防汛",
        by=scene.social_worker,
        at=MONDAY,
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    services.decide_daily_approval(approval=asked, by=approver, at=MONDAY, accepted=True)

    assert problems(examined(scene, "王秀英,,,2025-03-01,防汛,10,,,")) == [(2, None)]
    assert problems(examined(scene, "王秀英,,,2025-03-01,防汛,10.1,,,")) == [(2, "over_the_day")]


def test_somebody_who_was_merged_is_found_under_either_name(scene: Scene) -> None:
    stays, gone = scene.volunteer("王秀英"), scene.volunteer("王秀珍")
    answer = people.merge(volunteer=gone, into=stays, by=scene.social_worker, at=MONDAY)
    assert not isinstance(answer, Refusal)

    found = examined(scene, f"王秀珍,{gone.number},,2025-03-01,探访,2,,,", "王秀英,,,2025-03-02,探访,2,,,")

    assert [line.volunteer for line in found.good] == [stays, stays]


def test_minutes_where_the_heading_says_so(scene: Scene) -> None:
    scene.volunteer()
    found = examined(scene, "王秀英,2025-03-01,探访,90", head="姓名,日期,活动,服务时长(分钟)")

    assert found.good[0].minutes == 90


def test_begin_and_end_make_the_time(scene: Scene) -> None:
    scene.volunteer()
    found = examined(scene, "王秀英,2025-03-01,探访,9:00,11:30", head="姓名,日期,活动,开始时间,结束时间")

    assert found.good[0].minutes == 150


# All or the good ones


def test_all_or_nothing_unless_the_good_ones_are_asked_for(scene: Scene) -> None:
    scene.volunteer()
    batch = upload(scene, "王秀英,,,2025-03-01,探访,2,,,", "无名氏,,,2025-03-01,探访,2,,,")

    assert bring_in(scene, batch).code == "bad_lines"
    assert not ServiceRecord.objects.exists() and not Activity.objects.filter(imported=True).exists()

    done = bring_in(scene, batch, only_if_all_are_good=False)
    assert (done.left_out, ServiceRecord.objects.count()) == (1, 1)


def test_nothing_good_is_nothing_imported(scene: Scene) -> None:
    batch = upload(scene, "无名氏,,,2025-03-01,探访,2,,,")

    assert bring_in(scene, batch, only_if_all_are_good=False).code == "nothing_good"


def test_an_upload_that_is_not_wanted_is_thrown_away_with_its_file(
    scene: Scene, django_capture_on_commit_callbacks
) -> None:
    batch = upload(scene, "王秀英,,,2025-03-01,探访,2,,,")
    assert batch.file.storage.exists(batch.file.name)

    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard(batch=batch, by=scene.social_worker) is None

    assert not Import.objects.exists() and not batch.file.storage.exists(batch.file.name)


def test_a_file_is_imported_once(scene: Scene) -> None:
    scene.volunteer()
    first, second = (upload(scene, "王秀英,,,2025-03-01,探访,2,,,", name=name) for name in ("a.csv", "b.csv"))
    bring_in(scene, first)

    assert bring_in(scene, first).code == "done"
    assert bring_in(scene, second).code == "done"
    answer = services.choose_columns(batch=first, header_row=1, columns={}, by=scene.social_worker)
    assert answer.code == "done"
    with pytest.raises(AssertionError, match="done"):
        upload(scene, "王秀英,,,2025-03-01,探访,2,,,")


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_only_who_confirms_hours_imports(scene: Scene, role: DutyRole) -> None:
    batch = upload(scene, "王秀英,,,2025-03-01,探访,2,,,")
    other = UserFactory(duties=[(scene.community, role)])

    answer = services.bring_in(batch=batch, by=other, at=MONDAY, only_if_all_are_good=True)
    assert answer.code == "not_allowed"
    assert services.choose_columns(batch=batch, header_row=1, columns={}, by=other).code == "not_allowed"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"issuer": IssuerFactory}, "foreign"),
        ({"leader": VolunteerFactory}, "foreign"),
        ({"data": lambda: b""}, "empty"),
        ({"data": lambda: b"PK"}, "not_a_table"),
        ({"by": UserFactory}, "not_allowed"),
    ],
)
def test_an_upload_that_cannot_be(scene: Scene, fields, code: str) -> None:
    given = {
        "community": scene.community,
        "issuer": scene.issuer,
        "leader": scene.leader,
        "name": "a.csv",
        "data": HEAD.encode(),
        "by": scene.social_worker,
        **{name: make() for name, make in fields.items()},
    }

    assert services.keep_upload(**given, at=MONDAY).code == code
    assert not Import.objects.exists()


# What rests on it later


def test_counting_again_leaves_an_imported_record_alone(scene: Scene) -> None:
    volunteer = scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2026-01-10,探访,2,,,"))
    services.end_notices(at=LATER)
    scene.attend(volunteer, scene.activity().shifts.get())

    call_command("recompute_records")
    services.sweep(at=LATER)

    assert sorted(ServiceRecord.objects.values_list("minutes", "state")) == [
        (120, "effective"),
        (180, "awaiting_confirmation"),
    ]
    assert not ServiceRecord.objects.filter(correction_proposals__isnull=False).exists()


def test_an_upheld_objection_takes_the_imported_hours_back(scene: Scene) -> None:
    scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))
    objector = VolunteerFactory(community=scene.community, login=True)
    objection = services.object_to(
        record=ServiceRecord.objects.get(), reason="她没有来", by=objector.user, at=MONDAY + dt.timedelta(hours=1)
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    answer = services.decide_objection(
        objection=objection, by=approver, at=MONDAY + dt.timedelta(hours=2), accepted=True, answer="查实", times=None
    )

    assert not isinstance(answer, Refusal), answer
    assert not ServiceRecord.objects.live().exists()
    call_command("audit_ledger")


def test_the_certificate_says_what_was_imported(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00")
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))
    services.end_notices(at=LATER)

    content = certificates.content_of(
        issuer=scene.issuer, volunteer=volunteer, period_from=dt.date(2025, 1, 1), period_to=SATURDAY
    )

    assert [(evidence.value, minutes) for evidence, minutes in content.evidence] == [
        ("scanned", 180),
        ("imported", 120),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE hours_servicerecord SET date = '2025-03-02'", "date 2025-03-02, its imported line makes 2025-03-01"),
        ("UPDATE hours_importedline SET minutes = 90", "minutes 120, its imported line makes 90"),
        ("DELETE FROM hours_importedline", "it was imported, and its line is not there"),
    ],
)
def test_the_audit_compares_each_record_with_its_line(scene: Scene, change: str, said: str, capsys) -> None:
    scene.volunteer()
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))
    services.end_notices(at=LATER)
    assert LedgerEntry.objects.count() == 1
    triggers.lift(connection)
    with connection.cursor() as cursor:
        cursor.execute(change)

    with pytest.raises((CommandError, SystemExit)):
        call_command("audit_ledger")
    assert said in "".join(capsys.readouterr())


# The screens


def test_from_the_file_to_the_records_on_screen(client, scene: Scene) -> None:
    scene.volunteer()
    client.force_login(scene.social_worker)
    text = "2025 年记录\n名,哪天,做什么,多久\n王秀英,2025-03-01,探访,2\n无名氏,2025-03-01,探访,2"
    data = {"community": scene.community.pk, "issuer": scene.issuer.pk, "leader": scene.leader.pk}

    refused = client.post(reverse("import:add"), data | {"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0")})
    assert refused.context["form"].errors["file"]
    assert refused.context["form"]["leader"].value() == str(scene.leader.pk)

    with time_machine.travel(MONDAY, tick=False):
        made = client.post(reverse("import:add"), data | {"file": SimpleUploadedFile("2025.csv", text.encode())})
        batch = Import.objects.get()
        assert made.url == reverse("import:columns", args=[batch.pk])

        page = client.get(made.url)
        assert page.context["form"]["name"].value() is None
        wrong = client.post(made.url, {"header_row": 1})
        assert {"name", "date", "title", "minutes"} <= wrong.context["form"].errors.keys()

        columns = {"header_row": 2, "name": 0, "date": 1, "title": 2, "minutes": 3}
        assert client.post(made.url, {**columns, "title": 1}).context["form"].non_field_errors()
        check = client.post(made.url, columns).url
        if check == made.url:  # other headings are shown once more
            check = client.post(made.url, columns).url
        assert check == reverse("import:check", args=[batch.pk])

        dry = client.get(check)
        assert [line.number for line in dry.context["examined"].bad] == [4]
        assert "unknown_person" in dry.content.decode()
        assert not ServiceRecord.objects.exists()
        assert client.post(check).context["form"].non_field_errors()

        assert client.post(check, {"good": "1"}).url == reverse("import:index")
        assert ServiceRecord.objects.get().minutes == 120
        assert "2025.csv" in client.get(reverse("import:index")).content.decode()
        assert "王秀英" in client.get(reverse("import:inspect", args=[batch.pk])).content.decode()
        listed = client.get(reverse("service_record:index"), {"imported": "true"})
        assert [one.minutes for one in listed.context["object_list"]] == [120]
        assert not client.get(reverse("service_record:index"), {"imported": "false"}).context["object_list"]
        kept = client.post(reverse("import:discard", args=[batch.pk]))
        assert kept.context["form"].non_field_errors()
    assert Import.objects.exists()


def test_the_record_of_the_volunteer_says_so_and_shows_no_clock(client, scene: Scene) -> None:
    volunteer = scene.volunteer(login=True)
    bring_in(scene, upload(scene, "王秀英,,,2025-03-01,探访,2,,,"))
    client.force_login(volunteer.user)

    page = client.get(reverse("desk:record", args=[ServiceRecord.objects.get().pk])).content.decode()

    assert "2025年3月1日" in page and "0:00" not in page
    assert "120" in page


def test_another_community_sees_nothing_of_it(client, scene: Scene) -> None:
    batch = upload(scene, "王秀英,,,2025-03-01,探访,2,,,")
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))

    assert "2025.csv" not in client.get(reverse("import:index")).content.decode()
    assert client.get(reverse("import:check", args=[batch.pk])).status_code == 404
