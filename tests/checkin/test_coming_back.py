"""A check-in moments after one's own check-out asks first, and so does leaving at once."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from academy.activities.models import Activity
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.services import scanning
from academy.families import services as families
from academy.people.models import Volunteer
from tests.checkin.gate import fields, poster, refusal, screen, signed_in, tap
from tests.checkin.scans import poster as checkpoint
from tests.checkin.scans import scan
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, VolunteerFactory
from tests.pages import Statements, text_of

pytestmark = pytest.mark.django_db

AGAIN = "You checked out just now, at 9:30. Check in again?"


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True)


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer: Volunteer) -> Client:
    return signed_in(volunteer)


@pytest.fixture
def left(activity, volunteer, clock) -> Visit:
    """Return the visit from 9:00 to 9:30. It is 9:31."""
    scan(checkpoint(activity), volunteer)
    scan(checkpoint(activity), volunteer, "out", at=START + minutes(30))
    clock.move_to(START + minutes(31))
    return Visit.objects.get()


@pytest.mark.parametrize("address", [poster, lambda activity: screen(activity, START + minutes(31))])
def test_coming_back_at_once_asks_first_and_yes_checks_in(activity, left, phone, address):
    page = phone.get(address(activity))
    assert "you checked out at 9:30" in text_of(page)
    question = phone.post(address(activity), fields(page))
    assert AGAIN in text_of(question)
    assert Visit.objects.get() == left
    assert Scan.objects.count() == 2
    assert "Check in again" in text_of(question)
    answer = phone.post(address(activity), fields(question), follow=True)
    assert "Checked in" in text_of(answer)
    assert Visit.objects.open().get().opened_at == START + minutes(31)


def test_no_leads_to_my_page_and_stores_no_scan(activity, left, phone):
    question = tap(phone, poster(activity))
    assert re.search(
        r'<a class="btn btn-secondary btn-big"\s+href="/my/">\s*No, thank you\s*</a>', question.content.decode()
    )
    assert phone.get("/my/").status_code == 200
    assert Visit.objects.get() == left


def test_leaving_at_once_offers_to_stay(activity, phone, clock):
    tap(phone, poster(activity))
    clock.shift(60)
    question = tap(phone, poster(activity))
    assert re.search(r'href="/my/">\s*No, still here\s*</a>', question.content.decode())
    assert Visit.objects.open().exists()


@pytest.mark.parametrize(("later", "asks"), [(0, "again"), (4.99, "again"), (5, ""), (60, "")])
def test_the_question_comes_for_five_minutes(activity, volunteer, left, later, asks):
    answer = scan(checkpoint(activity), volunteer, at=START + minutes(30 + later))
    assert answer.asks == asks
    assert answer.visit_closed_at == (START + minutes(30) if asks else None)
    assert answer.stored is not bool(asks)


def test_another_activity_does_not_ask(activity, volunteer, left):
    assert scan(checkpoint(ActivityFactory()), volunteer, at=START + minutes(31)).accepted


def test_another_person_is_not_asked(activity, left):
    stranger = VolunteerFactory(community=activity.community, login=True)
    assert scan(checkpoint(activity), stranger, at=START + minutes(31)).accepted


def test_a_refusal_comes_without_a_question(volunteer, clock):
    activity = ActivityFactory(shifts=[{"starts_at": START, "ends_at": END}])
    scan(checkpoint(activity), volunteer)
    scan(checkpoint(activity), volunteer, "out", at=END)
    answer = scan(checkpoint(activity), volunteer, at=END + minutes(1))
    assert answer.refusal is not None
    assert answer.refusal.code == "too_late"


def test_the_leader_is_not_asked(activity, volunteer, left):
    answer = scanning.record_for(
        scan_id=uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.TICK,
        direction="in",
        by=activity.leader.user,
        at=START + minutes(31),
    )
    assert answer.accepted


def test_both_questions_stand_on_one_page(volunteer, phone, clock):
    afternoon = {"starts_at": END, "ends_at": END + minutes(60)}
    activity = ActivityFactory(shifts=[{"starts_at": START, "ends_at": END}, afternoon, afternoon])
    scan(checkpoint(activity), volunteer, shift_id=activity.shifts.order_by("starts_at")[0].pk)
    scan(checkpoint(activity), volunteer, "out", at=END)
    clock.move_to(END + minutes(1))
    question = phone.post(poster(activity), fields(phone.get(poster(activity))))
    assert "Check in again?" in text_of(question) and "Which time?" in text_of(question)
    assert "shift" not in fields(question)
    chosen = activity.shifts.last()
    phone.post(poster(activity), {**fields(question), "shift": chosen.pk})
    assert Visit.objects.open().get().shift == chosen


def test_a_shift_chosen_before_the_question_is_chosen_after_it(volunteer, phone, clock):
    first, second = {"starts_at": START, "ends_at": END}, {"starts_at": START, "ends_at": END + minutes(60)}
    activity = ActivityFactory(shifts=[first, second, {"starts_at": START - minutes(60), "ends_at": END}])
    mine = activity.shifts.order_by("starts_at").first()
    other = activity.shifts.order_by("ends_at").last()
    scan(checkpoint(activity), volunteer, shift_id=mine.pk)
    scan(checkpoint(activity), volunteer, "out", at=START + minutes(30))
    clock.move_to(START + minutes(31))
    page = phone.get(poster(activity))
    question = phone.post(poster(activity), {**fields(page), "shift": other.pk})
    assert fields(question)["shift"] == [str(other.pk)]
    phone.post(poster(activity), fields(question))
    assert Visit.objects.open().get().shift == other


def test_two_people_of_one_phone_are_asked_together(activity, volunteer, phone, left, clock):
    husband = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=husband, user=volunteer.user, evidence="口头", by=None, at=START)
    scan(checkpoint(activity), husband, at=START + minutes(30))
    page = phone.get(poster(activity))
    assert "check in again (left at 9:30)" in text_of(page)
    who = re.findall(r'type="checkbox" name="who" value="([^"]+)"', page.content.decode())
    question = phone.post(poster(activity), {**fields(page), "who": who})
    assert "That was a moment ago. Go on?" in text_of(question)
    assert Visit.objects.count() == 2
    phone.post(poster(activity), fields(question))
    assert Visit.objects.open().get().volunteer == volunteer


def test_of_two_people_the_one_who_is_asked_may_say_no_and_sees_the_others_answer(activity, volunteer, phone, left):
    husband = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=husband, user=volunteer.user, evidence="口头", by=None, at=START)
    page = phone.get(poster(activity))
    who = re.findall(r'type="checkbox" name="who" value="([^"]+)"', page.content.decode())
    question = phone.post(poster(activity), {**fields(page), "who": who})
    assert "王秀英 checked out just now, at 9:30." in text_of(question)
    no = re.search(r'href="([^"]+)">\s*No, thank you', question.content.decode())[1]
    answer = text_of(phone.get(no))
    assert "李建国" in answer and "Checked in" in answer
    assert Visit.objects.open().get().volunteer == husband


def test_the_question_costs_two_statements_beside_the_login(activity, phone, left):
    url = poster(activity)
    form = fields(phone.get(url))
    with Statements() as seen:
        phone.post(url, form)
    # Session, login, gate; and the gate once more, to render the question.
    assert len(seen.sql) == 4
    assert Scan.objects.count() == 2


def test_checking_out_twice_in_two_tabs_is_said_calmly(activity, phone, clock):
    tap(phone, poster(activity))
    clock.move_to(END)
    one, two = phone.get(poster(activity)), phone.get(poster(activity))
    phone.post(poster(activity), fields(one))
    clock.shift(30)
    again = phone.post(poster(activity), fields(two), follow=True)
    assert "You have checked out already" in text_of(again)
    assert "12:00" in text_of(again)
    assert refusal(again) == "not_checked_in"
    assert "result-out" in again.content.decode()


def test_a_check_out_long_after_the_last_one_is_still_refused(activity, phone, volunteer, clock):
    tap(phone, poster(activity))
    clock.shift(600)
    stale = fields(phone.get(poster(activity)))
    tap(phone, poster(activity))
    clock.shift(301)
    page = phone.post(poster(activity), stale, follow=True)
    assert "You are not checked in" in text_of(page)
    assert "result-no" in page.content.decode()
