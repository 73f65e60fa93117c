"""Housekeeping by the clock, once a day."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from academy.core import workers
from academy.core.signals import tick

KEPT = dt.timedelta(days=7)  # results of tasks
FAILURES_KEPT = dt.timedelta(days=30)


@receiver(tick, dispatch_uid="core.clear_daily")
def clear_daily(at: dt.datetime, **kwargs: Any) -> None:
    """Clear expired sessions, results of tasks and entries of the cache, at the first tick of a day."""
    mark = f"core.cleared:{timezone.localdate(at)}"
    if not cache.add(mark, True, timeout=2 * 24 * 60 * 60):  # `add` also decides between two clocks
        return
    try:
        _clear(at)
    except Exception:
        cache.delete(mark)  # the next tick tries again
        raise


def _clear(at: dt.datetime) -> None:
    call_command("clearsessions")
    # As the library's `prune_db_task_results` does, which needs a backend in the database.
    finished = DBTaskResult.objects.finished()
    finished.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lte=at - KEPT).delete()
    finished.filter(finished_at__lte=at - FAILURES_KEPT).delete()
    workers.forget_dead(at - KEPT)
    _clear_cache(at)


def _clear_cache(at: dt.datetime) -> None:
    """Delete expired entries. Django's cache in the database deletes them only when it is full."""
    config = settings.CACHES["default"]
    if config["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
        expired = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(config['LOCATION'])} WHERE expires < %s", [expired])
