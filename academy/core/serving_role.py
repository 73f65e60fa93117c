"""Rights of the database role that serves: it adds and reads facts, and owns no table (ADR 41).

On PostgreSQL, one role owns the tables and migrates; web, worker and clock use another one, `SERVING_ROLE`. It cannot
change a fact, lift a trigger or alter a table. SQLite has no roles.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from academy.core import append_only

_ROWS = "SELECT, INSERT, UPDATE, DELETE"


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` exactly the rights of serving. The owner of the tables calls this.

    A table whose rows become facts later keeps UPDATE and DELETE: there the triggers alone guard the facts.
    """
    quote = connection.ops.quote_name
    tables = set(connection.introspection.table_names())
    facts = {one.table for one in append_only.tables(connection) if not one.column}
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema, to = quote(cursor.fetchone()[0]), quote(role)
        statements = [
            f"GRANT USAGE ON SCHEMA {schema} TO {to}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}",
            f"GRANT SELECT, INSERT ON {', '.join(map(quote, sorted(facts)))} TO {to}",
            f"GRANT {_ROWS} ON {', '.join(map(quote, sorted(tables - facts)))} TO {to}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
            # A table that the owner makes outside a migration serves at once.
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_ROWS} ON TABLES TO {to}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {to}",
        ]
        for statement in statements:
            cursor.execute(statement)


def unprotected(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables of facts that the role of this connection could change."""
    guarded = append_only.tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_has_role(relowner, 'MEMBER') OR has_table_privilege(oid, 'TRUNCATE, TRIGGER'), "
            "has_table_privilege(oid, 'UPDATE, DELETE') FROM pg_class "
            "WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(%s)",
            [[one.table for one in guarded]],
        )
        rights = {table: (may_alter, may_change) for table, may_alter, may_change in cursor.fetchall()}
    found = []
    for one in guarded:
        may_alter, may_change = rights[one.table]
        if may_alter or (may_change and not one.column):
            found.append(one.table)
    return found
