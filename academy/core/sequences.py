"""Running numbers."""

from django.db import transaction
from django.db.models import F

from academy.core.models import Sequence


def next_number(name: str) -> int:
    """Return the next number of the sequence, from 1. Committed transactions leave no gaps."""
    with transaction.atomic():
        Sequence.objects.get_or_create(name=name)
        Sequence.objects.filter(name=name).update(last=F("last") + 1)
        return Sequence.objects.get(name=name).last
