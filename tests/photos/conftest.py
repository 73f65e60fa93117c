"""The afternoon after the Saturday of `scene`, on which photos of its activity are added."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.hours.scene import moment

AFTER = moment("13:00")


@pytest.fixture(autouse=True)
def _after() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield
