from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from academy.hours import triggers


@register(Tags.database)
def facts_are_guarded(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Every table of facts has its triggers.

    A warning, no error: `migrate` runs this check before it puts the triggers up, and an error would stop it.
    """
    return [
        Warning(
            f"The facts in {', '.join(unguarded)} can be changed: their triggers are missing.",
            hint="Run manage.py migrate: it puts them up again.",
            id="hours.W001",
        )
        for alias in databases or []
        if (unguarded := triggers.missing(connections[alias]))
    ]
