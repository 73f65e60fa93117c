import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import OperationalError, connection, connections
from django.db.models import Model
from django.utils import timezone

from academy.core import append_only, serving_role, workdays
from academy.core.models import CalendarDay, Community, EarlierShortName
from academy.core.short_names import suggest, unusable


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


@register(Tags.database, deploy=True)
def check_serving_role(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn if this process uses a role of PostgreSQL that could change facts.

    One of the checks of a deployment, which `migrate` does not run: it needs the owner's rights.
    """
    return [
        Warning(
            f"The database role of this process can change the facts in {', '.join(tables)}.",
            hint="Let web, worker and clock use the role SERVING_ROLE, and the owner of the tables only migrate.",
            id="core.W003",
        )
        for alias in databases or []
        if connections[alias].vendor == "postgresql" and (tables := serving_role.unprotected(connections[alias]))
    ]


@register(Tags.database)
def check_calendar_is_known(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about a year whose holidays are not entered: this year, and from 1 December on the next one."""
    if "default" not in (databases or []) or not has_columns_of(CalendarDay, alias="default"):
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


@register(Tags.database)
def check_short_names(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about a community whose short name fits no address, which earlier releases let through."""
    if "default" not in (databases or []) or not has_columns_of(Community, EarlierShortName, alias="default"):
        return []
    return [
        Warning(
            f"The short name “{one.slug}” of {one} fits no address: nobody can open its public notice.",
            hint=f"An administrator changes it in the back office: Settings, Community, to “{suggest(one.name)}”.",
            id="core.W005",
        )
        for one in unusable()
    ]


@register(deploy=True)
def check_database_answers(**kwargs: Any) -> list[CheckMessage]:
    """Report a database that does not answer, with its own words."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        words = " ".join(str(error).split())
        return [Error(f"The database does not answer: {words}", hint="Compare DATABASE_URL.", id="core.E003")]
    return []


@register(deploy=True)
def check_directories_are_writable(**kwargs: Any) -> list[CheckMessage]:
    """Report the directories of uploaded files that this process cannot write."""
    return [
        Error(
            f"{name} cannot be written: {getattr(settings, name)}",
            hint="Make the user that runs the academy its owner, or name another directory.",
            id="core.E004",
        )
        for name in ("MEDIA_ROOT", "PRIVATE_ROOT")
        if not _is_writable(Path(getattr(settings, name)))
    ]


def _is_writable(directory: Path) -> bool:
    """Return whether the directory can be written, or created if it is missing."""
    nearest = next(one for one in (directory, *directory.parents) if one.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


@register(Tags.security, deploy=True)
def check_the_proxy_sends_files(**kwargs: Any) -> list[CheckMessage]:
    """Warn if our own threads send files: a few slow readers of a video would stop the whole site."""
    if settings.FILES_BY == "proxy":
        return []
    return [
        Warning(
            "Files are sent by Python: four phones that watch a video stop all other pages.",
            hint="Let the proxy send them, see docs/operations.md, and remove FILES_BY from the environment.",
            id="core.W004",
        )
    ]


def has_columns_of(*models: type[Model], alias: str) -> bool:
    """Return whether the database holds each column of these models.

    `migrate` runs the checks first, on no tables at all or on those of an earlier release.
    """
    introspection = connections[alias].introspection
    tables = introspection.table_names()
    with connections[alias].cursor() as cursor:
        return all(
            model._meta.db_table in tables
            and {field.column for field in model._meta.local_concrete_fields}
            <= {column.name for column in introspection.get_table_description(cursor, model._meta.db_table)}
            for model in models
        )
