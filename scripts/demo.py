"""`make demo`: the demonstration community, with web server, worker and clock as in production.

One that ends by itself starts again, as under systemd.
"""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT") or 8000)
# The sign-ins of the demonstration are public: only LAN=1 opens it to other devices.
IN_LAN = os.environ.get("LAN") == "1"
HOST = "0.0.0.0" if IN_LAN else "127.0.0.1"
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "academy.settings.dev", "DEBUG": "0", "PORT": str(PORT)}

MANAGE = [sys.executable, "manage.py"]
# Four threads each: without a proxy, a phone's idle connection blocks one (ADR 12).
GUNICORN = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--workers=2", "--threads=4"]
WEB = [*GUNICORN, "--preload", f"--bind={HOST}:{PORT}", "--log-level=warning", "academy.wsgi"]
WORKER = [*MANAGE, "worker"]
CLOCK = [*MANAGE, "clock", "--after-pause"]  # the demonstration may have rested for weeks

PATIENCE = 60  # seconds until the web server must answer
GRACE = 10  # seconds for a process to end by itself
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 60  # seconds until a process that ended starts again


def main() -> None:
    os.chdir(ROOT)
    os.environ.update(ENVIRONMENT)
    if port_is_taken():
        sys.exit(f"Port {PORT} is taken by another program. Choose another: make demo PORT={PORT + 1}")
    signal.signal(signal.SIGTERM, stop)
    try:
        migrate()
        # The web server starts while the community is built; the others would only wait for the database.
        with running(WEB) as web:
            # Its corrections of settled hours are warnings in a log, and none for a newcomer.
            subprocess.run([*MANAGE, "build_demo"], env={**os.environ, "LOG_LEVEL": "ERROR"}, check=True)
            with running(WORKER) as worker, running(CLOCK) as clock:
                wait_for_answer(web.process)
                print(welcome(), flush=True)
                while True:
                    time.sleep(1)
                    for child in (web, worker, clock):
                        child.keep(time.monotonic())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)


class Child:
    """A process that starts again when it ends by itself; the pause doubles while it does not hold out."""

    def __init__(self, command: list[str], now: float) -> None:
        self.command, self.pause = command, SHORTEST_PAUSE
        self.ended_at: float | None = None
        self.start(now)

    def start(self, now: float) -> None:
        """Start the process, in its own session: only this program gets Ctrl-C."""
        quiet = {**os.environ, "LOG_LEVEL": "WARNING"}
        self.process = subprocess.Popen(self.command, env=quiet, start_new_session=True)
        self.started_at, self.ended_at = now, None

    def keep(self, now: float) -> None:
        """Start the process again, a pause after it has ended."""
        if self.process.poll() is None:
            return
        if self.ended_at is None:
            self.ended_at = now
            held_out = now - self.started_at > LONGEST_PAUSE
            self.pause = SHORTEST_PAUSE if held_out else min(2 * self.pause, LONGEST_PAUSE)
            name = " ".join(self.command[1:3])
            print(
                f"→ {name} ended with status {self.process.returncode}; it starts again in {self.pause} s", flush=True
            )
        elif now - self.ended_at >= self.pause:
            self.start(now)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


@contextlib.contextmanager
def running(command: list[str]) -> "Iterator[Child]":
    """Keep the command running until this block ends."""
    child = Child(command, time.monotonic())
    try:
        yield child
    finally:
        child.end()


def stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def port_is_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return True
        return False


def migrate() -> None:
    """Migrate the database. The SQLite file is skipped until a migration changes: a check takes seconds."""
    stamp = ROOT / "var/.migrated"
    sources = sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("academy/*/migrations/*.py"), ROOT / "requirements.lock"]
    )
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    on_file = not os.environ.get("DATABASE_URL")
    database = ROOT / "var/academy.sqlite3"
    if on_file and database.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    print("→ Preparing the database", flush=True)
    subprocess.run([sys.executable, "-m", "scripts.quick_migrate"], check=True)
    if on_file:
        stamp.write_text(fingerprint)


def wait_for_answer(web: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("The web server does not answer; see its output above.")


def welcome() -> str:
    from academy.settings.dev import PUBLIC_URL

    if IN_LAN:
        phone = (
            f"    On a phone nearby:  {PUBLIC_URL}/\n\n"
            "    Every device in this network can sign in as administrator: the sign-ins are public.\n"
            "    Enter no real people here.\n\n"
        )
    else:
        phone = "    On a phone nearby:  start it with `make demo LAN=1`\n\n"
    return (
        f"\n    On this machine:    http://127.0.0.1:{PORT}/\n{phone}"
        "    See the sign-ins and the running activity above. Ctrl-C ends it; `make demo` goes on with the same data.\n"
    )


if __name__ == "__main__":
    main()
