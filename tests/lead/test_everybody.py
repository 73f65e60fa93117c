"""“全部签退” on the leader's page: the people shown, those who came since, and taking it back."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from academy.checkin.models import Scan, Visit
from academy.hours.models import ServiceRecord
from tests.answers import messages_of
from tests.hours.scene import moment
from tests.lead.leading import address
from tests.pages import text_of

pytestmark = pytest.mark.slow

OLD_PAGE = "This page was too old, so nobody was checked out. Look at the list again, then tap once more."


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def shift(activity):
    return activity.shifts.get()


@pytest.fixture
def inside(scene, shift, clock):
    people = [scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰")]
    for person in people:
        scene.scan(person, shift, "in", moment("09:00"))
    clock.move_to(moment("11:50"))
    return people


@pytest.fixture
def leader(scene, sign_in):
    return sign_in(scene.leading)


def form_of(page):
    """Return what the form of “check everybody out” sends, without ticks."""
    form = BeautifulSoup(page.content, "html.parser").find(id="everybody-out")
    return {"shown": [one["value"] for one in form.find_all("input", attrs={"name": "shown"})]}


def names_inside():
    return {visit.volunteer.name for visit in Visit.objects.open()}


def test_the_people_shown_are_checked_out_now(scene, activity, inside, leader, django_capture_on_commit_callbacks):
    form = form_of(leader.get(address("activity", activity)))

    with django_capture_on_commit_callbacks(execute=True):
        response = leader.post(address("everybody_out", activity), form)

    assert (response.status_code, response["Location"]) == (302, address("activity", activity))
    assert messages_of(response) == []
    assert {visit.closed_at for visit in Visit.objects.all()} == {moment("11:50")}
    assert {record.minutes for record in ServiceRecord.objects.all()} == {170}
    assert {scan.operator for scan in Scan.objects.filter(direction="out")} == {scene.leading}
    page = text_of(leader.get(address("activity", activity)))
    assert "3 people checked out" in page and "Take back" in page


def test_a_person_who_came_since_stays_in_and_is_named(scene, activity, shift, inside, leader):
    form = form_of(leader.get(address("activity", activity)))
    scene.scan(scene.volunteer("周小红"), shift, "in", moment("11:45"))

    response = leader.post(address("everybody_out", activity), form)

    assert names_inside() == {"周小红"}
    assert messages_of(response) == ["1 person has just come and was not checked out: 周小红"]


def test_a_ticked_person_stays_and_is_not_called_new(activity, inside, leader):
    form = form_of(leader.get(address("activity", activity)))

    response = leader.post(address("everybody_out", activity), form | {"staying": [inside[1].pk]})

    assert names_inside() == {"李建国"}
    assert messages_of(response) == []


def test_a_check_out_that_was_forgotten_days_ago_stands_in_no_later_shift(
    scene, activity, shift, inside, leader, clock
):
    clock.move_to(moment("20:00"))
    response = leader.get(address("activity", activity))

    assert response.context["presence"].inside == [] and response.context["presence"].people == 3
    assert "everybody-out" not in response.content.decode()
    assert "在场" not in text_of(leader.get(reverse("lead:activities")))


@pytest.mark.parametrize("form", [{}, {"staying": ["1"]}, {"shown": [""]}, {"shown": ["x", "-1", "²", "9" * 30]}])
def test_a_form_without_people_checks_nobody_out(activity, inside, leader, form):
    response = leader.post(address("everybody_out", activity), form)

    assert messages_of(response) == [OLD_PAGE]
    assert len(names_inside()) == 3


def test_people_who_left_meanwhile_are_not_checked_out_twice(scene, activity, shift, inside, leader):
    form = form_of(leader.get(address("activity", activity)))
    for person in inside:
        scene.scan(person, shift, "out", moment("11:49"))

    response = leader.post(address("everybody_out", activity), form)

    assert messages_of(response) == ["Nobody was checked out: they had left already, or are to stay."]
    assert not leader.get(address("activity", activity)).context["everybody_out"]


def test_the_act_is_taken_back_once(activity, inside, leader):
    leader.post(address("everybody_out", activity), form_of(leader.get(address("activity", activity))))
    page = BeautifulSoup(leader.get(address("activity", activity)).content, "html.parser")
    act = page.select_one(".back-line button")
    back = address("undo", activity)

    first = leader.post(back, {act["name"]: act["value"]})
    assert messages_of(first) == ["Taken back: 3 people are in again."]
    assert len(names_inside()) == 3

    again = leader.post(back, {act["name"]: act["value"]})
    assert messages_of(again)[-1] == "This has been taken back already."
    assert "checked out" not in text_of(leader.get("/lead/"))
    assert ".back-line" not in leader.get(address("activity", activity)).content.decode()


@pytest.mark.parametrize(
    ("act", "status"),
    [("out:", 404), ("out:x", 404), (f"out:{'0' * 400}", 404), ("out:00000000-0000-0000-0000-000000000000", 302)],
)
def test_an_act_that_is_none_takes_nothing_back(activity, inside, leader, act, status):
    leader.post(address("everybody_out", activity), form_of(leader.get(address("activity", activity))))

    response = leader.post(address("undo", activity), {"act": act})

    assert response.status_code == status
    assert names_inside() == set()


def test_the_offer_to_take_it_back_ends_with_its_time(activity, inside, leader, clock):
    leader.post(address("everybody_out", activity), form_of(leader.get(address("activity", activity))))

    clock.move_to(moment("12:05"))
    assert "Take back" in text_of(leader.get(address("activity", activity)))
    clock.move_to(moment("12:05:01"))
    assert "Take back" not in text_of(leader.get(address("activity", activity)))


def test_what_cannot_be_taken_back_says_why(scene, activity, shift, inside, leader):
    scene.scan(scene.leader, shift, "in", moment("09:00"))
    leader.post(address("everybody_out", activity), form_of(leader.get(address("activity", activity))))
    act = leader.get(address("activity", activity)).context["everybody_out"].key

    response = leader.post(address("undo", activity), {"act": f"out:{act}"})

    assert messages_of(response) == [
        "Taken back: 3 people are in again.",
        f"{scene.leader.name}: This scan is your own: ask somebody else to take it back.",
    ]


# The list of people lives


def test_the_part_that_the_script_fetches_has_the_newcomers(scene, activity, shift, inside, leader):
    before = leader.get(address("live", activity)).json()
    page = leader.get(address("activity", activity)).content.decode()
    assert f'data-mark="{before["people"]["mark"]}"' in page

    scene.scan(scene.volunteer("周小红"), shift, "in", moment("11:50"))

    after = leader.get(address("live", activity)).json()
    part = leader.get(reverse("lead:people", args=[activity.pk]))
    assert after["people"]["mark"] != before["people"]["mark"]
    assert after["counts"] == {"people": 4, "inside": 4}
    assert "周小红" in part.content.decode()
    assert len(form_of(part)["shown"]) == 4
    assert "<html" not in part.content.decode()


def test_who_signed_up_and_is_not_here_is_listed_until_the_shift_ends(scene, activity, shift, inside, leader, clock):
    absent = scene.volunteer("赵淑珍")
    activity.roles.get().sign_ups.create(shift=shift, volunteer=absent, seat=90, signed_up_at=moment("08:00"))
    part = reverse("lead:people", args=[activity.pk])

    assert "Signed up, not here yet 1 赵淑珍" in text_of(leader.get(part))
    clock.move_to(moment("12:00"))
    assert "赵淑珍" not in text_of(leader.get(part))


def test_the_bar_has_the_act_of_the_moment(scene, activity, shift, inside, leader, clock):
    def bar():
        page = BeautifulSoup(leader.get(address("activity", activity)).content, "html.parser")
        bars = page.select(".next-act")
        assert len(bars) <= 1
        return bars[0].get_text(" ", strip=True) if bars else ""

    clock.move_to(moment("11:44:59"))
    assert bar() == "Show the code large"
    clock.move_to(moment("11:45"))
    assert bar() == "Check all 3 people out now, except those who stay"
    leader.post(address("everybody_out", activity), form_of(leader.get(address("activity", activity))))
    assert bar() == "Confirm the hours"
    clock.move_to(moment("15:00:01"))
    assert bar() == ""
