"""Fill a district, and explain the statements of a check-in page in it, for `bench_page`.

`python -m tests.bench.page_statements <people>`, with the settings of the installation. Prints how many statements the
page of a signed-in volunteer takes, those that read a big table whole, and the milliseconds that they take together.
"""

import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from tests.bench import checkin_people, district  # noqa: E402
from tests.bench.plans import whole_reads  # noqa: E402
from tests.bench.site import HOST  # noqa: E402
from tests.pages import Statements  # noqa: E402

BIG = 10_000  # rows
ROUNDS = 20


def main(people: int) -> dict[str, Any]:
    district.fill(people, people=people // district.COMMUNITIES)
    seeded = checkin_people.main(1, 1)
    client = Client(HTTP_HOST=HOST)
    client.cookies["sessionid"] = seeded["people"][0]["session"]
    with Statements() as statements:
        answer = client.get(f"/c/{seeded['checkpoint']}/", secure=True)
    assert answer.status_code == 200, answer
    return {
        "statements": len(statements.sql),
        "whole_reads": whole_reads(statements.sql, _big_tables()),
        "sql_ms": round(statistics.median(_milliseconds(statements.sql) for _round in range(ROUNDS)), 2),
    }


def _big_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [BIG])
        return {name for (name,) in cursor.fetchall()}


def _milliseconds(statements: list[str]) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql.replace("%", "%%"), [])
            cursor.fetchall()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
