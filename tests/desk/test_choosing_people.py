"""Choosing a volunteer in a form: people of one name are told apart."""

import json

import pytest
from django.urls import reverse

from academy.people.permissions import DutyRole
from academy.units import services as units
from tests.factories import UnitFactory, UserFactory, VolunteerFactory
from tests.hours.scene import moment
from tests.pages import Statements, markup_of, text_of

pytestmark = pytest.mark.slow

RESULTS = reverse("volunteer_chooser:choose_results")


@pytest.fixture
def namesakes(scene):
    two = [VolunteerFactory(community=scene.community, name="王秀英", phone=phone) for phone in ("13900000011", "")]
    unit = UnitFactory(community=scene.community, name="松林小学")
    units.put_in_unit(volunteer=two[1], unit=unit, by=None, at=moment("09:00"))
    return two


@pytest.mark.parametrize("typed", ["王秀英", "wxy", "139 0000 0011", "１３９"])
def test_the_list_is_searched_as_the_one_search_is_and_tells_them_apart(scene, sign_in, namesakes, typed):
    first, second = namesakes
    client = sign_in(scene.social_worker)

    page = text_of(client.get(RESULTS, {"q": typed}))

    assert f"王秀英 {first.number} · phone …0011" in page
    assert (f"王秀英 {second.number} · 松林小学" in page) is (typed in ("王秀英", "wxy"))
    assert first.number in text_of(client.get(reverse("volunteer:index"), {"q": typed}))


def test_without_words_everybody_is_listed(scene, sign_in, namesakes):
    page = text_of(sign_in(scene.social_worker).get(RESULTS))

    assert scene.leader.number in page
    assert namesakes[0].number in page


def test_the_chosen_person_is_told_apart(scene, sign_in, namesakes):
    client, first = sign_in(scene.social_worker), namesakes[0]

    answer = client.get(reverse("volunteer_chooser:chosen", args=[first.pk]))
    told = f"王秀英 · {first.number} · phone …0011"
    assert json.loads(answer.content)["result"]["title"] == told

    activity = scene.activity()
    type(activity).objects.filter(pk=activity.pk).update(leader=first)
    assert told in markup_of(client.get(reverse("activity:edit", args=[activity.pk])))


def test_the_list_takes_as_many_statements_for_many_people(scene, sign_in, namesakes):
    client = sign_in(scene.social_worker)
    client.get(RESULTS, {"q": "wxy"})
    with Statements() as few:
        client.get(RESULTS, {"q": "wxy"})
    for _person in range(7):
        VolunteerFactory(community=scene.community, name="王秀英")
    with Statements() as many:
        client.get(RESULTS, {"q": "wxy"})

    assert len(many.sql) == len(few.sql)


@pytest.mark.parametrize("page", ["volunteer:index", "volunteer_chooser:choose_results", "find"])
def test_a_pasted_text_of_many_words_is_no_error(scene, sign_in, page):
    typed = "王 12 " * 600  # each word is a part of the statement

    assert sign_in(scene.social_worker).get(reverse(page), {"q": typed}).status_code == 200


def test_the_person_of_a_request_is_found_as_by_the_one_search(scene, sign_in, namesakes):
    client = sign_in(scene.social_worker)

    for typed in ("wxy", "王秀英0011", "139 0000 0011"):
        page = text_of(client.get(reverse("choose_person", args=["make-up"]), {"q": typed}))
        assert namesakes[0].number in page, typed


def test_the_choice_of_a_sign_in_takes_as_many_statements_for_many(scene, sign_in):
    client, url = sign_in(scene.social_worker), reverse("volunteer:link_login", args=[scene.volunteer().pk])
    client.get(url)
    with Statements() as few:
        client.get(url)
    for number in range(5):
        UserFactory(first_name=f"同事{number}", duties=[(scene.community, DutyRole.TRAINER)])
    with Statements() as many:
        client.get(url)

    assert len(many.sql) == len(few.sql)
