"""`make demo` has public sign-ins: it is for this machine alone unless told otherwise."""

import os
import subprocess
import sys

import pytest

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
