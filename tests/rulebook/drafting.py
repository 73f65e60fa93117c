"""Drafts of rules, for tests."""

import datetime as dt

from academy.decisions.services import decide
from academy.rulebook import services

MONDAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
JULY = dt.date(2026, 7, 1)


def edited(draft, worker, **values):
    return services.edit_draft(
        rule_set=draft, title="新办法", effective_from=JULY, values={**draft.parameters, **values}, by=worker, at=MONDAY
    )


def opened(draft, worker):
    return services.open_for_comments(rule_set=draft, reason="更清楚", by=worker, at=MONDAY)


def decided(publication, by, *, accepted=True, answer="", at=MONDAY):
    return decide(request=publication, by=by, at=at, accepted=accepted, answer=answer)
