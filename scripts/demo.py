"""`make demo`: the demonstration community, with everything that a real one runs: web, worker and clock."""

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
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT") or 8000)
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "academy.settings.dev", "DEBUG": "0", "PORT": str(PORT)}

MANAGE = [sys.executable, "manage.py"]
SERVER = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--workers=2", "--threads=4"]
PROCESSES = {
    "web": [*SERVER, f"--bind=0.0.0.0:{PORT}", "--log-level=warning", "academy.wsgi"],
    "worker": [*MANAGE, "db_worker"],
    "clock": [*MANAGE, "clock"],
}
PATIENCE = 60


def main() -> None:
    os.chdir(ROOT)
    os.environ.update(ENVIRONMENT)
    if port_is_taken():
        sys.exit(f"Port {PORT} is taken by another program. Choose another: make demo PORT={PORT + 1}")
    try:
        migrate()
        subprocess.run([*MANAGE, "build_demo"], check=True)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    signal.signal(signal.SIGTERM, stop)
    # In sessions of their own, so that Ctrl-C reaches this program alone and it ends them in order.
    running = {name: subprocess.Popen(command, start_new_session=True) for name, command in PROCESSES.items()}
    try:
        wait_for_answer(running["web"])
        print(welcome(), flush=True)
        while all(process.poll() is None for process in running.values()):
            time.sleep(1)
        ended = next(name for name, process in running.items() if process.poll() is not None)
        print(f"The {ended} has ended by itself; its own words stand above.", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()


def stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def port_is_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", PORT))
        except OSError:
            return True
        return False


def migrate() -> None:
    """Bring the database up to date; the SQLite file only when a migration has changed: even looking takes seconds."""
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
    subprocess.run([*MANAGE, "migrate", "--verbosity=0"], check=True)
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
    sys.exit("The web server does not answer; its own words stand above.")


def welcome() -> str:
    from academy.settings.dev import PUBLIC_URL

    return (
        f"\n    On this machine:    http://127.0.0.1:{PORT}/\n"
        f"    On a phone nearby:  {PUBLIC_URL}/\n\n"
        "    The sign-ins stand above. Ctrl-C ends it; `make demo` starts it again with the same data.\n"
    )


if __name__ == "__main__":
    main()
