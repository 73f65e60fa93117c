"""The leader's page: the live code, the people present, checking everybody out, and confirming hours."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.paper.codes import qr_svg
from tests.factories import ActivityFactory, VolunteerFactory
from tests.hours.scene import Scene, moment
from tests.lead.leading import GETS, POSTS, address, scan
from tests.pages import text_of


@pytest.fixture
def activity(scene: Scene) -> Activity:
    return scene.activity()


@pytest.fixture
def shift(activity):
    return activity.shifts.get()


@pytest.fixture
def waiting(scene, shift, clock):
    """Records of three people who came from nine to twelve; it is a quarter past twelve."""
    names = ("王秀英", "李建国", "张桂兰")
    records = [record for name in names for record in scene.attend(scene.volunteer(name), shift)]
    clock.move_to(moment("12:15"))
    return records


# Who may lead


@pytest.mark.parametrize("name", [*GETS, *POSTS])
def test_a_signed_out_user_signs_in_first(activity, name):
    url = address(name, activity)

    response = Client().post(url) if name in POSTS else Client().get(url)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", ["activity", "live", *POSTS])
def test_an_activity_that_is_not_published_has_no_page(scene, sign_in, name):
    planned = ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)
    client = sign_in(scene.leading)

    response = client.post(address(name, planned)) if name in POSTS else client.get(address(name, planned))

    assert response.status_code == 404


def test_an_activity_that_does_not_exist_has_no_page(scene, sign_in):
    assert sign_in(scene.leading).get("/lead/999999/").status_code == 404


# The code


def shown_code(response):
    return response.context["code"]["text"]


def test_the_page_shows_the_code_of_this_moment_as_picture_and_as_text(scene, activity, sign_in, clock):
    clock.move_to(moment("09:30:20"))

    response = sign_in(scene.leading).get(address("activity", activity))

    code = shown_code(response)
    key = codes.checkpoint_for(activity, rotating=True).key
    content = response.content.decode()
    assert qr_svg(f"HTTPS://ACADEMY.TEST/C/{key}/{code}/") in content
    assert f"{code[:4]}-{code[4:]}" in content
    assert "academy.test/c/" in content
    assert 'value="40" max="60"' in " ".join(content.split())
    assert scan(activity, scene.volunteer(), code, moment("09:30:20")).accepted
    assert "no-store" in response["Cache-Control"]


def test_the_address_in_the_picture_opens_the_page_of_the_code(scene, activity, sign_in):
    response = sign_in(scene.leading).get(address("live", activity))

    code = response.json()["codes"][0]["text"]
    key = codes.checkpoint_for(activity, rotating=True).key
    visitor = scene.volunteer(login=True)
    assert sign_in(visitor.user).get(f"/C/{key}/{code}/").status_code == 200


def test_the_live_codes_cover_the_next_minutes_without_a_gap(scene, activity, sign_in, clock):
    clock.move_to(moment("09:30:20"))

    live = sign_in(scene.leading).get(address("live", activity)).json()

    now = moment("09:30:20").timestamp() * 1000
    shown = live["codes"]
    assert live["now"] == now
    assert shown[0]["starts"] <= now < shown[0]["ends"]
    assert [code["ends"] for code in shown[:-1]] == [code["starts"] for code in shown[1:]]
    assert shown[-1]["ends"] >= now + 5 * 60 * 1000
    assert len({code["text"] for code in shown}) == len(shown)


def test_each_live_code_is_good_in_its_own_time_and_the_next_and_in_no_other(scene, activity, sign_in, clock):
    clock.move_to(moment("09:30:20"))
    shown = sign_in(scene.leading).get(address("live", activity)).json()["codes"]

    def outcome(code, milliseconds):
        at = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
        refusal = scan(activity, VolunteerFactory(community=scene.community), code["text"], at).refusal
        return refusal.code if refusal else "accepted"

    for code in shown:
        assert outcome(code, code["starts"] - 1) == "bad_code"
        assert outcome(code, code["starts"]) == "accepted"
        assert outcome(code, code["ends"] - 1) == "accepted"
        assert outcome(code, code["ends"] + 59_000) == "accepted"
        assert outcome(code, code["ends"] + 60_000) == "code_expired"


def test_no_code_is_shown_once_no_shift_takes_a_check_out(activity, sign_in, clock):
    client = sign_in(activity.leader.user)

    clock.move_to(moment("13:00"))
    assert "data-live=" in client.get(address("activity", activity)).content.decode()
    clock.move_to(moment("13:00", dt.date(2026, 1, 12)))
    assert "data-live=" not in client.get(address("activity", activity)).content.decode()


def test_a_cancelled_activity_shows_no_code(scene, activity, sign_in):
    activities.cancel_activity(activity=activity, by=scene.social_worker, at=moment("08:00"))
    client = sign_in(scene.leading)

    response = client.get(address("activity", activity))

    assert "This activity has been cancelled. Its codes do not work." in text_of(response)
    assert "data-live=" not in response.content.decode()
    assert client.get(address("live", activity)).json()["codes"] == []


# People present


def test_heads_are_people_not_visits(scene, activity, shift, sign_in, clock):
    twice, gone, inside = (scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰"))
    scene.scan(twice, shift, "in", moment("09:00"))
    scene.scan(twice, shift, "out", moment("09:20"))
    scene.scan(twice, shift, "in", moment("09:30"))
    scene.scan(gone, shift, "in", moment("09:05"))
    scene.scan(gone, shift, "out", moment("09:50"))
    scene.scan(inside, shift, "in", moment("09:10"))
    client = sign_in(scene.leading)

    response = client.get(address("activity", activity))

    page = text_of(response)
    assert "Here now: 2 People who came: 3" in page
    assert page.count("王秀英") == 1
    assert "张桂兰 9:10" in page
    assert "Already gone 1" in page
    assert "李建国 9:05–9:50" in page
    assert client.get(address("live", activity)).json()["counts"] == {"people": 3, "inside": 2}


def test_another_activitys_people_are_not_here(scene, activity, sign_in, clock):
    scene.scan(scene.volunteer(), scene.activity(title="别的活动").shifts.get(), "in", moment("09:00"))

    page = text_of(sign_in(scene.leading).get(address("activity", activity)))

    assert "Here now: 0 People who came: 0" in page
    assert "Nobody is checked in at the moment." in page
