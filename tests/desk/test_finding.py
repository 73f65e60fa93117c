"""The one search of the back office."""

import pytest
from django.urls import reverse

from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

FIND = "/admin/find/"


@pytest.fixture
def wang(scene):
    return VolunteerFactory(community=scene.community, name="王秀英", phone="13900000011")


def found(client, typed):
    return text_of(client.get(FIND, {"q": typed}))


@pytest.mark.parametrize(
    "typed",
    [
        "王秀英",
        "秀英",
        "wangxiuying",
        "wang xiu ying",
        "WXY",
        "0011",
        "139 0000 0011",
        "１３９",
        "王秀英 0011",
        "王秀英0011",
    ],
)
def test_a_person_is_found_as_people_type_them(scene, sign_in, wang, typed):
    page = found(sign_in(scene.social_worker), typed)

    assert f"王秀英 {wang.number} · phone …0011" in page
