"""People who check in without a pause while something breaks, and what they were answered."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from tests.soak.processes import PATIENCE
from tests.soak.product import Product
from tests.soak.scanners import TAKEN, NotTaken, Scanner
from tests.soak.test_crash import Phone, Unanswered, hidden

PAUSE = 0.1  # seconds between two requests of one client
PHONES, SCANNERS = 2, 2
SHARE, LONGEST = 0.95, 1.0  # of the answers outside an outage, in seconds
Answer = TypeVar("Answer")
Insist = Callable[[Callable[[], Answer]], Answer]


class Client(Protocol):
    def check_in(self, insist: Insist[Any]) -> tuple[UUID, str]:
        """Make one scan, and send the same one until it is answered. Return its id and direction."""


class Tapper:
    """A person at the gate: opens the page, taps its one button."""

    def __init__(self, phone: Phone, gate: str) -> None:
        self.phone, self._gate = phone, gate

    def check_in(self, insist: Insist[Any]) -> tuple[UUID, str]:
        page = insist(lambda: self._ask(200, "GET"))
        form = {"sure": "1", **hidden(page)}
        _, direction, scan_id = form["who"].split(":")
        location = insist(lambda: self._ask(302, "POST", form))
        assert scan_id in location, location
        return UUID(scan_id), direction

    def _ask(self, wanted: int, method: str, form: dict[str, str] | None = None) -> str:
        """Return the page, or the address that it leads to."""
        try:
            status, location, page = self.phone.ask(method, self._gate, form)
        except Unanswered as error:
            raise NotTaken("no answer") from error
        if status >= 500:
            raise NotTaken(str(status))
        assert status == wanted, page
        return location or page


class Ticker:
    """A helper with the staff scanner, who scans cards and ticks names."""

    def __init__(self, scanner: Scanner, cards: list[str], port: int, seed: int) -> None:
        self._scanner, self._cards, self._port, self._chance = scanner, cards, port, random.Random(seed)

    def check_in(self, insist: Insist[Any]) -> tuple[UUID, str]:
        scan = self._scanner.write(self._chance, self._cards, dt.datetime.now(dt.UTC))
        [result] = insist(lambda: self._scanner.send(self._port, [scan]))
        assert result["outcome"] in TAKEN, result
        return UUID(scan["id"]), scan["direction"]


@dataclass
class Load:
    clients: list[Client]
    acknowledged: dict[UUID, str] = field(default_factory=dict)  # each scan's direction
    answers: list[tuple[int, float, float]] = field(default_factory=list)  # client; when it asked, and was answered
    troubles: list[tuple[int, float, str]] = field(default_factory=list)  # client, when, and what it met
    outages: list[tuple[float, float]] = field(default_factory=list)
    pending: dict[int, float] = field(default_factory=dict)  # since when each client waits for an answer
    faults: list[BaseException] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    def of(cls, product: Product, given: dict[str, Any]) -> "Load":
        """Return a load of phones that are signed in, and of scanners with their rosters."""
        phones = [Phone(product.port, headers=product.headers) for _ in range(PHONES)]
        for phone, code in zip(phones, given["codes"], strict=False):
            phone.sign_in(code)
        tappers = [Tapper(phone, given["gate"]) for phone in phones]
        scanners = [Scanner(roster, **product.headers) for roster in given["devices"][:SCANNERS]]
        tickers = [Ticker(one, given["cards"], product.port, seed) for seed, one in enumerate(scanners)]
        return cls([*tappers, *tickers])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Check in until the block ends, and every scan on its way is answered."""
        self._over.clear()
        with ThreadPoolExecutor(len(self.clients)) as pool:
            try:
                for number in range(len(self.clients)):
                    pool.submit(self._check_in, number)
                self.wait_for_all()
                yield
            finally:
                self._over.set()
        assert self.faults == []

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Leave out the answers until everyone is answered again, which takes less than a minute."""
        began = time.monotonic()
        yield
        self.wait_for_all()
        self.outages.append((began, time.monotonic()))

    def wait_for_all(self) -> None:
        """Return when every client has got an answer to a request that it made after now."""
        now = time.monotonic()
        self._wait(lambda: {who for who, asked, _ in self.answers if asked > now} == set(range(len(self.clients))))

    def wait_for_answers(self, count: int) -> None:
        """Return after so many more answers."""
        count += len(self.answers)
        self._wait(lambda: len(self.answers) >= count)

    def wait_for_trouble(self, since: int, *, of_all: bool = False) -> None:
        """Return when a client, or all, met a trouble later than the first `since` ones."""
        enough = len(self.clients) if of_all else 1
        self._wait(lambda: len({who for who, _, _ in self.troubles[since:]}) >= enough)

    def wait_until_all_wait(self, seconds: float) -> None:
        """Return when every client has waited for an answer for so long."""
        number = len(self.clients)
        self._wait(lambda: sum(time.monotonic() - since > seconds for since in self.pending.values()) == number)

    def seconds(self, since: int) -> list[float]:
        """Return how long the answers after the first `since` ones took, outside an outage; sorted."""
        outside = [
            ended - asked
            for _, asked, ended in self.answers[since:]
            if not any(asked < end and begin < ended for begin, end in self.outages)
        ]
        return sorted(outside)

    def _wait(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while not happened():
                assert not self.faults, self.faults
                assert time.monotonic() < deadline, f"too slow: {self.troubles[-5:]}"
                self._changed.wait(0.2)  # time passes without a change, too

    def _check_in(self, number: int) -> None:
        def insist(ask: Callable[[], Answer]) -> Answer:
            deadline = time.monotonic() + PATIENCE
            while True:
                asked = time.monotonic()
                self.pending[number] = asked
                try:
                    answer = ask()
                except NotTaken as trouble:
                    assert asked < deadline, f"not back within {PATIENCE} seconds"
                    self._note(self.troubles, (number, asked, str(trouble)))
                    time.sleep(PAUSE)  # as a page that tries again
                    continue
                finally:
                    self.pending.pop(number, None)
                self._note(self.answers, (number, asked, time.monotonic()))
                return answer

        try:
            while not self._over.wait(PAUSE):
                scan, direction = self.clients[number].check_in(insist)
                with self._changed:
                    self.acknowledged[scan] = direction
        except BaseException as error:
            self._note(self.faults, error)

    def _note(self, notes: list[Any], note: Any) -> None:
        with self._changed:
            notes.append(note)
            self._changed.notify_all()
