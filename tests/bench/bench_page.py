"""The check-in page of a district with 200,000 people: its statements, and what they read."""

from collections.abc import Iterator
from typing import Any

from tests.bench.site import site

PEOPLE = 200_000


def run() -> Iterator[dict[str, Any]]:
    with site("postgresql") as installation:
        found = installation.script("tests.bench.page_statements", PEOPLE)
    for id, value, unit, budget, aim in (
        ("checkin_page_statements_200k", found["statements"], "statements", 8, 6),
        ("checkin_page_whole_reads_200k", len(found["whole_reads"]), "statements", 0, 0),
        ("checkin_page_sql_ms_200k", found["sql_ms"], "ms", 20, 5),
    ):
        yield {"id": id, "value": value, "unit": unit, "budget": budget, "aim": aim}
