"""The pages of a draft."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.people.permissions import DutyRole
from academy.rulebook import services
from academy.rulebook.models import Publication, RuleSet
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory
from tests.rulebook.drafting import MONDAY, decided, edited, opened

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def community():
    community = CommunityFactory()
    RuleSetFactory(community=community, values={"daily_minutes": 420})
    return community


@pytest.fixture
def worker(community):
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def approver(community):
    return UserFactory(duties=[(community, DutyRole.APPROVER)])


@pytest.fixture
def draft(community, worker):
    return services.draft_rule_set(community=community, by=worker, at=MONDAY)


# Pages


def test_an_approver_reads_what_would_change_and_comments(client, draft, worker, approver):
    edited(draft, worker, daily_minutes=360)
    opened(draft, worker)
    client.force_login(approver)
    url = reverse("rulebook:draft", args=[draft.pk])

    page = client.get(url)
    assert [one["code"] for one in page.context["changed"]] == ["H4"]
    assert "一天最多计 7 小时" in page.context["changed"][0]["before"]
    assert [(one["before"], one["value"]) for one in page.context["parameters"]] == [("7", "6")]

    answer = client.post(reverse("rulebook:comment", args=[draft.pk]), {"about": "H4", "text": "太少了"})
    assert answer.url == f"{url}#H4"
    assert "太少了" in client.get(url).content.decode()


@pytest.mark.parametrize("address", ["rulebook:draft", "desk:try_rules"])
def test_nobody_reads_a_draft_before_it_is_open_but_who_writes_it(client, draft, worker, approver, address):
    url = reverse(address, args=[draft.pk])
    answers = {}
    for opening in (False, True):
        if opening:
            opened(draft, worker)
        for by in (worker, approver):
            client.force_login(by)
            answers[opening, by] = client.get(url).status_code

    assert answers == {(False, worker): 200, (False, approver): 404, (True, worker): 200, (True, approver): 200}


def test_a_refused_comment_stands_there_still(client, draft, worker):
    client.force_login(worker)

    page = client.post(reverse("rulebook:comment", args=[draft.pk]), {"about": "H4", "text": "太少了"})

    assert page.context["refusal"].code == "not_open" and page.context["typed"] == "太少了"


@pytest.mark.slow
def test_the_draft_is_written_in_the_back_office(client, community, worker, approver):
    client.force_login(worker)
    made = client.post(reverse("rule_set:add"), {"community": community.pk})
    draft = RuleSet.objects.drafts().get()
    assert made.url == reverse("rule_set:edit", args=[draft.pk])

    page = client.get(made.url)
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    form |= {"title": "新办法", "effective_from": "2099-01-01", "daily_minutes": "15"}
    refused = client.post(made.url, form)
    assert refused.status_code == 200 and "daily_minutes" in refused.context["form"].errors
    assert refused.context["form"]["title"].value() == "新办法"

    assert client.post(made.url, form | {"daily_minutes": "5"}).url == made.url
    assert RuleSet.objects.drafts().get().parameters["daily_minutes"] == 300

    clause = reverse("rule_set:wording", args=[draft.pk, "H4"])
    assert "H4" in client.get(reverse("rule_set:clauses", args=[draft.pk])).content.decode()
    assert client.post(clause, {"zh": "{no}", "en": "…"}).context["form"].errors["zh"]
    client.post(clause, {"zh": "{daily_hours} 小时", "en": "{daily_hours} h"})
    assert draft.clauses.get(code="H4").wording_zh == "{daily_hours} 小时"

    client.post(reverse("rule_set:open", args=[draft.pk]), {"reason": "更清楚"})
    assert RuleSet.objects.drafts().get().publication.reason == "更清楚"
    assert client.get(made.url).url == reverse("rulebook:draft", args=[draft.pk])

    client.post(reverse("rule_set:take_back", args=[draft.pk]))
    assert RuleSet.objects.drafts().get().publication is None

    client.post(reverse("rule_set:delete", args=[draft.pk]))
    assert not RuleSet.objects.drafts().exists()


def test_a_draft_that_somebody_commented_on_stays(client, draft, worker, approver):
    opened(draft, worker)
    services.comment_on(rule_set=draft, code="", text="好", by=approver, at=MONDAY)
    services.take_back(rule_set=draft, by=worker, at=MONDAY)
    client.force_login(worker)

    client.post(reverse("rule_set:delete", args=[draft.pk]))

    assert RuleSet.objects.drafts().get() == draft


def test_the_approver_publishes_on_the_page_of_decisions(client, draft, worker, approver):
    opened(draft, worker)
    client.force_login(approver)

    with time_machine.travel(MONDAY, tick=False):
        page = client.get(reverse("decisions:list")).content.decode()
        assert reverse("rulebook:draft", args=[draft.pk]) in page
        client.post(reverse("decisions:answer", args=["rules", Publication.objects.get().pk]), {"accept": "1"})

    assert RuleSet.objects.get(pk=draft.pk).version == 2


def test_who_publishes_what_was_just_taken_back_is_told_so(client, draft, worker, approver):
    publication = opened(draft, worker)
    services.take_back(rule_set=draft, by=worker, at=MONDAY)
    client.force_login(approver)

    answer = client.post(reverse("decisions:answer", args=["rules", publication.pk]), {"accept": "1"}, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [str(services.NOT_OPEN)]


def test_what_one_person_published_alone_says_so(client, draft, worker):
    publication = opened(draft, worker)
    decided(publication, worker, answer="无人答复", at=MONDAY + dt.timedelta(days=3))

    assert "无人答复" in client.get(reverse("rulebook:rules", args=[draft.pk])).content.decode()
