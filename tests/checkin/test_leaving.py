"""“我要走了”: a phone without a sign-in remembers whom the leader let in, and two doors for all others."""

import re

import pytest
from django.test import Client

from academy.activities.models import Activity
from academy.checkin.models import Claim, Visit
from academy.checkin.services import claims
from academy.people.models import User, Volunteer
from tests.checkin.asking import asked, browser, static
from tests.checkin.gate import screen
from tests.checkin.scans import poster as checkpoint
from tests.checkin.scans import scan
from tests.checkin.times import END, START, minutes
from tests.everybody import check_everybody_out
from tests.factories import ActivityFactory, VolunteerFactory
from tests.pages import Statements, markup_of, text_of

pytestmark = pytest.mark.django_db

BROWSER = "0123456789ABC"


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True, leader__name="赵敏")


@pytest.fixture
def leader(activity) -> User:
    return activity.leader.user


@pytest.fixture
def volunteer(activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="吴丽华", phone="13800131234", login=True)


@pytest.fixture
def phone() -> Client:
    client = browser()
    client.cookies["browser"] = BROWSER
    return client


@pytest.fixture
def inside(activity, volunteer, leader) -> Claim:
    """Return the claim by which the volunteer came in at 9:00."""
    return let_in(activity, volunteer, leader)


def let_in(activity, volunteer, leader, at=START, **more) -> Claim:
    claim = asked(activity, at, name=volunteer.name, browser=BROWSER, **more)
    assert claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=at).accepted
    return claim


def gate(activity) -> str:
    return f"/c/{static(activity)}/"


def leaving_forms(page) -> list[dict[str, str]]:
    forms = re.findall(r'<form class="act leave".*?</form>', page.content.decode(), re.S)
    return [dict(re.findall(r'name="([^"]+)"\s+value="([^"]*)"', form)) for form in forms]


def test_who_came_by_a_claim_leaves_without_typing(activity, volunteer, leader, inside, phone, clock):
    clock.move_to(END)
    page = phone.get(gate(activity))
    assert "吴丽华, are you leaving?" in text_of(page)
    assert "Here since 9:00" in text_of(page)
    assert "I have a sign-in slip" not in text_of(page)
    [form] = leaving_forms(page)
    waiting = phone.post(f"{gate(activity)}claim/", form, follow=True)
    assert "The leader is asked to check you out" in text_of(waiting)
    assert "Waiting to check out" in text_of(waiting) and "Your time counts until 12:00." in text_of(waiting)
    assert "result-leaving" in waiting.content.decode()
    assert Visit.objects.open().exists()
    claim = Claim.objects.get(scan=None)
    assert (claim.name, claim.phone_tail, claim.browser) == ("吴丽华", "1234", BROWSER)

    clock.shift(120)
    claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=END + minutes(2))
    assert Visit.objects.get().closed_at == END
    answer = phone.get(waiting.request["PATH_INFO"])
    assert "Checked out 吴丽华 12:00" in text_of(answer)
    assert "Thank you! You were here for 3 h today." in text_of(answer)
    assert "result-out" in answer.content.decode()
    assert "I have a sign-in slip" in text_of(phone.get(gate(activity)))


def test_who_types_name_and_digits_again_to_leave_waits_to_leave(activity, volunteer, inside, phone, clock):
    clock.move_to(END)
    again = asked(activity, END, name=volunteer.name, browser=BROWSER)
    page = phone.get(f"{gate(activity)}claim/{again.key}/")
    assert "The leader is asked to check you out" in text_of(page)
    check_everybody_out(activity=activity, by=activity.leader.user, at=END + minutes(1))
    assert "The leader is asked to check you out" in text_of(phone.get(f"{gate(activity)}claim/{again.key}/"))


@pytest.mark.parametrize("why", ["not long in", "another browser", "no browser", "another name", "left before"])
def test_all_others_wait_to_come_in_and_learn_nothing(activity, volunteer, leader, inside, phone, clock, why):
    at = START + minutes(4) if why == "not long in" else END
    if why == "left before":
        scan(checkpoint(activity), volunteer, "out", at=END - minutes(10))
    clock.move_to(at)
    name = "吴丽" if why == "another name" else volunteer.name
    others = {"another browser": "ABCDEFGH01234", "no browser": ""}
    again = asked(activity, at, name=name, browser=others.get(why, BROWSER))
    page = text_of(phone.get(f"{gate(activity)}claim/{again.key}/"))
    assert "The leader is asked to check you in" in page and "Waiting to check in" in page
    assert "Your time counts from" in page and "check you out" not in page


def test_the_page_for_typing_is_about_leaving_while_the_person_is_in(activity, inside, phone, clock):
    clock.move_to(END)
    assert "<h1> Check-out </h1>" in markup_of(phone.get("/c/"))
    assert "<h1> Check-in </h1>" in markup_of(browser().get("/c/"))
    clock.move_to(END + minutes(181))
    assert "<h1> Check-in </h1>" in markup_of(phone.get("/c/"))


def test_on_the_screen_too_the_code_goes_along(activity, inside, phone, clock):
    clock.move_to(END - minutes(30))
    url = screen(activity, END - minutes(30))
    [form] = leaving_forms(phone.get(url))
    assert form["code"] == url.split("/")[3]
    page = phone.post(f"/c/{url.split('/')[2]}/claim/", form, follow=True)
    assert "The leader is asked to check you out" in text_of(page)


def test_in_the_first_minutes_the_page_says_since_when_and_offers_no_leaving(activity, inside, phone, clock):
    clock.shift(299)
    page = phone.get(gate(activity))
    assert "吴丽华, you checked in at 9:00" in text_of(page)
    assert leaving_forms(page) == []
    clock.shift(1)
    assert leaving_forms(phone.get(gate(activity)))


def test_another_person_gets_the_doors(activity, inside, phone, clock):
    clock.move_to(END)
    page = phone.get(gate(activity))
    assert re.search(r'<a href="\?other">\s*That is not me', page.content.decode())
    doors = phone.get(f"{gate(activity)}?other")
    assert leaving_forms(doors) == []
    assert "I have a sign-in slip" in text_of(doors) and "吴丽华" not in text_of(doors)


def test_two_people_who_came_on_one_phone_leave_each_for_themself(activity, volunteer, leader, inside, phone, clock):
    other = VolunteerFactory(community=activity.community, name="孙桂芳")
    let_in(activity, other, leader, START + minutes(1), phone_tail="5678")
    clock.move_to(END)
    page = phone.get(gate(activity))
    assert [(form["name"], form["phone_tail"]) for form in leaving_forms(page)] == [
        ("吴丽华", "1234"),
        ("孙桂芳", "5678"),
    ]
    assert len({form["key"] for form in leaving_forms(page)}) == 2
    assert "I am somebody else" in text_of(page)


@pytest.mark.parametrize("cookie", ["", "ABCDEFGH01234", "x' --"])
def test_another_browser_learns_no_name(activity, inside, clock, cookie):
    clock.move_to(END)
    stranger = browser()
    if cookie:
        stranger.cookies["browser"] = cookie
    page = stranger.get(gate(activity))
    assert "吴丽华" not in text_of(page) and "1234" not in page.content.decode().split("claim_phone_tail")[0]
    assert leaving_forms(page) == []


def test_another_activity_shows_no_name(inside, phone, clock):
    clock.move_to(END - minutes(30))
    assert leaving_forms(phone.get(gate(ActivityFactory()))) == []


def test_a_claim_that_waits_was_declined_or_refused_shows_no_name(activity, volunteer, leader, phone, clock):
    waiting = asked(activity, name="吴丽华", browser=BROWSER)
    assert leaving_forms(phone.get(gate(activity))) == []
    claims.decline(claim=waiting, by=leader, at=START)
    refused = asked(activity, name="吴丽华", browser=BROWSER)
    Volunteer.objects.filter(pk=volunteer.pk).update(suspended_at=START)
    volunteer.refresh_from_db()
    claims.vouch(claim=refused, volunteer=volunteer, by=leader, at=START)
    clock.move_to(END)
    assert leaving_forms(phone.get(gate(activity))) == []


def test_who_has_left_or_can_no_longer_leave_is_not_asked(activity, volunteer, inside, phone, clock):
    clock.move_to(END + minutes(181))
    assert leaving_forms(phone.get(gate(activity))) == []
    clock.move_to(END)
    scan(checkpoint(activity), volunteer, "out", at=END)
    assert leaving_forms(phone.get(gate(activity))) == []


def test_a_person_entered_twice_is_still_known(activity, volunteer, inside, phone, clock):
    stays = VolunteerFactory(community=activity.community, name="吴丽华")
    Volunteer.objects.filter(pk=volunteer.pk).update(merged_into=stays)
    Visit.objects.update(volunteer=stays)
    clock.move_to(END)
    assert len(leaving_forms(phone.get(gate(activity)))) == 1


def test_a_stale_leaving_form_comes_back_with_its_name(activity, inside, phone, clock):
    clock.move_to(END)
    [form] = leaving_forms(phone.get(gate(activity)))
    again = phone.post(f"{gate(activity)}claim/", {**form, "csrfmiddlewaretoken": "x" * 64})
    assert again.status_code == 403
    assert 'value="吴丽华"' in again.content.decode()
    assert re.search(r'<details class="card door"\s+open>', again.content.decode())


def test_remembering_costs_two_statements_and_none_for_a_new_phone(activity, inside, phone, clock):
    clock.move_to(END)
    url = gate(activity)
    with Statements() as seen:
        phone.get(url)
    with Statements() as plain:
        browser().get(url)
    assert (len(seen.sql), len(plain.sql)) == (3, 1)


# Two doors


def test_a_signed_out_phone_sees_two_closed_doors_and_a_way_to_type(activity):
    page = browser().get(gate(activity))
    html = page.content.decode()
    assert len(re.findall(r'<details class="card door">', html)) == 2
    assert html.index("I have a sign-in slip") < html.index("I have no slip")
    assert re.search(r'<a href="/c/">\s*The code does not scan', html)


def test_the_door_with_an_error_stands_open(activity):
    client = browser()
    page = client.get(gate(activity))
    form = re.search(
        r'<form class="act" method="post" action="/c/[^"]+/claim/">.*?</form>', page.content.decode(), re.S
    )
    assert form
    sent = dict(re.findall(r'name="(csrfmiddlewaretoken|key)" value="([^"]*)"', form[0]))
    page = client.post(f"{gate(activity)}claim/", {**sent, "name": "", "phone_tail": "1"})
    assert len(re.findall(r'<details class="card door"\s+open>', page.content.decode())) == 1


def test_the_answer_of_coming_says_how_to_leave(activity, inside, phone):
    page = phone.get(f"{gate(activity)}claim/{inside.key}/")
    assert "Checked in 吴丽华 9:00" in text_of(page)
    assert "tap “I am leaving”, or tell the leader" in text_of(page)


def test_a_claim_again_says_calmly_since_when(activity, volunteer, leader, inside, phone, clock):
    clock.shift(120)
    again = asked(activity, START + minutes(2), name="吴丽华", browser=BROWSER)
    claims.vouch(claim=again, volunteer=volunteer, by=leader, at=START + minutes(2))
    page = phone.get(f"{gate(activity)}claim/{again.key}/")
    assert "You are already checked in 吴丽华 9:00" in text_of(page)
    assert "result-in" in page.content.decode()
