"""Limits of a body reach the leader of the activity that the person is signed up to (A2)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.activities import services as activities
from academy.profiles.services import details
from tests.pages import text_of

pytestmark = pytest.mark.slow

BODY = "膝盖不好，不能搬重物"


def sign_up(scene, planned, person):
    activities.sign_up(
        volunteer=person,
        shift=planned.shifts.get(),
        role=planned.roles.first(),
        by=scene.social_worker,
        at=timezone.now(),
    )


@pytest.fixture
def person(scene):
    found = scene.volunteer("王秀英")
    details.save_details(volunteer=found, changes={"body": BODY}, by=None, at=timezone.now())
    return found


def test_the_leader_reads_it_before_the_start(scene, sign_in, person):
    planned = scene.activity(("14:00", "16:00"))
    page = reverse("lead:activity", args=[planned.pk])
    leader = sign_in(scene.leading)
    assert BODY not in text_of(leader.get(page))  # not signed up

    sign_up(scene, planned, person)

    assert f"Their body: {BODY}" in text_of(leader.get(page))
    assert BODY not in text_of(leader.get(reverse("lead:roster", args=[planned.pk])))


def test_the_leader_of_another_activity_reads_nothing(scene, sign_in, person):
    planned, other = scene.activity(("14:00", "16:00")), scene.activity(("17:00", "19:00"))
    sign_up(scene, planned, person)

    assert BODY not in text_of(sign_in(scene.leading).get(reverse("lead:activity", args=[other.pk])))


def test_more_people_take_no_more_statements(scene, sign_in, person, django_assert_num_queries):
    planned = scene.activity(("14:00", "16:00"))
    sign_up(scene, planned, person)
    people = [person]
    for name in ("李建国", "张桂兰", "刘伟"):
        one = scene.volunteer(name)
        details.save_details(volunteer=one, changes={"body": "…"}, by=None, at=timezone.now())
        people.append(one)
    with django_assert_num_queries(2):
        assert len(details.bodies_of(people)) == 4
