"""The texts that people typed in the first set-up, sealed in the database.

They can leave, and go on with any device.
"""

from typing import Any

from django.db import transaction

from academy.core import encryption
from cms.models import FirstSetUp

LONGEST = 500  # characters of one field

Typed = dict[str, dict[str, str]]  # the texts of each step, by field


def read(row: FirstSetUp) -> Typed:
    """Return the texts of each step. Texts that no master key opens count as not typed."""
    if not row.typed:
        return {}
    try:
        return encryption.unseal(row.typed)
    except encryption.DecryptionError:
        return {}


@transaction.atomic
def write(*, step: str, texts: dict[str, Any]) -> Typed | None:
    """Store the texts of one step, and return those of all steps.

    Return None if the community was founded meanwhile. The row is locked: two people may fill in two steps at the same
    moment.
    """
    row = FirstSetUp.objects.select_for_update().first()
    if row is None:
        return None
    typed = read(row) | {step: {name: str(text)[:LONGEST] for name, text in texts.items()}}
    row.typed = encryption.seal(typed)
    row.save(update_fields=["typed"])
    return typed
