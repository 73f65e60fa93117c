"""The leader's page has two columns from 900 px on; on a phone, the act of the moment stays in sight."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page

from tests.e2e.test_claims import leaders_phone
from tests.e2e.test_lead_live import NEAR_END, come
from tests.e2e.test_main_job import gate, people

__all__ = ["gate", "leaders_phone", "people"]  # fixtures

LAID_OUT = """() => {
  const [code, list] = [...document.querySelectorAll('.columns > div')].map((one) => one.getBoundingClientRect());
  const act = document.querySelector('.next-act');
  return {
    beside: list.left >= code.right && list.top < code.bottom,
    below: list.left === code.left && list.top >= code.bottom,
    act: getComputedStyle(act).position,
  };
}"""


@pytest.mark.parametrize(
    ("width", "laid_out"),
    [
        (899, {"beside": False, "below": True, "act": "fixed"}),
        (900, {"beside": True, "below": False, "act": "static"}),
    ],
)
def test_code_and_list_stand_side_by_side_where_there_is_room(
    gate: dict[str, Any], people: dict[str, Any], leaders_phone: Callable[[], Page], width: int, laid_out: Any
) -> None:
    gate["activity"].shifts.update(walk_ins=True)
    with time_machine.travel(NEAR_END):
        come(gate["activity"], people["volunteer"], people["worker"], NEAR_END)
        page = leaders_phone()
        page.set_viewport_size({"width": width, "height": 800})

        assert page.evaluate(LAID_OUT) == laid_out
