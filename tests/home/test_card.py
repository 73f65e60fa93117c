"""The check-in card on one's own phone."""

import datetime as dt

import pytest
from django.test import Client

from academy.families import services as families
from academy.paper.codes import qr_svg
from academy.people import cards
from academy.people.models import Card, Consent, Volunteer
from academy.people.services import consents
from tests.factories import UserFactory
from tests.hours.scene import moment
from tests.pages import text_of


def test_a_signed_out_user_signs_in_first(db):
    assert Client().get("/my/card/").status_code == 302
    assert not Card.objects.exists()


def test_my_card_shows_name_number_and_code(scene, sign_in):
    volunteer = scene.volunteer("王秀英", login=True)

    response = sign_in(volunteer.user).get("/my/card/")

    card = Card.objects.get()
    assert card.volunteer == volunteer
    assert volunteer.name in text_of(response) and volunteer.number in text_of(response)
    assert qr_svg(f"HTTPS://ACADEMY.TEST/P/{card.key}/") in response.content.decode()


def test_my_page_leads_to_it(scene, sign_in):
    mother, daughter = scene.volunteer("王秀英"), scene.volunteer("李建国", login=True)
    phone = sign_in(daughter.user)
    assert 'href="/my/card/"' in phone.get("/my/").content.decode()

    families.allow_agent(volunteer=mother, user=daughter.user, evidence="口头", by=None, at=moment("09:00"))

    page = phone.get("/my/", {"who": mother.number}).content.decode()
    assert f'href="/my/card/?who={mother.number}"' in page


def test_it_is_the_same_card_every_time_until_it_is_replaced(scene, sign_in):
    volunteer = scene.volunteer(login=True)
    phone = sign_in(volunteer.user)
    phone.get("/my/card/")
    phone.get("/my/card/")
    assert Card.objects.count() == 1

    new = cards.replace_card(volunteer=volunteer, by=None, at=moment("11:00"))
    assert qr_svg(cards.card_url(new)) in phone.get("/my/card/").content.decode()


def test_a_user_shows_the_card_of_a_person_they_act_for(scene, sign_in):
    mother, daughter = scene.volunteer("王秀英"), scene.volunteer("李建国", login=True)
    phone = sign_in(daughter.user)
    assert phone.get("/my/card/", {"who": mother.number}).status_code == 404

    families.allow_agent(volunteer=mother, user=daughter.user, evidence="口头", by=None, at=moment("09:00"))

    assert mother.name in text_of(phone.get("/my/card/", {"who": mother.number}))
    assert {card.volunteer for card in Card.objects.all()} == {mother}


@pytest.mark.parametrize("who", ["a guardian", "staff"])
def test_a_user_who_may_not_check_anyone_in_has_no_card(scene, sign_in, who):
    child, guardian = scene.volunteer(), UserFactory()
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2012, 5, 1))
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=guardian,
        evidence="签字的同意书",
        by=None,
        at=moment("08:00"),
    )
    phone = sign_in(guardian if who == "a guardian" else scene.social_worker)

    assert "/my/card/" not in phone.get("/my/").content.decode()
    assert phone.get("/my/card/").status_code == 200
    assert phone.get("/my/card/", {"who": child.number}).status_code in (200, 404)
    assert not Card.objects.exists()
