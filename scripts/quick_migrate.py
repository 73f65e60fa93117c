"""`migrate` for an empty database in a third of the time: `python -m scripts.quick_migrate`.

After each operation, Django computes every model that is related to the changed one through any number of others:
here nearly all. This computes only its direct relations, and leaves the rest to the next migration of data, for which
Django then computes all models. The statements stay the same: `tests/soak/test_migrated.py` compares.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db.migrations import state
from django.db.migrations.state import ProjectState

Key = tuple[str, str]  # of a model: its app and its name in small letters


@contextmanager
def direct_relations() -> Iterator[None]:
    """Compute after each operation the changed model and its direct relations alone."""
    theirs: Any = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = _direct_relations  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = theirs  # type: ignore[attr-defined]


def _direct_relations(self: Any, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
    self.is_delayed = True  # a migration of data computes all models first
    internal: Any = state
    found = {(app_label, model_name)}
    with suppress(LookupError):  # a new model
        found |= internal.get_related_models_tuples(self.apps.get_model(app_label, model_name))
    for field in self.models[app_label, model_name].fields.values():
        if field.is_relation and field.remote_field.model != internal.RECURSIVE_RELATIONSHIP_CONSTANT:
            app, name = internal._get_app_label_and_model_name(field.related_model, app_label)
            found.add((app, name.lower()))
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.dev")
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if connection.introspection.table_names():
        call_command("migrate", verbosity=0)
        return
    with direct_relations():
        call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
