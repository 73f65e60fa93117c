"""Publishing a community's volunteer management rules."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from wagtail.log_actions import log

from academy.core.models import Community
from academy.people.models import User
from academy.rulebook import clauses
from academy.rulebook.models import Clause, RuleSet
from academy.rulebook.parameters import PARAMETERS


@transaction.atomic
def publish_rule_set(
    *,
    community: Community,
    title: str,
    effective_from: dt.date,
    values: dict[str, int],
    by: User | None,
    at: dt.datetime,
) -> RuleSet:
    """The community's next version, in force from `effective_from`, with the default clause texts copied in.

    `values` holds the parameters that differ from their defaults, in the unit of their names. Raises `ValidationError`
    for an unknown parameter or value. Published once and for all: what differs later is the next version.
    """
    # One at a time for each community, or two would take the same number.
    Community.objects.select_for_update().get(pk=community.pk)
    last = RuleSet.objects.filter(community=community).aggregate(last=Max("version"))["last"] or 0
    rule_set = RuleSet(community=community, version=last + 1, title=title, effective_from=effective_from, values=values)
    rule_set.full_clean()
    rule_set.save()
    Clause.objects.bulk_create(
        Clause(
            rule_set=rule_set,
            code=text.code,
            source=text.source,
            text_zh=text.zh,
            text_en=text.en,
            position=position,
        )
        for position, text in enumerate(clauses.texts_under(rule_set.parameters))
    )
    rule_set.published_at = at
    rule_set.save(update_fields=["published_at"])
    log(rule_set, "rulebook.publish", user=by, timestamp=at)
    return rule_set


def youngest_age(community: Community, day: dt.date) -> int:
    """The youngest age in years with an account under the rules in force on `day` (N1)."""
    try:
        return RuleSet.objects.in_force(community.pk, day).parameters["min_age"]
    except RuleSet.DoesNotExist:
        return PARAMETERS["min_age"].default
