"""Two edit forms sent at the same moment, on two real connections."""

import pytest
from django.test import Client
from django.urls import reverse

from academy.people.models import Issuer
from academy.people.permissions import DutyRole
from tests.at_once import at_once
from tests.edit_forms import asked, edit, opened, send
from tests.factories import ActivityFactory, CommunityFactory, IssuerFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def clients(community):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]))
    return clients


def test_of_two_saves_at_once_one_is_stored_and_the_other_is_asked(community, clients):
    address = edit("issuer", IssuerFactory(community=community).pk)
    forms = [(client, opened(client, address), f"010-{number}") for number, client in enumerate(clients)]

    answers = at_once(
        *(
            lambda client=client, form=form, phone=phone: (phone, send(client, address, form, telephone=phone))
            for client, form, phone in forms
        )
    )

    [stored] = [phone for phone, answer in answers if answer.status_code == 302]
    [(mine, refused)] = [(phone, answer) for phone, answer in answers if answer.status_code == 200]
    assert Issuer.objects.get().telephone == stored
    assert list(asked(refused).values()) == [(stored, mine, "")]


def test_a_double_click_is_stored_once_and_asks_nothing(community, clients):
    activity = ActivityFactory(community=community, published=None)
    address, client = edit("activity", activity.pk), clients[0]
    form = opened(client, address)
    session = client.cookies

    def click():
        twin = Client()
        twin.cookies = session
        return send(twin, address, form, place="社区礼堂")

    assert [answer.status_code for answer in at_once(click, click)] == [302, 302]
    activity.refresh_from_db()
    assert activity.place == "社区礼堂"


def test_publishing_while_the_form_is_sent_is_not_undone(community, clients):
    activity = ActivityFactory(community=community, published=None)
    address = edit("activity", activity.pk)
    form = opened(clients[0], address)

    at_once(
        lambda: send(clients[0], address, form, place="社区礼堂"),
        lambda: clients[1].post(reverse("activity:publish", args=[activity.pk])),
    )

    activity.refresh_from_db()
    assert (activity.place, activity.published_at is not None) == ("社区礼堂", True)
