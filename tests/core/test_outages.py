"""Worker and clock go on after a locked SQLite file, and after PostgreSQL ended their connection."""

import sqlite3

import pytest
from django.db import connection, connections
from django.db.models.functions import Now
from django_tasks import TaskResultStatus, task
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from academy.core import workers
from academy.core.management.commands import clock
from academy.core.models import LastTick
from tests.core.test_clock import OneRound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RAN: list[int] = []


class Stopped(Exception):
    """A signal that ends the worker, for tests."""


@task()
def note() -> None:
    RAN.append(1)


@pytest.fixture(autouse=True)
def waiting(settings):
    """A task that waits for a worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    RAN.clear()
    return add_task()


@pytest.fixture
def run_worker(monkeypatch):
    """Run the worker while it does these acts, one in each of its pauses; return the pauses."""

    def run(*acts):
        left, pauses = list(acts), []

        def sleep(seconds):
            pauses.append(seconds)
            if not left:
                raise Stopped
            left.pop(0)()

        monkeypatch.setattr(workers.LeasedWorker, "configure_signals", lambda self: None)
        monkeypatch.setattr(db_worker.time, "sleep", sleep)
        with pytest.raises(Stopped):
            workers.work()
        return pauses

    return run


@pytest.fixture
def lock(monkeypatch):
    """Another connection that holds the SQLite file; ours do not wait for it."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    connections.close_all()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()
    connections.close_all()


@pytest.mark.sqlite
def test_the_worker_outlives_a_locked_file_and_says_so(lock, run_worker, caplog, waiting):
    pauses = run_worker(lambda: None, lambda: lock.execute("ROLLBACK"))

    assert pauses == [2, 4, 1]  # two pauses that grow, and the library's own when no task is left
    assert RAN == [1]
    waiting.refresh_from_db()
    assert waiting.status == TaskResultStatus.SUCCESSFUL
    assert sum("database is locked" in record.message for record in caplog.records) == 2


@pytest.mark.sqlite
def test_the_clock_outlives_a_locked_file_and_says_so(lock, monkeypatch, caplog):
    monkeypatch.setattr(clock.threading, "Event", OneRound)
    monkeypatch.setattr(clock.signal, "signal", lambda *args: None)

    clock.Command().handle(after_pause=True)

    assert any("the database failed" in record.message for record in caplog.records)
    assert OneRound.waited == clock.RETRY
    lock.execute("ROLLBACK")
    clock.Command().handle(after_pause=True)
    assert LastTick.objects.exists()


@pytest.mark.postgresql
def test_the_worker_outlives_its_connection(run_worker, waiting):
    import psycopg

    def end_all_connections():
        where = connection.settings_dict
        given = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
        given = {key: value for key, value in given.items() if value}
        with psycopg.connect(dbname=where["NAME"], autocommit=True, **given) as other:
            ended = other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        assert ended

    DBTaskResult.objects.all().delete()
    pauses = run_worker(end_all_connections, add_task, lambda: None)

    assert RAN == [1]
    assert len(pauses) >= 3


def add_task() -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path="tests.core.test_outages.note",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=Now(),
    )
