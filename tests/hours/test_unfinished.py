"""The clock's daily look at unfinished activities, and what a tick costs."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command

from academy.hours.models import OpenDeadline
from academy.hours.services import confirmation, evaluation, notices, records, unfinished
from academy.messaging.models import Message
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import Statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

THURSDAY = moment("08:00", SATURDAY + dt.timedelta(days=5))


def attended(scene: Scene):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    return activity


def finished(scene: Scene):
    activity = attended(scene)
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    evaluation.evaluate(activity=activity, by=scene.leading, at=moment("12:31"))
    return activity


@pytest.fixture
def broken(monkeypatch) -> Scene:
    """A community whose activities cannot be looked at."""
    scene = Scene()
    look = unfinished.deadlines.end_finished

    def fail(activities, **kwargs):
        if OpenDeadline.objects.filter(pk__in=activities, activity__community=scene.community).exists():
            raise RuntimeError("no rules in force")
        return look(activities, **kwargs)

    monkeypatch.setattr(unfinished.deadlines, "end_finished", fail)
    attended(scene)
    return scene


def test_one_community_that_fails_silences_no_other(scene, broken, caplog):
    attended(scene)
    assert unfinished.look_at_unfinished(at=THURSDAY) == 1
    assert list(Message.objects.values_list("volunteer", flat=True)) == [scene.leader.pk]
    assert "no rules in force" in caplog.text and str(broken.community.pk) in caplog.text


def test_a_community_that_fails_is_looked_at_again_and_holds_up_no_other(scene, broken, monkeypatch):
    monkeypatch.setattr(unfinished, "COMMUNITIES_AT_ONCE", 1)
    attended(scene)
    minutes = [THURSDAY + dt.timedelta(minutes=number) for number in range(3)]
    assert sum(unfinished.look_at_unfinished(at=at) for at in minutes) == 1
    assert OpenDeadline.objects.get(activity__community=broken.community).looked_on is None


def test_each_call_takes_a_part_and_the_day_covers_all(scene, monkeypatch):
    monkeypatch.setattr(unfinished, "ACTIVITIES_AT_ONCE", 1)
    for _number in range(2):
        attended(scene)
    assert [unfinished.look_at_unfinished(at=THURSDAY) for _call in range(3)] == [1, 1, 0]
    assert Message.objects.count() == 2
    assert unfinished.look_at_unfinished(at=THURSDAY + dt.timedelta(days=1)) == 1


def test_a_community_whose_open_visits_have_no_rules_silences_no_other(scene, monkeypatch, caplog):
    elsewhere = Scene()
    for one in (elsewhere, scene):
        one.scan(one.volunteer(), one.activity().shifts.get(), "in", moment("09:00"))
    elsewhere_shift = elsewhere.community.activities.get().shifts.get()
    plans = records.Facts.plans

    def fail(self, shift_ids):
        shift_ids = list(shift_ids)
        if elsewhere_shift.pk in shift_ids:
            raise RuntimeError("no rules in force")
        return plans(self, shift_ids)

    monkeypatch.setattr(records.Facts, "plans", fail)
    assert records.sweep_records(at=THURSDAY) == 1
    assert "no rules in force" in caplog.text


def test_notices_of_other_communities_end_if_one_fails(scene, monkeypatch, caplog):
    elsewhere = Scene()
    for one in (elsewhere, scene):
        finished(one)
    take_effect = notices.take_effect

    def fail(records_, **values):
        if records_[0].community_id == elsewhere.community.pk:
            raise RuntimeError("this ledger is locked")
        return take_effect(records_, **values)

    monkeypatch.setattr(notices, "take_effect", fail)
    assert notices.end_notices(at=THURSDAY + dt.timedelta(days=30)) == 1
    assert "this ledger is locked" in caplog.text


def test_a_tick_costs_the_same_with_more_history(scene):
    def statements(at: dt.datetime) -> int:
        with time_machine.travel(at, tick=False):
            call_command("tick", after_pause=True)  # the notices end, the finished activities leave the list
            call_command("tick")  # e-mails about that go out
            with Statements() as captured:
                call_command("tick")
        return len(captured.sql)

    finished(scene)
    attended(scene)
    little = statements(THURSDAY)
    for _number in range(3):
        finished(scene)
    assert statements(THURSDAY + dt.timedelta(days=30)) == little
    assert little <= 38  # at the full hour: links and drafts are forgotten then
