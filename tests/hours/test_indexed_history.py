"""On PostgreSQL, neither the back office's lists nor the clock's sweep read a long history."""

import datetime as dt
from itertools import product

import pytest
from django.db import connection
from django.test import Client

from academy.core.models import Community
from academy.hours.services import records
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.bench import district
from tests.bench.plans import plans_of
from tests.factories import UserFactory
from tests.pages import Statements
from tests.roles import as_owner

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.slow]

HISTORY = {"checkin_scan", "checkin_visit", "hours_servicerecord", "hours_ledgerentry"}
RECORDS, UNSEALED = 20_000, 5_000
UNSEAL = f"""
UPDATE checkin_visit SET sealed_at = NULL
 WHERE id IN (SELECT id FROM checkin_visit WHERE closed_at IS NOT NULL ORDER BY id LIMIT {UNSEALED})
"""


@pytest.fixture(autouse=True)
def _history(db: None) -> None:
    with as_owner(), connection.cursor() as cursor:
        district.fill(RECORDS)
        cursor.execute(UNSEAL)
        cursor.execute("ANALYZE")


def long_reads(sql: str) -> list[str]:
    """Return the steps of the plan for `sql` that sort many rows or read the history from end to end."""
    return [
        f"{step['Node Type']} {step.get('Relation Name', '')} {step['Plan Rows']}: {sql}"
        for step in plans_of(sql)
        if (step["Node Type"] == "Seq Scan" and step["Relation Name"] in HISTORY)
        or ("Sort" in step["Node Type"] and step["Plan Rows"] > 1_000)
    ]


def staff(communities: int | None) -> User:
    if communities is None:
        return User.objects.create_superuser("whole-district", password=None)
    seen = Community.objects.filter(slug__startswith="bench-").order_by("pk")[:communities]
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER) for community in seen])


def test_a_page_of_a_list_reads_its_own_rows_alone() -> None:
    desk, reads = Client(), []
    for communities in (None, district.COMMUNITIES, 1):
        desk.force_login(staff(communities))
        for address, page in product(("service_record", "ledger_entry"), (1, 4)):
            with Statements() as statements:
                assert desk.get(f"/admin/{address}/", {"p": page}).content.count(b"<tr") > 50
            (listed,) = [sql for sql in statements.sql if " LIMIT 50" in sql]
            (counted,) = [sql for sql in statements.sql if "COUNT(" in sql and "LIMIT 10001" in sql]
            reads += long_reads(listed)
            assert "Limit" in [step["Node Type"] for step in plans_of(counted)]
    assert reads == []


def test_the_sweep_reads_only_the_visits_that_it_looks_at() -> None:
    at = dt.datetime.now(dt.UTC)
    with Statements() as statements:
        records.sweep_records(at=at)
    looks = [sql for sql in statements.sql if ("checkin_visit" in sql and "closed_at" in sql) or "GREATEST" in sql]
    assert any("GREATEST" in sql for sql in looks)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # this history is short enough to be read
    assert [read for sql in looks for read in long_reads(sql)] == []
