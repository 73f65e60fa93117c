"""Scanners send while servers die, disks fill, lines break: no acknowledged scan is lost or doubled."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.soak.disks import disk_to_fill
from tests.soak.network import FATES, line_to
from tests.soak.processes import Database, Prepared, WebServer
from tests.soak.records import recounted
from tests.soak.scanners import Burst, NotTaken

TROUBLES = 2
SCANS_BETWEEN = 40  # answered ones, before each trouble
SCANS_AFTER = 4 * SCANS_BETWEEN  # enough that no queue is empty before the last trouble
SEED = 20260110


@dataclass
class Scene:
    """A server on a copy of the demonstration, with its scanners and its line."""

    prepared: Prepared
    directory: Path
    stack: ExitStack

    def serve(self) -> tuple[Database, WebServer]:
        database = self.stack.enter_context(self.prepared.copied(self.directory))
        log = self.stack.enter_context(self.directory.with_suffix(".log").open("wb"))
        server = WebServer(database, log)
        self.stack.callback(server.stop)
        server.start()
        return database, server

    def burst(self, port: int) -> Burst:
        given = self.prepared.given
        scans = (TROUBLES * SCANS_BETWEEN + SCANS_AFTER) // len(given["devices"])
        return Burst.of(given, port=port, scans=scans, seed=SEED)


@dataclass
class Aftermath:
    database: Database
    burst: Burst
    server: WebServer


def web_server_killed(scene: Scene) -> Aftermath:
    database, server = scene.serve()
    burst = scene.burst(server.port)
    with burst.running():
        for crash in range(1, TROUBLES + 1):
            burst.wait_for_answers(crash * SCANS_BETWEEN)
            burst.up.clear()
            server.kill()
            server.start()
            burst.up.set()
    return Aftermath(database, burst, server)


def database_server_killed(scene: Scene) -> Aftermath:
    """Kill the database: the web server runs on and connects again by itself."""
    cluster = scene.prepared.cluster
    assert cluster is not None
    database, server = scene.serve()
    burst, pid = scene.burst(server.port), server.pid
    with burst.running():
        for crash in range(1, TROUBLES + 1):
            burst.wait_for_answers(crash * SCANS_BETWEEN)
            burst.up.clear()
            seen = len(burst.troubles)
            cluster.kill()
            burst.wait_for_trouble(since=seen)
            is_not_taken(burst)
            cluster.start()
            burst.up.set()
    assert server.pid == pid
    return Aftermath(database, burst, server)


def disk_full(scene: Scene) -> Aftermath:
    """Fill the disk: the web server runs on, and writes again when it has room."""
    disk = scene.stack.enter_context(disk_to_fill(scene.directory))
    database, server = scene.serve()
    burst, pid = scene.burst(server.port), server.pid
    with burst.running():
        for crash in range(1, TROUBLES + 1):
            burst.wait_for_answers(crash * SCANS_BETWEEN)
            burst.up.clear()
            seen = len(burst.troubles)
            # Empty the log first, so that the next writes need new room.
            assert database.rows("PRAGMA wal_checkpoint(TRUNCATE)") == [(0, 0, 0)]
            disk.fill(server.pid)
            burst.wait_for_trouble(since=seen)
            is_not_taken(burst)
            disk.free(server.pid)
            burst.up.set()
    assert server.pid == pid
    return Aftermath(database, burst, server)


def network_cut(scene: Scene) -> Aftermath:
    database, server = scene.serve()
    with line_to(server.port, seed=SEED) as line:
        burst = scene.burst(line.port)
        with burst.running():
            pass
    assert set(line.fates) == set(FATES)
    # Only a scanner that missed an answer gets `duplicate` for its repeated scan.
    assert {pk for pk, outcome in burst.answered.items() if outcome == "duplicate"} == line.untold
    return Aftermath(database, burst, server)


def is_not_taken(burst: Burst) -> None:
    """Let one scanner send now, and expect the request to fail."""
    with pytest.raises(NotTaken) as not_taken:
        burst.try_now()
    assert str(not_taken.value) == "500"


@pytest.fixture(
    scope="module",
    params=[
        web_server_killed,
        pytest.param(database_server_killed, marks=pytest.mark.postgresql),
        pytest.param(disk_full, marks=pytest.mark.sqlite),
        network_cut,
    ],
    ids=lambda happens: happens.__name__,
)
def aftermath(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aftermath]:
    with ExitStack() as stack:
        yield request.param(Scene(prepared, tmp_path_factory.mktemp("sync"), stack))


def test_the_troubles_really_hit_scans_on_their_way(aftermath):
    assert len(aftermath.burst.troubles) >= TROUBLES
    assert aftermath.burst.faults == []


def test_every_scan_is_acknowledged_in_the_end_and_stored_once_as_it_was_sent(aftermath):
    burst = aftermath.burst
    stored = aftermath.database.rows(
        "SELECT scan.id, device.key, scan.place, scan.direction, scan.refusal"
        " FROM checkin_scan AS scan JOIN checkin_device AS device ON device.id = scan.device_id"
    )

    assert burst.answered.keys() == burst.sent.keys()
    assert Counter((str(UUID(str(pk))), *what) for pk, *what in stored) == Counter(
        (pk, *what, "") for pk, what in burst.sent.items()
    )


def test_nothing_is_stored_that_nobody_sent(aftermath):
    others = aftermath.database.rows(
        "SELECT id FROM checkin_scan WHERE device_id IS NULL AND shift_id ="
        " (SELECT MAX(shift_id) FROM checkin_scan WHERE device_id IS NOT NULL)"
    )

    assert len(others) == 1  # the demonstration's own


def test_only_what_was_sent_again_is_called_a_duplicate(aftermath):
    burst = aftermath.burst

    assert all(burst.tries[pk] > 1 for pk, outcome in burst.answered.items() if outcome == "duplicate")


def test_visits_are_what_the_accepted_scans_make(aftermath):
    visits = aftermath.database.rows(
        "SELECT volunteer_id, shift_id, opened_by_id, opened_at, closed_by_id, closed_at FROM checkin_visit"
    )

    assert Counter(visits) == Counter(visits_by_hand(aftermath.database))


def visits_by_hand(database: Database) -> list[tuple[Any, ...]]:
    """Order scans by person and time; at one moment, out comes before in, then the lower id."""
    accepted = database.rows(
        "SELECT volunteer_id, shift_id, id, happened_at, direction FROM checkin_scan"
        " WHERE refusal = '' AND id NOT IN (SELECT scan_id FROM checkin_annulment)"
    )
    visits: list[tuple[Any, ...]] = []
    inside: dict[tuple[int, int], tuple[Any, Any]] = {}
    for volunteer, shift, pk, moment, direction in sorted(
        accepted, key=lambda row: (moment_of(row[3]), row[4] == "in", str(row[2]))
    ):
        if direction == "in":
            inside.setdefault((volunteer, shift), (pk, moment))
        elif (volunteer, shift) in inside:
            visits.append((volunteer, shift, *inside.pop((volunteer, shift)), pk, moment))
    return visits + [(*who, *opened, None, None) for who, opened in inside.items()]


def moment_of(stored: Any) -> dt.datetime:
    return stored if isinstance(stored, dt.datetime) else dt.datetime.fromisoformat(stored)


@pytest.mark.sqlite
def test_the_file_is_whole(aftermath):
    database = aftermath.database

    assert database.rows("PRAGMA integrity_check") == [("ok",)]
    assert database.rows("PRAGMA foreign_key_check") == []
    aftermath.server.stop()
    # The write-ahead log can be written back completely.
    assert database.rows("PRAGMA wal_checkpoint(TRUNCATE)") == [(0, 0, 0)]
    assert database.rows("PRAGMA integrity_check") == [("ok",)]


def test_records_are_the_same_as_if_all_were_counted_afresh(aftermath):
    recovered, afresh = recounted(aftermath.database)

    assert afresh == recovered


def test_the_ledger_still_holds(aftermath):
    audited = aftermath.database.run("manage.py", "audit_ledger")

    assert audited.returncode == 0, audited.stdout
