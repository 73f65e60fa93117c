"""A check that names published versions with values that no draft may hold."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils import timezone

from academy.core.checks import has_columns_of
from academy.core.models import Community
from academy.rulebook.models import RuleSet
from academy.rulebook.parameters import PARAMETERS, complete, problems


@register(Tags.database)
def check_published_values(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about each version in force, now or later, whose values break the bounds of today.

    They count as they did; the next version mends them.
    """
    return [
        _warning(rule_set)
        for alias in databases or []
        if has_columns_of(RuleSet, Community, alias=alias)
        for rule_set in _not_replaced(alias)
        if problems(rule_set.values)
    ]


def _not_replaced(alias: str) -> list[RuleSet]:
    """Return the published versions that are in force now or will be."""
    published = RuleSet.objects.using(alias).published().select_related("community")
    left: dict[int, list[RuleSet]] = {}
    for rule_set in published.order_by("community", "effective_from", "version"):
        later = left.setdefault(rule_set.community_id, [])
        if rule_set.effective_from <= timezone.localdate():
            later.clear()
        later.append(rule_set)
    return [rule_set for later in left.values() for rule_set in later]


def _warning(rule_set: RuleSet) -> CheckMessage:
    values = complete(rule_set.values)
    words = [f"{name} = {values[name]} (allowed: {PARAMETERS[name].allowed})" for name in problems(rule_set.values)]
    return Warning(
        f"Version {rule_set.version} of the rules of {rule_set.community} holds values that a draft may not hold: "
        + ", ".join(words),
        hint="Draft the next version with other values and publish it.",
        id="rulebook.W001",
    )
