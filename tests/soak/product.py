"""The product as the compose file runs it: web, worker and clock, each restarted whenever it ends."""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.deployment import compose
from tests.plugins.postgresql import free_port
from tests.soak.processes import PATIENCE, SECRETS, Database

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 60.0  # seconds before a restart: Docker doubles the pause each time,
SETTLED = 10.0  # until a service has run for so many seconds
ENQUEUE = """
INSERT INTO django_tasks_database_dbtaskresult
    (id, status, enqueued_at, args_kwargs, priority, task_path, worker_ids, queue_name, backend_name, run_after,
     exception_class_path, traceback)
VALUES ('{id}', 'READY', CURRENT_TIMESTAMP, '{arguments}', 0, 'tests.soak.tasks.hang_at_first', '[]', 'default',
    'default', CURRENT_TIMESTAMP, '', '')
"""


def wait_until(true: Callable[[], Any], what: str) -> float:
    """Return the seconds until `true` returns something true. Fail with `what` after a minute."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE, what
        time.sleep(0.05)  # another process has no event to wait for
    return time.monotonic() - began


class Service:
    """A service of the compose file under a supervisor that does what `restart: unless-stopped` does."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self._command, defaults = compose.service(name, compose.ENVIRONMENT)
        self._environment = compose.in_image(**{**defaults, **environment})
        self.log, self.starts = log, 0
        self._process: subprocess.Popen[bytes] | None = None
        self._over, self._thread = threading.Event(), threading.Thread(target=self._supervise)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        while self._thread.is_alive():
            self._signal(signal.SIGTERM)
            self._thread.join(PATIENCE / 10)

    @property
    def pid(self) -> int:
        wait_until(lambda: self._process is not None and self._process.poll() is None, f"{self.log.stem} does not run")
        assert self._process is not None
        return self._process.pid

    @property
    def children(self) -> list[int]:
        pid = self.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """Send SIGKILL to the first process. Return when the supervisor has started the next one."""
        starts = self.starts
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: self.starts > starts, "it was not started again")

    def _supervise(self) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            began = time.monotonic()
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command,
                    cwd=compose.ROOT,
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.starts += 1
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            # A container ends with its first process: its other processes are killed.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            pause = FIRST_PAUSE if time.monotonic() - began > SETTLED else min(2 * pause, LONGEST_PAUSE)
            self._over.wait(pause)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


class Product:
    """Web, worker and clock on one database, with their files in one directory."""

    def __init__(self, database: Database, directory: Path, files: Path, **settings: str) -> None:
        self.database, self.port, self._directory = database, free_port(), directory
        own = {f"{name.upper()}_ROOT": str(files / name) for name in ("media", "private", "pages")}
        environment = {
            **SECRETS,
            **own,
            "STATIC_ROOT": str(directory / "static"),
            "DATABASE_URL": database.url,
            "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{self.port}",
            **settings,
        }
        self._environment = environment
        names = ("web", "worker", "clock")
        self.services = {name: Service(name, environment, directory / f"{name}.log") for name in names}

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the proxy in front adds to each request."""
        return {"X-Forwarded-Proto": "https", "Referer": f"https://127.0.0.1:{self.port}/"}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start the services; go on when all are well. Stop them at the end."""
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        with ExitStack() as stack:
            for service in self.services.values():
                service.start()
                stack.callback(service.stop)
            self.wait_until_well()
            yield

    def manage(self, *command: str) -> None:
        """Run a command of `manage.py` as a process of its own, with the settings of `web`."""
        web_environment = compose.service("web", compose.ENVIRONMENT)[1]
        environment = compose.in_image(**{**web_environment, **self._environment})
        subprocess.run(["python", "manage.py", *command], check=True, cwd=compose.ROOT, env=environment)

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and the body that a new visitor gets from this server."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": "127.0.0.1", **self.headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def starts(self) -> dict[str, int]:
        """Return how often each service was started."""
        return {name: service.starts for name, service in self.services.items()}

    def wait_until_well(self) -> float:
        return wait_until(lambda: self.health() == (200, {"status": "ok"}), f"it is not well: {self.health()}")

    def health(self) -> tuple[int, Any]:
        """Return the status and the body of `/health/`; 0 without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health/")
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()

    # Worker

    def enqueue(self, *, hangs: bool = False) -> Path:
        """Give the worker a task; return the file that it writes. `hangs`: its first run never ends."""
        traces = self._directory / uuid4().hex
        traces.mkdir()
        if not hangs:
            (traces / "began").touch()
        arguments = json.dumps({"args": [str(traces)], "kwargs": {}})
        self.database.execute(ENQUEUE.format(id=uuid4().hex, arguments=arguments))
        return traces / "done"

    def worker_answers(self) -> float:
        """Return the seconds until the worker has done a new task."""
        return wait_until(self.enqueue().exists, "the worker does not work")

    # Clock

    def last_tick(self) -> str:
        [(at,)] = self.database.rows("SELECT at FROM core_lasttick")
        return str(at)
