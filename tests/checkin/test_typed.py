"""Codes and names as people type and paste them at the gate."""

import pytest
from django.db import connection
from django.test import Client

from academy.activities.models import Activity
from academy.checkin import posters, rosters
from academy.checkin.models import Claim
from academy.checkin.services import claims, codes
from academy.core.keys import random_key
from academy.lead.selectors import claims_at
from academy.people import cards
from academy.people.services import registration
from tests.checkin.times import START
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.typing import ONE_NAME, pasted, wide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WAYS = [wide, pasted, str.lower, lambda key: f"{key[:4]}–{key[4:]}", lambda key: f"{key[:4]}\u00a0{key[4:]}"]


@pytest.fixture
def activity():
    return ActivityFactory(leader__login=True)


def static(activity):
    return codes.checkpoint_for(activity, rotating=False).key


@pytest.mark.parametrize("write", WAYS)
def test_a_gate_opens_by_its_typed_code_and_by_its_address(activity, write):
    key = static(activity)

    assert Client().get("/c/", {"code": write(key)})["Location"] == f"/c/{key}/?typed"
    assert Client().get(f"/c/{write(key)}/").status_code == 200


def test_an_address_typed_in_full_width_is_read(activity):
    key = static(activity)

    assert Client().get("/c/", {"code": wide(f"https://academy.test/c/{key}/")})["Location"] == f"/c/{key}/?typed"


@pytest.mark.parametrize("write", WAYS)
def test_a_card_is_known_by_its_typed_key(activity, write):
    card = cards.card_for(volunteer=VolunteerFactory(community=activity.community), by=None, at=START)

    assert Client().get(f"/p/{write(card.key)}/").status_code == 200


@pytest.mark.parametrize("nothing", ["–", "—", "\u200b", "王", "\ufe0f", "１" * 300, "%00", "-"])
@pytest.mark.parametrize("address", ["/c/{}/", "/c/{}/{}/", "/p/{}/", "/s/{}/", "/verify/{}/", "/c/{}/claim/{}/"])
def test_a_code_of_nothing_is_answered(address, nothing):
    assert Client().get(address.format(nothing, nothing)).status_code in (200, 302, 404)


@pytest.mark.parametrize("nothing", ["–", "\u200b", "王", "\x00", "１" * 300])
def test_a_code_of_nothing_that_is_sent_is_answered(activity, nothing):
    visitor = Client()
    for address in (f"/c/{nothing}/", f"/c/{static(activity)}/{nothing}/", "/s/", "/c/x/claim/", f"/s/{nothing}/"):
        assert visitor.post(address, {"code": nothing, "name": nothing}).status_code < 500


def test_one_person_with_seven_spellings_is_marked_once(activity):
    marked = {
        registration.register_at_gate(
            community=activity.community, name=name, phone="１３８–0000–0001", by=UserFactory(), at=START
        )
        for name in ONE_NAME
    }

    (person,) = marked
    assert (person.name, person.phone) == ("买买提·吐尔逊", "13800000001")


@pytest.mark.parametrize("name", ONE_NAME)
def test_a_claim_in_any_spelling_matches_the_roll(activity, name):
    volunteer = VolunteerFactory(community=activity.community, name=ONE_NAME[3], phone="13800001234")
    response = Client().post(
        f"/c/{static(activity)}/claim/", {"key": random_key(80), "name": name, "phone_tail": "１２３\u200b４"}
    )
    assert response.status_code == 302

    ((claim, (candidate, *_others)),) = claims_at(activity, START).waiting
    assert claim.name == "买买提·吐尔逊"
    assert (candidate.volunteer, candidate.same_name, candidate.same_phone) == (volunteer, True, True)


@pytest.mark.parametrize("name", ["㍿" * 40, "\u200b"])
def test_a_name_too_long_or_invisible_comes_back_to_the_form(activity, name):
    response = Client().post(
        f"/c/{static(activity)}/claim/", {"key": random_key(80), "name": name, "phone_tail": "1234"}
    )

    assert response.status_code == 200
    assert not Claim.objects.exists()


def test_the_same_claim_in_another_spelling_waits_once(activity):
    asked = [
        claims.ask(
            key=random_key(80),
            checkpoint=wide(static(activity)),
            code=None,
            name=name,
            phone_tail="1234",
            at=START,
            browser="ABC",
        )
        for name in ONE_NAME
    ]

    assert len(set(asked)) == Claim.objects.count() == 1


@pytest.mark.parametrize("typed", [*ONE_NAME, "９８７１", "138–0000–9871", "+86 13800009871"])
def test_a_leader_finds_a_person_however_they_are_typed(activity, typed):
    volunteer = VolunteerFactory(community=activity.community, name="买买提·吐尔逊", phone="13800009871")

    assert [row.volunteer for row in rosters.find_rows(activity, [], typed, whole_roll=True)] == [volunteer]


def test_a_poster_is_printed_though_word_left_its_marks(activity):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activities_activity SET place = %s", ["一号楼\v大厅\ufe0e\u200b"])
    activity = Activity.objects.get()
    assert "\v" in activity.place

    poster = posters.print_pdf(activity=activity, at=START)

    assert isinstance(poster, bytes)
