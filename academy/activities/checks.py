from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from academy.activities import guards
from academy.activities.models import Break


@register(Tags.database)
def check_breaks(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about missing triggers of breaks, and name each stored break that is misplaced.

    Warnings and not errors: `migrate` runs this check before it installs the triggers.
    """
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if absent := guards.missing(connection):
            hint = "Run manage.py migrate: it installs them."
            found.append(
                Warning(f"Triggers of breaks are missing: {', '.join(absent)}.", hint=hint, id="activities.W001")
            )
        if Break._meta.db_table not in connection.introspection.table_names():
            continue
        # `migrate` runs this on the tables of an earlier release, so it reads the oldest columns alone.
        columns = ("pk", "starts_at", "ends_at", "shift__activity__title")
        for pk, starts_at, ends_at, title in guards.misplaced_breaks().using(alias).values_list(*columns):
            span = f"{timezone.localtime(starts_at):%Y-%m-%d %H:%M}–{timezone.localtime(ends_at):%H:%M}"
            found.append(
                Warning(
                    f"Break {pk} ({span}) of “{title}” lies outside its shift or overlaps another break.",
                    hint="Correct it in the form of the activity: it takes too little or too much of the hours.",
                    id="activities.W002",
                )
            )
    return found
