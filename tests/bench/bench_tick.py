"""A minute's tick of a district with little and with much history (`tick_1m_s`, `tick_1m_vs_1k`).

Everything that `tick` does is measured, on PostgreSQL with production settings. `tick_unevaluated_1m_s` is a tick of a
district that has confirmed all its activities and evaluated none: the daily look at all of them goes on.
`admin_list_1m_vs_1k` compares the first 200 rows of a list of the back office in both districts, which take turns.
"""

import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.site import site

FEW, MANY = 1_000, 1_000_000
TURNS = 3


def run() -> Iterator[dict[str, Any]]:
    with site("postgresql") as small, site("postgresql") as big:
        few = small.script("tests.bench.tick_history", FEW)
        many = big.script("tests.bench.tick_history", MANY)
        yield _figure("tick_1m_s", many["settled_s"], "s", 1, 0.2)
        yield _figure("tick_1m_vs_1k", many["settled_s"] / few["settled_s"], "ratio", 1.5, 1.0)
        yield _figure("tick_unevaluated_1m_s", many["unevaluated_s"], "s", 1, 0.5)
        turns = [[each.script("tests.bench.admin_list")["list_s"] for each in (small, big)] for _turn in range(TURNS)]
    few_s, many_s = (statistics.median(seconds) for seconds in zip(*turns, strict=True))
    yield _figure("admin_list_1m_vs_1k", many_s / few_s, "ratio", 1.5, 1.0)


def _figure(id: str, value: float, unit: str, budget: float, aim: float) -> dict[str, Any]:
    return {"id": id, "value": round(value, 3), "unit": unit, "budget": budget, "aim": aim}
