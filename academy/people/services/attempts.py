"""Services that count attempts and slow them down (ADR 39)."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from academy.people.attempt_models import Attempts

FIRST_WAIT = 5  # seconds; each further attempt doubles it
LONGEST_WAIT = 15 * 60
KEPT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many attempts are free; half of them are forgotten after `half_life` seconds."""

    free: int
    half_life: int


@dataclass(frozen=True)
class Source:
    """A name, a browser or an address that attempts come from, with the limit of its kind."""

    kind: str
    name: str
    limit: Limit

    @property
    def key(self) -> str:
        return salted_hmac(f"academy.people.attempts.{self.kind}", self.name, algorithm="sha256").hexdigest()


@transaction.atomic
def begin(*, sources: Sequence[Source], at: dt.datetime) -> int:
    """Count an attempt of these sources. Return 0, or the seconds to wait.

    A refused attempt does not count. Others count before the password is compared, so that attempts at the same moment
    see each other.
    """
    rows = []
    for source in sorted(sources, key=lambda each: each.key):
        new = {"count": 0, "last_at": at}
        row, _created = Attempts.objects.select_for_update().get_or_create(key=source.key, defaults=new)
        rows.append((row, source.limit))
    if wait := max(_wait(row, limit, at) for row, limit in rows):
        return wait
    for row, limit in rows:
        row.count = row.count * 0.5 ** (_age(row, at) / limit.half_life) + 1
        row.last_at = at
        row.save(update_fields=["count", "last_at"])
    return 0


def take_back(*, sources: Sequence[Source]) -> None:
    """Take back the last attempt: it succeeded."""
    keys = [source.key for source in sources]
    Attempts.objects.filter(key__in=keys).update(count=Greatest(F("count") - 1, 0.0))


def forget_old(*, at: dt.datetime) -> None:
    """Delete what no longer slows anything down."""
    Attempts.objects.filter(last_at__lt=at - KEPT).delete()


def _wait(row: Attempts, limit: Limit, at: dt.datetime) -> int:
    over = round(row.count) - limit.free
    if over < 0:
        return 0
    wait = min(math.ldexp(FIRST_WAIT, over), LONGEST_WAIT)
    return max(math.ceil(wait - _age(row, at)), 0)


def _age(row: Attempts, at: dt.datetime) -> float:
    return max((at - row.last_at).total_seconds(), 0)
