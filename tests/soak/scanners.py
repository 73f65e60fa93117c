"""Staff scanners as the server meets them: each sends its queue until every scan has a result."""

import datetime as dt
import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.soak.processes import PATIENCE

BATCH = 8  # scans in one request; each is its own transaction
SPAN = dt.timedelta(minutes=100)  # before now: the scans happened in this time; the demonstration's shift began earlier
TAKEN = ("accepted", "duplicate")


class NotTaken(Exception):
    """An answer that was lost or reports a failure: the server may have stored the scans or not."""


class Scanner:
    """A phone with the roster that it downloaded."""

    def __init__(self, roster: dict[str, Any], **headers: str) -> None:
        """`headers`: further ones of each request, as a proxy in front adds them."""
        self.device, self._token = roster["device"], roster["token"]
        self._key, self._checkpoint = bytes.fromhex(roster["key"]), roster["checkpoint"]
        self._ticks = [person["tick"] for person in roster["people"]]
        self._count, self._headers = 0, headers

    def write(self, chance: random.Random, cards: list[str], before: dt.datetime) -> dict[str, Any]:
        """Return a random scan: of a card or a name, in or out, a while ago."""
        self._count += 1
        kind, values = chance.choice([("card", cards), ("tick", self._ticks)])
        happened_at = before - SPAN * chance.random()
        told = {
            "id": str(UUID(int=chance.getrandbits(128), version=4)),
            "n": self._count,
            "checkpoint": self._checkpoint,
            kind: chance.choice(values),
            "direction": chance.choice(["in", "out"]),
            "at": happened_at.isoformat(timespec="milliseconds"),
        }
        parts = [told["id"], told["n"], told["checkpoint"], kind, told[kind], told["direction"], told["at"]]
        text = "\n".join(map(str, [self.device, *parts]))
        return told | {"mac": hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()}

    def send(self, port: int, scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send scans and return their results. Raises `NotTaken` if the scans have to stay in the queue."""
        body = json.dumps({"device": self.device, "sent_at": dt.datetime.now(dt.UTC).isoformat(), "scans": scans})
        headers = {
            "Authorization": f"Device {self._token}",
            "Content-Type": "application/json",
            "Connection": "close",
            **self._headers,
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("POST", "/checkin/sync/", body, headers)
            response = connection.getresponse()
            page = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotTaken(type(error).__name__) from error
        finally:
            connection.close()
        if response.status >= 500:
            raise NotTaken(str(response.status))
        assert response.status == 200, page
        results: list[dict[str, Any]] = json.loads(page)["results"]
        assert [result["id"] for result in results] == [scan["id"] for scan in scans]
        return results


@dataclass
class Burst:
    """The scans of all scanners, and the answers to them."""

    port: int
    scanners: list[Scanner]
    queues: dict[str, list[dict[str, Any]]]  # of each device
    up: threading.Event = field(default_factory=threading.Event)  # whether to try again
    tries: Counter[str] = field(default_factory=Counter)  # of each scan
    answered: dict[str, str] = field(default_factory=dict)  # each scan's outcome
    troubles: list[tuple[str, str]] = field(default_factory=list)  # device, and the trouble that it met
    faults: list[BaseException] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    def of(cls, given: dict[str, Any], *, port: int, scans: int, seed: int) -> "Burst":
        """Several scanners, each with `scans` in its queue."""
        chance, now = random.Random(seed), dt.datetime.now(dt.UTC)
        scanners = [Scanner(roster) for roster in given["devices"]]
        queues = {one.device: [one.write(chance, given["cards"], now) for _ in range(scans)] for one in scanners}
        return cls(port, scanners, queues)

    @property
    def sent(self) -> dict[str, tuple[str, int, str]]:
        """Return device, number and direction of each scan."""
        queues = self.queues.items()
        return {scan["id"]: (device, scan["n"], scan["direction"]) for device, queue in queues for scan in queue}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send until every queue is empty."""
        self.up.set()
        with ThreadPoolExecutor(len(self.scanners)) as pool:
            try:
                for scanner in self.scanners:
                    pool.submit(self._empty_queue, scanner)
                yield
                self.wait_for_answers(len(self.sent))
            except BaseException as error:
                self._note(fault=error)
                raise
            finally:
                self.up.set()

    def wait_for_answers(self, count: int) -> None:
        self._wait(lambda: len(self.answered) >= count)

    def wait_for_trouble(self, since: int) -> None:
        """Return when every scanner with a queue has met a trouble later than the first `since` ones."""
        self._wait(lambda: self._waiting().keys() <= {device for device, _ in self.troubles[since:]})

    def try_now(self) -> None:
        """Let one scanner in trouble send its queue. Raises `NotTaken`."""
        waiting = self._waiting()
        scanner = next(one for one in self.scanners if one.device in waiting)
        self._send(scanner, waiting[scanner.device][:BATCH])

    def _waiting(self) -> dict[str, list[dict[str, Any]]]:
        """Return the scans without a result of each device that has some."""
        waiting = {
            device: [scan for scan in queue if scan["id"] not in self.answered] for device, queue in self.queues.items()
        }
        return {device: queue for device, queue in waiting.items() if queue}

    def _send(self, scanner: Scanner, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.tries.update(scan["id"] for scan in batch)
        return scanner.send(self.port, batch)

    def _wait(self, happened: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.faults or happened(), PATIENCE * 2), "too slow"
            if self.faults:
                raise AssertionError(self.faults)

    def _empty_queue(self, scanner: Scanner) -> None:
        waiting = list(self.queues[scanner.device])
        deadline = time.monotonic() + PATIENCE * 3
        try:
            while waiting and not self.faults:
                assert time.monotonic() < deadline, "the queue never got empty"
                batch = waiting[:BATCH]
                try:
                    results = self._send(scanner, batch)
                except NotTaken as trouble:
                    self._note(trouble=(scanner.device, str(trouble)))
                    self.up.wait(PATIENCE)
                    continue
                assert all(result["outcome"] in TAKEN for result in results), results
                self._note(results=results)
                del waiting[: len(batch)]
        except BaseException as error:
            self._note(fault=error)

    def _note(
        self,
        *,
        results: Iterable[dict[str, Any]] = (),
        trouble: tuple[str, str] | None = None,
        fault: BaseException | None = None,
    ) -> None:
        with self._changed:
            for result in results:
                self.answered[result["id"]] = result["outcome"]
            self.troubles += [trouble] if trouble else []
            self.faults += [fault] if fault else []
            self._changed.notify_all()
