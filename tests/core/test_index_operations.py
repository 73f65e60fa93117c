"""Indexes that a migration builds beside running work."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import NotSupportedError, connection, models
from django.db.migrations.state import ModelState, ProjectState

from academy.core.index_operations import AddIndexBesideWork
from academy.core.models import WorkerBeat

pytestmark = pytest.mark.django_db

OPERATION = AddIndexBesideWork("workerbeat", models.Index(fields=["worker", "at"], name="beat_of_a_test"))


@pytest.fixture
def states() -> tuple[ProjectState, ProjectState]:
    before = ProjectState()
    before.add_model(ModelState.from_model(WorkerBeat))
    after = before.clone()
    OPERATION.state_forwards("core", after)
    return before, after


def written(operation: Callable[..., None], *states: ProjectState) -> list[str]:
    """Return the statements that the operation would run."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        operation("core", editor, *states)
    collected: list[Any] = editor.collected_sql
    return [" ".join(str(one).split()[:4]) for one in collected]


@pytest.mark.postgresql
def test_postgresql_builds_it_without_a_lock_against_writers(states: tuple[ProjectState, ProjectState]) -> None:
    # An index that a broken-off attempt left is removed first.
    assert written(OPERATION.database_forwards, *states) == [
        "DROP INDEX CONCURRENTLY IF",
        'CREATE INDEX CONCURRENTLY "beat_of_a_test"',
    ]
    assert written(OPERATION.database_backwards, *reversed(states)) == ["DROP INDEX CONCURRENTLY IF"]


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)  # SQLite changes no schema within a transaction
def test_sqlite_builds_it_as_any_other(states: tuple[ProjectState, ProjectState]) -> None:
    assert [one.split()[0] for one in written(OPERATION.database_forwards, *states)] == ["DROP", "CREATE"]
    assert [one.split()[0] for one in written(OPERATION.database_backwards, *reversed(states))] == ["DROP"]


@pytest.mark.postgresql
def test_it_refuses_to_run_within_a_transaction(states: tuple[ProjectState, ProjectState]) -> None:
    with pytest.raises(NotSupportedError), connection.schema_editor(atomic=False) as editor:
        OPERATION.database_forwards("core", editor, *states)
