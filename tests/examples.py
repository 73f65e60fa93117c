"""The number of examples that a property test tries."""

import os

from django.db import connection


def examples(count: int, *, whole: int = 0) -> int:
    """Return `count`, or `whole`, for soak; in each check half of `count`, on PostgreSQL a third."""
    if os.environ.get("EXAMPLES") == "all":
        return whole or count
    return count // (2 if connection.vendor == "sqlite" else 3)
