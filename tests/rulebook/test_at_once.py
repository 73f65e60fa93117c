"""Two real connections at the same moment."""

import datetime as dt

import pytest

from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.people.permissions import DutyRole
from academy.rulebook import services
from academy.rulebook.models import RuleSet
from tests.at_once import at_once
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MONDAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def community():
    community = CommunityFactory()
    RuleSetFactory(community=community)
    return community


def people(community, role):
    return [UserFactory(duties=[(community, role)]) for _person in range(2)]


def test_two_social_workers_who_begin_a_draft_have_one(community):
    drafts = at_once(
        *(
            lambda by=by: services.draft_rule_set(community=community, by=by, at=MONDAY)
            for by in people(community, DutyRole.SOCIAL_WORKER)
        )
    )

    assert len({draft.pk for draft in drafts}) == 1
    assert RuleSet.objects.drafts().get().clauses.count() == RuleSet.objects.published().get().clauses.count()


def test_two_approvers_publish_one_version(community):
    (worker, _other) = people(community, DutyRole.SOCIAL_WORKER)
    draft = services.draft_rule_set(community=community, by=worker, at=MONDAY)
    publication = services.open_for_comments(rule_set=draft, reason="更清楚", by=worker, at=MONDAY)

    answers = at_once(
        *(
            lambda by=by: decide(request=publication, by=by, at=MONDAY, accepted=True)
            for by in people(community, DutyRole.APPROVER)
        )
    )

    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["decided"]
    assert list(RuleSet.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_taking_back_and_publishing_leave_one_of_the_two(community):
    (worker, _other) = people(community, DutyRole.SOCIAL_WORKER)
    (approver, _other) = people(community, DutyRole.APPROVER)
    draft = services.draft_rule_set(community=community, by=worker, at=MONDAY)
    publication = services.open_for_comments(rule_set=draft, reason="更清楚", by=worker, at=MONDAY)

    taken_back, published = at_once(
        lambda: services.take_back(rule_set=draft, by=worker, at=MONDAY),
        lambda: decide(request=publication, by=approver, at=MONDAY, accepted=True),
    )

    if isinstance(published, Refusal):
        assert published.code == "not_open" and RuleSet.objects.drafts().get().publication is None
    else:
        assert taken_back.code == "published" and RuleSet.objects.get(pk=draft.pk).version == 2
