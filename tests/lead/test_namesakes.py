"""Two people of one name at an activity are told apart."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from academy.activities import services as activities
from tests.pages import text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene, sign_in):
    planned = scene.activity(("14:00", "16:00"))
    people = [
        scene.volunteer("王秀英", phone="13900000011"),
        scene.volunteer("王秀英", phone="13800000022"),
        scene.volunteer("王秀英"),
        scene.volunteer("李建国", phone="13700000033"),
    ]
    for person in people:
        activities.sign_up(
            volunteer=person,
            shift=planned.shifts.get(),
            role=planned.roles.first(),
            by=scene.social_worker,
            at=timezone.now(),
        )
    return planned


def test_the_leaders_page_adds_the_phone_where_names_are_equal(scene, activity, sign_in):
    page = text_of(sign_in(scene.leading).get(reverse("lead:activity", args=[activity.pk])))

    assert "王秀英 (phone …0011)" in page
    assert "王秀英 (phone …0022)" in page
    assert "王秀英 (V" in page  # without a phone, the number
    assert "李建国 (" not in page


def test_the_roster_adds_it_to_the_numbers(scene, activity, sign_in):
    page = BeautifulSoup(sign_in(scene.leading).get(reverse("lead:roster", args=[activity.pk])).content, "html.parser")

    lines = [" ".join(row.text.split()) for row in page.select(".row-text .number")]
    assert [line.partition(" · ")[2] for line in lines] == ["phone …0011", "phone …0022", "", ""]
