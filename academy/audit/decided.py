"""Stars, published rules and imports taken back, compared with what they rest on.

A complaint, and a commendation, rest on no figure and no log: there is nothing to compare them with.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Model, Q, Sum
from wagtail.models import ModelLogEntry

from academy.advancement.models import StarRating
from academy.advancement.stars import Standing
from academy.hours.models import Category, Import, ImportReversal, LedgerEntry, RecordState
from academy.rulebook.models import Publication, RuleSet

Said = tuple[Any, Any]  # the moment and the user of a log entry


def differences() -> Iterator[str]:
    """Yield the decisions that differ from the ledger, from the rules, from records or from the log."""
    yield from _differing_stars()
    yield from _differing_publications()
    yield from _differing_reversals()


def _differing_stars() -> Iterator[str]:
    for rating in StarRating.objects.accepted().order_by("pk").select_related("volunteer"):
        try:
            standing = Standing(**rating.standing)
            allowed, minutes = standing.may_ask_for, int(standing.minutes)
        except (TypeError, ValueError):
            yield f"star rating {rating.pk}: what it rests on cannot be read"
            continue
        if allowed != rating.stars:
            yield f"star rating {rating.pk}: {rating.stars} stars, what it rests on allows {allowed}"
        # A person who was merged since may have had more hours, never fewer.
        entered = LedgerEntry.objects.filter(
            Q(volunteer=rating.volunteer.stays) | Q(volunteer__merged_into=rating.volunteer.stays),
            category=Category.SERVICE,
            entered_at__lte=rating.asked_at,
        ).aggregate(minutes=Sum("minutes", default=0))["minutes"]
        if minutes > entered:
            yield f"star rating {rating.pk}: it rests on {minutes} minutes, the ledger had {entered}"


def _differing_publications() -> Iterator[str]:
    wrong = Publication.objects.accepted().exclude(rule_set__published_at=F("decided_at")).order_by("pk")
    for pk, rule_set_id in wrong.values_list("pk", "rule_set"):
        yield f"publication {pk}: accepted, and rule set {rule_set_id} was not published by it"
    logged = _logged(RuleSet, "rulebook.publish")
    accepted = set(Publication.objects.accepted().values_list("rule_set", "decided_by"))
    for rules in RuleSet.objects.published().order_by("pk"):
        said = logged.pop(str(rules.pk), [])
        if [moment for moment, _user in said] != [rules.published_at]:
            yield f"rule set {rules.pk}: the log does not say that it was published at this moment"
        # Version 1 comes with the community, without a second person.
        elif rules.version != 1 and rules.drafted_by_id is not None and (rules.pk, said[0][1]) not in accepted:
            yield f"rule set {rules.pk}: no second person published it"
    for key in sorted(logged):
        yield f"rule set {key}: the log says that it was published, and it is not"


def _differing_reversals() -> Iterator[str]:
    logged = _logged(Import, "hours.take_back_import")
    withdrawn = Count("source__rows", filter=Q(source__rows__record__state=RecordState.WITHDRAWN))
    for one in ImportReversal.objects.annotate(withdrawn=withdrawn).order_by("pk"):
        if logged.pop(str(one.source_id), []) != [(one.taken_back_at, one.taken_back_by_id)]:
            yield f"import {one.source_id}: the log does not say that it was taken back by this person at this moment"
        if one.count > one.withdrawn:
            yield f"import {one.source_id}: {one.count} records were withdrawn with it, {one.withdrawn} are"
    for key in sorted(logged):
        yield f"import {key}: the log says that it was taken back, and it was not"


def _logged(model: type[Model], action: str) -> dict[str, list[Said]]:
    """Return the log entries of this action, by the key of the object."""
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    found: dict[str, list[Said]] = defaultdict(list)
    entries = ModelLogEntry.objects.filter(content_type=kind, action=action).order_by("pk")
    for key, moment, user_id in entries.values_list("object_id", "timestamp", "user"):
        found[key].append((moment, user_id))
    return found
