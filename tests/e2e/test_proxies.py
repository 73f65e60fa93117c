"""The proxies of deploy/ keep slow and large requests from a server that has one single thread."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from tests.deployment import proxies
from tests.deployment.compose import ROOT
from tests.deployment.proxies import DOMAIN, Proxy
from tests.plugins.postgresql import free_port

SLOWEST = 30  # seconds: longer than the proxies of deploy/ wait for the head of a request
VIDEO = bytes(range(256)) * 4000


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    port = free_port()
    command = ["-m", "gunicorn", "--config=/dev/null", "--worker-class=gthread", "--threads=1", "--no-control-socket"]
    server = subprocess.Popen(
        [sys.executable, *command, f"--bind=127.0.0.1:{port}", "tests.deployment.behind"], cwd=ROOT
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait(proxies.PATIENCE)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, backend: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    directory = tmp_path_factory.mktemp(request.param)
    files = directory / "files"
    (files / "private").mkdir(parents=True)
    (files / "media/images").mkdir(parents=True)
    (files / "private/a.mp4").write_bytes(VIDEO)
    (files / "private/照 片.jpg").write_bytes(b"photo")
    (files / "media/images/b.jpg").write_bytes(b"picture")
    (files / "media/c.jpg").write_bytes(b"no page shows it")
    with proxies.running(request.param, directory, academy=backend, files=files) as running:
        while running.ask("GET", "/").status == 502:
            pass  # gunicorn is starting
        yield running


def arrived(proxy: Proxy, path: str = "/", **more: Any) -> Any:
    answer = proxy.ask("POST", path, **more)
    assert answer.status == 200
    return json.loads(answer.body)


def test_half_sent_requests_leave_the_only_thread_free(proxy: Proxy) -> None:
    head = f"POST /c/ HTTP/1.1\r\nHost: {DOMAIN}:{proxy.port}\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n"
    with ExitStack() as stack:
        for number in range(46):
            slow = stack.enter_context(proxy.connect())
            slow.sendall((head if number < 40 else f"{head}\r\nbegun").encode())
        for _ in range(3):
            assert arrived(proxy, body=b"x" * 300)["length"] == 300


@pytest.mark.soak
def test_a_request_whose_head_never_ends_is_closed(proxy: Proxy) -> None:
    with proxy.connect() as slow:
        slow.settimeout(SLOWEST)
        slow.sendall(f"POST /c/ HTTP/1.1\r\nHost: {DOMAIN}:{proxy.port}\r\nX-Begun:".encode())
        with suppress(ConnectionResetError, ssl.SSLEOFError):
            while slow.recv(4096):
                pass  # a word about the time, or none


def test_a_large_body_is_refused_with_a_sentence_before_it_is_sent(proxy: Proxy) -> None:
    with proxy.connect() as connection:
        head = (
            f"POST / HTTP/1.1\r\nHost: {DOMAIN}:{proxy.port}\r\nConnection: close\r\nContent-Length: 70000000\r\n\r\n"
        )
        connection.sendall(head.encode())
        with connection.makefile("rb") as answer:
            status = answer.readline()
            assert status.startswith(b"HTTP/1.1 413"), status
            assert "文件太大" in answer.read().decode()


def test_a_photo_arrives_whole(proxy: Proxy) -> None:
    assert arrived(proxy, body=b"x" * 8_000_000)["length"] == 8_000_000


def test_the_client_cannot_choose_its_address_or_its_scheme(proxy: Proxy) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
    sent = arrived(proxy, headers=forged)
    assert (sent["client"], sent["scheme"], sent["host"]) == ("127.0.0.1", "https", f"{DOMAIN}:{proxy.port}")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-1", 0, 1), ("bytes=1000-70000", 1000, 70_000), ("bytes=-5", 1_023_995, 1_023_999)],
)
def test_a_piece_of_a_named_file(proxy: Proxy, asked: str, start: int, end: int) -> None:
    answer = proxy.ask("GET", "/file/files/private/a.mp4", headers={"Range": asked})
    assert (answer.status, answer.headers["Content-Range"]) == (206, f"bytes {start}-{end}/{len(VIDEO)}")
    assert answer.body == VIDEO[start : end + 1]


def test_a_named_file_keeps_what_the_academy_says_about_it(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/file/files/private/a.mp4")
    assert (answer.status, answer.body) == (200, VIDEO)
    assert answer.headers["Content-Length"] == str(len(VIDEO))
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "X-Accel-Redirect" not in answer.headers


def test_a_name_in_chinese_with_a_space(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/file/files/private/%E7%85%A7%20%E7%89%87.jpg").body == b"photo"


@pytest.mark.parametrize(
    "path",
    [
        "/files/private/a.mp4",
        "/files/../private/a.mp4",
        "/media/images/../../private/a.mp4",
        "/media/images/..%2fc.jpg",
    ],
)
def test_no_address_from_outside_leads_to_a_private_file(proxy: Proxy, path: str) -> None:
    answer = proxy.ask("GET", path)
    assert VIDEO not in answer.body and b"no page" not in answer.body
    if path == "/files/private/a.mp4":
        assert answer.status == 404


def test_pictures_are_sent_without_the_academy_and_kept_by_browsers(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/media/images/b.jpg")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"picture", "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=2592000"
    assert proxy.ask("GET", "/media/images/").status in (403, 404)


def test_pages_are_compressed(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
