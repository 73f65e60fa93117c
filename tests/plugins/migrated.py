"""Migrate an empty test database by replaying the statements of an earlier migration.

Migrations spend nearly all their time on computing the models' state at each step. Their statements are kept in
var/migrated, under a hash of everything that they depend on: any change runs the migrations again. In both cases the
real `migrate` runs, sends its signals and looks for migrations that are still to be applied.
"""

import fcntl
import hashlib
import pickle
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ["academy", "cms", "demo", "tests/plugins"]
KEPT = ROOT / "var" / "migrated"

Statement = tuple[str, Any, bool]  # SQL, its parameters, and whether it runs once for each of them
# Statements that only read or control transactions: each replayed statement is a transaction of its own.
LEFT_OUT = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT")


def install() -> None:
    run: Callable[..., ProjectState] = MigrationExecutor.migrate

    def migrate(self: MigrationExecutor, targets: Any, *arguments: Any, **options: Any) -> ProjectState:
        connection: BaseDatabaseWrapper = self.connection
        if targets != self.loader.graph.leaf_nodes() or connection.introspection.table_names():
            return run(self, targets, *arguments, **options)
        with _one_at_a_time(connection.vendor):
            file = KEPT / f"{connection.vendor}-{fingerprint(connection)}"
            if not file.exists():
                with recorded(connection) as statements:
                    state = run(self, targets, *arguments, **options)
                # Statements that were rolled back cannot be replayed.
                if not any(sql.startswith("ROLLBACK") for sql, _params, _many in statements):
                    _keep(file, statements)
                return state
            statements = pickle.loads(file.read_bytes())
        say(connection, statements)
        self.loader.build_graph()
        return run(self, targets, self.migration_plan(targets))

    MigrationExecutor.migrate = migrate  # type: ignore[method-assign]


@contextmanager
def recorded(connection: BaseDatabaseWrapper) -> Iterator[list[Statement]]:
    """Record the statements that change the database, in their order."""
    statements: list[Statement] = []

    def record(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        params = list(params) if many else params
        if not sql.startswith(LEFT_OUT) or "setval(" in sql:
            statements.append((sql, params, many))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def say(connection: BaseDatabaseWrapper, statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, params)


def fingerprint(connection: BaseDatabaseWrapper, root: Path = ROOT) -> str:
    """Return a hash of all our code and of the versions of packages, Python and database."""
    digest = hashlib.sha256(f"{sys.version} {connection.get_database_version()}".encode())
    for package in sorted(Path(sysconfig.get_path("purelib")).glob("*.dist-info")):
        digest.update(package.name.encode())
    for source in sorted(path for directory in SOURCES for path in (root / directory).rglob("*.*")):
        if source.is_file() and source.suffix != ".pyc":
            content = source.read_bytes()
            digest.update(f"{source.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()[:24]


@contextmanager
def _one_at_a_time(vendor: str) -> Iterator[None]:
    """Let one of several workers run the migrations; the others wait for its statements."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f".{vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(file: Path, statements: list[Statement]) -> None:
    for older in KEPT.glob(f"{file.name.partition('-')[0]}-*"):
        older.unlink()
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_bytes(pickle.dumps(statements))
    unfinished.replace(file)
