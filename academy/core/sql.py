"""Statements that the ORM does not offer, batches and unions of ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction
from django.db.models import Field, Model, QuerySet

from academy.core import append_only

AT_ONCE = 500  # ids in one statement

T = TypeVar("T")


def batched(items: list[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield `items` in order, at most `size` at once, to bound the length of a statement."""
    return (items[start : start + size] for start in range(0, len(items), size))


@contextmanager
def one_state() -> Iterator[None]:
    """Let all statements inside see one state of the database. They only read, and nobody waits for them."""
    database: Any = connection
    mode = getattr(database, "transaction_mode", None)
    if database.vendor == "sqlite":
        database.transaction_mode = None  # IMMEDIATE would take the only lock for writing
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql" and not connection.savepoint_ids:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        if database.vendor == "sqlite":
            database.transaction_mode = mode


def any_of(first: QuerySet[Any], *others: QuerySet[Any]) -> QuerySet[Any]:
    """Return the union of these querysets of one column, for a lookup `__in`.

    Each part uses its own index. For an OR over a join, a database reads the whole table.
    """
    # SQLite refuses a sorted part, and models have a default order.
    return first.order_by().union(*(other.order_by() for other in others))


def insert_if_absent(instance: Model) -> bool:
    """Insert `instance` in one statement. Return False if a unique constraint kept it out.

    Unlike `bulk_create(ignore_conflicts=True)`, this returns whether the row was written; unlike catching an
    `IntegrityError`, it needs no savepoint. A key that the database generates is not set on the instance.
    """
    statement, fields = _insert(type(instance), instance.pk is not None)
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up for each value
    values = [field.get_db_prep_save(getattr(instance, field.attname), database) for field in fields]
    with database.cursor() as cursor:
        try:
            cursor.execute(statement, values)
        except IntegrityError as error:
            # SQLite asks the trigger of a fact, which refuses a key that exists, before it asks ON CONFLICT.
            if append_only.is_of_existing_key(error):
                return False
            raise
        return bool(cursor.rowcount == 1)


@lru_cache
def _insert(model: type[Model], with_key: bool) -> tuple[str, list[Field[Any, Any]]]:
    """Return the statement, which is the same in both databases, and the fields whose values it takes."""
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", fields
