"""A user who acts for two people of one name chooses between them: at gate and card, for a place."""

import pytest
from django.urls import reverse

from academy.checkin.services import codes
from academy.families import services as families
from tests.factories import VolunteerFactory
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = pytest.mark.slow


def test_two_of_one_name_are_told_apart_wherever_one_chooses(scene, sign_in, clock):
    clock.move_to(moment("09:00"))
    daughter = VolunteerFactory(community=scene.community, name="李建国", login=True).user
    for phone in ("13800000011", "13800000022"):
        elder = VolunteerFactory(community=scene.community, name="王秀英", phone=phone)
        families.allow_agent(volunteer=elder, user=daughter, evidence="口头", by=None, at=moment("08:00"))
    now, later = scene.activity(), scene.activity(("14:00", "16:00"))
    phone = sign_in(daughter)

    gate = f"/c/{codes.checkpoint_for(now, rotating=False).key}/"
    for address in (gate, reverse("home:card"), reverse("home:my"), reverse("activities:detail", args=[later.pk])):
        page = text_of(phone.get(address))
        assert "王秀英 (phone …0011)" in page and "王秀英 (phone …0022)" in page, address
        assert "李建国 (" not in page, address
