"""`make demo` has public sign-ins: it is for this machine alone unless told otherwise."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from scripts import demo
from tests.deployment import compose

pytestmark = pytest.mark.slow

SHOW = "from scripts.demo import WEB, welcome; print(WEB, welcome())"


def start(**environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("LAN", "PORT", "PUBLIC_URL")}
    command = [sys.executable, "-c", SHOW]
    return subprocess.run(
        command, cwd=compose.ROOT, env=kept | environment, capture_output=True, text=True, check=True
    ).stdout


def test_it_listens_on_this_machine_alone() -> None:
    shown = start()
    assert "--bind=127.0.0.1:8000" in shown
    assert "make demo LAN=1" in shown


def test_it_opens_to_the_network_on_request_and_warns() -> None:
    shown = start(LAN="1", PORT="8141")
    assert "--bind=0.0.0.0:8141" in shown
    assert "Enter no real people here" in shown


class TestAChildThatEnds:
    """One process that ends by itself starts again; the others go on, and nobody waits."""

    @pytest.fixture
    def child(self) -> Iterator[demo.Child]:
        child = demo.Child([sys.executable, "-c", "raise SystemExit(3)"], now=0)
        yield child
        child.end()

    def test_it_is_said_and_starts_again_after_a_pause_that_grows(
        self, child: demo.Child, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = child.process
        first.wait(demo.PATIENCE)

        child.keep(1)
        assert "ended with status 3" in capsys.readouterr().out
        child.keep(2)
        assert (child.process, child.pause) == (first, 2)
        child.keep(3)
        assert child.process is not first

        child.process.wait(demo.PATIENCE)
        child.keep(4)
        assert child.pause == 4

    def test_after_it_held_out_the_pause_is_short_again(self, child: demo.Child) -> None:
        child.process.wait(demo.PATIENCE)
        child.pause = demo.LONGEST_PAUSE

        child.keep(demo.LONGEST_PAUSE + 1)

        assert child.pause == demo.SHORTEST_PAUSE

    def test_one_that_runs_is_left_alone(self) -> None:
        child = demo.Child([sys.executable, "-c", "import time; time.sleep(60)"], now=0)  # ended below
        process = child.process

        child.keep(1000)

        assert child.process is process and child.ended_at is None
        child.end()
        assert process.poll() is not None
