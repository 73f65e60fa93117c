"""Badges: eight on a sheet inside the marks, with the code of the check-in card, for one and for many."""

import pytest
from django.test import Client

from academy.learning.awards import award_tier
from academy.passes import badges
from academy.people import cards
from academy.people.models import Duty, Volunteer
from academy.people.permissions import DutyRole
from academy.works.models import Work
from tests.answers import code_of
from tests.factories import VolunteerFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import codes, margins_are_white, pages, width_in_mm

pytestmark = pytest.mark.slow
ADDRESS = "/admin/bulk/people/volunteer/print_badges/?id="


def printed(scene: Scene, *people: Volunteer) -> bytes:
    pdf = badges.print_pdf(volunteers=people, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    return pdf


def test_it_says_what_the_person_is_and_has_the_code_of_the_card(scene: Scene, volunteer: Volunteer) -> None:
    award_tier(volunteer=volunteer, tier="intermediate", evidence={}, by=scene.social_worker, at=ISSUED_AT)
    pdf = printed(scene, volunteer)
    [text] = pages(pdf)
    assert "志愿者证" in text and "王秀英" in text and volunteer.number in text and "中级志愿者" in text
    [code] = codes(pdf, dpi=150)
    assert code.text == cards.card_url(cards.card_for(volunteer=volunteer, by=None, at=ISSUED_AT))
    assert width_in_mm(code, dpi=150) >= 25


def test_staff_wear_a_badge_of_work_with_their_duty(scene: Scene, volunteer: Volunteer) -> None:
    assert volunteer.user is not None
    Duty.objects.create(user=volunteer.user, community=scene.community, role=DutyRole.TRAINER)
    [text] = pages(printed(scene, volunteer))
    assert "工作证" in text and "讲师" in text and "志愿者证" not in text


def test_nine_take_two_sheets_and_keep_off_the_edges(scene: Scene) -> None:
    pdf = printed(scene, *VolunteerFactory.create_batch(9, community=scene.community))
    assert [len(codes(pdf, page=page, dpi=150)) for page in (0, 1)] == [8, 1]
    assert margins_are_white(pdf)


def test_a_name_that_cannot_be_printed_is_named(scene: Scene) -> None:
    rare = scene.volunteer("王𪚥")
    refused = badges.print_pdf(volunteers=[rare], by=scene.social_worker, at=ISSUED_AT)
    assert code_of(refused) == "missing_glyphs"


def test_the_desk_prints_one_at_once_and_many_in_the_background(
    client: Client, scene: Scene, volunteer: Volunteer
) -> None:
    client.force_login(scene.social_worker)
    [text] = pages(client.post(f"{ADDRESS}{volunteer.pk}").content)
    assert "王秀英" in text
    VolunteerFactory.create_batch(21, community=scene.community)
    client.post(f"{ADDRESS}all")
    assert Work.objects.get().kind == "passes.badges"
