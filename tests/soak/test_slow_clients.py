"""Slow and greedy clients before the shipped proxies: check-in answers within a second."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.deployment import compose, proxies
from tests.deployment.proxies import DOMAIN, Answer, Proxy
from tests.plugins.postgresql import free_port
from tests.soak.processes import PATIENCE, SECRETS, Prepared
from tests.soak.test_crash import hidden

VIDEO = os.urandom(1 << 20) * 30
ROUNDS = 40  # of /health/ and a check-in, for each kind of client
SHARE, LONGEST = 0.95, 1.0  # of the requests, in seconds

MAKE_FILES = """
import json, sys
from django.core.files import File
from wagtail.documents.models import Document
from wagtail.models import Collection, ReferenceIndex
from cms.models import LessonPage
video = Document.objects.create(
    title="签到演示", file=File(open(sys.argv[-1], "rb"), name="demo.mp4"), collection=Collection.get_first_root_node()
)
lesson = LessonPage.objects.live().first()
lesson.body.append(("video", {"video": video, "caption": "演示", "transcript": "…"}))
lesson.save()
ReferenceIndex.create_or_update_for_object(lesson)  # no worker does it here
name = f"{video.pk}/{video.filename}"
print(json.dumps({"video": f"/video/{name}", "document": f"/documents/{name}"}))
"""


@dataclass
class Site:
    """The academy behind one proxy, with a volunteer who is signed in."""

    proxy: Proxy
    gate: str
    video: str
    document: str
    temporary: Path

    def check_in(self) -> Answer:
        """Tap the button of the gate's page once; the direction is the page's own."""
        page = self.proxy.ask("GET", self.gate).body.decode()
        form = urlencode({"sure": "1", **hidden(page)}).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{DOMAIN}:{self.proxy.port}/",
        }
        return self.proxy.ask("POST", self.gate, form, headers)

    def begin(self, stack: ExitStack, request: str, body: bytes = b"") -> Any:
        """Open a connection and send the beginning of a request on it."""
        connection = stack.enter_context(self.proxy.connect())
        connection.sendall(request.replace("\n", "\r\n").encode() + body)
        return connection


def drip(site: Site, stack: ExitStack, over: threading.Event) -> None:
    """Six posts that send a byte a second."""
    head = f"POST /c/ HTTP/1.1\nHost: {DOMAIN}\nContent-Type: text/plain\nContent-Length: 1000\n\n"
    slow = [site.begin(stack, head, b"x") for _ in range(6)]
    _each_second(stack, over, lambda: [one.send(b"x") for one in slow])


def stop_in_the_headers(site: Site, stack: ExitStack, over: threading.Event) -> None:
    """Forty requests without the end of their headers."""
    for _ in range(40):
        site.begin(stack, f"GET /c/ HTTP/1.1\nHost: {DOMAIN}\nX-Slow: ")


def watch_slowly(site: Site, stack: ExitStack, over: threading.Event) -> None:
    """Four players that take 100 KB of a lesson's video a second."""
    head = f"GET {site.video} HTTP/1.1\nHost: {DOMAIN}\nRange: bytes=0-\n\n"
    players = [site.begin(stack, head) for _ in range(4)]
    _each_second(stack, over, lambda: [one.recv(100_000) for one in players])


def send_too_much(site: Site, stack: ExitStack, over: threading.Event) -> None:
    """Strangers who send 300 MB to forms without a token, as fast as they can."""

    def send() -> None:
        while not over.is_set():
            with site.proxy.connect() as connection:
                head = f"POST /s/ HTTP/1.1\r\nHost: {DOMAIN}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                try:
                    connection.sendall(f"{head}Content-Length: 300000000\r\n\r\n".encode())
                    for _ in range(300):
                        connection.sendall(b"x" * 1_000_000)
                except OSError:
                    over.wait(0.2)  # it was refused

    _thread(stack, over, send)


def _each_second(stack: ExitStack, over: threading.Event, act: Callable[[], Any]) -> None:
    def repeat() -> None:
        while not over.wait(1):
            try:
                act()
            except OSError:
                return  # the proxy has had enough

    _thread(stack, over, repeat)


def _thread(stack: ExitStack, over: threading.Event, target: Callable[[], None]) -> None:
    thread = threading.Thread(target=target)
    thread.start()
    stack.callback(thread.join, PATIENCE)
    stack.callback(over.set)


@contextmanager
def web(environment: dict[str, str]) -> Iterator[int]:
    """Start `web` by the command of the compose file."""
    port = free_port()
    command, defaults = compose.service("web", compose.ENVIRONMENT)
    own = {**defaults, **environment, "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}"}
    process = subprocess.Popen(command, cwd=compose.ROOT, env=compose.in_image(**own), start_new_session=True)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def site(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    tmp_path = tmp_path_factory.mktemp(request.param)
    directories = {name: tmp_path / name for name in ("media", "private", "cache", "static", "temporary", "proxy")}
    for directory in directories.values():
        directory.mkdir()
    (tmp_path / "demo.mp4").write_bytes(VIDEO)
    with ExitStack() as stack:
        database = stack.enter_context(prepared.copied(tmp_path))
        environment = {
            "DATABASE_URL": database.url,
            **SECRETS,
            "ALLOWED_HOSTS": DOMAIN,
            "PUBLIC_URL": f"https://{DOMAIN}",
            "MEDIA_ROOT": str(directories["media"]),
            "PRIVATE_ROOT": str(directories["private"]),
            "PAGES_ROOT": str(directories["private"].parent / "pages"),
            "STATIC_ROOT": str(directories["static"]),
            "TMPDIR": str(directories["temporary"]),
        }
        run = {"check": True, "cwd": compose.ROOT, "env": compose.in_image(**environment)}
        subprocess.run(["python", "manage.py", "collectstatic", "--noinput", "--verbosity=0"], **run)  # type: ignore[call-overload]
        made = subprocess.run(  # type: ignore[call-overload]
            ["python", "-c", f"import django; django.setup()\n{MAKE_FILES}", str(tmp_path / "demo.mp4")],
            stdout=subprocess.PIPE,
            **run,
        )
        port = stack.enter_context(web(environment))
        proxy = stack.enter_context(proxies.running(request.param, directories["proxy"], academy=port, files=tmp_path))
        deadline = time.monotonic() + PATIENCE
        while proxy.ask("GET", "/health/").status != 200:
            assert time.monotonic() < deadline, "the academy does not answer"
        found = Site(proxy, prepared.given["gate"], temporary=directories["temporary"], **json.loads(made.stdout))
        form = {"code": prepared.given["codes"][0], **hidden(proxy.ask("GET", "/s/").body.decode())}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{DOMAIN}:{proxy.port}/"}
        assert proxy.ask("POST", "/s/", urlencode(form).encode(), headers).status == 302
        yield found


@pytest.mark.parametrize("clients", [drip, stop_in_the_headers, watch_slowly, send_too_much])
def test_check_in_answers_within_a_second_beside(site: Site, clients: Callable[..., None]) -> None:
    seconds: list[float] = []
    over = threading.Event()
    with ExitStack() as stack:
        clients(site, stack, over)
        for _ in range(ROUNDS):
            for ask, wanted in ((lambda: site.proxy.ask("GET", "/health/"), {200}), (site.check_in, {302})):
                start = time.perf_counter()
                answer = ask()
                seconds.append(time.perf_counter() - start)
                assert answer.status in wanted, answer.body.decode()
        stored = sum(file.stat().st_size for file in site.temporary.rglob("*") if file.is_file())
        over.set()
    seconds.sort()
    print(f"{SHARE:.0%} within {seconds[int(len(seconds) * SHARE)]:.2f} s, all within {seconds[-1]:.2f} s")
    assert seconds[int(len(seconds) * SHARE)] < LONGEST
    assert stored == 0


def test_files_arrive_byte_for_byte_and_by_the_piece(site: Site) -> None:
    for address in (site.video, site.document):
        assert site.proxy.ask("GET", address).body == VIDEO
    piece = site.proxy.ask("GET", site.video, headers={"Range": "bytes=1000-200000"})
    assert (piece.status, piece.headers["Content-Range"]) == (206, f"bytes 1000-200000/{len(VIDEO)}")
    assert piece.body == VIDEO[1000:200_001]
    name = next(Path(site.temporary.parent / "media/documents").iterdir()).name
    assert site.proxy.ask("GET", f"/files/media/documents/{name}").status == 404
