"""Databases of earlier releases migrate: no row is lost or changed, and the audit stays clean."""

import base64
import lzma
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.soak.processes import Cluster, Database

STORED = Path(__file__).parent / "stored"
RELEASES = sorted(path.name for path in STORED.iterdir() if path.is_dir())
# Django's own books: `migrate` adds to them, and a model that moves to another app changes its content type.
BOOKS = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}
# Name and phone of a volunteer leave the login: the roll has them (ADR 23). `is_staff` follows the duties (ADR 38).
MOVED = {"people_user": {"first_name", "last_name", "phone", "is_staff"}}
SIGNS_IN = "SELECT u.id, u.phone FROM people_user u JOIN people_volunteer v ON v.user_id = u.id WHERE u.phone <> ''"
ON_ROLL = "SELECT user_id, phone FROM people_volunteer WHERE user_id IS NOT NULL"
COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
}

# The releases were filled by `make demo`, under development's key.
KEY = base64.urlsafe_b64encode(b"for development only, no secret!").decode()

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=RELEASES)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as that release left it."""
    engine = request.config.getoption("database")
    sql = lzma.decompress((STORED / request.param / f"{engine}.sql.xz").read_bytes()).decode()
    if engine == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/stored.sqlite3", PERSONAL_DATA_KEY=KEY)
        with closing(database.connect()) as connection:
            connection.executescript(sql)
        yield database
        return
    cluster = Cluster()
    try:
        cluster.start()
        database = Database(cluster.url(), PERSONAL_DATA_KEY=KEY)
        database.execute(sql)
        yield database
    finally:
        cluster.stop()


def test_a_stored_release_migrates_with_every_row(stored: Database, request: pytest.FixtureRequest) -> None:
    engine = request.config.getoption("database")
    columns = columns_of(stored, engine)
    before, signs_in = rows_of(stored, columns), set(stored.rows(SIGNS_IN))
    types = {pk for (pk,) in stored.rows("SELECT id FROM django_content_type")}
    assert before["hours_ledgerentry"] and before["people_volunteer"], "an empty database proves nothing"

    run(stored, "migrate", "--verbosity=0")

    kept = {table: names for table, names in columns.items() if table in columns_of(stored, engine)}
    assert kept.keys() == columns.keys(), "a table is gone"
    # Only Wagtail's page above all pages has another name: staff read it in every path.
    assert stored.rows("SELECT title FROM wagtailcore_page WHERE depth = 1") == [("全部页面",)]
    stored.execute("UPDATE wagtailcore_page SET title = 'Root', draft_title = 'Root' WHERE depth = 1")
    after = rows_of(stored, columns)
    for table in before:
        assert after[table] == before[table], f"the rows of {table} differ"
    assert signs_in and signs_in <= set(stored.rows(ON_ROLL)), "somebody lost the phone that they sign in with"
    assert not stored.rows(SIGNS_IN)
    # A model that moves keeps its content type: permissions and log entries point at it.
    assert types <= {pk for (pk,) in stored.rows("SELECT id FROM django_content_type")}
    assert run(stored, "audit_ledger").strip().endswith("no difference")
    # Warnings are failures: a table of facts that lost its triggers is one. Only the calendar of the coming year may be
    # missing, from December on, since an administrator enters it.
    assert warnings_of(stored) <= {"core.W002"}
    read = stored.run("-m", "tests.soak.read_everything")
    assert read.returncode == 0, read.stderr
    counts = dict(line.split() for line in read.stdout.splitlines())
    for table in before.keys() & counts.keys():
        assert int(counts[table]) == len(before[table]), f"the models read other rows of {table}"


def columns_of(database: Database, engine: str) -> dict[str, list[str]]:
    """Return each table's columns; SQLite's full-text index is derived and left out."""
    found: dict[str, list[str]] = {}
    for table, column in sorted(database.rows(COLUMNS[engine])):
        if table not in BOOKS and "_fts" not in table and column not in MOVED.get(table, ()):
            found.setdefault(table, []).append(column)
    return found


def rows_of(database: Database, columns: dict[str, list[str]]) -> Rows:
    """Return the rows of each table, sorted."""
    return {
        table: sorted(database.rows(f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table)}"), key=repr)
        for table, names in columns.items()
    }


def quoted(name: str) -> str:
    return f'"{name}"'


def warnings_of(database: Database) -> set[str]:
    done = database.run("manage.py", "check", "--database=default", "--fail-level=WARNING")
    found = set(re.findall(r"\((\w+\.\w\d+)\)", done.stderr))
    assert done.returncode == 0 or found, done.stderr
    return found


def run(database: Database, *command: str) -> str:
    done = database.run("manage.py", *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
