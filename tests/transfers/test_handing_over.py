"""The higher platform's own form: set up once, then filled, handed in and marked (P10)."""

import datetime as dt
import hashlib
import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import ServiceRecord
from academy.hours.services import make_ups
from academy.people.permissions import DutyRole
from academy.transfers.models import Handover, PlatformHandover, PlatformWorkbook
from academy.transfers.services import handing_over
from tests.factories import CommunityFactory, UserFactory, workbook
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

MONDAY = moment("09:00", dt.date(2026, 2, 2))
JANUARY = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 1, 31)}
HEAD = ["序号", "姓名", "志愿者编号", "项目名称", "服务日期", "服务时长(小时)", "备注"]


def add(scene: Scene, data: bytes | None = None, name: str = "民政表.xlsx") -> PlatformWorkbook:
    form = handing_over.add_workbook(
        community=scene.community,
        platform="全国志愿服务信息系统",
        name=name,
        data=data or workbook(["志愿服务记录导入表"], HEAD),
        by=scene.social_worker,
        at=MONDAY,
    )
    assert isinstance(form, PlatformWorkbook), form
    return form


def fill(scene: Scene, form: PlatformWorkbook, *, at: dt.datetime = MONDAY, again: bool = False):
    return handing_over.fill_workbook(workbook=form, **JANUARY, by=scene.social_worker, at=at, again=again)


def hand_over(scene: Scene, handover: Handover, at: dt.datetime = MONDAY):
    return handing_over.hand_over(handover=handover, by=scene.social_worker, at=at)


def cells_of(data: bytes | Handover) -> list[tuple]:
    if isinstance(data, Handover):
        with data.file.open("rb") as file:
            data = file.read()
    return [tuple(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


# Filling


def test_the_form_is_filled_below_its_headings_and_says_what_each_column_asks(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "11:35")

    handover = fill(scene, add(scene))

    assert cells_of(handover) == [
        ("志愿服务记录导入表", None, None, None, None, None, None),
        tuple(HEAD),
        (1, "王秀英", volunteer.number, "冬季防火入户宣传", dt.datetime(2026, 1, 10), 2.5, None),
    ]
    assert handover.name == "民政表 2026-01-01–2026-01-31.xlsx"


def test_every_field_that_is_offered_can_be_written(scene: Scene) -> None:
    volunteer = scene.volunteer(phone="13900000001")
    scene.serve(volunteer, "09:00", "11:35")
    form = add(scene)
    fields = list(handing_over.FIELDS)
    columns = {str(place): {"field": field} for place, field in enumerate(fields)}
    handing_over.set_columns(
        workbook=form, header_row=2, first_row=3, columns=columns | {"30": {"text": "市级"}}, by=scene.social_worker
    )
    form.file.save("wide.xlsx", SimpleUploadedFile("wide.xlsx", workbook(["x"] * 31, ["x"] * 31)))

    row = dict(zip(fields, cells_of(fill(scene, form))[2], strict=False))

    assert (row["came"], row["left"], row["minutes"], row["phone"]) == ("9:00", "11:35", 155, "13900000001")
    assert (row["leader"], row["issuer"], row["person_responsible"]) == ("赵敏", scene.issuer.name, "赵敏")
    assert (row["place"], row["content"], row["organiser"]) == ("Y社区活动中心", "入户宣传防火知识", "Y社区居委会")
    assert cells_of(fill(scene, form))[2][30] == "市级"


def test_hours_are_cut_and_never_rounded_up(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "11:59")

    assert cells_of(fill(scene, add(scene)))[2][5] == 2.9


def test_only_effective_service_of_the_period_is_handed_over(scene: Scene) -> None:
    here = scene.volunteer()
    scene.serve(here, "09:00", "12:00")
    scene.serve(here, "09:00", "12:00", day=dt.date(2026, 1, 17), kind="training", counts_as="learner")
    scene.serve(here, "09:00", "12:00", day=dt.date(2026, 1, 31))
    scene.serve(here, "09:00", "12:00", day=dt.date(2026, 2, 1))
    scene.attend(here, scene.activity(day=dt.date(2026, 1, 24)).shifts.get())  # not confirmed
    other = Scene()
    other.serve(other.volunteer(), "09:00", "12:00")

    handover = fill(scene, add(scene))

    dates = [record.date for record in handover.records.order_by("date")]
    assert dates == [SATURDAY, dt.date(2026, 1, 31)]


# Records that were handed over


def test_a_filled_form_counts_only_when_it_has_been_handed_in(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    first = fill(scene, form)
    assert handing_over.records_for(form, **JANUARY).count() == 1

    hand_over(scene, first)

    assert not handing_over.records_for(form, **JANUARY).exists()
    assert fill(scene, form).code == "nothing_new"
    assert len(cells_of(fill(scene, form, again=True))) == 3
    assert (
        handing_over.records_for(add(scene, name="另一张.xlsx"), **JANUARY).count() == 1
    )  # each form is another platform's


def test_two_files_with_the_same_record_are_not_both_handed_in(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    first, second = fill(scene, form), fill(scene, form)

    assert isinstance(hand_over(scene, first), Handover)
    assert hand_over(scene, second).code == "already"
    assert hand_over(scene, first).code == "done"
    assert handing_over.throw_away(handover=first, by=scene.social_worker).code == "done"


def test_what_is_not_handed_in_is_thrown_away_with_its_file(scene: Scene, django_capture_on_commit_callbacks) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    handover = fill(scene, add(scene))
    storage, name = handover.file.storage, handover.file.name
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        assert handing_over.throw_away(handover=handover, by=scene.social_worker) is None

    assert not Handover.objects.exists() and not PlatformHandover.objects.exists() and not storage.exists(name)


def corrected(scene: Scene, record: ServiceRecord, *, came: str | None) -> None:
    """Correct the record, with the consent of a second person."""
    asked = make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=came and moment(came),
        left_at=came and moment("12:00"),
        reason="记错了",
        by=scene.social_worker,
        at=MONDAY,
    )
    assert not isinstance(asked, Refusal), asked
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    answer = decide(request=asked, by=approver, at=MONDAY, accepted=True)
    assert not isinstance(answer, Refusal), answer


def test_what_was_corrected_since_is_named_until_the_platform_knows(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    hand_over(scene, fill(scene, form))
    corrected(scene, record, came="10:00")

    (changed,) = handing_over.changed_since(form)
    assert (changed.known, changed.minutes) == (180, 120)
    assert fill(scene, form).code == "nothing_new"  # a second row would count twice there

    line = handing_over.note_platform_told(line=changed.line, by=scene.social_worker, at=MONDAY)
    assert (line.told_minutes, line.told_by, line.told_at) == (120, scene.social_worker, MONDAY)
    assert handing_over.changed_since(form) == []

    corrected(scene, ServiceRecord.objects.effective().get(), came="11:00")
    (again,) = handing_over.changed_since(form)
    assert (again.known, again.minutes) == (120, 60)
    assert fill(scene, form).code == "nothing_new"


def test_what_is_gone_is_named_until_the_platform_knows(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    hand_over(scene, fill(scene, form))
    corrected(scene, record, came=None)

    (changed,) = handing_over.changed_since(form)
    assert (changed.known, changed.minutes) == (180, 0)
    handing_over.note_platform_told(line=changed.line, by=scene.social_worker, at=MONDAY)
    assert handing_over.changed_since(form) == []


def test_v3_the_file_is_kept_until_it_is_handed_in_and_no_longer(
    scene: Scene, client, django_capture_on_commit_callbacks
) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    handover = fill(scene, add(scene))
    storage, name = handover.file.storage, handover.file.name
    with handover.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == handover.sha256

    with django_capture_on_commit_callbacks(execute=True):
        hand_over(scene, handover)

    assert not storage.exists(name)
    client.force_login(scene.social_worker)
    assert client.get(reverse("handover:file", args=[handover.pk])).status_code == 404
    page = client.get(reverse("handover:inspect", args=[handover.pk])).content.decode()
    assert "王秀英" in page
    assert handover.sha256 not in page.partition("<details")[0] and handover.sha256 in page


# Refusals


def zipped(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_spreadsheet"),
        (b"name,hours", "not_a_spreadsheet"),
        (b"\xd0\xcf\x11\xe0", "locked"),
        (b"1" * 5_000_001, "too_big"),
        (zipped(**{"xl__workbook.xml": b"<"}), "corrupt"),
        (zipped(**{"xl__workbook.xml": b"<", "xl__vbaProject.bin": b""}), "macros"),
        (workbook(), "empty"),
    ],
)
def test_a_form_that_cannot_be_filled_says_why(scene: Scene, data: bytes, code: str) -> None:
    answer = handing_over.add_workbook(
        community=scene.community, platform="平台", name="a.xlsx", data=data, by=scene.social_worker, at=MONDAY
    )

    assert answer.code == code
    assert not PlatformWorkbook.objects.exists()


def test_joined_cells_are_not_written_into(scene: Scene) -> None:
    book = load_workbook(io.BytesIO(workbook(["姓名", "日期"])))
    book.active.merge_cells("A2:B2")
    data = io.BytesIO()
    book.save(data)
    scene.serve(scene.volunteer(), "09:00", "12:00")

    assert fill(scene, add(scene, data.getvalue())).code == "merged"


def test_a_form_without_columns_or_a_period_the_wrong_way_round(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene, workbook(["甲", "乙"]))

    assert fill(scene, form).code == "no_columns"
    wrong = {"since": JANUARY["until"], "until": JANUARY["since"]}
    assert handing_over.fill_workbook(workbook=form, **wrong, by=scene.social_worker, at=MONDAY).code == "bad_period"


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_only_who_confirms_hours_hands_them_over(scene: Scene, role: DutyRole) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    handover = fill(scene, form)
    other = UserFactory(duties=[(scene.community, role)])

    for answer in (
        handing_over.add_workbook(community=scene.community, platform="平台", name="a", data=b"", by=other, at=MONDAY),
        handing_over.set_columns(workbook=form, header_row=1, first_row=2, columns={}, by=other),
        handing_over.fill_workbook(workbook=form, **JANUARY, by=other, at=MONDAY),
        handing_over.hand_over(handover=handover, by=other, at=MONDAY),
        handing_over.throw_away(handover=handover, by=other),
        handing_over.note_platform_told(line=handover.lines.get(), by=other, at=MONDAY),
    ):
        assert answer.code == "not_allowed"


# The screens


def test_from_the_empty_form_to_the_mark_on_screen(client, scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    client.force_login(scene.social_worker)
    data = {"community": scene.community.pk, "platform": "市民政平台"}
    new = reverse("platform_workbook:add")

    refused = client.post(new, data | {"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0")})
    assert refused.context["form"].errors["file"]
    assert refused.context["form"]["platform"].value() == "市民政平台"

    with time_machine.travel(MONDAY, tick=False):
        made = client.post(new, data | {"file": SimpleUploadedFile("表.xlsx", workbook(["姓名", "类别", "时长"]))})
        form = PlatformWorkbook.objects.get()
        assert made.url == reverse("platform_workbook:columns", args=[form.pk])
        page = client.get(made.url)
        assert page.context["form"]["field_0"].value() == "name" and page.context["form"]["field_2"].value() == "hours"

        given = {"header_row": 1, "first_row": 2, "field_0": "name", "field_1": "=", "field_2": "hours"}
        assert client.post(made.url, given).context["form"].errors["text_1"]
        assert client.post(made.url, given | {"first_row": 1, "text_1": "市级"}).context["form"].errors["first_row"]
        assert client.post(made.url, {"header_row": 1, "first_row": 2}).context["form"].non_field_errors()
        filling = client.post(made.url, given | {"text_1": "市级"}).url
        assert filling == reverse("platform_workbook:fill", args=[form.pk])
        assert client.get(filling).context["waiting"] == 1

        period = {"since": "2026-01-01", "until": "2026-01-31"}
        assert client.post(filling, {"since": "2026-01-31", "until": "2026-01-01"}).context["form"].non_field_errors()
        seen = client.post(filling, period).url
        handover = Handover.objects.get()
        assert seen == reverse("handover:inspect", args=[handover.pk])
        assert "王秀英" in client.get(seen).content.decode()

        file = client.get(reverse("handover:file", args=[handover.pk]))
        assert cells_of(b"".join(file.streaming_content))[1] == ("王秀英", "市级", 3)

        assert client.post(reverse("handover:hand_over", args=[handover.pk])).url == seen
        assert client.post(filling, period).context["form"].non_field_errors()
        listed = client.get(reverse("service_record:index"), {"handed_over": "true"})
        assert len(listed.context["object_list"]) == 1
        assert not client.get(reverse("service_record:index"), {"handed_over": "false"}).context["object_list"]


def test_headings_that_stand_further_down_are_found_by_their_line(client, scene: Scene) -> None:
    client.force_login(scene.social_worker)
    form = add(scene, workbook(["甲", "乙"], ["说明"], ["谁", "多久"]))
    assert form.columns == {}
    url = reverse("platform_workbook:columns", args=[form.pk])

    assert client.post(url, {"header_row": 3, "first_row": 4}).url == url
    page = client.get(url)
    assert page.context["form"].headings == ["谁", "多久"]
    assert client.post(url, {"header_row": 3, "first_row": 4}).context["form"].non_field_errors()
    chosen = {"header_row": 3, "first_row": 4, "field_0": "name", "field_1": "hours"}
    assert client.post(url, chosen).url == reverse("platform_workbook:fill", args=[form.pk])


def test_what_changed_is_told_on_screen(client, scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    form = add(scene)
    hand_over(scene, fill(scene, form))
    corrected(scene, record, came="10:00")
    client.force_login(scene.social_worker)
    url = reverse("platform_workbook:fill", args=[form.pk])

    told = reverse("platform_workbook:told", args=[form.pk, PlatformHandover.objects.get().pk])
    assert told in client.get(url).content.decode()
    assert client.post(told).url == url
    assert told not in client.get(url).content.decode()


def test_another_community_sees_nothing_of_it(client, scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    handover = fill(scene, add(scene))
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))

    for address in ("handover:inspect", "handover:file", "handover:hand_over"):
        assert client.get(reverse(address, args=[handover.pk])).status_code == 404
