"""The academy as processes of its own: a database, the commands on it, and a web server that can be killed."""

import http.client
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60  # seconds until something must have happened


class Database:
    """A database of our own, read and cleared past Django."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _connect(self) -> Any:
        if self.url.startswith("sqlite:"):
            return sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)
        return psycopg.connect(self.url)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as connection:
            return list(connection.execute(sql).fetchall())

    def execute(self, sql: str) -> None:
        with closing(self._connect()) as connection:
            connection.execute(sql)
            connection.commit()

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A Python command of the project on this database."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "academy.settings.test", "DATABASE_URL": self.url}


@contextmanager
def database_of_our_own(engine: str, directory: Path) -> Iterator[Database]:
    """A file, or a database on the server that the tests run on."""
    if engine == "sqlite":
        yield Database(f"sqlite:///{directory}/academy.sqlite3")
        return
    server = os.environ["DATABASE_URL"]  # what `pytest --database=postgresql` found
    name = f"academy_soak_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield Database(f"{server.rpartition('/')[0]}/{name}")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class WebServer:
    """gunicorn with two workers of four threads, as in production, on a port of this machine alone."""

    def __init__(self, database: Database, log: BinaryIO) -> None:
        self._environment = database.environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def start(self) -> None:
        """Returns when it answers."""
        command = ["gunicorn", "--worker-class=gthread", "--workers=2", "--threads=4", "--log-level=warning"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command, f"--bind=127.0.0.1:{self.port}", "academy.wsgi"],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "the web server does not answer"
            self._ends_within(0.05)
            assert self._process.poll() is None, "the web server ended by itself"

    def kill(self) -> None:
        """SIGKILL to the process that we started and to those that it started, in one stroke."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        if not self._ends_within(PATIENCE):
            self.kill()

    def _ends_within(self, seconds: float) -> bool:
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
