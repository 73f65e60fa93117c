"""The waiting list on pages: of the activity, behind an own link, of the leader, of staff."""

import copy
import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from academy.activities import services
from academy.activities.models import SignUp
from academy.activities.waiting import services as waiting
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.families import services as families
from academy.own_data import copying
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)
LAPSED = NOW + dt.timedelta(hours=3)


class Scene:
    """A full activity with one place, and a volunteer with a phone."""

    def __init__(self):
        self.home = CommunityFactory()
        self.worker = UserFactory(duties=[(self.home, DutyRole.SOCIAL_WORKER)])
        leader = VolunteerFactory(community=self.home, name="赵敏", login=True, at=NOW)
        self.activity = ActivityFactory(community=self.home, capacity=1, leader=leader)
        self.leader = leader.user
        self.shift, self.role = self.activity.shifts.get(), self.activity.roles.get()
        self.place = sign_up(VolunteerFactory(community=self.home, name="刘伟", at=NOW), self.shift, at=NOW)
        self.person = VolunteerFactory(community=self.home, name="王秀英", login=True, at=NOW)
        self.url = reverse("activities:detail", args=[self.activity.pk])

    def join(self, person=None):
        entry = waiting.join(volunteer=person or self.person, shift=self.shift, role=self.role, by=None, at=NOW)
        assert isinstance(entry, WaitingEntry), entry
        return entry

    def offer(self):
        """Let the person wait, and the place become free."""
        entry = self.join()
        place = SignUp.objects.select_related("shift__activity").get(pk=self.place.pk)
        services.cancel_sign_up(sign_up=place, by=None, at=NOW)
        entry.refresh_from_db()
        return entry


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Scene)


@pytest.fixture
def scene(made):
    with time_machine.travel(NOW, tick=False):
        yield copy.deepcopy(made)


def browser(user=None):
    client = Client()
    client.cookies["django_language"] = "en"
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def phone(scene):
    return browser(scene.person.user)


def page_of(entry):
    return reverse("activities:answer_offer", args=[entry.key])


def button(page, words):
    """Return the form around the button with these words, as address and fields; None without one."""
    for found in BeautifulSoup(page.content, "html.parser").find_all("button"):
        if words in found.get_text():
            form = found.find_parent("form")
            fields = {one["name"]: one.get("value", "") for one in form.find_all("input")}
            return form.get("action"), {**fields, **({found["name"]: found["value"]} if found.get("name") else {})}
    return None


def test_one_tap_on_a_full_activity_and_one_tap_ends_the_wait(scene, phone):
    address, fields = button(phone.get(scene.url), "Tell me when a place is free")
    page = phone.post(address, fields, follow=True)

    text = page.content.decode()
    assert "王秀英 is on the waiting list" in text and "王秀英 waits for a place" in text and "1 person waits" in text
    assert button(page, "Tell me when a place is free") is None

    address, fields = button(page, "Do not wait any more")
    assert "You are off the waiting list" in phone.post(address, fields, follow=True).content.decode()
    assert WaitingEntry.objects.get().outcome == Outcome.LEFT


def test_who_is_not_signed_in_is_asked_to_sign_in(scene):
    address, fields = button(browser().get(scene.url), "Sign in to wait for a place")

    response = browser().post(address, fields)

    assert response.status_code == 302 and "/accounts/login/" in response.url
    assert not WaitingEntry.objects.exists()


def test_the_offer_is_taken_on_the_page_with_one_tap(scene, phone):
    scene.offer()
    page = phone.get(scene.url)
    assert "A place is free for 王秀英" in page.content.decode() and "12:00" in page.content.decode()

    address, fields = button(page, "Take the place")
    text = phone.post(address, fields, follow=True).content.decode()

    assert "王秀英 has a place" in text
    assert SignUp.objects.get(cancelled_at=None).volunteer == scene.person


def test_an_offer_is_given_to_the_next_with_one_tap(scene, phone):
    entry = scene.offer()

    address, fields = button(phone.get(scene.url), "No, give it to the next")
    phone.post(address, fields)

    entry.refresh_from_db()
    assert entry.outcome == Outcome.DECLINED
    assert "1 place left" in phone.get(scene.url).content.decode()


def test_a_visitor_sees_a_full_shift_while_a_place_is_kept(scene):
    scene.offer()

    text = browser().get(scene.url).content.decode()

    assert "All places are taken" in text and "王秀英" not in text and "1 person waits" in text


def test_the_offer_is_answered_behind_the_own_link_without_a_sign_in(scene):
    entry = scene.offer()
    page = browser().get(page_of(entry))
    text = page.content.decode()
    assert "王*英" in text and "王秀英" not in text and "kept for you until" in text

    _address, fields = button(page, "Yes, I come")
    done = browser().post(page_of(entry), fields, follow=True).content.decode()

    assert "your place is noted" in done
    assert SignUp.objects.get(cancelled_at=None).volunteer == scene.person


def test_the_own_link_says_when_the_offer_is_over(scene):
    entry = scene.offer()

    with time_machine.travel(LAPSED, tick=False):
        look, answer = browser().get(page_of(entry)), browser().post(page_of(entry), {"takes": "yes"})

    assert 'data-refusal="offer_over"' in look.content.decode() and button(look, "Yes, I come") is None
    assert answer.status_code == 409 and not SignUp.objects.filter(cancelled_at=None).exists()


def test_a_look_changes_nothing_and_the_list_is_left_behind_the_link(scene):
    entry = scene.join()
    page = browser().get(page_of(entry))
    assert "You are on the waiting list" in page.content.decode()

    _address, fields = button(page, "Do not wait any more")
    assert "off the waiting list" in browser().post(page_of(entry), fields, follow=True).content.decode()


def test_guessed_keys_lead_nowhere_and_are_slowed_down(scene):
    codes = [browser().get(f"/activities/place/{'A' * 19}{at % 10}/").status_code for at in range(45)]

    assert codes[0] == 404 and codes[-1] == 429


def test_a_foreign_entry_is_not_found(scene, phone):
    entry = scene.join(VolunteerFactory(community=scene.home, name="李建国", at=NOW))

    answer = phone.post(reverse("activities:answer_wait", args=[scene.activity.pk]), {"entry": entry.pk})

    assert answer.status_code == 404
    entry.refresh_from_db()
    assert entry.ended_at is None


def test_a_foreign_person_is_not_put_on_the_list(scene, phone):
    other = VolunteerFactory(community=scene.home, name="李建国", at=NOW)
    fields = {"shift": scene.shift.pk, "role": scene.role.pk, "volunteer": other.pk}

    assert phone.post(reverse("activities:wait", args=[scene.activity.pk]), fields).status_code == 404
    assert not WaitingEntry.objects.exists()


def test_a_refused_tap_says_why(scene, phone):
    fields = {"shift": scene.shift.pk, "role": scene.role.pk}
    scene.join()

    page = phone.post(reverse("activities:wait", args=[scene.activity.pk]), fields)

    assert 'data-refusal="already_waiting"' in page.content.decode()


def test_a_daughter_waits_for_her_mother(scene, phone):
    mother = VolunteerFactory(community=scene.home, name="张桂兰", at=NOW)
    families.allow_agent(volunteer=mother, user=scene.person.user, evidence="当面同意", by=None, at=NOW)
    fields = {"shift": scene.shift.pk, "role": scene.role.pk, "volunteer": mother.pk}

    text = phone.post(reverse("activities:wait", args=[scene.activity.pk]), fields, follow=True).content.decode()

    assert "张桂兰 is on the waiting list" in text
    assert button(phone.get(scene.url), "Tell me when a place is free") is not None  # herself


def test_my_page_shows_what_one_waits_for(scene, phone):
    scene.join()
    assert "You get a message when a place is free" in phone.get("/my/").content.decode()


def test_the_leader_sees_who_waits_and_who_was_asked(scene):
    scene.offer()

    text = browser(scene.leader).get(reverse("lead:activity", args=[scene.activity.pk])).content.decode()

    assert "Waiting list" in text and "王秀英" in text and "can answer until" in text
    assert "is still free" not in text  # the place is kept


def test_staff_see_the_list_with_a_text_for_each_person(scene):
    entry = scene.offer()

    text = browser(scene.worker).get(reverse("activity_sign_ups", args=[scene.activity.pk])).content.decode()

    assert entry.key in text and "a place is free for you" in text and "can answer until" in text


def test_staff_put_a_person_on_the_list_and_take_them_off(scene):
    desk = browser(scene.worker)
    form = {"volunteer": scene.person.pk, "place": f"{scene.shift.pk}:{scene.role.pk}"}

    added = desk.post(reverse("put_on_waiting_list", args=[scene.activity.pk]), form, follow=True)
    entry = WaitingEntry.objects.get()
    assert "王秀英" in added.content.decode() and entry.joined_by == scene.worker

    again = desk.post(reverse("put_on_waiting_list", args=[scene.activity.pk]), form)
    assert "waits for this shift already" in again.content.decode()

    assert desk.get(reverse("take_off_waiting_list", args=[entry.pk])).status_code == 200
    desk.post(reverse("take_off_waiting_list", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.outcome == Outcome.LEFT
    assert desk.get(reverse("take_off_waiting_list", args=[entry.pk])).status_code == 404


def test_the_copy_of_a_persons_data_names_their_wait(scene):
    scene.offer()

    assert "activities.waitingentry" in copying.as_json(scene.person, at=NOW).decode()


def test_a_login_without_a_person_cannot_wait(scene):
    fields = {"shift": scene.shift.pk, "role": scene.role.pk}

    assert browser(UserFactory()).post(reverse("activities:wait", args=[scene.activity.pk]), fields).status_code == 404
