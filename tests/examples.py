"""The number of examples that a property test tries."""

from django.db import connection


def examples(count: int) -> int:
    """Return `count` on SQLite and a third of it on PostgreSQL, where the same code takes twice as long."""
    return count if connection.vendor == "sqlite" else count // 3
