"""A sample of the hostile requests of tests/soak/test_hostile.py."""

import pytest

from tests.hostile import Hostile, all_routes
from tests.test_permission_matrix import world  # noqa: F401  # a fixture

pytestmark = pytest.mark.slow

SEED = 20260110
ADDRESSES = 25  # 75 requests: a few seconds


@pytest.mark.slow
@pytest.mark.django_db
def test_a_sample_of_hostile_input_is_never_answered_by_500(world):  # noqa: F811
    hostile = Hostile(world, SEED)
    hostile.sync(times=10)
    for route, address, roles in hostile.random.sample(all_routes(), ADDRESSES):
        hostile.attack(route, address, hostile.random.choice(roles), times=2)
    hostile.close()

    assert hostile.failures == {}
