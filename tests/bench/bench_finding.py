"""People are found on a roll of 20,000, on PostgreSQL: as typed, and mistyped (ADR 83).

`find_exact_ms` and `find_mistyped_ms` are the slowest of a few searches.
"""

from collections.abc import Iterator
from typing import Any

from tests.bench.site import site


def run() -> Iterator[dict[str, Any]]:
    with site("postgresql") as home:
        slowest = home.script("tests.bench.many_people")
    yield {"id": "find_exact_ms", "value": round(slowest["exact"], 1), "unit": "ms", "budget": 300, "aim": 100}
    yield {"id": "find_mistyped_ms", "value": round(slowest["mistyped"], 1), "unit": "ms", "budget": 800, "aim": 300}
