"""Workers that outlive a failing database, and tasks that outlive their worker.

django-tasks has neither: its worker ends when the database fails, and the task of a killed worker stays RUNNING. Every
task is idempotent (docs/architecture.md), so that another worker may run it again.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models.functions import Now
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from academy.core.models import WorkerBeat

logger = logging.getLogger(__name__)

BEAT = 5  # seconds between two signs of life
LEASE = dt.timedelta(seconds=20)  # a worker that gave no sign for so long is dead
LONGEST_PAUSE = 10  # seconds between two attempts to reach the database
MOST_DEATHS = 3  # a task that so many workers did not outlive has probably killed them


class LeasedWorker(Worker):
    """The library's worker, with a sign of life; it also returns tasks of dead workers to the queue."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"],
            interval=1,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run_until_stopped(self) -> None:
        """Run tasks until a signal stops this worker. Raises `DatabaseError` if the database fails.

        The id of a worker that met a failure is never used again: its task counts as one of a dead worker.
        """
        self.configure_signals()
        with self._beating():
            self.run()

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Give signs of life from a thread, also during a long task."""
        beat(self.worker_id)
        over = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=[over], daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(BEAT)

    def _beat_until(self, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(BEAT):
            try:
                beat(self.worker_id)
                # After an outage every worker looks dead, until each has given a new sign.
                if time.monotonic() - began > LEASE.total_seconds():
                    release_orphans()
            except (DatabaseError, InterfaceError):
                connection.close()
        connection.close()


def work() -> None:
    """Run tasks until a signal ends the process. Whenever the database fails, try again."""
    pause = 1
    while True:
        began = time.monotonic()
        worker = LeasedWorker()
        try:
            return worker.run_until_stopped()
        except (DatabaseError, InterfaceError) as error:
            pause = 1 if time.monotonic() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            logger.warning("worker: the database failed (%s); next attempt in %d s", _first_line(error), pause)
            connections.close_all()
            time.sleep(pause)


def beat(worker: str) -> None:
    """Store a sign of life of this worker."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"at": Now()})


def release_orphans() -> int:
    """Return the tasks of dead workers to the queue; fail a task that `MOST_DEATHS` workers ran.

    Return the number of these tasks.
    """
    running = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING))
    # Read after the tasks: a worker gives its first sign before it takes a task.
    alive = set(WorkerBeat.objects.filter(at__gte=Now() - LEASE).values_list("worker", flat=True))
    orphans = [one for one in running if not alive & set(one.worker_ids[-1:])]
    return sum(_release(one) for one in orphans)


def forget_dead(before: dt.datetime) -> None:
    """Delete the signs of life of workers that have been dead since `before`."""
    WorkerBeat.objects.filter(at__lt=before).delete()


def _release(orphan: "DBTaskResult[..., Any]") -> bool:
    """Release the task, unless another worker has released it meanwhile."""
    same = DBTaskResult.objects.filter(pk=orphan.pk, status=TaskResultStatus.RUNNING, started_at=orphan.started_at)
    if len(orphan.worker_ids) < MOST_DEATHS:
        released = same.update(status=TaskResultStatus.READY, started_at=None)
        if released:
            logger.warning("worker: a worker died; its task %s (%s) is run again", orphan.task_path, orphan.pk)
        return bool(released)
    given_up = same.update(
        status=TaskResultStatus.FAILED, finished_at=Now(), traceback="The workers that ran this task died."
    )
    if given_up:
        logger.error("worker: %d workers died with the task %s (%s)", MOST_DEATHS, orphan.task_path, orphan.pk)
    return bool(given_up)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
