"""The reminder of tomorrow's shift."""

import datetime as dt

import pytest
import time_machine

from academy.activities import changing, reminding, services
from academy.activities.models import Activity, Shift, SignUp
from academy.home.moment import moment_of
from academy.messaging import services as messaging
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.factories import sign_up
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements

pytestmark = pytest.mark.django_db

FRIDAY = SATURDAY - dt.timedelta(days=1)
MORNING, EVENING = moment("08:00", FRIDAY), moment("18:00", FRIDAY)
WEEK_BEFORE = moment("09:00", SATURDAY - dt.timedelta(days=2))


@pytest.fixture
def shift(scene) -> Shift:
    return scene.activity().shifts.get()


@pytest.fixture
def volunteer(scene, shift) -> Volunteer:
    person = scene.volunteer(login=True)
    sign_up(person, shift, at=WEEK_BEFORE)
    return person


def test_who_has_a_place_tomorrow_is_reminded_once(volunteer, shift):
    assert reminding.remind(at=moment("07:59", FRIDAY)) == 0
    assert reminding.remind(at=MORNING) == 1
    assert reminding.remind(at=EVENING) == 0

    message = Message.objects.get()
    assert "冬季防火入户宣传" in message.texts["en"] and "9:00–12:00" in message.texts["en"]
    assert message.path == f"/activities/{shift.activity_id}/"
    assert (message.mail_due_at, message.until) == (EVENING, shift.starts_at)


@pytest.mark.parametrize("day", [-2, 0], ids=["two days before", "the day itself"])
def test_no_other_day_reminds(volunteer, day):
    assert reminding.remind(at=moment("12:00", SATURDAY + dt.timedelta(days=day))) == 0


def test_the_meeting_point_stands_in_it(volunteer, shift):
    Activity.objects.update(meeting_point="东门")
    reminding.remind(at=MORNING)

    assert "东门" in Message.objects.get().text


def test_who_signed_up_on_this_day_needs_no_reminder(scene, shift):
    sign_up(scene.volunteer(), shift, at=moment("00:00", FRIDAY))

    assert reminding.remind(at=EVENING) == 0


def test_who_withdrew_is_suspended_or_said_no_is_not_reminded(scene, shift):
    people = [scene.volunteer(name) for name in ("甲一", "乙二", "丙三")]
    places = [sign_up(person, shift, at=WEEK_BEFORE) for person in people]
    services.cancel_sign_up(sign_up=places[0], by=None, at=WEEK_BEFORE)
    Volunteer.objects.filter(pk=people[1].pk).update(suspended_at=WEEK_BEFORE)
    SignUp.objects.filter(pk=places[2].pk).update(absence="excused")

    assert reminding.remind(at=MORNING) == 0


def test_a_cancelled_activity_reminds_of_nothing(volunteer, shift):
    services.cancel_activity(activity=shift.activity, by=None, at=WEEK_BEFORE, tells=False)

    assert reminding.remind(at=MORNING) == 0


def test_a_merged_person_is_reminded_once(scene, volunteer, shift):
    twice = scene.volunteer("王秀云")
    reminding.remind(at=MORNING)
    merging.merge(volunteer=volunteer, into=twice, by=scene.social_worker, at=MORNING)

    assert reminding.remind(at=EVENING) == 0


def test_a_place_that_goes_back_takes_its_reminder_with_it(scene, volunteer, shift):
    other = scene.volunteer("李建国")
    sign_up(other, shift, at=WEEK_BEFORE)
    reminding.remind(at=MORNING)

    place = SignUp.objects.get(volunteer=volunteer)
    services.cancel_sign_up(sign_up=place, by=volunteer.user, at=EVENING)

    assert [message.volunteer for message in Message.objects.all()] == [other]


def test_a_change_takes_the_place_of_the_reminder(scene, volunteer, shift):
    reminding.remind(at=MORNING)
    activity = Activity.objects.get(pk=shift.activity_id)
    activity.place = "居委会"
    changing.save_activity(activity=activity, by=scene.social_worker, at=EVENING)

    assert [message.kind for message in Message.objects.of(volunteer)] == ["change"]


def test_who_saw_the_shift_on_the_first_page_is_not_told_besides(volunteer):
    reminding.remind(at=MORNING)

    with time_machine.travel(MORNING, tick=False):
        moment_of(volunteer.user, at=MORNING)

    assert Message.objects.get().read_at == MORNING
    assert messaging.count_unread(volunteer.user) == 0


def test_a_shift_of_next_week_marks_nothing(scene, volunteer):
    later = scene.activity(day=SATURDAY + dt.timedelta(days=7)).shifts.get()
    with Statements() as statements:
        reminding.mark_seen(later, volunteer=volunteer, at=MORNING)

    assert not statements.sql


def test_a_look_costs_one_statement_when_nobody_is_to_be_reminded(shift):
    with Statements() as statements:
        reminding.remind(at=MORNING)
    assert len(statements.sql) == 1

    with Statements() as statements:
        reminding.remind(at=moment("07:00", FRIDAY))
    assert not statements.sql
