from typing import Any

from django.db import connection
from django.db.models import Model


def insert_if_absent(instance: Model) -> bool:
    """Inserts `instance` in one statement; False, and nothing is written, where a unique constraint says no.

    Unlike `bulk_create(ignore_conflicts=True)` it tells what happened, and unlike catching an `IntegrityError` it needs
    no savepoint. The instance learns no key from the database.
    """
    quote = connection.ops.quote_name
    columns: list[str] = []
    values: list[Any] = []
    for field in instance._meta.local_concrete_fields:
        value = getattr(instance, field.attname)
        if field.primary_key and value is None:
            continue
        columns.append(quote(str(field.column)))
        values.append(field.get_db_prep_save(value, connection))
    table = quote(instance._meta.db_table)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING",
            values,
        )
        return bool(cursor.rowcount == 1)
