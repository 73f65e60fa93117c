"""The page of all records that wait, and one click for those without a remark."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.hours.models import Evaluation, RecordState, ServiceRecord
from academy.hours.services import confirmation, records
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import VolunteerFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

MONDAY = moment("09:00", SATURDAY + dt.timedelta(days=2))


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.social_worker)
    return client


def states() -> list[str]:
    return list(ServiceRecord.objects.order_by("pk").values_list("state", flat=True))


def test_what_stands_clear_is_confirmed_and_evaluated_in_one_act(scene, desk):
    people = [scene.volunteer(name) for name in ("王秀英", "李建国", "刘伟")]
    activities = [scene.activity(title=f"活动{number}") for number in range(2)]
    scene.attend(people[0], activities[0].shifts.get())
    scene.attend(people[1], activities[1].shifts.get())
    scene.scan(people[2], activities[1].shifts.get(), "in", moment("09:00"))
    records.sweep_records(at=MONDAY)
    page = desk.get("/admin/confirm/").content.decode()
    assert "活动0" in page and "活动1" in page and "刘伟" in page
    ids = [activity.pk for activity in activities]
    told = desk.post("/admin/confirm/", {"activity": ids, "evaluate": "on"}, follow=True).context["messages"]
    (done,) = [str(message) for message in told if message.level_tag == "success"]
    assert "2" in done  # one sentence, however many activities it were
    assert sorted(states()) == ["awaiting_confirmation", "on_notice", "on_notice"]
    assert {one.volunteer for one in Evaluation.objects.all()} == set(people[:2]), "the third is not confirmed yet"
    flagged = ServiceRecord.objects.get(state=RecordState.AWAITING_CONFIRMATION)
    desk.post("/admin/confirm/", {"record": flagged.pk})
    assert states() == ["on_notice"] * 3
    assert Evaluation.objects.count() == 2
    assert 'href="/admin/evaluate/"' in desk.get("/admin/confirm/").content.decode(), "the next act is offered"


def test_a_posters_scans_wait_for_the_head_count(scene, desk):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get(), rotating=False)
    desk.post("/admin/confirm/", {"activity": activity.pk})
    assert states() == ["awaiting_confirmation"]
    desk.post("/admin/confirm/", {"activity": activity.pk, f"heads-{activity.pk}": "x"})
    assert states() == ["awaiting_confirmation"]
    desk.post("/admin/confirm/", {"activity": activity.pk, f"heads-{activity.pk}": "1"})
    assert states() == ["on_notice"]


def test_the_second_of_two_browsers_is_told(scene, desk):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    other = Client()
    other.force_login(scene.leading)
    confirmation.confirm(activity=activity, by=scene.leading, at=MONDAY)
    told = desk.post("/admin/confirm/", {"activity": activity.pk}, follow=True).content.decode()
    assert activity.title in told and states() == ["on_notice"]


def test_another_communitys_activity_and_record_are_neither_shown_nor_confirmed(scene, desk):
    elsewhere = Scene()
    activity = elsewhere.activity(title="别处的活动")
    (record,) = elsewhere.attend(elsewhere.volunteer(), activity.shifts.get())
    assert "别处的活动" not in desk.get("/admin/confirm/").content.decode()
    for form in ({"activity": activity.pk}, {"record": record.pk}, {"record": "x"}):
        desk.post("/admin/confirm/", form)
    assert states() == ["awaiting_confirmation"]


def test_two_of_one_name_are_told_apart(scene, desk):
    activity = scene.activity()
    for phone in ("13800000011", "13800000022"):
        person = VolunteerFactory(community=scene.community, name="王秀英", phone=phone)
        scene.scan(person, activity.shifts.get(), "in", moment("09:00"))
    records.sweep_records(at=MONDAY)

    page = text_of(desk.get("/admin/confirm/"))

    assert "王秀英（尾号 0011）" in page and "王秀英（尾号 0022）" in page


def test_ones_own_hours_stay(scene, desk):
    activity = scene.activity()
    scene.attend(scene.leader, activity.shifts.get())
    client = Client()
    duties.grant_duty(user=scene.leading, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    client.force_login(scene.leading)
    client.post("/admin/confirm/", {"activity": activity.pk})
    assert states() == ["awaiting_confirmation"]


def test_many_activities_take_as_many_statements_as_two(scene, desk):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get("/admin/confirm/").status_code == 200
        return len(seen)

    person = scene.volunteer()
    for hour in (8, 9):
        activity = scene.activity((f"{hour:02}:00", f"{hour:02}:30"))
        scene.attend(person, activity.shifts.get(), f"{hour:02}:00", f"{hour:02}:30")
    cost()
    two = cost()
    for hour in (10, 11, 13, 14):
        activity = scene.activity((f"{hour:02}:00", f"{hour:02}:30"))
        scene.attend(person, activity.shifts.get(), f"{hour:02}:00", f"{hour:02}:30")
    assert cost() == two
