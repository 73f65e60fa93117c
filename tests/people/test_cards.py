"""Check-in cards: each person has one live card. A lost card is replaced; the desk prints cards."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people import cards
from academy.people.models import Card, Volunteer
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.factories import CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory
from tests.paper.reading import codes, pages

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def volunteer(home):
    return VolunteerFactory(community=home, name="王秀英", at=NOW)


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    with time_machine.travel(NOW, tick=False):
        yield worker


def merged_into(volunteer: Volunteer) -> Volunteer:
    other = VolunteerFactory(community=volunteer.community, at=NOW)
    Volunteer.objects.filter(pk=other.pk).update(merged_into=volunteer)
    return Volunteer.objects.get(pk=other.pk)


# The card


def test_a_card_is_made_once_and_kept(volunteer, worker):
    card = cards.card_for(volunteer=volunteer, by=worker, at=NOW)

    assert cards.card_for(volunteer=volunteer, by=None, at=LATER) == card
    assert (card.volunteer, card.issued_by, card.issued_at, card.revoked_at) == (volunteer, worker, NOW, None)
    assert len(card.key) * 5 >= 80
    assert [entry.action for entry in log.get_logs_for_instance(volunteer)].count("people.issue_card") == 1


def test_a_card_is_found_however_its_key_is_typed(volunteer):
    card = cards.card_for(volunteer=volunteer, by=None, at=NOW)
    typed = f" {card.key[:4]}-{card.key[4:]} ".lower()

    assert cards.find_card(typed) == card
    assert card.volunteer.stays == volunteer


def test_a_key_of_no_card_is_refused():
    assert code_of(cards.find_card("7K3M9QXA2B4C5D6E")) == "unknown_card"


def test_a_lost_card_is_refused_from_the_moment_it_is_replaced(volunteer, worker):
    lost = cards.card_for(volunteer=volunteer, by=None, at=NOW)

    new = cards.replace_card(volunteer=volunteer, by=worker, at=LATER)

    assert code_of(cards.find_card(lost.key)) == "card_revoked"
    assert cards.find_card(new.key) == new == cards.card_for(volunteer=volunteer, by=None, at=LATER)
    assert Card.objects.get(pk=lost.pk).revoked_at == LATER
    entry = next(entry for entry in log.get_logs_for_instance(volunteer) if entry.action == "people.replace_card")
    assert (entry.user, entry.timestamp) == (worker, LATER)


def test_replacing_a_missing_card_issues_one(volunteer):
    assert cards.replace_card(volunteer=volunteer, by=None, at=NOW) == Card.objects.get()


def test_a_merged_person_has_the_card_of_the_one_who_stays(volunteer):
    gone = merged_into(volunteer)

    assert cards.card_for(volunteer=gone, by=None, at=NOW).volunteer == volunteer


def test_a_card_from_before_the_merger_opens_for_the_one_who_stays_until_it_is_replaced(volunteer):
    gone = VolunteerFactory(community=volunteer.community, at=NOW)
    card = cards.card_for(volunteer=gone, by=None, at=NOW)
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=volunteer)

    found = cards.find_card(card.key)
    assert isinstance(found, Card) and found.volunteer.stays == volunteer

    cards.replace_card(volunteer=volunteer, by=None, at=LATER)
    assert code_of(cards.find_card(card.key)) == "card_revoked"


def test_existing_cards_take_one_statement(home, django_assert_max_num_queries):
    people = VolunteerFactory.create_batch(12, community=home, at=NOW)
    cards.cards_for(volunteers=people, by=None, at=NOW)
    with django_assert_max_num_queries(3):
        assert [card.volunteer for card in cards.cards_for(volunteers=people, by=None, at=NOW)] == people


# At the desk


def cards_url(*people):
    address = reverse("wagtail_bulk_action", args=["people", "volunteer", "print_cards"])
    return address + "?" + "&".join(f"id={getattr(person, 'pk', person)}" for person in people)


def test_a_card_is_printed_for_one_person_with_a_contact_for_lost_cards(client, worker, volunteer):
    IssuerFactory(community=volunteer.community, name="花园社区志愿服务队", telephone="010-6666 8888")
    assert volunteer.name in client.get(cards_url(volunteer)).content.decode()
    assert not Card.objects.exists()

    response = client.post(cards_url(volunteer))

    assert response["Content-Type"] == "application/pdf"
    (text,) = pages(response.content)
    for part in (volunteer.name, volunteer.number, "花园社区志愿服务队", "010-66668888"):
        assert part in text
    assert [code.text for code in codes(response.content, dpi=150)] == [
        f"HTTPS://ACADEMY.TEST/P/{Card.objects.get().key}/"
    ]


def test_printing_again_prints_the_same_card(client, worker, volunteer):
    client.post(cards_url(volunteer))
    client.post(cards_url(volunteer))
    assert Card.objects.count() == 1


def test_cards_are_printed_for_all_present_people_of_the_own_community(client, worker, home, volunteer):
    other = VolunteerFactory(community=home, at=NOW)
    stranger = VolunteerFactory(at=NOW)
    merged_into(volunteer)

    assert stranger.name not in client.get(cards_url(stranger)).content.decode()
    client.post(cards_url("all", stranger))

    assert {card.volunteer for card in Card.objects.all()} == {volunteer, other}


def test_a_name_that_cannot_be_printed_is_reported_and_issues_no_card(client, worker, home):
    volunteer = VolunteerFactory(community=home, name="王\U0001f600", at=NOW)

    response = client.post(cards_url(volunteer))

    assert response.context["form"].errors["__all__"]
    assert not Card.objects.exists()


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER])
def test_other_duties_print_no_cards(client, home, volunteer, role):
    client.force_login(UserFactory(duties=[(home, role)]))
    assert client.post(cards_url("all")).status_code == 302
    assert not Card.objects.exists()


def test_a_lost_card_is_replaced_after_asking(client, worker, volunteer):
    lost = cards.card_for(volunteer=volunteer, by=None, at=NOW)
    url = reverse("volunteer:replace_card", args=[volunteer.pk])
    assert url in client.get(reverse("volunteer:edit", args=[volunteer.pk])).content.decode()

    client.get(url)
    assert cards.find_card(lost.key) == lost

    assert client.post(url).status_code == 302
    assert code_of(cards.find_card(lost.key)) == "card_revoked"
    assert Card.objects.get(revoked_at=None).issued_by == worker


def test_a_card_of_another_community_is_not_replaced(client, worker):
    card = cards.card_for(volunteer=VolunteerFactory(at=NOW), by=None, at=NOW)
    assert client.post(reverse("volunteer:replace_card", args=[card.volunteer.pk])).status_code == 404
    assert cards.find_card(card.key) == card
