"""Triggers that refuse to change or delete a fact, in SQLite and in PostgreSQL.

Facts are the models of any app with ``append_only = True``, and their many-to-many tables. A model with
``append_only_once = "decided_at"`` has rows that become facts: a row may be changed until this column is filled. The
column may also belong to the row's parent (``"rule_set__published_at"``); then no row can be added to a filled parent
either.

The triggers are installed after every `migrate` (SQLite loses them when a migration rebuilds a table), and a system
check reports missing ones. On SQLite the settings turn on `PRAGMA recursive_triggers`, so that INSERT OR REPLACE meets
them too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

FUNCTION = "academy_refuse_change"
_MESSAGE = "facts are append-only"
_OPERATIONS = ("update", "delete", "truncate", "insert")


@dataclass(frozen=True)
class Guarded:
    """A table of facts, with the condition under which a row is one."""

    table: str
    column: str = ""  # a row is a fact once this column is filled; empty: every row is
    parent: tuple[str, str, str] | None = None  # of the column: its table, its key, and the row's column that points

    def condition(self, connection: BaseDatabaseWrapper, row: str) -> str:
        """Return in SQL whether `row`, OLD or NEW, is a fact."""
        quote = connection.ops.quote_name
        if self.parent is None:
            return f"{row}.{quote(self.column)} IS NOT NULL"
        table, key, pointer = self.parent
        return (
            f"EXISTS (SELECT 1 FROM {quote(table)} parent WHERE parent.{quote(key)} = {row}.{quote(pointer)} "
            f"AND parent.{quote(self.column)} IS NOT NULL)"
        )

    def triggers(self, connection: BaseDatabaseWrapper) -> dict[str, str]:
        """Return the names of the table's triggers by the operation that each refuses."""
        refused = {"update", "delete"}
        if connection.vendor == "postgresql":
            refused.add("truncate")
        if self.parent is not None:
            refused.add("insert")
        return {name.upper(): f"{self.table}_no_{name}" for name in _OPERATIONS if name in refused}


def tables(connection: BaseDatabaseWrapper) -> list[Guarded]:
    """Return the tables of facts that exist in this database."""
    existing = set(connection.introspection.table_names())
    return [one for one in _facts() if one.table in existing]


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
    return [one.table for one in tables(connection) if not set(one.triggers(connection).values()) <= existing]


def _facts() -> Iterator[Guarded]:
    for model in apps.get_models(include_auto_created=True):
        owner = model._meta.auto_created or model
        if getattr(owner, "append_only", False) or (owner is not model and hasattr(owner, "append_only_once")):
            yield Guarded(model._meta.db_table)
        elif path := getattr(owner, "append_only_once", ""):
            yield _once(model, path)


def _once(model: type[Model], path: str) -> Guarded:
    pointer, _, name = path.rpartition("__")
    if not pointer:
        return Guarded(model._meta.db_table, _column(model, name))
    parent = model._meta.get_field(pointer).related_model
    assert isinstance(parent, type)
    names = (parent._meta.db_table, _column(parent, parent._meta.pk.name), _column(model, pointer))
    return Guarded(model._meta.db_table, _column(parent, name), parent=names)


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, Field) and field.column
    return str(field.column)


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rows(operation: str) -> tuple[str, ...]:
    """Return the rows that a trigger of this operation looks at."""
    return {"UPDATE": ("OLD", "NEW"), "INSERT": ("NEW",)}.get(operation, ("OLD",))


def _condition(connection: BaseDatabaseWrapper, one: Guarded, operation: str) -> str:
    # An update that fills the column is the last one: only a parent is looked at on both sides.
    rows = _rows(operation) if one.parent is not None else ("OLD",)
    return " OR ".join(one.condition(connection, row) for row in rows)


def _install_sqlite(connection: BaseDatabaseWrapper, guarded: list[Guarded]) -> Iterator[str]:
    quote = connection.ops.quote_name
    for one in guarded:
        for operation, name in one.triggers(connection).items():
            when = f"WHEN {_condition(connection, one, operation)} " if one.column else ""
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {quote(name)} BEFORE {operation} ON {quote(one.table)} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{one.table}: {_MESSAGE}'); END"
            )


def _lift_sqlite(connection: BaseDatabaseWrapper, guarded: list[Guarded]) -> Iterator[str]:
    for one in guarded:
        for name in one.triggers(connection).values():
            yield f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}"


def _install_postgresql(connection: BaseDatabaseWrapper, guarded: list[Guarded]) -> Iterator[str]:
    quote = connection.ops.quote_name
    raises = f"RAISE EXCEPTION '%: {_MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    yield f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises} END $$"
    yield from _lift_postgresql(connection, guarded)
    for one in guarded:
        for operation, name in one.triggers(connection).items():
            function = FUNCTION
            if one.column and operation != "TRUNCATE":
                # A function of its own: the WHEN of a trigger cannot look at another table.
                function = name
                yield (
                    f"CREATE OR REPLACE FUNCTION {quote(name)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {_condition(connection, one, operation)} THEN {raises} END IF; "
                    f"RETURN {'OLD' if operation == 'DELETE' else 'NEW'}; END $$"
                )
            each = "STATEMENT" if operation == "TRUNCATE" else "ROW"
            yield (
                f"CREATE TRIGGER {quote(name)} BEFORE {operation} ON {quote(one.table)} "
                f"FOR EACH {each} EXECUTE FUNCTION {quote(function)}()"
            )


def _lift_postgresql(connection: BaseDatabaseWrapper, guarded: list[Guarded]) -> Iterator[str]:
    quote = connection.ops.quote_name
    for one in guarded:
        for name in one.triggers(connection).values():
            yield f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(one.table)}"


_INSTALL: dict[str, Any] = {"sqlite": _install_sqlite, "postgresql": _install_postgresql}
_LIFT: dict[str, Any] = {"sqlite": _lift_sqlite, "postgresql": _lift_postgresql}
_EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
