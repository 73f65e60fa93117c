"""People check in while one part after the other fails: no scan is lost or doubled.

Each test breaks something, waits until all parts work again by themselves, and then reads what is stored. It prints how
long each part was away, and how fast check-in was beside the fault.
"""

import io
import json
import os
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.soak.disks import Disk, ReadOnly, disk_to_fill
from tests.soak.load import LONGEST, SHARE, Load
from tests.soak.network import send_half, silent_server
from tests.soak.processes import Prepared
from tests.soak.product import Product, wait_until
from tests.soak.test_crash import Phone, hidden

ANSWERS = 100  # after each fault, at least
LOCKED = 2.0  # seconds that every client waits for a locked database
CUT = 40  # requests that end in their middle


@dataclass
class World:
    """The running product, people who check in, and things that break."""

    product: Product
    load: Load
    prepared: Prepared
    disk: Disk
    mail: list[Any]  # connections to the mail server, which stays silent
    codes: list[str]  # slips that nobody has used yet
    before: set[UUID] = field(default_factory=set)  # scans that are none of the clients'
    figures: dict[str, float] = field(default_factory=dict)

    def scans(self) -> Counter[tuple[UUID, str]]:
        rows = self.product.database.rows("SELECT id, direction FROM checkin_scan")
        return Counter((UUID(str(pk)), direction) for pk, direction in rows)

    def somebody(self) -> Phone:
        """Return a phone whose owner signs in now, with a slip."""
        phone = Phone(self.product.port, headers=self.product.headers)
        phone.sign_in(self.codes.pop())
        return phone

    def with_password(self) -> Phone:
        """Return a phone whose owner signs in now, with a password."""
        phone = Phone(self.product.port, headers=self.product.headers)
        _, _, page = phone.ask("GET", "/accounts/login/")
        status, _, page = phone.ask("POST", "/accounts/login/", {**self.prepared.given["password"], **hidden(page)})
        assert status == 302, page
        return phone


@pytest.fixture(scope="module")
def world(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("faults")
    files = directory / "files"
    for folder in (files / "media", files / "private"):
        folder.mkdir(parents=True)
    with ExitStack() as stack:
        disk = stack.enter_context(disk_to_fill(files, otherwise=ReadOnly))
        port, mail = stack.enter_context(silent_server())
        database = stack.enter_context(prepared.copied(directory))
        product = Product(database, directory, files, EMAIL_URL=f"smtp://127.0.0.1:{port}")
        stack.enter_context(product.running())
        load = Load.of(product, prepared.given)
        world = World(product, load, prepared, disk, mail, prepared.given["codes"][len(load.clients) :])
        world.before = {pk for pk, _ in world.scans()}
        yield world


@pytest.fixture(autouse=True)
def checked(world: World, request: pytest.FixtureRequest) -> Iterator[None]:
    """Check in during the test and a while after it; then look at everything."""
    load, product = world.load, world.product
    since, starts = len(load.answers), product.starts()
    world.figures.clear()
    with load.running():
        yield
        load.wait_for_answers(ANSWERS)
        world.figures["worker"] = product.worker_answers()
        world.figures["well"] = product.wait_until_well()
    seconds = load.seconds(since)
    share = seconds[int(len(seconds) * SHARE)]
    print(f"{request.node.name}: {SHARE:.0%} of {len(seconds)} within {share:.2f} s; back:", world.figures)
    assert share < LONGEST
    killed = getattr(request.node.function, "kills", {})
    assert product.starts() == {name: count + killed.get(name, 0) for name, count in starts.items()}
    nothing_is_lost_or_doubled(world)


def nothing_is_lost_or_doubled(world: World) -> None:
    stored, acknowledged = world.scans(), world.load.acknowledged
    assert {scan: stored[scan, direction] for scan, direction in acknowledged.items()} == dict.fromkeys(acknowledged, 1)
    assert {pk for pk, _ in stored} - world.before == acknowledged.keys()  # nothing is stored that nobody sent
    database = world.product.database
    inside = "SELECT volunteer_id, shift_id FROM checkin_visit WHERE closed_at IS NULL"
    assert database.rows(f"{inside} GROUP BY volunteer_id, shift_id HAVING COUNT(*) > 1") == []
    ends = database.rows("SELECT opened_by_id, closed_by_id FROM checkin_visit")
    used = Counter(scan for visit in ends for scan in visit if scan is not None)
    assert set(used.values()) <= {1}  # one scan opens or closes one visit
    audited = database.run("manage.py", "audit_ledger")
    assert audited.returncode == 0, audited.stdout


def kills(**services: int) -> Callable[[Any], Any]:
    """Name the services that a test kills, and how often. Any other that ends by itself fails the test."""

    def mark(test: Any) -> Any:
        test.kills = services
        return test

    return mark


def test_the_product_serves_without_rights_over_facts(world: World) -> None:
    """On PostgreSQL, web, worker and clock are no owner of their tables while they are tried."""
    done = world.product.database.run("manage.py", "check", "--database=default")
    assert done.returncode == 0 and "core.W003" not in done.stderr, done.stderr


def test_a_process_of_the_web_server_is_killed(world: World) -> None:
    """The other process goes on; the person whose request it took taps once more."""
    web, troubles = world.product.services["web"], len(world.load.troubles)
    for _ in range(20):
        victim = web.children[0]
        os.kill(victim, signal.SIGKILL)
        world.figures["web"] = wait_until(lambda: len(set(web.children) - {victim}) == 2, "none took its place")  # noqa: B023
        world.load.wait_for_all()
        if len(world.load.troubles) > troubles:
            return
    pytest.fail("the killed processes had no request")


@kills(web=1)
def test_the_web_server_is_killed(world: World) -> None:
    troubles = len(world.load.troubles)
    with timed(world, "web"), world.load.outage():
        world.product.services["web"].kill()
        world.load.wait_for_trouble(troubles)


@pytest.mark.sqlite
def test_a_long_writer_locks_the_database(world: World) -> None:
    """Every client waits until the writer is done, without an error page."""
    troubles = len(world.load.troubles)
    with closing(sqlite3.connect(world.product.database.file, isolation_level=None)) as writer, world.load.outage():
        writer.execute("BEGIN IMMEDIATE")
        world.load.wait_until_all_wait(LOCKED)
        writer.execute("ROLLBACK")
    assert len(world.load.troubles) == troubles


@pytest.mark.postgresql
def test_every_connection_to_the_database_is_ended(world: World) -> None:
    """Web, worker and clock connect again by themselves."""
    with timed(world, "web"), world.load.outage():
        ended = world.product.database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert len(ended) >= 4


@pytest.mark.postgresql
@kills(clock=1)
def test_the_database_is_killed_and_comes_back_after_the_clock(world: World) -> None:
    """The clock starts before its database, as after a power cut."""
    cluster, load, clock = world.prepared.cluster, world.load, world.product.services["clock"]
    assert cluster is not None
    last, troubles, said = world.product.last_tick(), len(load.troubles), len(clock.log.read_text())
    with load.outage():
        cluster.kill()
        load.wait_for_trouble(troubles, of_all=True)
        assert world.product.health() == (503, {"status": "down", "failed": ["database"]})
        clock.kill()
        wait_until(lambda: "the database failed" in clock.log.read_text()[said:], "the clock did not notice")
        began = time.monotonic()
        cluster.start()
    world.figures["web"] = time.monotonic() - began
    wait_until(lambda: world.product.last_tick() != last, "the clock does not tick")
    world.figures["clock"] = time.monotonic() - began


def test_the_disk_of_files_is_full(world: World) -> None:
    """People check in and sign in; an upload is refused with a sentence, and succeeds when there is room."""
    product, web = world.product, world.product.services["web"]
    troubles, waiting = len(world.load.troubles), world.somebody()
    world.disk.fill(web.pid)
    try:
        assert product.health() == (200, {"status": "degraded", "failed": ["files"]})
        assert "服务器现在没有地方放文件了" in upload(waiting)[1]
        assert world.somebody().ask("GET", "/my/")[0] == 200
        assert world.with_password().ask("GET", "/my/")[0] == 200
        world.load.wait_for_answers(ANSWERS)
    finally:
        world.disk.free(web.pid)
    assert upload(waiting)[0] == 302
    assert len(world.load.troubles) == troubles


def upload(phone: Phone) -> tuple[int, str]:
    """Ask for missing hours with a photo, and return the status and the page."""
    _, _, page = phone.ask("GET", "/my/missing/")
    address = re.findall(r'href="(/my/ask/\d+/[^"]*)"', page)[-1]
    _, _, page = phone.ask("GET", address)
    photo = io.BytesIO(bytes(100_000))
    photo.name = "photo.jpg"
    form = {**hidden(page), "came": "900", "left": "1000", "reason": "手机没电了", "evidence": photo}
    status, _, page = phone.ask("POST", address, form)
    return status, page


def test_clients_cut_their_requests_in_the_middle(world: World) -> None:
    troubles = len(world.load.troubles)
    with ExitStack() as stack:
        for number in range(CUT):
            path, kind = [("/s/", "x-www-form-urlencoded"), ("/checkin/sync/", "json")][number % 2]
            body = json.dumps({"code": "x" * 2000}).encode()
            head = (
                f"POST {path} HTTP/1.1\nHost: 127.0.0.1\nX-Forwarded-Proto: https\nContent-Type: application/{kind}\n"
            )
            send_half(world.product.port, f"{head}Content-Length: {len(body)}\n\n", body)
        stack.callback(world.load.wait_for_all)
    assert len(world.load.troubles) == troubles


def test_a_mail_server_accepts_and_never_answers(world: World) -> None:
    """The page answers at once, other tasks go on, and each mail stays in the queue for its next attempt."""
    phone = Phone(world.product.port, headers=world.product.headers)
    for address in world.prepared.given["mails"]:
        _, _, page = phone.ask("GET", "/accounts/password/reset/")
        began = time.monotonic()
        status, _, page = phone.ask("POST", "/accounts/password/reset/", {**hidden(page), "email": address})
        assert status == 302, page
        assert time.monotonic() - began < LONGEST
    wait_until(lambda: world.mail, "no mail was sent")
    world.figures["worker beside it"] = world.product.worker_answers()
    mails = "SELECT id FROM django_tasks_database_dbtaskresult WHERE task_path = 'academy.core.mail.deliver'"
    again = f"{mails} AND run_after > enqueued_at AND CAST(args_kwargs AS TEXT) LIKE '%\"attempt\": 2%'"
    wait_until(lambda: world.product.database.rows(again), "no mail waits for its second attempt")
    # A mail comes after all other tasks: beside many check-ins, the first attempt at the other one is late.
    waiting, number = f"{mails} AND status IN ('READY', 'RUNNING')", len(world.prepared.given["mails"])
    wait_until(lambda: len(world.product.database.rows(waiting)) == number, "a mail is lost")


@kills(worker=1, clock=1)
def test_worker_and_clock_are_killed_at_work(world: World) -> None:
    product = world.product
    last, done = product.last_tick(), product.enqueue(hangs=True)
    wait_until((done.parent / "began").exists, "the worker does not work")
    began = time.monotonic()
    product.services["worker"].kill()
    product.services["clock"].kill()
    wait_until(lambda: product.last_tick() != last, "the clock does not tick")
    world.figures["clock"] = time.monotonic() - began
    wait_until(done.exists, "the task of the killed worker is lost")
    world.figures["its task"] = time.monotonic() - began


@contextmanager
def timed(world: World, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    world.figures[what] = time.monotonic() - began
