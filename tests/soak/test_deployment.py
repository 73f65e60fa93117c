"""The commands of docker-compose.yml and Dockerfile, run on this machine without a container."""

import http.client
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.deployment import compose
from tests.deployment.compose import in_image
from tests.plugins.postgresql import find_program, free_port, own_server

PATIENCE = 60  # seconds that a wait may take


def test_the_commands_of_the_compose_file_serve_an_academy(deployment: "Deployment") -> None:
    deployment.collect_static_files()
    for _ in range(2):  # as at each new version
        deployment.make_roles()
        deployment.run_to_the_end("migrate")
    with deployment.running("web") as web, deployment.running("worker"), deployment.running("clock") as clock:
        eventually(lambda: deployment.get("/health/").status == 200)

        page = deployment.get("/accounts/login/")
        assert page.status == 200, web.output()
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        (stylesheet,) = re.findall(r'href="(/static/css/site\.[0-9a-f]+\.css)"', page.body)
        style = deployment.get(stylesheet)
        assert (style.status, style.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
        assert "immutable" in style.headers["Cache-Control"]

        assert deployment.get("/accounts/login/", tls=False).headers["Location"].startswith("https://")
        assert deployment.get("/accounts/login/", host="elsewhere.example.org").status == 400

        # A task of the worker alone: it removes the file of a deleted document for Wagtail.
        unwanted = deployment.media / "unwanted.txt"
        unwanted.write_text("")
        deployment.python(
            "from wagtail.tasks import delete_file_from_storage_task as task;"
            "task.enqueue(('django.core.files.storage.FileSystemStorage', [], {}), 'unwanted.txt')"
        )
        eventually(lambda: not unwanted.exists())

        eventually(lambda: "clock: ticked" in clock.output())
        assert "failed" not in clock.output()
        assert "core.W003" not in clock.output()
        assert json.loads(deployment.get("/health/").body) == {"status": "ok"}
    assert clock.process.returncode == 0


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if true():
                return
        except ConnectionError:
            pass
        assert time.monotonic() < deadline, "It has not happened."
        time.sleep(0.05)  # servers in other processes have no event to wait for


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = dict(response.getheaders())
        self.body = response.read().decode()


class Running:
    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process = process
        self._log = log

    def output(self) -> str:
        return self._log.read_text()


class Deployment:
    """The services of the compose file on this machine, with a database and a directory of their own."""

    def __init__(self, directory: Path, server: str) -> None:
        self.directory = directory
        self.media = directory / "media"
        self.media.mkdir()
        self.port = free_port()
        self._server = server  # address and port
        self._own = {
            "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{self.port}",
            "MEDIA_ROOT": str(self.media),
            "PRIVATE_ROOT": str(directory / "private"),
            "PAGES_ROOT": str(directory / "pages"),
            "STATIC_ROOT": str(directory / "static"),
            "LOG_LEVEL": "DEBUG",
        }

    def collect_static_files(self) -> None:
        command = compose.image_command("collectstatic")
        subprocess.run(
            command, shell=True, check=True, cwd=compose.ROOT, env=in_image(STATIC_ROOT=self._own["STATIC_ROOT"])
        )

    def make_roles(self) -> None:
        command, settings = compose.service("roles", compose.ENVIRONMENT)
        host, _, port = self._server.partition(":")
        here = {"--host=database": f"--host={host}", "--file=/roles.sql": f"--file={compose.ROOT}/deploy/roles.sql"}
        program = find_program(command[0])
        assert program, "There is no psql on this machine."
        subprocess.run(
            [program, *(here.get(one, one) for one in command[1:])], check=True, env={**settings, "PGPORT": port}
        )

    def run_to_the_end(self, name: str) -> None:
        command, settings = compose.service(name, compose.ENVIRONMENT)
        subprocess.run(command, check=True, cwd=compose.ROOT, env=in_image(**self._own_over(settings)))

    def python(self, code: str) -> None:
        _, settings = compose.service("worker", compose.ENVIRONMENT)
        command = ["python", "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, check=True, cwd=compose.ROOT, env=in_image(**self._own_over(settings)))

    @contextmanager
    def running(self, name: str) -> Iterator[Running]:
        command, settings = compose.service(name, compose.ENVIRONMENT)
        log = self.directory / f"{name}.log"
        with ExitStack() as stack:
            output = stack.enter_context(log.open("wb"))
            process = subprocess.Popen(
                command, cwd=compose.ROOT, env=in_image(**self._own_over(settings)), stdout=output, stderr=output
            )
            stack.callback(process.wait, PATIENCE)
            stack.callback(process.terminate)
            yield Running(process, log)
            assert process.poll() is None, log.read_text()

    def get(self, path: str, *, tls: bool = True, host: str = "academy.example.org") -> Answer:
        """Return the answer that the proxy would get."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            client.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https" if tls else "http"})
            return Answer(client.getresponse())
        finally:
            client.close()

    def _own_over(self, settings: dict[str, str]) -> dict[str, str]:
        database = settings["DATABASE_URL"].replace("@database:5432/", f"@{self._server}/")
        return {**settings, **self._own, "DATABASE_URL": database}


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """A deployment on its own database server, with the superuser and the empty database of the image."""
    server = own_server()
    with psycopg.connect(server.url, autocommit=True) as administrator:
        administrator.execute("CREATE ROLE academy SUPERUSER LOGIN")
        administrator.execute("CREATE DATABASE academy OWNER academy")
    return Deployment(tmp_path, urlsplit(server.url).netloc.rpartition("@")[2])
