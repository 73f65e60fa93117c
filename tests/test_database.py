from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from wagtail.models import Locale, Page, Site

from academy.core import append_only
from academy.core.models import Community
from tests.plugins import migrated


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_with_real_transactions_leaves_the_database_as_migrations_made_it(turn: str) -> None:
    assert not Community.objects.exists()
    assert Page.objects.filter(depth=1).count() == 1
    assert Site.objects.filter(is_default_site=True).exists()
    assert Locale.get_default().language_code == settings.LANGUAGE_CODE
    assert append_only.missing(connection) == []
    Community.objects.create(name="第一社区", slug="first")
    Page.objects.all().delete()


def test_the_database_is_the_one_that_was_asked_for(pytestconfig: pytest.Config) -> None:
    assert connection.vendor == pytestconfig.getoption("database")


@pytest.mark.django_db
def test_sqlite_serves_many_people_at_once() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        assert found == {"journal_mode": "wal", "synchronous": 1}
        assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.postgresql
@pytest.mark.django_db
def test_no_commit_of_a_test_waits_for_the_disk() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW synchronous_commit").fetchone() == ("off",)


@pytest.mark.django_db
def test_what_migrations_change_is_recorded_and_can_be_said_again() -> None:
    with migrated.recorded(connection) as statements, transaction.atomic():
        Community.objects.bulk_create([Community(name="第一社区", slug="first"), Community(name="第二", slug="100%")])
        assert Community.objects.exists()
        transaction.set_rollback(True)
    assert [sql.partition(" ")[0] for sql, _params, _many in statements] == ["INSERT", "ROLLBACK"]
    assert not Community.objects.exists()
    migrated.say(connection, statements[:1])
    assert list(Community.objects.order_by("slug").values_list("slug", flat=True)) == ["100%", "first"]


@pytest.mark.django_db
def test_statements_are_kept_for_exactly_the_code_that_they_come_from(tmp_path: Path) -> None:
    def fingerprint() -> str:
        return migrated.fingerprint(connection, tmp_path)

    package = tmp_path / "academy" / "people"
    migrations = package / "migrations"
    migrations.mkdir(parents=True)
    seen = [fingerprint()]
    for change in (
        lambda: (migrations / "0001_initial.py").write_text("from academy.people import fields"),
        lambda: (package / "__init__.py").write_text(""),
        lambda: (package / "fields.py").write_text("import academy.people.names as names"),
        lambda: (package / "names.py").write_text("x = 1"),
        lambda: (package / "names.py").write_text("x = 2"),
        lambda: (package / "apps.py").write_text(""),
        lambda: (migrations / "0001_initial.py").rename(migrations / "0001_people.py"),
        lambda: (package / "rows.csv").write_text(""),
    ):
        change()
        seen.append(fingerprint())
        assert fingerprint() == seen[-1]
    assert len(set(seen)) == 9
    for name in ("views.py", "names.cpython-311.pyc"):
        (package / name).write_bytes(b"")
        assert fingerprint() == seen[-1], f"{name} makes no statement"
