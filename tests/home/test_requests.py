"""Requests on the phone, and the decision on the approver's page."""

import datetime as dt
import html

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import ModelLogEntry

from academy.decisions.services import LATE_NEEDS_REASON
from academy.hours.models import DailyApproval, MakeUp, Objection, Overtime, ServiceRecord
from academy.hours.services import confirmation, make_ups, objections
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from tests.factories import UserFactory, photo
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_sunday():
    with time_machine.travel(moment("10:00", SUNDAY), tick=False):
        yield


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def signed_in(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def test_a_volunteer_asks_for_hours_that_are_missing_and_an_approver_says_yes(scene, approver):
    volunteer, witness = scene.volunteer(login=True), scene.volunteer("李建国")
    shift = scene.activity().shifts.get()
    phone = signed_in(volunteer.user)
    assert reverse("home:ask_make_up", args=[shift.pk]) in phone.get(reverse("home:missing")).content.decode()
    form = {"came": "9", "left": "12:00", "reason": "手机没电了", "witness": witness.number}
    address = f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}"
    page = phone.post(address, form)
    assert page.status_code == 200 and "手机没电了" in page.content.decode()  # 9 is no time; nothing typed is lost
    photo = SimpleUploadedFile("sheet.jpg", b"picture", "image/jpeg")
    assert phone.post(address, {**form, "came": "900", "evidence": photo}).status_code == 302
    make_up = MakeUp.objects.get()
    assert (make_up.came_at, make_up.left_at, make_up.witness) == (moment("09:00"), moment("12:00"), witness)

    desk = signed_in(approver)
    page = desk.get(reverse("decisions:list")).content.decode()
    assert "手机没电了" in page and "sheet.jpg" in page and witness.name in page
    proof = desk.get(reverse("home:evidence", args=[make_up.evidence.get().pk]))
    assert b"".join(proof.streaming_content) == b"picture" and proof["Content-Disposition"].startswith("attachment")
    done = desk.post(reverse("decisions:answer", args=["make-up", make_up.pk]), {"accept": "1"})
    assert done.status_code == 302
    record = ServiceRecord.objects.get()
    assert record.minutes == 180
    assert (
        _("A request about your hours at “%(title)s” was accepted. Have a look at your hours.")
        % {"title": shift.activity.title}
        in phone.get(reverse("home:my")).content.decode()
    )
    mine = phone.get(reverse("home:record", args=[record.pk])).content.decode()
    assert "手机没电了" in mine


def test_a_make_up_entry_asks_for_a_proof_and_names_files_that_have_to_be_chosen_again(scene):
    volunteer, witness = scene.volunteer(login=True), scene.volunteer("李建国")
    shift = scene.activity().shifts.get()
    phone = signed_in(volunteer.user)
    address = f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}"
    assert 'type="file"' in phone.get(address).content.decode()
    form = {"came": "900", "left": "12:00", "reason": "手机没电了", "witness": witness.number}
    page = phone.post(address, form)
    assert (
        str(make_ups.NEEDS_EVIDENCE) in html.unescape(page.content.decode()) and "手机没电了" in page.content.decode()
    )
    assert "data-lost-files" not in page.content.decode()
    page = phone.post(address, {**form, "came": "9", "evidence": [photo("一.jpg"), photo("二.jpg")]}).content.decode()
    assert "data-lost-files" in page and "一.jpg、二.jpg" in page
    assert not MakeUp.objects.exists()
    assert phone.post(address, {**form, "evidence": [photo("一.jpg"), photo("二.jpg")]}).status_code == 302
    assert [one.name for one in MakeUp.objects.get().evidence.order_by("pk")] == ["一.jpg", "二.jpg"]


def test_the_desk_asks_with_the_photographed_slip_of_an_elder_without_a_phone(scene):
    elder, witness = scene.volunteer("张桂兰"), scene.volunteer("李建国")
    shift = scene.activity().shifts.get()
    address = f"{reverse('home:ask_make_up', args=[shift.pk])}?who={elder.number}"
    form = {"came": "900", "left": "12:00", "reason": "没有手机", "witness": witness.number, "evidence": photo()}
    assert signed_in(scene.social_worker).post(address, form).status_code == 302
    assert MakeUp.objects.get().volunteer == elder


def test_a_correction_needs_no_file(scene):
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    phone = signed_in(volunteer.user)
    address = f"{reverse('home:ask_make_up', args=[record.shift_id])}?who={volunteer.number}"
    assert phone.post(address, {"came": "900", "left": "11:00", "reason": "早走了"}).status_code == 302
    assert MakeUp.objects.get().way == "correction"


def test_an_overdue_objection_stands_first_and_asks_why_it_is_late(scene, approver):
    shift = scene.activity().shifts.get()
    scene.attend(scene.volunteer(), shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    record = ServiceRecord.objects.get()
    objector = scene.volunteer("李建国", login=True).user
    objection = objections.object_to(record=record, reason="没来", by=objector, at=moment("13:00"))
    address = reverse("decisions:answer", args=["objection", objection.pk])
    with time_machine.travel(moment("09:00", dt.date(2026, 1, 16)), tick=False):
        desk = signed_in(approver)
        assert "data-overdue" not in desk.get(reverse("decisions:list")).content.decode()
    with time_machine.travel(moment("09:00", dt.date(2026, 1, 17)), tick=False):
        desk = signed_in(approver)
        assert "data-overdue" in desk.get(reverse("decisions:list")).content.decode()
        today = signed_in(scene.social_worker).get("/admin/").content.decode()
        assert ngettext("objection is overdue", "objections are overdue", 1) in today
        page = desk.post(address, {"accept": "1", "absent": "on"})
        assert str(LATE_NEEDS_REASON) in page.content.decode()
        desk.post(address, {"accept": "1", "absent": "on", "answer": "春节前忙不过来"})
        listed = signed_in(scene.social_worker).get(reverse("objection:index")).content.decode()
        assert capfirst(_("after the last day")) in listed
    objection.refresh_from_db()
    assert objection.accepted and objection.is_late


def test_a_no_needs_its_reason_and_what_was_typed_stays(scene, approver):
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=moment("08:00"),
        left_at=moment("12:00"),
        reason="早到",
        by=volunteer.user,
        at=moment("09:00", SUNDAY),
    )
    make_up = MakeUp.objects.get()
    desk, address = signed_in(approver), reverse("decisions:answer", args=["make-up", make_up.pk])
    page = desk.post(address, {"decline": "1", "answer": " "})
    assert page.status_code == 200 and str(_("Write down why.")) in page.content.decode()
    desk.post(address, {"decline": "1", "answer": "签到从9点开始"})
    make_up.refresh_from_db()
    assert make_up.accepted is False
    assert "签到从9点开始" in signed_in(volunteer.user).get(reverse("home:record", args=[record.pk])).content.decode()
    again = desk.post(address, {"accept": "1"})
    assert again.url == reverse("decisions:list")  # decided: nothing waits there any more
    make_up.refresh_from_db()
    assert make_up.accepted is False


def test_an_objection_on_the_phone_is_upheld_with_the_real_times(scene, approver):
    shift = scene.activity().shifts.get()
    scene.attend(scene.volunteer(), shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    record = ServiceRecord.objects.get()
    other = scene.volunteer("李建国", login=True)
    phone, address = signed_in(other.user), reverse("home:object", args=[record.pk])
    shown = phone.get(address).content.decode()
    assert record.volunteer.masked_name in shown and record.volunteer.name not in shown
    assert phone.post(address, {"reason": "十点就走了"}).status_code == 302
    objection = Objection.objects.get()
    desk, decide = signed_in(approver), reverse("decisions:answer", args=["objection", objection.pk])
    page = desk.post(decide, {"accept": "1", "came": "900", "left": "", "answer": "问过负责人"})
    assert "问过负责人" in page.content.decode()
    desk.post(decide, {"accept": "1", "came": "900", "left": "1000"})
    assert ServiceRecord.objects.live().get().minutes == 60


def test_objections_are_for_the_community_and_at_the_desk_for_whoever_came(scene):
    shift = scene.activity().shifts.get()
    scene.attend(scene.volunteer(), shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    address = reverse("home:object", args=[ServiceRecord.objects.get().pk])
    elsewhere = Scene()
    for stranger in (elsewhere.volunteer(login=True).user, elsewhere.social_worker):
        assert signed_in(stranger).get(address).status_code == 404
    desk = signed_in(scene.social_worker)
    assert desk.post(address, {"reason": "没来"}).status_code == 200  # the objector's name is missing
    assert desk.post(address, {"reason": "没来", "objector": "张阿姨"}).status_code == 302
    assert Objection.objects.get().objector == "张阿姨"


def test_the_leader_puts_right_asks_for_a_longer_day_and_for_overtime(scene, approver):
    volunteer = scene.volunteer()
    shift = scene.activity(("08:00", "19:00")).shifts.get()
    scene.attend(volunteer, shift, "08:00", "19:00")
    record = ServiceRecord.objects.get()
    phone = signed_in(scene.leading)
    looked = phone.get(reverse("lead:record", args=[shift.activity_id, record.pk])).content.decode()
    longer = reverse("lead:longer_day", args=[shift.activity_id, record.pk])
    correct = reverse("lead:correct", args=[shift.activity_id, record.pk])
    assert longer in looked and correct in looked
    assert phone.post(longer, {"hours": "8", "reason": "值守"}).status_code == 200
    assert phone.post(longer, {"hours": "9.5", "reason": "值守"}).status_code == 302
    assert DailyApproval.objects.get().minutes == 570
    more = reverse("lead:overtime", args=[shift.activity_id, shift.pk])
    assert phone.post(more, {"until": "1900", "reason": "人多"}).status_code == 200
    assert phone.post(more, {"until": "1930", "reason": "人多"}).status_code == 302
    assert Overtime.objects.get().until == moment("19:30")
    assert phone.post(correct, {"came": "800", "left": "1000"}).status_code == 302
    record.refresh_from_db()
    assert record.minutes == 120
    for kind, asked in (("daily-approval", DailyApproval.objects.get()), ("overtime", Overtime.objects.get())):
        signed_in(approver).post(reverse("decisions:answer", args=[kind, asked.pk]), {"accept": "1"})
        asked.refresh_from_db()
        assert asked.accepted


# A leader asks for somebody


@pytest.fixture
def led(scene: Scene) -> Client:
    return signed_in(scene.leading)


def missing(client: Client, person: Volunteer) -> str:
    response = client.get(reverse("home:missing"), {"who": person.number})
    return response.content.decode() if response.status_code == 200 else ""


def looked_up() -> list[str]:
    return [entry.label for entry in ModelLogEntry.objects.filter(action=personal_data.SEARCHED)]


def test_a_leader_asks_for_a_person_of_their_activity_by_name(scene, led):
    person, shift = scene.volunteer("欧阳小明"), scene.activity().shifts.get()
    scene.scan(person, shift, "in", moment("09:00"))

    assert "欧阳小明" in missing(led, person)
    assert looked_up() == []


def test_a_leader_who_types_the_number_of_another_person_reads_no_name_and_is_logged(scene, led):
    person, shift = scene.volunteer("欧阳小明"), scene.activity().shifts.get()
    elsewhere = scene.activity(title="别人的活动")
    elsewhere.leader = scene.volunteer("李建国")
    elsewhere.save()

    page = missing(led, person)

    assert "欧阳小明" not in page and "欧**明" in page
    assert shift.activity.title in page and "别人的活动" not in page
    assert looked_up() == [person.number]
    form = led.get(f"{reverse('home:ask_make_up', args=[shift.pk])}?who={person.number}").content.decode()
    assert "欧阳小明" not in form and "欧**明" in form


def test_a_leader_of_long_ago_asks_for_nobody(scene, led):
    person = scene.volunteer("欧阳小明")
    scene.scan(person, scene.activity().shifts.get(), "in", moment("09:00"))

    with time_machine.travel(moment("12:00") + dt.timedelta(days=60), tick=False):
        assert missing(led, person) == ""
        assert "欧阳小明" in missing(signed_in(scene.social_worker), person)
