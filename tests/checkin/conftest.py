from collections.abc import Iterator

import pytest
import time_machine

from tests.checkin.times import START


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at the start of the shift. `clock.move_to(END)` moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
