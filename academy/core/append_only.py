"""Triggers that refuse to change or delete a fact, in SQLite and in PostgreSQL.

Facts are the models of any app with ``append_only = True``, and their many-to-many tables. The triggers are installed
after every `migrate` (SQLite loses them when a migration rebuilds a table), and a system check reports missing ones. On
SQLite the settings turn on `PRAGMA recursive_triggers`, so that INSERT OR REPLACE meets them too.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

FUNCTION = "academy_refuse_change"
_MESSAGE = "facts are append-only"


def tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables of facts that exist in this database."""
    existing = set(connection.introspection.table_names())
    return [model._meta.db_table for model in _facts() if model._meta.db_table in existing]


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers. A second call leaves the database unchanged."""
    _run(connection, _INSTALL[connection.vendor](connection, tables(connection)))


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers to empty a test or demonstration database. Never use it to correct a fact."""
    _run(connection, _LIFT[connection.vendor](connection, tables(connection)))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables of facts that can be changed because a trigger is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_EXISTING[connection.vendor])
        existing = {name for (name,) in cursor.fetchall()}
    return [table for table in tables(connection) if not set(_names(connection, table)) <= existing]


def _facts() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if getattr(model._meta.auto_created or model, "append_only", False):
            yield model


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    changes = ["update", "delete", "truncate"] if connection.vendor == "postgresql" else ["update", "delete"]
    return [f"{table}_no_{change}" for change in changes]


def _install_sqlite(connection: BaseDatabaseWrapper, names: list[str]) -> Iterator[str]:
    quote = connection.ops.quote_name
    for table in names:
        for name, when in zip(_names(connection, table), ("UPDATE", "DELETE"), strict=True):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {quote(name)} BEFORE {when} ON {quote(table)} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {_MESSAGE}'); END"
            )


def _lift_sqlite(connection: BaseDatabaseWrapper, names: list[str]) -> Iterator[str]:
    for table in names:
        for name in _names(connection, table):
            yield f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}"


def _install_postgresql(connection: BaseDatabaseWrapper, names: list[str]) -> Iterator[str]:
    quote = connection.ops.quote_name
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '%: {_MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    yield from _lift_postgresql(connection, names)
    for table in names:
        for name, when in zip(_names(connection, table), ("UPDATE", "DELETE", "TRUNCATE"), strict=True):
            each = "STATEMENT" if when == "TRUNCATE" else "ROW"
            yield (
                f"CREATE TRIGGER {quote(name)} BEFORE {when} ON {quote(table)} "
                f"FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
            )


def _lift_postgresql(connection: BaseDatabaseWrapper, names: list[str]) -> Iterator[str]:
    quote = connection.ops.quote_name
    for table in names:
        for name in _names(connection, table):
            yield f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}"


_INSTALL: dict[str, Any] = {"sqlite": _install_sqlite, "postgresql": _install_postgresql}
_LIFT: dict[str, Any] = {"sqlite": _lift_sqlite, "postgresql": _lift_postgresql}
_EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
