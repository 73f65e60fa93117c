"""The two roles of PostgreSQL: the owner migrates, the serving role runs the tests (ADR 41)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from academy.core import append_only


@contextmanager
def serving() -> Iterator[None]:
    """Let all connections that open in this block act as the serving role. SQLite has no roles."""
    if connection.vendor != "postgresql":
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options", "")
    connection.close()
    options["options"] = f"{before} -c role={settings.SERVING_ROLE}"
    yield
    connection.close()
    options["options"] = before


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner of the tables in this block, which is one transaction."""
    with transaction.atomic():
        _set_role("SET LOCAL ROLE NONE")
        yield
        _set_role("RESET ROLE")


@contextmanager
def unguarded_facts() -> Iterator[None]:
    """Change facts in this block, as only the owner of the tables can."""
    with as_owner():
        append_only.lift(connection)
        yield
        append_only.install(connection)


def _set_role(statement: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)
