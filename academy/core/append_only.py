"""Triggers that refuse to change or delete a fact, in SQLite and in PostgreSQL.

Facts are the models of any app with ``append_only = True``, and their many-to-many tables. A model with
``append_only_once = "decided_at"`` has rows that become facts: a row may be changed until this column is filled. The
column may also belong to the row's parent (``"rule_set__published_at"``); then no row can be added to a filled parent
either.

The triggers are installed after every `migrate` (SQLite loses them when a migration rebuilds a table), and a system
check reports missing ones. On SQLite, REPLACE deletes a row without a word to the triggers unless the connection sets
`PRAGMA recursive_triggers`. Our settings set it; for every other program a trigger before INSERT and UPDATE refuses
each key of a fact.

On PostgreSQL the role that serves has no right to change facts either, nor to lift the triggers (`serving_role`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

FUNCTION = "academy_refuse_change"
_MESSAGE = "facts are append-only"
_KEY_EXISTS = "a fact has this key"
_EVENTS = {"update": "UPDATE", "delete": "DELETE", "truncate": "TRUNCATE", "insert": "INSERT", "replace": "INSERT"}


@dataclass(frozen=True)
class GuardedTable:
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
        refused = {"update", "delete", "truncate" if connection.vendor == "postgresql" else "replace"}
        if self.parent is not None:
            refused.add("insert")
        return {name: f"{self.table}_no_{name}" for name in _EVENTS if name in refused}


def tables(connection: BaseDatabaseWrapper) -> list[GuardedTable]:
    """Return the tables of facts that exist in this database."""
    existing = set(connection.introspection.table_names())
    return [one for one in _facts() if one.table in existing]


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in place of an earlier release's. A second call changes no trigger."""
    with transaction.atomic(using=connection.alias):
        _run(connection, _LIFT[connection.vendor](connection, tables(connection)))
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


def is_of_existing_key(error: IntegrityError) -> bool:
    """Return whether a trigger of SQLite raised this error, since a fact has the new row's key."""
    return _KEY_EXISTS in str(error)


def _facts() -> Iterator[GuardedTable]:
    for model in apps.get_models(include_auto_created=True):
        owner = model._meta.auto_created or model
        if getattr(owner, "append_only", False) or (owner is not model and hasattr(owner, "append_only_once")):
            yield GuardedTable(model._meta.db_table)
        elif path := getattr(owner, "append_only_once", ""):
            yield _once(model, path)


def _once(model: type[Model], path: str) -> GuardedTable:
    pointer, _, name = path.rpartition("__")
    if not pointer:
        return GuardedTable(model._meta.db_table, _column(model, name))
    parent = model._meta.get_field(pointer).related_model
    assert isinstance(parent, type)
    names = (parent._meta.db_table, _column(parent, parent._meta.pk.name), _column(model, pointer))
    return GuardedTable(model._meta.db_table, _column(parent, name), parent=names)


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
    return {"update": ("OLD", "NEW"), "insert": ("NEW",)}.get(operation, ("OLD",))


def _condition(connection: BaseDatabaseWrapper, one: GuardedTable, operation: str) -> str:
    # An update that fills the column is the last one: only a parent is looked at on both sides.
    rows = _rows(operation) if one.parent is not None else ("OLD",)
    return " OR ".join(one.condition(connection, row) for row in rows)


def _install_sqlite(connection: BaseDatabaseWrapper, guarded: list[GuardedTable]) -> Iterator[str]:
    quote = connection.ops.quote_name
    for one in guarded:
        for operation, name in one.triggers(connection).items():
            conditions = []
            if operation == "replace":
                conditions = [_replaces_fact(connection, one)]
            elif one.column:
                conditions = [_condition(connection, one, operation)]
                if operation == "update":
                    conditions.append(_replaces_fact(connection, one, besides="OLD"))
            when = f"WHEN {' OR '.join(conditions)} " if conditions else ""
            message = f"{one.table}: {_MESSAGE}" + (f", and {_KEY_EXISTS}" if operation == "replace" else "")
            yield (
                f"CREATE TRIGGER {quote(name)} BEFORE {_EVENTS[operation]} ON {quote(one.table)} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def _replaces_fact(connection: BaseDatabaseWrapper, one: GuardedTable, besides: str = "") -> str:
    """Return in SQLite's SQL whether a fact other than the row `besides` has a unique key of NEW."""
    quote = connection.ops.quote_name
    found = " OR ".join(f"({condition})" for condition in _same_keys(connection, one.table))
    of_fact = f" AND {one.condition(connection, 'fact')}" if one.column else ""
    other = f" AND fact.rowid <> {besides}.rowid" if besides else ""
    return f"EXISTS (SELECT 1 FROM {quote(one.table)} fact WHERE ({found}){of_fact}{other})"


def _same_keys(connection: BaseDatabaseWrapper, table: str) -> Iterator[str]:
    """Yield for each unique key of a table of SQLite whether the rows `fact` and NEW have the same one."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info(%s) WHERE pk", [table])
        keys = [([name for (name,) in cursor.fetchall()], "")]
        cursor.execute(
            "SELECT one.name, master.sql FROM pragma_index_list(%s) one "
            'JOIN sqlite_master master ON master.name = one.name WHERE one."unique"',
            [table],
        )
        for index, sql in cursor.fetchall():
            cursor.execute("SELECT name FROM pragma_index_info(%s)", [index])
            keys.append(([name for (name,) in cursor.fetchall()], (sql or "").partition(" WHERE ")[2]))
    for columns, condition in keys:
        same = [f"fact.{quote(column)} = NEW.{quote(column)}" for column in columns]
        # A key of some rows only: Django quotes each column in its condition.
        same += [re.sub(r'"\w+"', rf"{row}.\g<0>", condition) for row in ("fact", "NEW") if condition]
        yield " AND ".join(same)


def _lift_sqlite(connection: BaseDatabaseWrapper, guarded: list[GuardedTable]) -> Iterator[str]:
    for one in guarded:
        for name in one.triggers(connection).values():
            yield f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}"


def _install_postgresql(connection: BaseDatabaseWrapper, guarded: list[GuardedTable]) -> Iterator[str]:
    quote = connection.ops.quote_name
    raises = f"RAISE EXCEPTION '%: {_MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    yield f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises} END $$"
    # A function that looks at another table must not find a temporary one of the same name.
    path = f"SET search_path = {quote(_schema(connection))}, pg_temp"
    for one in guarded:
        for operation, name in one.triggers(connection).items():
            function = FUNCTION
            if one.column and operation != "truncate":
                # A function of its own: the WHEN of a trigger cannot look at another table.
                function = name
                yield (
                    f"CREATE OR REPLACE FUNCTION {quote(name)}() RETURNS trigger LANGUAGE plpgsql {path} AS $$ BEGIN "
                    f"IF {_condition(connection, one, operation)} THEN {raises} END IF; "
                    f"RETURN {'OLD' if operation == 'delete' else 'NEW'}; END $$"
                )
            each = "STATEMENT" if operation == "truncate" else "ROW"
            yield (
                f"CREATE TRIGGER {quote(name)} BEFORE {_EVENTS[operation]} ON {quote(one.table)} "
                f"FOR EACH {each} EXECUTE FUNCTION {quote(function)}()"
            )


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def _lift_postgresql(connection: BaseDatabaseWrapper, guarded: list[GuardedTable]) -> Iterator[str]:
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
