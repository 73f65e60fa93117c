"""The texts that people typed in the first set-up, sealed in the database.

They can leave, and go on with any device.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction

from academy.core import encryption
from cms.models import FirstSetUp

LONGEST = 500  # characters of one field
FORGOTTEN = dt.timedelta(days=30)  # without a change: the texts name people

Typed = dict[str, dict[str, str]]  # the texts of each step, by field


class ChangedMeanwhile(Exception):
    """Other texts of this step were stored after the sender had opened it; nothing is stored now."""


def read(row: FirstSetUp) -> Typed:
    """Return the texts of each step. Texts that no master key opens count as not typed."""
    if not row.typed:
        return {}
    try:
        return encryption.unseal(row.typed)
    except encryption.DecryptionError:
        return {}


def mark_of(texts: object) -> str:
    """Return a mark that differs as soon as the texts do; a form carries it."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16] if texts else ""


@transaction.atomic
def write(*, step: str, texts: dict[str, Any], seen: str | None = None, at: dt.datetime) -> Typed | None:
    """Store the texts of one step, and return those of all steps.

    Return None if the community was founded meanwhile. The row is locked: two people may fill in two steps at the same
    moment. `seen` is the mark of the texts that the sender had opened. Raises `ChangedMeanwhile` if others, unlike
    these, are stored by now.
    """
    row = FirstSetUp.objects.select_for_update().first()
    if row is None:
        return None
    typed = read(row)
    new = {name: str(text)[:LONGEST] for name, text in texts.items()}
    stored = typed.get(step, {})
    if seen is not None and stored != new and mark_of(stored) != seen:
        raise ChangedMeanwhile
    typed[step] = new
    row.typed, row.typed_at = encryption.seal(typed), at
    row.save(update_fields=["typed", "typed_at"])
    return typed


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete the texts of a set-up without a change for a month. Return the number of set-ups.

    For texts that the release before has stored, without a date, the month begins now.
    """
    FirstSetUp.objects.filter(typed_at=None).exclude(typed="").update(typed_at=at)
    return FirstSetUp.objects.filter(typed_at__lt=at - FORGOTTEN).exclude(typed="").update(typed="")


def is_forgotten(row: FirstSetUp) -> bool:
    """Return whether texts were typed here and deleted since."""
    return row.typed_at is not None and not row.typed
