"""Every address and every form, with hostile input, for up to three minutes."""

import os
import time

import pytest

from tests.hostile import Hostile, all_routes
from tests.test_permission_matrix import world  # noqa: F401  # a fixture

SECONDS = 150  # of requests, on one process
SEED = int(os.environ.get("SEED", "20260110"))


@pytest.mark.django_db
def test_no_hostile_input_is_answered_by_500(world):  # noqa: F811
    hostile, ends = Hostile(world, SEED), time.monotonic() + SECONDS
    hostile.sync(times=300)
    everything = all_routes()
    hostile.random.shuffle(everything)
    while time.monotonic() < ends:
        for route, address, roles in everything:
            hostile.attack(route, address, hostile.random.choice(roles), times=4)
            if time.monotonic() >= ends:
                break
    hostile.close()

    assert not hostile.failures, f"{hostile.sent} requests, seed {SEED}\n" + "\n".join(
        f"{place}\n    {example}" for place, example in sorted(hostile.failures.items())
    )
