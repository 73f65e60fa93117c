"""The clock clears what has expired, once a day."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from academy.core import workers
from academy.core.receivers import clear_daily
from academy.settings.base import cache as cache_at
from tests.roles import as_owner

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def finished(age: dt.timedelta, status: TaskResultStatus = TaskResultStatus.SUCCESSFUL) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path="academy.core.mail.deliver",
        args_kwargs={},
        backend_name="default",
        run_after=NOW,
        status=status,
        finished_at=NOW - age,
    )


@time_machine.travel(NOW, tick=False)
def test_expired_sessions_and_old_results_go_and_the_others_stay():
    Session.objects.create(session_key="old", expire_date=NOW - DAY)
    Session.objects.create(session_key="new", expire_date=NOW + DAY)
    for age in (6 * DAY, 8 * DAY):
        finished(age)
        finished(age, TaskResultStatus.FAILED)
    finished(31 * DAY, TaskResultStatus.FAILED)

    clear_daily(at=NOW)

    assert list(Session.objects.values_list("pk", flat=True)) == ["new"]
    left = DBTaskResult.objects.values_list("status", "finished_at").order_by("finished_at", "status")
    assert list(left) == [("FAILED", NOW - 8 * DAY), ("FAILED", NOW - 6 * DAY), ("SUCCESSFUL", NOW - 6 * DAY)]


@time_machine.travel(NOW, tick=False)
def test_it_is_done_at_the_first_tick_of_a_day_alone():
    clear_daily(at=NOW)
    Session.objects.create(session_key="old", expire_date=NOW - DAY)

    clear_daily(at=NOW + dt.timedelta(minutes=1))
    assert Session.objects.count() == 1

    clear_daily(at=NOW + DAY)
    assert Session.objects.count() == 0


@time_machine.travel(NOW, tick=False)
def test_after_a_failure_the_next_tick_tries_again(monkeypatch):
    Session.objects.create(session_key="old", expire_date=NOW - DAY)

    def fails(*args):
        raise OperationalError("the connection is closed")

    with monkeypatch.context() as patch:
        patch.setattr(workers, "forget_dead", fails)
        with pytest.raises(OperationalError):
            clear_daily(at=NOW)
    Session.objects.create(session_key="late", expire_date=NOW - DAY)

    clear_daily(at=NOW + dt.timedelta(minutes=1))

    assert Session.objects.count() == 0


@pytest.fixture
def table(settings) -> str:
    """The cache as production has it, in the table that `migrate` creates."""
    settings.CACHES = {"default": cache_at("dbcache://academy_cache")}
    with as_owner():
        call_command("migrate", verbosity=0)
    return "academy_cache"


def entries(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_expired_entries_of_the_cache_go(table):
    with time_machine.travel(NOW - DAY, tick=False):
        cache.set("expired", 1, timeout=60)
        cache.set("lasting", 1, timeout=14 * 24 * 60 * 60)
    with time_machine.travel(NOW, tick=False):
        clear_daily(at=NOW)
        assert cache.get("lasting") == 1
    assert entries(table) == 2  # and the mark that this day is done


@pytest.mark.slow
def test_many_other_names_do_not_push_a_counter_of_failed_sign_ins_out(table):
    cache.set("failures:13800138000", 5, timeout=300)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} SELECT %s, value, expires FROM {table} WHERE cache_key LIKE %s",
            [(f"junk {number}", "%13800138000") for number in range(1000)],
        )

    cache.set("one-more", 1)

    assert cache.get("failures:13800138000") == 5
