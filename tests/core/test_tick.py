import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command

from academy.core.signals import tick

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def only(monkeypatch):
    """The clock with these receivers alone."""

    def install(*receivers):
        monkeypatch.setattr(tick, "receivers", [])
        tick.sender_receivers_cache.clear()
        for receiver in receivers:
            tick.connect(receiver, weak=False)

    yield install
    tick.sender_receivers_cache.clear()


@time_machine.travel(NOW, tick=False)
def test_everybody_is_told_the_same_time(only):
    heard = []
    only(lambda at, **kwargs: heard.append(at), lambda at, **kwargs: heard.append(at))

    call_command("tick")

    assert heard == [NOW, NOW]


def test_who_fails_keeps_nobody_else_from_working_and_the_command_says_so(only, caplog):
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
