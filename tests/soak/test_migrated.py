"""Stored statements of the migrations make the same database as Django makes of the migrations."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from academy.core import append_only
from tests.plugins import migrated


def new_database() -> dict[str, Any]:
    """Create a test database, return its tables, constraints and rows, and drop it."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with connection.cursor() as cursor:
        found = {"schema": schema_of(cursor)}
    found["rows"] = connection.creation.serialize_db_to_string()
    assert append_only.missing(connection) == []
    connection.creation.destroy_test_db(name, verbosity=0)
    return found


def schema_of(cursor: Any) -> Any:
    """Return what the database knows of its tables.

    SQLite keeps the statements themselves; Django cannot read one whose checks compare with an empty text.
    """
    if connection.vendor == "sqlite":
        return cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    introspection = connection.introspection
    return {
        table: (
            introspection.get_table_description(cursor, table),
            introspection.get_constraints(cursor, table),
            introspection.get_sequences(cursor, table),
        )
        for table in introspection.table_names(cursor)
    }


def without_chance(database: dict[str, Any]) -> dict[str, Any]:
    """Return the database without the keys and moments of its own run."""
    return {**database, "rows": re.sub(r'"[0-9a-f-]{36}"|"\d{4}-\d\d-\d\d[^"]*"', "…", database["rows"])}


def test_replayed_statements_make_the_same_database(
    django_test_environment: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    django, ours = tmp_path / "django", tmp_path / "ours"
    # Beside the database of the tests that ran before, if they had one.
    monkeypatch.setitem(connection.settings_dict["TEST"], "NAME", f"{connection.settings_dict['TEST']['NAME']}_again")
    monkeypatch.delitem(connection.settings_dict["OPTIONS"], "options", raising=False)  # as the owner
    with django_db_blocker.unblock():
        connection.close()
        with monkeypatch.context() as patch:
            patch.setattr(migrated, "KEPT", django)
            patch.setattr(migrated, "direct_relations", nullcontext)
            by_django = new_database()
        monkeypatch.setattr(migrated, "KEPT", ours)
        by_migrations = new_database()
        [kept] = ours.glob("[!.]*")
        monkeypatch.setattr(migrated, "recorded", None)  # a call would fail
        by_statements = new_database()
    assert [kept] == list(ours.glob("[!.]*"))
    assert by_statements == by_migrations
    assert without_chance(by_migrations) == without_chance(by_django)
