"""A cheap client for many keep-alive connections: one thread, prepared bytes."""

import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Answers:
    """The answers to a load: seconds of each request, and the number of each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    took: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.took

    def percentile(self, share: float) -> float:
        """Return the time in seconds."""
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


IDLE_SECONDS = 1.0  # gunicorn closes the connection after two


class _Client:
    def __init__(self, port: int) -> None:
        self.port = port
        self.received = b""
        self.sent_at = self.used_at = 0.0
        self.socket = socket.socket()

    def send(self, request: bytes) -> None:
        """Send a request, on a new connection if the last one has been idle, as a phone would.

        No connection is opened before it is needed: gunicorn keeps a thread waiting for its first request.
        """
        self.received = b""
        self.sent_at = time.perf_counter()
        if self.sent_at - self.used_at > IDLE_SECONDS:
            self.socket.close()
            self.socket = socket.create_connection(("127.0.0.1", self.port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)

    def read(self) -> int:
        """Return the status when the answer is complete, 0 before."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return 0
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), None
        )
        assert length is not None, head
        return int(head[9:12]) if len(body) >= length else 0


def run(port: int, requests: Sequence[bytes], *, clients: int) -> Answers:
    """Send all requests as fast as so many clients can; each waits for its answer before the next."""
    return _run(port, ((0.0, request) for request in requests), clients)


def run_timed(port: int, requests: Iterable[tuple[float, bytes]], *, clients: int) -> Answers:
    """Send each request at its second; its time begins then and includes waiting for a free client."""
    return _run(port, requests, clients)


def _run(port: int, requests: Iterable[tuple[float, bytes]], clients: int) -> Answers:
    answers = Answers()
    coming = iter(requests)
    idle = [_Client(port) for _ in range(clients)]
    due = next(coming, None)
    selector = selectors.DefaultSelector()
    start = time.perf_counter()
    busy = 0
    while due is not None or busy:
        while due is not None and idle and time.perf_counter() - start >= due[0]:
            client = idle.pop()
            client.send(due[1])
            if due[0]:
                client.sent_at = start + due[0]
            selector.register(client.socket, selectors.EVENT_READ, client)
            busy += 1
            due = next(coming, None)
        wait = max(start + due[0] - time.perf_counter(), 0.0) if due is not None and idle else None
        for key, _events in selector.select(wait) if busy or wait is None else _pause(wait):
            client = key.data
            if status := client.read():
                client.used_at = time.perf_counter()
                answers.seconds.append(client.used_at - client.sent_at)
                answers.statuses[status] = answers.statuses.get(status, 0) + 1
                selector.unregister(client.socket)
                idle.append(client)
                busy -= 1
    answers.took = time.perf_counter() - start
    for client in idle:
        client.socket.close()
    selector.close()
    return answers


def _pause(seconds: float) -> list[tuple[selectors.SelectorKey, int]]:
    time.sleep(seconds)  # until the next request is due, by the plan of the load
    return []
