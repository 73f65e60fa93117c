"""Worker and PostgreSQL are killed: the task is done all the same, within a minute."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.soak.processes import PATIENCE, ROOT, Cluster, Database

TASK = "tests.soak.tasks.hang_at_first"
ENQUEUE = """
from django_tasks_db.models import DBTaskResult, get_date_max
DBTaskResult.objects.create(
    task_path={path!r}, args_kwargs={{"args": [{directory!r}], "kwargs": {{}}}}, backend_name="default",
    run_after=get_date_max(),
)
"""


class Scene:
    """A migrated database, and a directory where the task leaves its traces."""

    def __init__(self, database: Database, cluster: Cluster | None, directory: Path) -> None:
        self.database, self.cluster, self.directory = database, cluster, directory
        self.began, self.done, self.log = directory / "began", directory / "done", directory / "worker.log"

    def enqueue(self) -> None:
        code = ENQUEUE.format(path=TASK, directory=str(self.directory))
        stored = self.database.run("manage.py", "shell", "--no-imports", "-c", code)
        assert stored.returncode == 0, stored.stderr

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        with self.log.open("ab") as output:
            command = [sys.executable, "manage.py", "worker"]
            environment = self.database.environment
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
            try:
                yield process
            finally:
                process.kill()
                process.wait(PATIENCE)

    def wait_until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)  # another process has no event to wait for


@pytest.fixture(scope="module")
def migrated(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    directory, cluster = tmp_path_factory.mktemp("worker"), None
    with ExitStack() as stack:
        url = f"sqlite:///{directory}/academy.sqlite3"
        if pytestconfig.getoption("database") == "postgresql":
            cluster = Cluster()
            stack.callback(cluster.stop)
            cluster.start()
            url = cluster.url()
        database = Database(url)
        migration = database.run("-m", "scripts.quick_migrate")
        assert migration.returncode == 0, migration.stderr
        yield Scene(database, cluster, directory)


@pytest.fixture
def scene(migrated: Scene, tmp_path: Path) -> Scene:
    return Scene(migrated.database, migrated.cluster, tmp_path)


def test_the_task_of_a_killed_worker_is_run_by_the_next_one(scene: Scene) -> None:
    scene.enqueue()
    with scene.worker() as first:
        scene.wait_until(scene.began.exists)
        first.kill()
    with scene.worker():
        scene.wait_until(scene.done.exists)
    [(workers,)] = scene.database.rows("SELECT worker_ids FROM django_tasks_database_dbtaskresult")
    assert str(workers).count(",") == 1


def test_a_worker_outlives_a_killed_postgresql(scene: Scene) -> None:
    if scene.cluster is None:
        pytest.skip("SQLite has no server that could be killed")  # PostgreSQL runs it
    scene.began.touch()  # so that the task ends at once
    with scene.worker() as process:
        scene.enqueue()
        scene.wait_until(scene.done.exists)
        scene.done.unlink()
        scene.cluster.kill()
        scene.wait_until(lambda: "the database failed" in scene.log.read_text())
        scene.cluster.start()
        scene.enqueue()
        scene.wait_until(scene.done.exists)
        assert process.poll() is None
    assert "Traceback" not in scene.log.read_text()
