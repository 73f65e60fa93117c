"""`pytest --database=sqlite|postgresql`: choose the database of the tests.

Loaded by `-p` and not by a conftest: pytest-django reads the settings before it reads any conftest, and would quietly
run everything on SQLite. A database name of its own lets several runs share a server.
"""

import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from tests.plugins.postgresql import drop_role, find_server, make_role

ORIGIN = pytest.StashKey[str]()

# Rooms that show what lower rooms store: ADR 81.
SHOWING = ("cms", "demo", "desk", "home", "lead")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what the tests run on")
    parser.addoption("--whole", action="store_true", help="on PostgreSQL: also the tests that wait for soak (ADR 81)")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    for engine, other in (("postgresql", "sqlite"), ("sqlite", "postgresql")):
        early_config.addinivalue_line("markers", f"{engine}: makes sense on {engine} alone; left out on {other}.")
    # The workers of pytest-xdist inherit the choice with the environment.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        if early_config.known_args_namespace.whole:
            os.environ["EXAMPLES"] = "all"
        early_config.stash[ORIGIN] = _choose(early_config.known_args_namespace.database, early_config)
    return (yield)


def _choose(engine: str, config: pytest.Config) -> str:
    """Put the database into the environment, where the settings look for it; return what to call it."""
    if engine == "postgresql":
        server = find_server()
        name = f"academy_test_{secrets.token_hex(4)}"
        os.environ |= {"DATABASE_URL": server.url, "TEST_DATABASE_NAME": name, "TEST_SERVING_ROLE": f"{name}_serving"}
        make_role(server, os.environ["TEST_SERVING_ROLE"])
        config.add_cleanup(lambda: drop_role(server, os.environ["TEST_SERVING_ROLE"]))
        return server.origin
    # A file: many connections share it, as in production; a database in memory cannot be shared.
    directory = tempfile.mkdtemp(prefix="academy-tests-")
    config.add_cleanup(lambda: shutil.rmtree(directory, ignore_errors=True))
    os.environ["DATABASE_URL"] = f"sqlite:///{directory}/unused.sqlite3"
    os.environ["TEST_DATABASE_NAME"] = f"{directory}/tests.sqlite3"
    return f"a file in {directory}"


def pytest_sessionstart(session: pytest.Session) -> None:
    from django.db import connection  # the settings are loaded by now

    from tests.plugins import migrated

    assert connection.vendor == session.config.getoption("database")
    if connection.vendor == "postgresql":
        # No data of it is kept, so no commit waits for the disk. The soak tests' own servers are as in production.
        connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
    migrated.install()


def pytest_collection_finish() -> None:
    """Freeze the objects that Django and Wagtail made at import, so that the collector skips them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def pytest_report_header(config: pytest.Config) -> str | None:
    if ORIGIN not in config.stash:
        return None
    return f"database: {config.getoption('database')}, {config.stash[ORIGIN]}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests without a database to the run on SQLite: once is enough.

    Tests of PostgreSQL alone are few and long: they run first, so that no worker waits for them at the end. So do those
    of the demonstration: one worker has all of them, and builds it once.
    """
    engine = config.getoption("database")
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine]
    whole = config.getoption("whole")
    demo = config.rootpath / "tests" / "demo"
    kept, left_out, alone = [], [], []
    for item in items:
        if item.get_closest_marker(other):
            left_out.append(item)
        elif engine == "postgresql" and item.get_closest_marker(engine):
            alone.append(item)
        elif engine == "postgresql" and (not _asks_the_database(item) or (not whole and _may_wait(item))):
            left_out.append(item)
        else:
            kept.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = alone + sorted(kept, key=lambda item: not item.path.is_relative_to(demo))


def _may_wait(item: pytest.Item) -> bool:
    """Return whether `make soak` runs this test on PostgreSQL soon enough. Real transactions never wait."""
    mark = item.get_closest_marker("django_db")
    if (mark is not None and mark.kwargs.get("transaction")) or item.get_closest_marker("both"):
        return False
    shows = any(item.path.is_relative_to(item.config.rootpath / "tests" / room) for room in SHOWING)
    return shows or any(item.get_closest_marker(name) is not None for name in ("middle", "slow"))


def _asks_the_database(item: pytest.Item) -> bool:
    """Return whether a test uses a database: by mark, by fixture, or as one of Django's test cases.

    pytest-django refuses a database to every other test. Tests in soak/ start servers with databases of their own.
    """
    from django.test import TransactionTestCase

    fixtures = set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("soak") is not None
        or bool({"db", "transactional_db", "live_server", "django_db_setup"} & fixtures)
        or (isinstance(case, type) and issubclass(case, TransactionTestCase))
    )
