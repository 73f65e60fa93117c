"""Move a model to another app while its table, its rows and its history stay.

A migration moves the model in Django's state alone (`SeparateDatabaseAndState`), keeps the table by `db_table`, and
relabels the content type, so that permissions and log entries follow the model. A whole app that is renamed begins its
own history with `CreateModelOrKeep`: no migration of the old name is needed any more.
"""

from typing import Any

from django.db.migrations import CreateModel, RunPython


class CreateModelOrKeep(CreateModel):
    """Create the model's table on a fresh database; keep the table that the app made under its old name."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        if table not in schema_editor.connection.introspection.table_names():
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def relabel(*models: str, source: str, target: str) -> RunPython:
    """Return the operation that gives the content types of `models` (lower case) from app `source` to app `target`."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, schema_editor.connection.alias, models, source, target)

    def backwards(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, schema_editor.connection.alias, models, target, source)

    return RunPython(forwards, backwards)


def _relabel(apps: Any, alias: str, models: tuple[str, ...], source: str, target: str) -> None:
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for model in models:
        moving = types.filter(app_label=source, model=model)
        # A content type that the target has already would be in the way; no row can point at it yet.
        if moving.exists():
            types.filter(app_label=target, model=model).delete()
        moving.update(app_label=target)
