"""Reminders after a shift: one to each person still in, one to the leader."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.utils import translation

from academy.activities.models import Shift
from academy.activities.services import cancel_activity
from academy.checkin.services import reminders
from academy.messaging.models import Message
from academy.people.services import merging
from tests.everybody import check_everybody_out
from tests.hours.scene import SATURDAY, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(scene) -> Shift:
    return scene.activity(("09:00", "12:00")).shifts.get()


@pytest.fixture
def inside(scene, shift):
    """Check in three people and check out one. Return the two who are still in."""
    wang, li, zhang = (scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰"))
    for person in (wang, li, zhang):
        scene.scan(person, shift, "in", moment("09:03"))
    scene.scan(zhang, shift, "out", moment("11:00"))
    return [wang, li]


def reminders_sent() -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(message.volunteer.name, message.text) for message in Message.objects.order_by("pk")]


def test_people_still_in_and_the_leader_are_reminded(scene, shift, inside):
    assert reminders.remind(at=moment("12:00")) == 3

    (first, second, to_leader) = reminders_sent()
    assert [first[0], second[0], to_leader[0]] == ["王秀英", "李建国", "赵敏"]
    assert "冬季防火入户宣传" in first[1]
    assert "since 9:03" in first[1]
    assert "by 15:00" in first[1]
    assert to_leader[1].startswith("2 people are still in")
    paths = list(Message.objects.order_by("pk").values_list("path", flat=True))
    assert paths == [f"/activities/{shift.activity_id}/"] * 2 + [f"/lead/{shift.activity_id}/"]
    (message,) = inside[0].messages.all()
    assert message.key == f"still_in:{shift.pk}:{inside[0].pk}:{inside[0].visits.get().opened_by_id.hex}"
    assert set(message.texts) == {"zh-hans", "en"}


@pytest.mark.parametrize(
    ("time", "sent"), [("11:59", 0), ("12:00", 3), ("15:00", 3), ("15:01", 0), ("36:00", 0)], ids=str
)
def test_a_reminder_is_sent_while_check_out_is_possible(scene, inside, time, sent):
    assert reminders.remind(at=moment(time)) == sent


def test_overtime_is_part_of_the_shift(scene, shift, inside):
    Shift.objects.filter(pk=shift.pk).update(overtime_until=moment("13:00"))

    assert reminders.remind(at=moment("12:30")) == 0
    assert reminders.remind(at=moment("13:00")) == 3


def test_no_reminder_is_sent_twice(scene, shift, inside):
    for minute in range(3):
        with time_machine.travel(moment("12:00") + dt.timedelta(minutes=minute), tick=False):
            call_command("tick")

    assert Message.objects.count() == 3


def test_a_new_visit_is_a_new_reminder_and_the_leader_is_reminded_once(scene, shift, inside):
    assert reminders.remind(at=moment("12:01")) == 3
    late = scene.volunteer("陈静")
    scene.scan(late, shift, "in", moment("11:59"))

    assert reminders.remind(at=moment("12:02")) == 1
    assert Message.objects.latest("pk").volunteer == late


def test_people_who_left_get_no_reminder(scene, shift, inside):
    check_everybody_out(activity=shift.activity, by=scene.leading, at=moment("12:00"))

    assert reminders.remind(at=moment("12:01")) == 0


def test_a_cancelled_activity_sends_no_reminder(scene, shift, inside):
    cancel_activity(activity=shift.activity, by=None, at=moment("11:00"))

    assert reminders.remind(at=moment("12:00")) == 0


def test_a_merged_person_is_reminded_as_the_one_who_stays(scene, shift, inside):
    stays = scene.volunteer("王秀云")
    merging.merge(volunteer=inside[0], into=stays, by=scene.social_worker, at=moment("11:00"))

    assert reminders.remind(at=moment("12:00")) == 3

    assert stays.messages.count() == 1
    assert not inside[0].messages.exists()


def test_a_hundred_people_cost_as_much_as_two(scene, shift, inside, django_assert_max_num_queries):
    for number in range(8):
        scene.scan(scene.volunteer(f"志愿者{number}"), shift, "in", moment("09:10"))

    with django_assert_max_num_queries(8):
        assert reminders.remind(at=moment("12:00")) == 11
    with django_assert_max_num_queries(5):
        assert reminders.remind(at=moment("12:01")) == 0


def test_a_quiet_minute_costs_one_statement(scene, shift, inside, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert reminders.remind(at=moment("09:30", SATURDAY + dt.timedelta(days=9))) == 0
