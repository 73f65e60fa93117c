"""A line between scanners and their server that breaks again and again."""

import json
import random
import socket
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from tests.soak.processes import PATIENCE

FATES = ("whole", "request_cut", "request_lost", "answer_cut", "answer_lost")


class Line(socketserver.ThreadingTCPServer):
    """A relay on a port of this machine alone; each connection has one request and its own fate."""

    daemon_threads = True

    def __init__(self, to: int, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.to = to
        self.fates: Counter[str] = Counter()
        self.untold: set[str] = set()  # scans that the server stored while its answer was lost
        self._chance, self._lock = random.Random(seed), threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fate(self) -> tuple[str, float]:
        """Return the fate of the next connection, and how far its last message gets."""
        with self._lock:
            fate = self._chance.choices(FATES, (6, 1, 1, 1, 2))[0]
            self.fates[fate] += 1
            return fate, self._chance.random()

    def note(self, request: bytes) -> None:
        with self._lock:
            self.untold |= {scan["id"] for scan in json.loads(request.partition(b"\r\n\r\n")[2])["scans"]}


class Passage(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        line = cast(Line, self.server)
        fate, share = line.fate()
        self.request.settimeout(PATIENCE)
        request = _request_from(self.request)
        if fate == "request_lost":
            return self._break()
        with socket.create_connection(("127.0.0.1", line.to), PATIENCE) as server:
            if fate == "request_cut":
                server.sendall(request[: int(len(request) * share)])
                return self._break()
            server.sendall(request)
            answer = b"".join(iter(lambda: server.recv(65536), b""))
        if fate == "whole":
            return self.request.sendall(answer)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        line.note(request)
        if fate == "answer_cut":
            self.request.sendall(answer[: int(len(answer) * share)])
        self._break()

    def _break(self) -> None:
        """Reset the connection, as a broken line does."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


def _request_from(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        request += _some(client)
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(headers[b"content-length"]) - len(body)
    while missing > 0:
        some = _some(client)
        request, missing = request + some, missing - len(some)
    return request


def _some(client: socket.socket) -> bytes:
    some = client.recv(65536)
    assert some, "the client went away"
    return some


@contextmanager
def line_to(port: int, *, seed: int) -> Iterator[Line]:
    with Line(port, seed) as line:
        thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join(PATIENCE)


@contextmanager
def silent_server() -> Iterator[tuple[int, list[socket.socket]]]:
    """Listen on a port, accept, and never say a word. Yield the port and the connections so far."""
    accepted: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                accepted.append(server.accept()[0])
            except OSError:
                return  # it is closed

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], accepted
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)
            for connection in accepted:
                connection.close()


def send_half(port: int, head: str, body: bytes) -> None:
    """Send the head of a request and half of its body, and reset the connection."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(head.replace("\n", "\r\n").encode() + body[: len(body) // 2])
