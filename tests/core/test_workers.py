"""Tasks outlive their worker, and workers outlive a failing database."""

import time

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from academy.core import workers
from academy.core.models import WorkerBeat

pytestmark = pytest.mark.django_db


def running_task(*worker_ids: str) -> DBTaskResult:
    task = DBTaskResult.objects.create(
        task_path="academy.core.mail.deliver",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=Now(),
        worker_ids=list(worker_ids[:-1]),
    )
    task.claim(worker_ids[-1])
    return task


def status(task: DBTaskResult) -> str:
    task.refresh_from_db()
    return str(task.status)


def let_die(worker: str) -> None:
    workers.beat(worker)
    WorkerBeat.objects.filter(worker=worker).update(at=Now() - 2 * workers.LEASE)


def test_the_task_of_a_dead_worker_is_run_again():
    let_die("killed")
    task = running_task("killed")

    assert workers.release_orphans() == 1

    assert status(task) == TaskResultStatus.READY
    assert DBTaskResult.objects.ready().get_locked() == task
    assert workers.release_orphans() == 0


def test_the_task_of_a_living_worker_stays_with_it():
    workers.beat("alive")
    task = running_task("killed before", "alive")

    assert workers.release_orphans() == 0

    assert status(task) == TaskResultStatus.RUNNING


def test_two_workers_release_a_task_once():
    stale = running_task("killed")
    workers.release_orphans()
    workers.beat("alive")
    DBTaskResult.objects.get(pk=stale.pk).claim("alive")

    assert not workers._release(stale)
    assert status(stale) == TaskResultStatus.RUNNING


def test_a_task_that_three_workers_did_not_outlive_is_given_up():
    task = running_task("first", "second", "third")

    workers.release_orphans()

    assert status(task) == TaskResultStatus.FAILED
    assert task.finished_at is not None


def test_a_worker_goes_on_after_the_database_failed_under_a_new_name(monkeypatch, caplog):
    names, pauses = [], []

    def fail_twice(self):
        names.append(self.worker_id)
        if len(names) < 3:
            raise OperationalError("the connection is closed\nLINE 1: SELECT")

    monkeypatch.setattr(workers.LeasedWorker, "run_until_stopped", fail_twice)
    monkeypatch.setattr(workers.connections, "close_all", lambda: None)
    monkeypatch.setattr(time, "sleep", pauses.append)

    workers.work()

    assert len(set(names)) == 3
    assert pauses == [2, 4]
    assert [record.message for record in caplog.records if "LINE 1" in record.message] == []
