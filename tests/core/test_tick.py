import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command

from academy.core import clock_jumps
from academy.core.models import LastTick
from academy.core.signals import tick

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def only(monkeypatch):
    """Return a function that connects these receivers to `tick`, and disconnects all others."""

    def install(*receivers):
        monkeypatch.setattr(tick, "receivers", [])
        tick.sender_receivers_cache.clear()
        for receiver in receivers:
            tick.connect(receiver, weak=False)

    yield install
    tick.sender_receivers_cache.clear()


@time_machine.travel(NOW, tick=False)
def test_all_receivers_get_the_same_time(only):
    heard = []
    only(lambda at, **kwargs: heard.append(at), lambda at, **kwargs: heard.append(at))

    call_command("tick")

    assert heard == [NOW, NOW]


def test_a_failing_receiver_stops_no_other_and_the_command_reports_it(only, caplog):
    heard = []

    def breaks(at, **kwargs):
        raise RuntimeError("the notice cannot end")

    only(breaks, lambda at, **kwargs: heard.append(at))

    with pytest.raises(CommandError, match="breaks"):
        call_command("tick")

    assert len(heard) == 1
    assert "the notice cannot end" in caplog.text


def test_a_tick_without_work_ends_quietly(only, caplog, capsys):
    only()

    call_command("tick")

    assert caplog.messages == []
    assert capsys.readouterr() == ("", "")


# The clock jumped (ADR 42)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Machine:
    """A machine whose clocks the test sets, and the ticks that were done on it."""

    def __init__(self, monkeypatch):
        self.now, self.boot, self.steady, self.synchronised = NOW, "first", 0.0, False
        self.done = []
        read = lambda at: clock_jumps.Reading(at, self.boot, self.steady)  # noqa: E731
        monkeypatch.setattr(clock_jumps, "read", read)
        monkeypatch.setattr(clock_jumps, "is_synchronised", lambda: self.synchronised)

    def passes(self, time, *, steadily=True):
        self.now += time
        self.steady += time.total_seconds() if steadily else 0

    def restarts(self):
        self.boot, self.steady = "second", 0.0

    def ticks(self, **options):
        """Return whether a tick is done."""
        before = len(self.done)
        with time_machine.travel(self.now, tick=False):
            try:
                call_command("tick", **options)
            except CommandError as error:
                self.said = str(error)
        return len(self.done) > before


@pytest.fixture
def machine(only, monkeypatch):
    machine = Machine(monkeypatch)
    only(lambda at, **kwargs: machine.done.append(at))
    assert machine.ticks()
    return machine


def test_a_clock_that_was_set_ahead_ends_nothing_until_a_person_looked_at_it(machine):
    machine.passes(60 * DAY, steadily=False)
    assert not machine.ticks() and not machine.ticks()
    assert "2027-03-11 09:00" in machine.said and "60 days, 0:00:00 ahead of" in machine.said
    assert "manage.py tick --after-pause" in machine.said
    assert LastTick.objects.get().at == NOW
    assert machine.ticks(after_pause=True)
    machine.passes(dt.timedelta(minutes=1))
    assert machine.ticks()


def test_a_clock_that_was_set_back_asks_as_well(machine):
    machine.passes(-DAY, steadily=False)
    assert not machine.ticks()
    assert "1 day, 0:00:00 behind" in machine.said
    machine.passes(DAY, steadily=False)
    assert machine.ticks()


def test_a_pause_goes_by_itself_while_the_machine_runs(machine):
    machine.passes(3 * DAY)
    assert machine.ticks()


@pytest.mark.parametrize("way", [1, -1], ids=["ahead", "behind"])
@pytest.mark.parametrize(("jump", "done"), [(HOUR, True), (HOUR + dt.timedelta(microseconds=1), False)])
def test_a_jump_of_an_hour_is_done_and_more_is_not(machine, jump, done, way):
    machine.passes(way * jump, steadily=False)
    assert machine.ticks() is done


@pytest.mark.parametrize(
    ("pause", "synchronised", "done"), [(HOUR, False, True), (2 * DAY, False, False), (2 * DAY, True, True)]
)
def test_after_a_restart_a_time_server_vouches_for_the_clock(machine, pause, synchronised, done):
    machine.restarts()
    machine.passes(pause, steadily=False)
    machine.synchronised = synchronised
    assert machine.ticks() is done


def test_a_clock_that_a_time_server_sets_right_goes_on(machine):
    machine.passes(2 * DAY, steadily=False)
    machine.synchronised = True
    assert machine.ticks()


@pytest.mark.parametrize(("pause", "stands"), [(HOUR, False), (HOUR + dt.timedelta(microseconds=1), True)])
def test_a_clock_stands_after_more_than_an_hour_without_a_tick(machine, pause, stands):
    assert clock_jumps.standing_since(NOW + pause) == (NOW if stands else None)


def test_the_clocks_of_this_machine_can_be_read(monkeypatch):
    first = clock_jumps.read(NOW)
    second = clock_jumps.read(NOW)
    assert first.boot == second.boot and first.steady <= second.steady
    for state, expected in [(0, True), (5, False), (-1, False)]:
        monkeypatch.setattr(clock_jumps.ctypes, "CDLL", lambda name, s=state: SimpleNamespace(adjtimex=lambda _: s))
        assert clock_jumps.is_synchronised() is expected
    monkeypatch.setattr(clock_jumps.ctypes, "CDLL", lambda name: SimpleNamespace())
    assert clock_jumps.is_synchronised() is False
    monkeypatch.setattr(clock_jumps, "_BOOT", clock_jumps.Path("/nowhere"))
    assert clock_jumps.read(NOW).boot == ""
