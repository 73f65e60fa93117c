import pytest
from django.conf import settings
from django.db import connection
from wagtail.models import Locale, Page, Site

from academy.core.models import Community
from academy.hours import triggers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_with_real_transactions_leaves_the_database_as_migrations_made_it(turn: str) -> None:
    assert not Community.objects.exists()
    assert Page.objects.filter(depth=1).count() == 1
    assert Site.objects.filter(is_default_site=True).exists()
    assert Locale.get_default().language_code == settings.LANGUAGE_CODE
    assert triggers.missing(connection) == []
    Community.objects.create(name="第一社区", slug="first")
    Page.objects.all().delete()


def test_the_database_is_the_one_that_was_asked_for(pytestconfig: pytest.Config) -> None:
    assert connection.vendor == pytestconfig.getoption("database")


@pytest.mark.django_db
def test_sqlite_serves_many_people_at_once() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        assert found == {"journal_mode": "wal", "synchronous": 1}
        assert connection.transaction_mode == "IMMEDIATE"
