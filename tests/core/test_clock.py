"""The clock outlives the database."""

import threading

import pytest
from django.db import OperationalError

from academy.core.management.commands import clock


class OneRound(threading.Event):
    """An event that is set by the first wait for the next minute."""

    waited: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        OneRound.waited = timeout
        self.set()
        return True


@pytest.fixture
def ticks(monkeypatch) -> list[str]:
    """Let the clock run one round; return the commands that it called."""
    called: list[str] = []
    monkeypatch.setattr(clock.threading, "Event", OneRound)
    monkeypatch.setattr(clock.signal, "signal", lambda *args: None)
    monkeypatch.setattr(clock, "close_old_connections", lambda: None)
    monkeypatch.setattr(clock, "call_command", lambda name, **options: called.append(name))
    return called


@pytest.mark.django_db
def test_a_round_is_a_tick(ticks):
    clock.Command().handle(after_pause=False)

    assert ticks == ["tick"]


def test_without_a_database_the_clock_logs_one_line_and_soon_tries_again(ticks, monkeypatch, caplog):
    class Away:
        def cursor(self):
            raise OperationalError("connection refused")

    monkeypatch.setattr(clock, "connection", Away())

    clock.Command().handle(after_pause=False)

    assert ticks == []
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "connection refused" in line.message
    assert line.exc_info is None
    assert OneRound.waited == clock.RETRY
