"""Operations for migrations that move a model to another app and keep its table, its rows and its log.

Such a migration moves the model only in Django's state (`SeparateDatabaseAndState`), keeps the table by `db_table`, and
relabels the content type, so that permissions and log entries follow the model. An app that gets a new name starts a
new series of migrations with `CreateModelOrKeep`, and the migrations of the old name can go.
"""

from typing import Any

from django.db.migrations import CreateModel, RunPython


class CreateModelOrKeep(CreateModel):
    """`CreateModel` that keeps the table if the app made it under its old name."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        if table not in schema_editor.connection.introspection.table_names():
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def relabel(*models: str, source: str, target: str) -> RunPython:
    """Return the operation that moves content types from `source` to `target`; `models` in lower case."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, schema_editor.connection.alias, models, source, target)

    def backwards(apps: Any, schema_editor: Any) -> None:
        _relabel(apps, schema_editor.connection.alias, models, target, source)

    return RunPython(forwards, backwards)


def _relabel(apps: Any, alias: str, models: tuple[str, ...], source: str, target: str) -> None:
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for model in models:
        moving = types.filter(app_label=source, model=model)
        # Delete a content type that `migrate` has already created for the target: no row points at it yet.
        if moving.exists():
            types.filter(app_label=target, model=model).delete()
        moving.update(app_label=target)
