"""Migrations of a renamed app: they keep the tables that the app made under its old name."""

from contextlib import nullcontext

import pytest
from django.db import connection, models
from django.db.migrations.state import ProjectState

from academy.core.model_moves import CreateModelOrKeep
from tests.roles import as_owner

pytestmark = pytest.mark.slow

TABLE = "old_name_note"


def create(app_label: str) -> None:
    """Run the operation as the first migration of `app_label`."""
    fields = [("id", models.BigAutoField(primary_key=True)), ("text", models.CharField(max_length=20))]
    operation = CreateModelOrKeep("Note", fields, options={"db_table": TABLE})
    before, after = ProjectState(), ProjectState()
    operation.state_forwards(app_label, after)
    # SQLite has no roles, and changes no schema within a transaction.
    with as_owner() if connection.vendor == "postgresql" else nullcontext(), connection.schema_editor() as editor:
        operation.database_forwards(app_label, editor, before, after)


@pytest.mark.django_db(transaction=True)
def test_a_table_is_created_once_and_its_rows_stay() -> None:
    try:
        create("old_name")
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (text) VALUES ('kept')")
        create("new_name")
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"SELECT text FROM {TABLE}")
            assert cursor.fetchall() == [("kept",)]
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
