"""The server is killed in the middle of a burst, several times: no answered scan is lost or doubled."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.soak.processes import PATIENCE, Database, Prepared, WebServer
from tests.soak.records import recounted

CRASHES = 3
SCANS_BETWEEN = 60  # answered ones, before each crash and after the last
PHONES_EACH = 2  # of every person, so that their taps coincide


class Unanswered(Exception):
    """A broken connection: the server may have handled the request or not."""


@dataclass
class Phone:
    """A minimal browser: cookies and forms."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # that a proxy in front adds

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Return the status, the address of a redirect, and the page. A value of `form` may be an open file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.headers}
        body: str | bytes | None = None
        if form is not None and any(hasattr(value, "read") for value in form.values()):
            headers["Content-Type"], body = MULTIPART_CONTENT, encode_multipart(BOUNDARY, form)
        elif form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered from error
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.headers.get("Location", ""), page

    def sign_in(self, code: str) -> None:
        _, _, page = self.ask("GET", "/s/")
        status, location, page = self.ask("POST", "/s/", {"code": code, **hidden(page)})
        assert (status, location.strip("/")) in ((302, "my"), (302, "lead"), (302, "admin")), page


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


@dataclass
class Burst:
    """The requests of many phones, and the answers to them."""

    up: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    answered: dict[UUID, str] = field(default_factory=dict)  # the scan's direction
    faults: list[str] = field(default_factory=list)
    interrupted: Counter[str] = field(default_factory=Counter)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int) -> None:
        """Return when so many scans have been answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.answered) >= count or self.faults, PATIENCE), "too slow"
        assert self.faults == []

    def scan_on_and_on(self, phone: Phone, gate: str) -> None:
        """Tap the one button of the page, in and out in turn, each until it is answered."""
        while not self.over.is_set() and not self.faults:
            status, _, page = self._insist(partial(phone.ask, "GET", gate), "GET")
            form = {"sure": "1", **hidden(page)}
            if status != 200 or "who" not in form:
                return self._fail(f"GET {status}: {page}")
            _, direction, scan_id = form["who"].split(":")
            status, location, page = self._insist(partial(phone.ask, "POST", gate, form), "POST")
            if status != 302 or scan_id not in location:
                return self._fail(f"POST {status}: {page}")
            with self._changed:
                self.answered[UUID(scan_id)] = direction
                self._changed.notify_all()

    def _insist(self, request: Callable[[], tuple[int, str, str]], method: str) -> tuple[int, str, str]:
        """Repeat the same request until it is answered, as a person does whose page did not load."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return request()
            except Unanswered:
                assert time.monotonic() < deadline, "the server never came back"
                with self._changed:
                    self.interrupted[method] += 1
                self.up.wait(PATIENCE)

    def _fail(self, fault: str) -> None:
        with self._changed:
            self.faults.append(fault)
            self._changed.notify_all()


@dataclass
class Aftermath:
    database: Database
    burst: Burst
    shift: int

    def scans(self, columns: str) -> list[tuple[Any, ...]]:
        return self.database.rows(f"SELECT {columns} FROM checkin_scan WHERE shift_id = {self.shift}")


@pytest.fixture(scope="module")
def aftermath(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    directory = tmp_path_factory.mktemp("crash")
    with prepared.copied(directory) as database, open(directory / "web.log", "wb") as log:
        server, burst = WebServer(database, log), Burst()
        try:
            server.start()
            burst.up.set()
            crash_again_and_again(server, burst, prepared.given)
        finally:
            burst.over.set()
            server.stop()
        yield Aftermath(database, burst, prepared.given["shift"])


def crash_again_and_again(server: WebServer, burst: Burst, given: dict[str, Any]) -> None:
    phones = []
    for code in given["codes"]:
        phone = Phone(server.port)
        phone.sign_in(code)
        phones += [Phone(server.port, dict(phone.cookies)) for _ in range(PHONES_EACH)]
    with ThreadPoolExecutor(len(phones)) as pool:
        try:
            scanning = [pool.submit(burst.scan_on_and_on, phone, given["gate"]) for phone in phones]
            for crash in range(1, CRASHES + 1):
                burst.wait_for(crash * SCANS_BETWEEN)
                burst.up.clear()
                server.kill()
                server.start()
                burst.up.set()
            burst.wait_for((CRASHES + 1) * SCANS_BETWEEN)
        finally:
            burst.over.set()
            burst.up.set()
    for phone_of_somebody in scanning:
        phone_of_somebody.result()


def test_the_crashes_really_hit_scans_on_their_way(aftermath):
    assert aftermath.burst.interrupted["POST"] > 0
    assert aftermath.burst.faults == []


def test_every_answered_scan_is_stored_once(aftermath):
    stored = Counter((UUID(str(pk)), direction) for pk, direction in aftermath.scans("id, direction"))

    assert len(aftermath.burst.answered) > CRASHES * SCANS_BETWEEN
    for pk, direction in aftermath.burst.answered.items():
        assert stored[pk, direction] == 1


def test_nothing_is_stored_that_nobody_sent(aftermath):
    # Every form was sent until it was answered; before the burst there is the demonstration's own check-in.
    stored = {UUID(str(pk)) for (pk,) in aftermath.scans("id")}

    assert len(stored - aftermath.burst.answered.keys()) == 1


def test_nobody_is_in_twice(aftermath):
    twice = aftermath.database.rows(
        "SELECT volunteer_id, shift_id FROM checkin_visit WHERE closed_at IS NULL "
        "GROUP BY volunteer_id, shift_id HAVING COUNT(*) > 1"
    )

    assert twice == []


def test_every_accepted_scan_opened_or_closed_one_visit_and_no_refused_one_did(aftermath):
    visits = aftermath.database.rows(
        f"SELECT opened_by_id, closed_by_id FROM checkin_visit WHERE shift_id = {aftermath.shift}"
    )
    accepted = {
        (direction, str(pk)) for pk, direction, refusal in aftermath.scans("id, direction, refusal") if not refusal
    }
    opened = Counter(("in", str(opening)) for opening, _ in visits)
    closed = Counter(("out", str(closing)) for _, closing in visits if closing is not None)

    assert set(opened) | set(closed) == accepted
    assert set((opened + closed).values()) == {1}


def test_records_are_the_same_as_if_all_were_counted_afresh(aftermath):
    recovered, afresh = recounted(aftermath.database)
    visited = aftermath.database.rows(
        f"SELECT DISTINCT volunteer_id FROM checkin_visit WHERE shift_id = {aftermath.shift} AND closed_at IS NOT NULL"
    )

    assert {(row[0],) for row in recovered if row[1] == aftermath.shift} == set(visited)
    assert afresh == recovered


def test_the_ledger_still_holds(aftermath):
    audited = aftermath.database.run("manage.py", "audit_ledger")

    assert audited.returncode == 0, audited.stdout
