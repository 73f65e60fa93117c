"""The last result of each work that keeps the academy running, for the page of the system (ADR 72)."""

import datetime as dt
from typing import Any

from academy.core.models import Upkeep

BACKUP, PROOF, MAIL, LOST_MAIL = "backup", "proof", "mail", "lost_mail"


def begin(work: str, *, at: dt.datetime) -> None:
    """Store that a work began; its last result stays."""
    Upkeep.objects.update_or_create(work=work, defaults={"began_at": at})


def finish(work: str, *, failed: bool, at: dt.datetime, **facts: Any) -> None:
    """Store the result of a work. `facts` are figures and short texts."""
    Upkeep.objects.update_or_create(work=work, defaults={"at": at, "failed": failed, "facts": facts})


def last_results() -> dict[str, Upkeep]:
    """Return the last result of each work that has one."""
    return Upkeep.objects.in_bulk()
