"""The gate for two people of one phone, and codes typed by hand."""

import re

import pytest
from django.test import Client

from academy.activities.models import Activity
from academy.checkin.models import Scan, Visit
from academy.families import services as families
from academy.people.models import Volunteer
from academy.people.services import volunteers
from tests.checkin.gate import browser, fields, poster, refusal, screen, signed_in, tap
from tests.checkin.times import START
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory()


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer: Volunteer) -> Client:
    """Return the volunteer's browser: signed in, in English, with CSRF checks."""
    return signed_in(volunteer)


# A shared phone


@pytest.fixture
def husband(activity, volunteer) -> Volunteer:
    person = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=person, user=volunteer.user, evidence="口头", by=None, at=START)
    return person


def choices(response) -> list[str]:
    return re.findall(r'type="checkbox" name="who" value="([^"]+)"', response.content.decode())


def test_a_shared_phone_asks_who_is_here(activity, phone, volunteer, husband):
    page = phone.get(poster(activity))
    assert "Who is here today?" in page.content.decode()
    own, his = choices(page)
    form = fields(page)
    nobody = phone.post(poster(activity), form)
    assert "Tap the names" in nobody.content.decode()
    both = phone.post(poster(activity), {**form, "who": [own, his]}, follow=True)
    assert both.content.decode().count("Checked in") == 2
    assert {scan.volunteer for scan in Scan.objects.all()} == {volunteer, husband}
    assert {scan.operator for scan in Scan.objects.all()} == {volunteer.user}


def test_a_scan_that_needs_a_question_is_answered_together_with_the_other(activity, phone, volunteer, husband, clock):
    page = phone.get(poster(activity))
    phone.post(poster(activity), {**fields(page), "who": choices(page)[0]})
    clock.shift(60)
    page = phone.get(poster(activity))
    question = phone.post(poster(activity), {**fields(page), "who": choices(page)})
    assert "王秀英 came at 9:00." in question.content.decode()
    assert Visit.objects.get(volunteer=husband).closed_at is None
    answered = phone.post(poster(activity), fields(question), follow=True).content.decode()
    assert "王秀英" in answered and "Checked out" in answered
    assert "李建国" in answered and "Checked in" in answered


@pytest.mark.parametrize("done", ["nonsense", "0b7cbf2e-1111-4111-8111-111111111111"])
def test_a_scan_that_is_not_of_this_phone_is_not_shown_with_the_answer(activity, phone, done):
    form = fields(phone.get(poster(activity)))
    answer = phone.post(poster(activity), {**form, "done": done}, follow=True)
    assert answer.status_code == (200 if done == "nonsense" else 404)
    assert Scan.objects.count() == 1


def test_of_two_people_the_refused_one_reads_the_reason(activity, phone, volunteer, husband):
    volunteers.suspend(volunteer=husband, reason="口头", by=None, at=START)
    page = phone.get(poster(activity))
    assert "王秀英, welcome" in page.content.decode()
    assert 'data-refused="suspended"' in page.content.decode()


def test_one_of_two_may_leave_while_the_other_comes(activity, phone, volunteer, husband, clock):
    page = phone.get(poster(activity))
    phone.post(poster(activity), {**fields(page), "who": choices(page)[0]})
    clock.shift(3600)
    page = phone.get(poster(activity))
    assert [value.split(":")[1] for value in choices(page)] == ["out", "in"]
    phone.post(poster(activity), {**fields(page), "who": choices(page)})
    assert Visit.objects.open().get().volunteer == husband
    assert Visit.objects.exclude(closed_at=None).get().volunteer == volunteer


def test_two_people_get_an_answer_each(activity, phone, volunteer, husband, clock):
    page = phone.get(poster(activity))
    volunteers.suspend(volunteer=husband, reason="", by=None, at=START)
    answer = phone.post(poster(activity), {**fields(page), "who": choices(page)}, follow=True)
    assert refusal(answer) == "suspended"
    assert "Checked in" in answer.content.decode()


def test_an_agent_without_an_own_entry_scans_for_the_other(activity, husband):
    daughter = UserFactory()
    families.allow_agent(volunteer=husband, user=daughter, evidence="口头", by=None, at=START)
    client = browser()
    client.force_login(daughter)
    assert "Checked in" in tap(client, poster(activity)).content.decode()
    assert Scan.objects.get().operator == daughter


# Typed codes


def test_a_typed_code_leads_to_its_page(activity):
    visitor = browser()
    assert "Next" in visitor.get("/c/").content.decode()
    url = screen(activity)
    code = url.split("/")[3]
    assert visitor.get("/C/", {"code": f"{code[:4].lower()}-{code[4:]}"})["Location"] == f"{url}?typed"
    key = poster(activity).split("/")[2]
    assert visitor.get("/c/", {"code": key})["Location"] == f"{poster(activity)}?typed"


def test_an_unknown_typed_code_stays_in_the_field_with_its_reason(activity):
    page = browser().get("/c/", {"code": "ABC"})
    assert refusal(page) == "unknown_checkpoint"
    assert 'value="ABC"' in page.content.decode()
    assert "Type the code" in browser().get("/c/", {"code": ""}).content.decode()


@pytest.mark.parametrize("text", ["/", "//", "/c/", "a/b/c", "http://elsewhere.test/%00", "x" * 200, "王/秀英"])
def test_any_other_typing_is_refused_and_never_an_error(activity, text):
    assert browser().get("/c/", {"code": text}, follow=True).status_code in {200, 404}
