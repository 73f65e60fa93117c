"""The answers at the gate differ at a glance, and each has the name."""

import re

import pytest
from django.test import Client

from academy.activities.models import Activity
from academy.families import services as families
from academy.people.models import Volunteer
from tests.checkin.gate import fields, poster, refusal, signed_in, tap
from tests.checkin.scans import poster as checkpoint
from tests.checkin.scans import scan
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(title="敬老院探访")


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer: Volunteer) -> Client:
    return signed_in(volunteer)


@pytest.fixture
def husband(activity, volunteer) -> Volunteer:
    person = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=person, user=volunteer.user, evidence="口头", by=None, at=START)
    return person


def answer_of(page) -> str:
    return re.search(r"<section class=\"result .*?</section>", page.content.decode(), re.S)[0]


def signs(page) -> list[str]:
    return re.findall(r'<section class="alert [^"]*?(?:alert-|answer-)(success|out|wait|error)', page.content.decode())


def test_coming_has_name_time_and_activity_under_a_tick(activity, phone):
    page = tap(phone, poster(activity))
    assert "result-in" in answer_of(page)
    assert "Checked in 王秀英 9:00 敬老院探访 Remember to check out when you leave. See my hours" in text_of(page)


def test_coming_again_names_the_time_before(activity, phone, volunteer, clock):
    scan(checkpoint(activity), volunteer, at=START - minutes(30))
    scan(checkpoint(activity), volunteer, "out", at=START - minutes(10))
    assert "Before this you were here for 20 min today." in text_of(tap(phone, poster(activity)))


def test_leaving_thanks_under_another_sign_and_leads_to_my_page(activity, phone, clock):
    tap(phone, poster(activity))
    clock.move_to(START + minutes(125))
    page = tap(phone, poster(activity))
    html = answer_of(page)
    assert "result-out" in html and "result-in" not in html
    assert (
        "Checked out 王秀英 11:05 敬老院探访 Thank you! You were here for 2 h 5 min today. "
        "Once the leader confirms, this is added to your hours. See my hours"
    ) in text_of(page)
    assert re.findall(r'<a[^>]*href="([^"]+)"', html) == ["/my/", "/activities/?time=today"]


def test_leaving_within_a_minute_thanks_without_a_time(activity, phone, clock):
    tap(phone, poster(activity))
    clock.shift(50)
    page = tap(phone, poster(activity), sure="1")
    assert "Thank you!" in text_of(page) and "You were here" not in text_of(page)


def test_already_checked_in_says_calmly_since_when(activity, phone, clock):
    page, other = phone.get(poster(activity)), phone.get(poster(activity))
    phone.post(poster(activity), fields(page))
    clock.shift(30)
    again = phone.post(poster(activity), fields(other), follow=True)
    assert "You are already checked in 王秀英 9:00 敬老院探访 No need to tap again." in text_of(again)
    assert "result-in" in answer_of(again)
    assert refusal(again) == "already_checked_in"


def choices(page) -> list[str]:
    return re.findall(r'type="checkbox" name="who" value="([^"]+)"', page.content.decode())


def test_each_of_several_people_has_the_sign_of_their_answer(activity, phone, volunteer, husband, clock):
    scan(checkpoint(activity), volunteer)
    clock.shift(3600)
    page = phone.get(poster(activity))
    assert "Who is coming, who is leaving?" in text_of(page)
    both = phone.post(poster(activity), {**fields(page), "who": choices(page)}, follow=True)
    assert signs(both) == ["out", "success"]
    assert "王秀英 Checked out 10:00 here for 1 h today" in text_of(both)
    assert "李建国 Checked in 10:00" in text_of(both)
    assert "See my hours" in text_of(both)


def test_a_second_tap_for_several_people_names_the_first_times(activity, phone, volunteer, husband, clock):
    page, other = phone.get(poster(activity)), phone.get(poster(activity))
    phone.post(poster(activity), {**fields(page), "who": choices(page)})
    clock.shift(60)
    again = phone.post(poster(activity), {**fields(other), "who": choices(other)}, follow=True)
    assert signs(again) == ["success", "success"]
    assert text_of(again).count("You are already checked in 9:00") == 2
    clock.move_to(END)
    page, other = phone.get(poster(activity)), phone.get(poster(activity))
    phone.post(poster(activity), {**fields(page), "who": choices(page)})
    clock.shift(60)
    again = phone.post(poster(activity), {**fields(other), "who": choices(other)}, follow=True)
    assert signs(again) == ["out", "out"]
    assert text_of(again).count("You have checked out already 12:00") == 2


def test_a_shared_phone_asks_who_is_leaving(activity, phone, volunteer, husband, clock):
    assert "Who is here today?" in text_of(phone.get(poster(activity)))
    for person in (volunteer, husband):
        scan(checkpoint(activity), person)
    clock.move_to(END)
    page = text_of(phone.get(poster(activity)))
    assert "Who is leaving?" in page and "Who is here today?" not in page


def test_adding_a_person_to_the_phone_says_so(activity, phone, volunteer):
    page = phone.get(poster(activity))
    link = re.search(r'href="(/s/[^"]+)">\s*Somebody else uses this phone', page.content.decode())[1]
    add = phone.get(link)
    assert re.search(r"<h1>\s*Add somebody to this phone\s*</h1>", add.content.decode())
    assert "the slip of the other person" in text_of(add) and "password" not in text_of(add)
    assert re.search(r"<button[^>]*>\s*Next\s*</button>", add.content.decode())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', add.content.decode())[1]
    again = phone.post("/s/", {"code": "AAAA", "next": poster(activity), "csrfmiddlewaretoken": token})
    assert "Add somebody to this phone" in text_of(again)
    assert "Add somebody" not in text_of(phone.get("/s/?next=/my/"))
    phone.logout()
    assert "Add somebody" not in text_of(phone.get(link))
