import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command

from academy.core.signals import tick

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
