"""Migrate an empty test database from what an earlier migration left.

Migrations spend nearly all their time on computing the models' state at each step. They run once, with fewer of these
computations. var/migrated keeps the finished file of SQLite, to be copied, and the statements of PostgreSQL, to be said
again. A hash of everything that they depend on names them: any change runs the migrations again. In both cases the real
`migrate` runs, sends its signals and looks for migrations that are still to be applied.
"""

import ast
import contextlib
import fcntl
import hashlib
import pickle
import sqlite3
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from scripts.quick_migrate import direct_relations

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ["academy", "cms", "demo"]
# Beside the migrations and the code that they import: what configures them, and what records them.
CONFIGURATION = [
    "academy/settings/*.py",
    "*/apps.py",
    "*/*/apps.py",
    "tests/plugins/migrated.py",
    "scripts/quick_migrate.py",
]
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
                with recorded(connection) as statements, direct_relations():
                    state = run(self, targets, *arguments, **options)
                _keep(file, connection, statements)
                return state
            _fill(connection, file)
        self.loader.build_graph()
        return run(self, targets, self.migration_plan(targets))

    MigrationExecutor.migrate = migrate  # type: ignore[method-assign]


@contextlib.contextmanager
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


def _keep(file: Path, connection: BaseDatabaseWrapper, statements: list[Statement]) -> None:
    for older in KEPT.glob(f"{connection.vendor}-*"):
        older.unlink()
    unfinished = file.with_name(f".{file.name}")
    if connection.vendor == "sqlite":
        _copy(connection.connection, unfinished, to_file=True)
    # Statements that were rolled back cannot be said again.
    elif not any(sql.startswith("ROLLBACK") for sql, _params, _many in statements):
        unfinished.write_bytes(pickle.dumps(statements))
    else:
        return
    unfinished.replace(file)


def _fill(connection: BaseDatabaseWrapper, file: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _copy(connection.connection, file, to_file=False)
    else:
        say(connection, pickle.loads(file.read_bytes()))


def say(connection: BaseDatabaseWrapper, statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, params)


def _copy(database: sqlite3.Connection, file: Path, *, to_file: bool) -> None:
    with contextlib.closing(sqlite3.connect(file)) as kept:
        source, target = (database, kept) if to_file else (kept, database)
        source.backup(target)


def fingerprint(connection: BaseDatabaseWrapper, root: Path = ROOT) -> str:
    """Return a hash of our code that makes statements, and the versions of packages and database."""
    digest = hashlib.sha256(f"{sys.version} {connection.get_database_version()}".encode())
    for package in sorted(Path(sysconfig.get_path("purelib")).glob("*.dist-info")):
        digest.update(package.name.encode())
    for source in sorted(sources(root)):
        content = source.read_bytes()
        digest.update(f"{source.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()[:24]


def sources(root: Path) -> set[Path]:
    """Return the files that the statements depend on: an edited view leaves the recorded statements good.

    They are the migrations, every module of ours that one imports, directly or through others, and all data files.
    """
    found: set[Path] = set()
    waiting = [path for package in PACKAGES for path in (root / package).glob("**/migrations/*.py")]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path, root)
    found.update(path for pattern in CONFIGURATION for path in root.glob(pattern))
    data = (path for package in PACKAGES for path in (root / package).rglob("*.*"))
    return found | {path for path in data if path.is_file() and path.suffix not in (".py", ".pyc")}


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """Yield the files of ours that a module imports, with the packages that hold them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    for name in names:
        parts = name.split(".")
        if parts[0] in PACKAGES:
            for end in range(1, len(parts) + 1):
                place = root.joinpath(*parts[:end])
                yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))


@contextlib.contextmanager
def _one_at_a_time(vendor: str) -> Iterator[None]:
    """Let one of several workers run the migrations; the others wait for its statements."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f".{vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
