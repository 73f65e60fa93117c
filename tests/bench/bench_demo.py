"""The demonstration starts on an empty SQLite file, then again, as `make demo` does after its set-up.

Both figures are seconds to its greeting, when the web server answers. The second start also looks at the migrations,
which `make demo` leaves out for its own file.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from tests.bench.site import ROOT
from tests.plugins.postgresql import free_port

GREETING = "Ctrl-C ends it"


def run() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="academy-bench-") as directory:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{directory}/demo.sqlite3",
            "MEDIA_ROOT": f"{directory}/media",
            "PRIVATE_ROOT": f"{directory}/private",
            "PAGES_ROOT": f"{directory}/pages",
        }
        yield {"id": "demo_first_start_s", "value": _start(environment), "unit": "s", "budget": 90, "aim": 60}
        yield {"id": "demo_second_start_s", "value": _start(environment), "unit": "s", "budget": 10, "aim": 5}


def _start(environment: dict[str, str]) -> float:
    """Return the seconds until the demonstration greets; end it."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "scripts.demo"]
    environment = {**environment, "PORT": str(free_port())}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any(GREETING in line for line in process.stdout), "the demonstration did not start"
        return round(time.perf_counter() - started, 1)
    finally:
        process.terminate()
        process.communicate(timeout=60)
