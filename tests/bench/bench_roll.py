"""Check a list of 50,000 people, register all of them and take them back, on PostgreSQL.

`roll_check_rows_s` and `roll_import_rows_s` are lines a second. `roll_import_growth` compares the time of the last
1,000 lines, when 49,000 people are on the roll, with that of the first 1,000. `roll_memory_growth` compares the peak
memory of checking 50,000 lines with that of 5,000, `roll_import_memory_growth` likewise that of both acts;
`roll_memory_mb` is the peak of both at 50,000. `roll_part_ms` is the longest of the import's transactions: so long does
a person at the gate wait at worst. `roll_take_back_rows_s` is lines a second of the transaction that takes all back.
"""

from collections.abc import Iterator
from typing import Any

from tests.bench.site import site

LONG, SHORT = 50_000, 5_000


def run() -> Iterator[dict[str, Any]]:
    with site("postgresql") as home:
        short = home.script("tests.bench.roll_lists", SHORT)
    with site("postgresql") as home:
        long = home.script("tests.bench.roll_lists", LONG)
    yield _figure("roll_check_rows_s", LONG / long["check_s"], "lines/s", 1_000, 3_000)
    yield _figure("roll_memory_mb", long["peak_mb"], "MB", 300, 100)
    yield _figure("roll_memory_growth", long["check_mb"] / short["check_mb"], "ratio", 4, 1.5)
    yield _figure("roll_import_memory_growth", long["peak_mb"] / short["peak_mb"], "ratio", 4, 1.5)
    yield _figure("roll_import_rows_s", LONG / long["import_s"], "lines/s", 50, 200)
    yield _figure("roll_take_back_rows_s", LONG / long["take_back_s"], "lines/s", 500, 2_000)
    yield _figure("roll_import_growth", long["last_s"] / long["first_s"], "ratio", 1.5, 1.1)
    yield _figure("roll_part_ms", long["longest_part_ms"], "ms", 1_000, 300)


def _figure(id: str, value: float, unit: str, budget: float, aim: float) -> dict[str, Any]:
    return {"id": id, "value": round(value, 3), "unit": unit, "budget": budget, "aim": aim}
