from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from academy.core import append_only


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
