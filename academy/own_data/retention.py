"""Clear data that is older than its term, once a day and by parts (V3, ADR 92)."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from academy.core import upkeep
from academy.core.models import Community, Upkeep
from academy.core.months import months_before
from academy.core.one_by_one import each_alone
from academy.people.holding import terms
from academy.rulebook.models import RuleSet

logger = logging.getLogger(__name__)

RETENTION = "retention"  # the work's name in `upkeep`
# One call takes so many: a tick stays short, and the next one goes on.
COMMUNITIES_AT_ONCE, ROWS_AT_ONCE = 10, 50


def clear_what_is_over(*, at: dt.datetime) -> bool:
    """Clear a part of what is older than its term. Return whether the day's look is over.

    The communities come one after the other, each once a local day; one with more than `ROWS_AT_ONCE` old rows of a
    kind comes again with the next tick. An error in one is logged, and stops no other. Facts and their proof stay: what
    goes are files, rows that are no facts, and personal keys.
    """
    stored = Upkeep.objects.filter(work=RETENTION).first()
    today = timezone.localdate(at).isoformat()
    facts: dict[str, Any] = stored.facts if stored else {}
    if facts.get("done") == today:
        return True
    cleared: dict[str, int] = facts.get("cleared", {}) if facts.get("day") == today else {}
    after = facts.get("after", 0) if facts.get("day") == today else 0
    waiting = Community.objects.filter(pk__gt=after).order_by("pk")
    some = list(waiting[:COMMUNITIES_AT_ONCE])
    for community in some:
        counts = each_alone([community], lambda one: _clear(one, at), failed="%s: old data is not cleared", log=logger)
        for name, count in (counts[0] if counts else {}).items():
            cleared[name] = cleared.get(name, 0) + count
        if counts and max(counts[0].values(), default=0) >= ROWS_AT_ONCE:
            break  # it has more, and comes first in the next tick
        after = community.pk
    over = not waiting.filter(pk__gt=after).exists()
    progress = {"day": today, "after": after, "cleared": cleared, **({"done": today} if over else {})}
    upkeep.finish(RETENTION, failed=False, at=at, **progress)
    return over


def last_kept(community: Community, at: dt.datetime) -> dt.datetime:
    """Return the moment before which data of this community is older than its term (`retention_years`)."""
    return _years_before(at, RuleSet.objects.parameters_on(community.pk, timezone.localdate(at))["retention_years"])


def _years_before(at: dt.datetime, years: int) -> dt.datetime:
    day = timezone.localdate(at)
    return dt.datetime.combine(months_before(day, 12 * years), dt.time(), timezone.get_current_timezone())


def _clear(community: Community, at: dt.datetime) -> dict[str, int]:
    before, counts = last_kept(community, at), {}
    for term in terms():
        with transaction.atomic():
            since = before if term.years is None else _years_before(at, term.years)
            counts[term.name] = term.clear(community, since, ROWS_AT_ONCE)
    return counts
