"""The whole product for a benchmark: own database, production settings, gunicorn as in compose."""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from cryptography.fernet import Fernet

from tests.plugins.postgresql import find_server, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "bench.test"
GUNICORN = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--workers=2", "--threads=2"]


@dataclass(frozen=True)
class Site:
    """An installation with its environment; `vendor` is sqlite or postgresql."""

    vendor: str
    environment: dict[str, str]

    def script(self, module: str, *arguments: object) -> Any:
        """Run `python -m <module>` and return the JSON that it prints."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def serve(self, application: str) -> Iterator["Server"]:
        """Serve `application` under gunicorn until the block ends."""
        port = free_port()
        command = [*GUNICORN, f"--bind=127.0.0.1:{port}", "--log-level=error", application]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            _wait_for(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(20)


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that its workers have used so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(cpu_seconds(int(pid)) for pid in children)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def site(vendor: str) -> Iterator[Site]:
    """Create a fresh installation, migrated and with its static files; remove it afterwards."""
    directory = tempfile.mkdtemp(prefix="academy-bench-")
    try:
        with _database(vendor, directory) as url:
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "academy.settings.production",
                "DATABASE_URL": url,
                "SECRET_KEY": token_hex(32),
                "PERSONAL_DATA_KEY": Fernet.generate_key().decode(),
                "PUBLIC_URL": f"https://{HOST}",
                "ALLOWED_HOSTS": HOST,
                "STATIC_ROOT": f"{directory}/static",
                "MEDIA_ROOT": f"{directory}/media",
                "PRIVATE_ROOT": f"{directory}/private",
                "PAGES_ROOT": f"{directory}/pages",
                "LOG_LEVEL": "ERROR",
            }
            for command in (["-m", "scripts.quick_migrate"], ["manage.py", "collectstatic", "-v0", "--noinput"]):
                subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
            yield Site(vendor, environment)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def _database(vendor: str, directory: str) -> Iterator[str]:
    if vendor == "sqlite":
        yield f"sqlite:///{directory}/bench.sqlite3"
        return
    server = find_server().url
    name = f"academy_bench_{token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert process.poll() is None, "gunicorn did not start"
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            connection.getresponse().close()
            return
        time.sleep(0.1)  # a server that starts has no event to wait for
    raise TimeoutError("gunicorn does not answer")
