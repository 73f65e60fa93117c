"""Indexes that a migration builds on a big table while people check in."""

from typing import Any

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db.migrations import AddIndex


class AddIndexBesideWork(NotInTransactionMixin, AddIndex):
    """Add an index without a lock against writers, on PostgreSQL. The migration needs `atomic = False`.

    A build that was broken off leaves a broken index behind: the next attempt removes it first.
    """

    atomic = False

    def describe(self) -> str:
        return f"Beside running work: {super().describe()}"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        name = schema_editor.quote_name(self.index.name)
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        if not schema_editor.collect_sql:  # `sqlmigrate` only writes it down
            self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return super().database_backwards(app_label, schema_editor, from_state, to_state)
        if not schema_editor.collect_sql:
            self._ensure_not_in_transaction(schema_editor)
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)
