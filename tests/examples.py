"""The number of examples that a property test tries."""

import os

from django.db import connection


def examples(count: int) -> int:
    """Return `count` for soak (`--whole`); in each check of a change half of it, on PostgreSQL a third."""
    if os.environ.get("EXAMPLES") == "all":
        return count
    return count // (2 if connection.vendor == "sqlite" else 3)
