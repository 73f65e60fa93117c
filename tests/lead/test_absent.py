"""The leader's screen of no-shows: one answer for each person, one button, nobody else sees it (A4)."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from academy.activities.absence_models import AbsenceNote
from academy.activities.models import SignUp
from tests.factories import UserFactory, VolunteerFactory, sign_up
from tests.hours.scene import moment

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def people(scene, activity):
    """Return two who did not come; a third came."""
    found = [scene.volunteer(name, login=True) for name in ("王秀英", "李建国")]
    for person in found:
        sign_up(person, activity.shifts.get())
    scene.scan(scene.volunteer("张桂兰"), activity.shifts.get(), "in", moment("09:00"))
    return found


def address(activity):
    return reverse("lead:absent", args=[activity.pk])


def answers(page):
    """Return what the form would send, unchanged."""
    form = BeautifulSoup(page.content, "html.parser").find("form", class_="act")
    sent = [one for one in form.find_all("input") if one.get("type") != "radio" or one.has_attr("checked")]
    return {one["name"]: one.get("value", "") for one in sent if one["name"] != "csrfmiddlewaretoken"}


def place_of(person):
    return SignUp.objects.get(volunteer=person)


def test_one_screen_stores_all_answers(scene, activity, people, sign_in):
    leader = sign_in(scene.leading)
    page = leader.get(address(activity))
    text = page.content.decode()
    assert "王秀英" in text and "李建国" in text and "张桂兰" not in text

    first, second = (place_of(person) for person in people)
    form = answers(page) | {f"absent-{first.pk}": "excused", f"absent-{second.pk}": "unexcused"}
    done = leader.post(address(activity), form, follow=True)

    assert "2 answers are noted" in done.content.decode()
    assert [place_of(person).absence for person in people] == ["excused", "unexcused"]
    assert set(AbsenceNote.objects.values_list("noted_by", flat=True)) == {scene.leading.pk}


def test_an_older_page_does_not_put_an_old_answer_back(scene, activity, people, sign_in):
    leader, worker, place = sign_in(scene.leading), sign_in(scene.social_worker), place_of(people[0])
    older = answers(worker.get(address(activity)))
    leader.post(address(activity), answers(leader.get(address(activity))) | {f"absent-{place.pk}": "excused"})

    worker.post(address(activity), older)

    assert place_of(people[0]).absence == "excused"


def test_the_leaders_page_leads_there_once_it_has_begun(scene, activity, people, sign_in, clock):
    page = reverse("lead:activity", args=[activity.pk])
    assert address(activity) in sign_in(scene.leading).get(page).content.decode()

    clock.move_to(moment("08:30"))
    assert address(activity) not in sign_in(scene.leading).get(page).content.decode()


def test_before_it_begins_nobody_is_missing(scene, activity, people, sign_in, clock):
    clock.move_to(moment("08:30"))

    text = sign_in(scene.leading).get(address(activity)).content.decode()

    assert "It has not begun yet" in text and "王秀英" not in text


def test_only_staff_are_led_to_the_people_who_could_come_instead(scene, activity, people, sign_in):
    asks = reverse("group_texts", args=[activity.pk])

    assert asks in sign_in(scene.social_worker).get(address(activity)).content.decode()
    assert asks not in sign_in(scene.leading).get(address(activity)).content.decode()


def test_the_person_sees_the_note_and_nobody_else_does(scene, activity, people, sign_in):
    leader, place = sign_in(scene.leading), place_of(people[0])
    leader.post(address(activity), {f"absent-{place.pk}": "unexcused", f"seen-{place.pk}": ""})
    page = reverse("activities:detail", args=[activity.pk])

    assert "The leader noted that 王秀英 did not come" in sign_in(people[0].user).get(page).content.decode()
    for client in (sign_in(people[1].user), Client()):
        assert "did not come" not in client.get(page).content.decode()


def test_who_does_not_lead_finds_no_screen(scene, activity, people, sign_in):
    for user in (people[0].user, UserFactory()):
        assert sign_in(user).get(address(activity)).status_code == 404


def test_a_place_of_another_activity_is_not_touched(scene, activity, people, sign_in):
    other = scene.activity(title="别的活动")
    place = sign_up(VolunteerFactory(community=scene.community, name="外人"), other.shifts.get())

    sign_in(scene.leading).post(address(activity), {f"absent-{place.pk}": "unexcused", f"seen-{place.pk}": ""})

    place.refresh_from_db()
    assert place.absence == ""
