"""`/p/<card>/`: the page behind the code of a check-in card, for any phone's camera."""

import datetime as dt

import pytest
from django.test import Client

from academy.checkin.models import Scan
from academy.people import cards
from academy.people.permissions import DutyRole
from tests.checkin.times import START
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def activity():
    return ActivityFactory(leader__login=True)


@pytest.fixture
def card(activity):
    volunteer = VolunteerFactory(community=activity.community, name="王秀英", login=True)
    return cards.card_for(volunteer=volunteer, by=None, at=START)


def browser(user=None) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize("written", [str.upper, str.lower])
def test_a_cards_page_shows_no_name_and_makes_no_scan(card, written):
    response = browser().get(written(f"/P/{card.key}/"))

    assert response.status_code == 200
    page = response.content.decode()
    assert "This is a check-in card" in page and "leader" in page
    assert card.volunteer.name not in page and card.volunteer.number not in page
    assert not Scan.objects.exists()
    assert "sessionid" not in response.cookies


def test_a_cards_page_refuses_a_post(card):
    assert browser().post(f"/p/{card.key}/").status_code == 405


def test_an_unknown_card_is_refused():
    response = browser().get("/p/7K3M9QXA2B4C5D6E/")
    assert response.status_code == 404
    assert 'data-refusal="unknown_card"' in response.content.decode()


def test_a_replaced_card_is_refused_with_its_reason(card):
    cards.replace_card(volunteer=card.volunteer, by=None, at=START)
    response = browser().get(f"/p/{card.key}/")
    assert response.status_code == 410
    assert 'data-refusal="card_revoked"' in response.content.decode()


def links(response) -> list[str]:
    return [url for _activity, url in response.context["scanners"]]


def test_a_leader_finds_the_scanner_of_an_open_activity(activity, card):
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    for user in (activity.leader.user, worker):
        assert links(browser(user).get(f"/p/{card.key}/")) == [f"/scan/{activity.pk}/"]


def test_other_people_see_no_scanner(activity, card):
    others = [card.volunteer.user, ActivityFactory(leader__login=True).leader.user]
    assert activity.title not in browser().get(f"/p/{card.key}/").content.decode()
    for user in others:
        assert f"/scan/{activity.pk}/" not in links(browser(user).get(f"/p/{card.key}/"))


@pytest.mark.parametrize(("minutes", "shown"), [(-91, False), (-90, True), (360, True), (361, False)])
def test_the_scanner_is_shown_while_the_gate_is_open(activity, card, clock, minutes, shown):
    """The gate is open from 90 minutes before the start to three hours after the end (C2)."""
    clock.move_to(START + dt.timedelta(minutes=minutes))
    assert bool(links(browser(activity.leader.user).get(f"/p/{card.key}/"))) is shown
