from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from academy.core import append_only, workdays
from academy.core.models import CalendarDay


@register(Tags.database)
def check_facts_are_guarded(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about each table of facts without its triggers.

    A warning and not an error: `migrate` runs this check before it installs the triggers, and an error would stop it.
    """
    return [
        Warning(
            f"The facts in {', '.join(unguarded)} can be changed: their triggers are missing.",
            hint="Run manage.py migrate: it installs them.",
            id="core.W001",
        )
        for alias in databases or []
        if (unguarded := append_only.missing(connections[alias]))
    ]


@register(Tags.database)
def check_calendar_is_known(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about a year whose holidays are not entered: this year, and from 1 December on the next one."""
    if "default" not in (databases or []) or CalendarDay._meta.db_table not in _tables("default"):
        return []
    year = workdays.year_to_enter(timezone.localdate())
    if year is None:
        return []
    return [
        Warning(
            f"The holidays and moved workdays of {year} are not known: deadlines in it may be wrong.",
            hint="An administrator enters them in the back office: Reports, Holidays and workdays.",
            id="core.W002",
        )
    ]


@register(Tags.security, deploy=True)
def check_the_proxy_sends_files(**kwargs: Any) -> list[CheckMessage]:
    """Warn if our own threads send files: a few slow readers of a video would stop the whole site."""
    if settings.FILES_BY == "proxy":
        return []
    return [
        Warning(
            "Files are sent by Python: four phones that watch a video stop all other pages.",
            hint="Let the proxy send them, see docs/operations.md, and remove FILES_BY from the environment.",
            id="core.W003",
        )
    ]


def _tables(alias: str) -> list[str]:
    return connections[alias].introspection.table_names()
