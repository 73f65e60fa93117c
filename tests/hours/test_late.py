"""A shift published after it began: who confirms sees it, and no quota is used up (C1, K9)."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.checkin.services import codes, keying_in
from academy.core.refusals import Refusal
from academy.hours import late
from academy.hours.models import MakeUp, ServiceRecord
from academy.hours.services import confirmation, make_ups, records
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, photo
from tests.hours.scene import Scene, moment
from tests.hours.second_people import TUESDAY, WEDNESDAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVENING = moment("18:00")


def publish(scene: Scene, *, at: dt.datetime, by: User) -> Activity:
    """Plan an activity with two shifts, 9:00–12:00 and 14:00–16:00, and publish it at `at`."""
    activity = scene.activity(("09:00", "12:00"), ("14:00", "16:00"))
    Activity.objects.update(published_at=None, published_by=None)
    activity = Activity.objects.get()
    answer = activities.publish_activity(activity=activity, by=by, at=at)
    assert isinstance(answer, Activity), answer
    codes.open_checkpoints(activity=answer)
    return answer


def key_in(scene: Scene, shift: Shift, *, by: User) -> ServiceRecord:
    volunteer = scene.volunteer()
    scans = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=shift.activity,
        shift=shift,
        volunteer=volunteer,
        arrived=shift.starts_at,
        left=shift.ends_at,
        by=by,
        at=EVENING,
    )
    assert not isinstance(scans, Refusal), scans
    (record,) = records.compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=EVENING).records
    return record


def worker(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])


def test_who_published_late_and_who_entered_are_no_second_person(scene):
    publisher, clerk = scene.social_worker, worker(scene)
    activity = publish(scene, at=moment("13:00"), by=publisher)
    assert activity.published_by == publisher
    morning, afternoon = activity.shifts.all()
    of_morning, of_afternoon = (key_in(scene, shift, by=clerk) for shift in (morning, afternoon))
    assert late.first_persons([of_morning, of_afternoon]) == {of_morning.pk: frozenset({publisher.pk, clerk.pk})}
    assert late.late_shifts([morning.pk, afternoon.pk]) == {morning.pk}


@pytest.mark.parametrize(("at", "is_late"), [("09:00", False), ("09:01", True), ("17:00", True)])
def test_published_at_its_beginning_is_in_time(scene, at, is_late):
    activity = publish(scene, at=moment(at), by=scene.social_worker)
    record = key_in(scene, activity.shifts.all()[0], by=scene.social_worker)
    assert bool(late.first_persons([record])) is is_late
    assert ("published_late" in confirmation.find_suspicions([record])[record.pk]) is is_late


def test_a_late_record_is_confirmed_one_by_one_alone(scene):
    activity = publish(scene, at=moment("13:00"), by=scene.social_worker)
    record = key_in(scene, activity.shifts.all()[0], by=worker(scene))
    found = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING)
    assert not found.ready and found.flagged == [record]
    found = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=[record])
    assert found.ready == [record]


def test_who_published_late_does_not_confirm(scene):
    """The volunteer scanned at the gate; still, who announced it afterwards is one person alone (C1, K4)."""
    publisher, volunteer = scene.social_worker, scene.volunteer(login=True)
    activity = publish(scene, at=moment("09:30"), by=publisher)
    (record,) = scene.attend(volunteer, activity.shifts.all()[0], "09:35", "12:00")
    for chosen in (None, [record]):
        answer = confirmation.confirm(activity=activity, by=publisher, at=EVENING, records=chosen)
        assert (answer.entered, answer.ready) == ([record], [])
    answer = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=[record])
    assert answer.ready == [record]
    record.refresh_from_db()
    assert not record.alone


def test_who_published_late_confirms_alone_after_two_working_days(scene):
    activity = publish(scene, at=moment("09:30"), by=scene.social_worker)
    (record,) = scene.attend(scene.volunteer(login=True), activity.shifts.all()[0], "09:35", "12:00")

    def confirm(at: dt.datetime, reason: str) -> list[ServiceRecord]:
        by = scene.social_worker
        answer = confirmation.confirm(activity=activity, by=by, at=at, records=[record], reason=reason)
        return answer.ready

    assert confirm(TUESDAY, "没有别人") == []
    assert confirm(WEDNESDAY, "") == []
    assert confirm(WEDNESDAY, "没有别人") == [record]
    record.refresh_from_db()
    assert record.alone and record.effective_on == dt.date(2026, 1, 22)


@pytest.mark.parametrize("page", ["/admin/confirm/", "/lead/{activity}/", "/lead/{activity}/records/{record}/"])
def test_the_pages_of_who_confirms_name_who_published_late(scene, page):
    User.objects.filter(pk=scene.social_worker.pk).update(first_name="孙丽")
    activity = publish(scene, at=moment("13:07"), by=User.objects.get(pk=scene.social_worker.pk))
    record = key_in(scene, activity.shifts.all()[0], by=scene.social_worker)
    client = Client()
    client.force_login(worker(scene))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with time_machine.travel(EVENING, tick=False):
        shown = client.get(page.format(activity=activity.pk, record=record.pk)).content.decode()
        assert "Published late" in shown and "13:07" in shown and "孙丽" in shown
        assert ("callout-warn" in shown) is not page.startswith("/admin/")  # the site's notice has no style there
        Activity.objects.update(published_at=moment("08:00"))
        assert "Published late" not in client.get(page.format(activity=activity.pk, record=record.pk)).content.decode()


def test_a_late_shift_uses_up_no_make_up_entry_and_its_sister_does(scene):
    activity = publish(scene, at=moment("13:00"), by=scene.social_worker)
    volunteer = scene.volunteer()
    for shift, used in zip(activity.shifts.all(), (0, 1), strict=True):
        asked = make_ups.ask_make_up(
            volunteer=volunteer,
            shift=shift,
            came_at=shift.starts_at,
            left_at=shift.ends_at,
            reason="没有码",
            witness=scene.volunteer("李建国"),
            evidence=[photo()],
            by=scene.social_worker,
            at=EVENING,
        )
        assert isinstance(asked, MakeUp), asked
        assert make_ups.count_make_ups(volunteer, shift.date) == used
