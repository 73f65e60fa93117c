"""The debug toolbar runs only in development: not in `make demo`, which phones reach, nor in tests."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SHOW = "from academy.settings import dev; print('debug_toolbar' in dev.INSTALLED_APPS, len(dev.MIDDLEWARE))"


@pytest.mark.parametrize(("debug", "shown"), [("1", True), ("0", False)])
def test_the_toolbar_is_there_while_debugging(debug, shown):
    environment = {**os.environ, "DEBUG": debug, "DATABASE_URL": "sqlite://"}
    command = [sys.executable, "-c", SHOW]
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)

    assert run.stdout.split() == [str(shown), str(len(settings.MIDDLEWARE) + shown)]


def test_tests_run_without_it():
    assert "debug_toolbar" not in settings.INSTALLED_APPS
