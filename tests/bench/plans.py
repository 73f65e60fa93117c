"""Plans of PostgreSQL: which statements read a table from end to end."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import connection


def plans_of(sql: str) -> Iterator[dict[str, Any]]:
    """Yield all steps of the plan for a statement, without running it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"), [])
        (rows,) = cursor.fetchone()
        waiting = [rows[0]["Plan"]]
    while waiting:
        step = waiting.pop()
        yield step
        waiting += step.get("Plans", [])


def whole_reads(statements: Iterable[str], tables: Collection[str]) -> list[str]:
    """Return the statements that read one of `tables` from end to end, each with the table."""
    return [
        f"{step['Relation Name']}: {sql}"
        for sql in statements
        for step in plans_of(sql)
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in tables
    ]
