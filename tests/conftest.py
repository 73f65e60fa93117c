from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from academy.hours import triggers

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stands in e2e/ and soak/ is marked so, and left out of ordinary runs by `-m`."""
    for item in items:
        for slow in ("e2e", "soak"):
            if item.path.is_relative_to(HERE / slow):
                item.add_marker(slow)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """A request in English leaves its language behind; whoever comes next begins in Chinese, as a new thread does."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with real transactions the database is as the migrations left it.

    Django empties every table then. The ledger's triggers refuse that, and Wagtail's root page and languages would be
    gone for the tests that follow.
    """
    with django_db_blocker.unblock():
        migrated = connection.creation.serialize_db_to_string()

    def empty_and_restore(self: TransactionTestCase) -> None:
        # Loading asks for content types before their own rows are back: the cache answers, with the ids they will have.
        ContentType.objects.get_for_models(*apps.get_models())
        triggers.lift(connection)
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(migrated)
        triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_restore)
        yield
