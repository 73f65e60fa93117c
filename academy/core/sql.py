from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

AT_ONCE = 500  # ids in one statement

T = TypeVar("T")


def batched(items: list[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield `items` in order, at most `size` at once, so that no statement grows without bound."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_if_absent(instance: Model) -> bool:
    """Inserts `instance` in one statement; False, and nothing is written, where a unique constraint says no.

    Unlike `bulk_create(ignore_conflicts=True)` it tells what happened, and unlike catching an `IntegrityError` it needs
    no savepoint. The instance learns no key from the database.
    """
    statement, fields = _insert(type(instance), instance.pk is not None)
    values = [field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


@lru_cache
def _insert(model: type[Model], with_key: bool) -> tuple[str, list[Field[Any, Any]]]:
    """The statement, and the fields whose values it takes; the words are the same in both databases."""
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", fields
