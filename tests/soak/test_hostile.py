"""Every address and every form, with hostile input: each once, and then as often as the time allows."""

import os
import time
from itertools import cycle

import pytest

from tests.hostile import Hostile, all_routes
from tests.test_permission_matrix import world  # noqa: F401  # a fixture

SECONDS = 150  # of requests, on one process; on a slow machine the first round takes longer
SEED = int(os.environ.get("SEED", "20260110"))


@pytest.mark.django_db
def test_no_hostile_input_is_answered_by_500(world):  # noqa: F811
    hostile, ends = Hostile(world, SEED), time.monotonic() + SECONDS
    hostile.sync(times=300)
    everything = all_routes()
    hostile.random.shuffle(everything)
    asked = 0
    for route, address, roles in cycle(everything):
        if asked >= len(everything) and time.monotonic() >= ends:
            break
        hostile.attack(route, address, hostile.random.choice(roles), times=4)
        asked += 1
    hostile.close()

    assert asked >= len(everything) > 400, "the first round asks every address, however slow the machine is"
    assert not hostile.failures, f"{hostile.sent} requests, seed {SEED}\n" + "\n".join(
        f"{place}\n    {example}" for place, example in sorted(hostile.failures.items())
    )
