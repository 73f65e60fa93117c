import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation

from academy.core import practice
from academy.learning import open_lessons
from tests.roles import as_owner, serving

if TYPE_CHECKING:
    from tests.hours.scene import Scene

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in e2e/ and soak/, and the middle cases of parametrised tests with the database.

    `make test-fast` leaves these out, and `make test` on PostgreSQL (ADR 81).
    """
    families: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        for slow in ("e2e", "soak"):
            if item.path.is_relative_to(HERE / slow):
                item.add_marker(slow)
        if "[" in item.name and _has_database(item):
            families[item.nodeid.partition("[")[0]].append(item)
    for cases in families.values():
        for item in cases[1:-1]:
            item.add_marker("middle")


def _has_database(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return item.get_closest_marker("django_db") is not None or "db" in fixtures


@pytest.fixture(scope="session", autouse=True)
def _private_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.PRIVATE_ROOT = str(tmp_path_factory.mktemp("private"))
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()
    practice._real.clear()  # the next test's communities may have the same ids


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """Reset the language after a request in English: each test begins in Chinese, as a new thread does."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lessons without pages be read: courses that a test publishes by the service alone."""
    monkeypatch.setattr(open_lessons, "_pages", [])


@pytest.fixture(scope="module")
def rows_of_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Create the common rows of a module, `rows_of_module(Scene)`; undo them after its last test.

    Each test is a savepoint in that transaction, and takes copies of the objects (`deepcopy`), as with Django's
    `setUpTestData`. Not for a module with a `TestCase`, which closes the connection at its end, or
    with a test that has real transactions.
    """
    mixed = [item.name for item in request.session.items if item.path == request.path and _commits(item)]
    assert not mixed, f"{', '.join(mixed)}: move tests with real transactions to a module of their own"
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # marked as Django's own, so that `durable` blocks may run in it
        outer.__enter__()

    def make(what: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock(), translation.override(settings.LANGUAGE_CODE):
            return what()

    yield make
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))


@pytest.fixture(scope="module")
def scene_of_module(rows_of_module: Any) -> Any:
    from tests.hours.scene import Scene

    return rows_of_module(Scene)


@pytest.fixture
def scene(scene_of_module: "Scene", db: None) -> "Scene":
    """A community with its leader, social worker and rules: rows of the module, objects of the test."""
    return deepcopy(scene_of_module)


class Rows:
    """All rows of PostgreSQL; after a test that committed, the tables that it changed are restored."""

    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        self.rows = {table: self._rows_of(table) for table in tables}
        empty = (table for table, rows in self.rows.items() if not rows)
        self.filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in empty)

    def put_back(self) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(self.filled)
            changed = [table for (table,) in cursor.fetchall()]
            changed += [table for table, rows in self.rows.items() if rows and rows != self._rows_of(table)]
            for table in changed:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')  # those that guard facts
                cursor.execute(f'DELETE FROM "{table}"')
            for table in changed:
                if rows := self.rows[table]:
                    values = ", ".join(["%s"] * len(rows[0]))
                    cursor.executemany(f'INSERT INTO "{table}" VALUES ({values})', rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in changed:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    @staticmethod
    def _rows_of(table: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            return cursor.fetchall()


class File:
    """The whole file of SQLite, to be restored after a test that committed: in a tenth of the time."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.kept = sqlite3.connect(":memory:")
        connection.connection.backup(self.kept)

    def put_back(self) -> None:
        connection.ensure_connection()
        self.kept.backup(connection.connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Restore the database to the state after the migrations, after a test with real transactions.

    Django empties every table then. The ledger's triggers refuse that, and Wagtail's root page and languages would be
    gone for the tests that follow. On PostgreSQL, the tests act as the role that serves.
    """
    with django_db_blocker.unblock():
        migrated = File() if connection.vendor == "sqlite" else Rows()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), serving():
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: migrated.put_back())
        with django_db_blocker.block():
            yield
