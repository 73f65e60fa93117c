"""From a draft to a published version: write, open for comments, publish by a second person (K4)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.decisions.services import decide
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.rulebook import clauses, services
from academy.rulebook.models import Comment, Publication, RuleSet
from tests.answers import code_of
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
JULY = dt.date(2026, 7, 1)


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


def edited(draft, worker, **values):
    return services.edit_draft(
        rule_set=draft, title="新办法", effective_from=JULY, values={**draft.parameters, **values}, by=worker, at=MONDAY
    )


def opened(draft, worker):
    return services.open_for_comments(rule_set=draft, reason="更清楚", by=worker, at=MONDAY)


def decided(publication, by, *, accepted=True, answer="", at=MONDAY):
    return decide(request=publication, by=by, at=at, accepted=accepted, answer=answer)


# Writing


def test_a_draft_begins_as_the_latest_version(community, draft, worker):
    assert draft.values == {"daily_minutes": 420}
    assert draft.effective_from == dt.date(2026, 3, 16)
    assert draft.clauses.count() == len(clauses.TEXTS)
    assert draft.clauses.get(code="H4").texts(draft.parameters) == (
        RuleSet.objects.published().get().clauses.get(code="H4").text_zh,
        RuleSet.objects.published().get().clauses.get(code="H4").text_en,
    )
    assert services.draft_rule_set(community=community, by=worker, at=MONDAY) == draft


def test_the_first_draft_of_a_community_begins_with_what_we_bring_along():
    community = CommunityFactory()
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])

    draft = services.draft_rule_set(community=community, by=worker, at=MONDAY)

    assert draft.values == {} and draft.clauses.count() == len(clauses.TEXTS)
    assert code_of(edited(draft, worker)) == ""


def test_a_community_has_one_draft(community, draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.create(community=community, title="另一份", effective_from=JULY)


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_others_do_not_write(community, draft, role):
    other = UserFactory(duties=[(community, role)])

    assert code_of(services.draft_rule_set(community=community, by=other, at=MONDAY)) == "not_allowed"
    assert code_of(edited(draft, other)) == "not_allowed"
    assert code_of(opened(draft, other)) == "not_allowed"
    assert code_of(services.take_back(rule_set=draft, by=other, at=MONDAY)) == "not_allowed"
    clause = draft.clauses.get(code="H4")
    assert code_of(services.word_clause(clause=clause, zh="…", en="…", by=other, at=MONDAY)) == "not_allowed"


def test_only_what_differs_from_the_defaults_is_kept(draft, worker):
    answer = edited(draft, worker, daily_minutes=480, notice_working_days=5)

    assert answer.values == {"notice_working_days": 5}
    assert (answer.title, answer.effective_from) == ("新办法", JULY)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 2), dt.date(2026, 1, 1)])
def test_rules_take_effect_on_a_day_that_has_not_come(draft, worker, day):
    answer = services.edit_draft(rule_set=draft, title="新办法", effective_from=day, values={}, by=worker, at=MONDAY)

    assert code_of(answer) == "not_later"


def test_tomorrow_has_not_come(draft, worker):
    day = dt.date(2026, 3, 3)
    answer = services.edit_draft(rule_set=draft, title="新办法", effective_from=day, values={}, by=worker, at=MONDAY)

    assert answer.effective_from == day


def test_a_wording_takes_the_parameters_in(draft, worker):
    clause = draft.clauses.get(code="H4")
    zh, en = "一天最多 {daily_hours} 小时。", "A day: {daily_minutes} min."

    services.word_clause(clause=clause, zh=zh, en=en, by=worker, at=MONDAY)

    assert draft.clauses.get(code="H4").texts(draft.parameters) == ("一天最多 7 小时。", "A day: 420 min.")


@pytest.mark.parametrize(
    "wording", ["{weekly_minutes}", "{daily_minutes", "}", "{}", "{daily_minutes:>99}", "{0}", "  "]
)
def test_a_wording_that_can_become_no_text_is_refused_where_it_stands(draft, worker, wording):
    clause = draft.clauses.get(code="H4")

    with pytest.raises(ValidationError):
        services.word_clause(clause=clause, zh=wording, en="…", by=worker, at=MONDAY)

    assert draft.clauses.get(code="H4").wording_zh == clause.wording_zh


# Opening


def test_core_volunteers_are_told(community, draft, worker, django_capture_on_commit_callbacks):
    approver, other = (VolunteerFactory(community=community, login=True) for _person in range(2))
    approver.user.duties.create(community=community, role=DutyRole.APPROVER)

    with django_capture_on_commit_callbacks(execute=True):
        opened(draft, worker)

    (message,) = Message.objects.all()
    assert message.volunteer == approver and message.path == reverse("rulebook:draft", args=[draft.pk])
    assert other.pk != message.volunteer_id


def test_an_open_draft_stays_as_it_is_until_it_is_taken_back(draft, worker):
    opened(draft, worker)

    assert code_of(edited(draft, worker)) == "open"
    assert code_of(opened(draft, worker)) == "open"
    clause = draft.clauses.get(code="H4")
    assert code_of(services.word_clause(clause=clause, zh="…", en="…", by=worker, at=MONDAY)) == "open"

    assert services.take_back(rule_set=draft, by=worker, at=MONDAY) == draft
    assert not Publication.objects.exists()
    assert code_of(edited(draft, worker)) == ""
    assert code_of(services.take_back(rule_set=draft, by=worker, at=MONDAY)) == "not_open"


def test_a_draft_whose_day_has_come_is_not_opened(draft, worker):
    late = dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC)
    answer = services.open_for_comments(rule_set=draft, reason="…", by=worker, at=late)

    assert code_of(answer) == "not_later"


# Commenting


def test_approvers_and_social_workers_comment(community, draft, worker, approver):
    opened(draft, worker)

    for by, about in ((approver, "H4"), (worker, "")):
        answer = services.comment_on(rule_set=draft, code=about, text=" 太少了 ", by=by, at=MONDAY)
        assert isinstance(answer, Comment) and answer.text == "太少了"


@pytest.mark.parametrize(
    ("role", "about", "text", "code"),
    [
        (DutyRole.TRAINER, "", "好", "not_allowed"),
        (DutyRole.APPROVER, "Z9", "好", "unknown_clause"),
        (DutyRole.APPROVER, "H4", "  ", "needs_text"),
    ],
)
def test_a_comment_that_cannot_be(community, draft, worker, role, about, text, code):
    opened(draft, worker)
    by = UserFactory(duties=[(community, role)])

    assert code_of(services.comment_on(rule_set=draft, code=about, text=text, by=by, at=MONDAY)) == code
    assert not Comment.objects.exists()


def test_nobody_comments_on_what_is_not_open(draft, worker, approver):
    assert code_of(services.comment_on(rule_set=draft, code="", text="好", by=approver, at=MONDAY)) == "not_open"

    decided(opened(draft, worker), approver)
    assert code_of(services.comment_on(rule_set=draft, code="", text="好", by=approver, at=MONDAY)) == "published"


# Publishing


def test_another_person_publishes_and_it_never_changes_again(community, draft, worker, approver):
    edited(draft, worker, daily_minutes=360)
    publication = opened(draft, worker)

    assert decided(publication, approver) == Publication.objects.get()

    published = RuleSet.objects.get(pk=draft.pk)
    assert (published.version, published.published_at) == (2, MONDAY)
    assert "一天最多计 6 小时" in published.clauses.get(code="H4").text_zh
    assert RuleSet.objects.in_force(community.pk, JULY) == published
    assert RuleSet.objects.in_force(community.pk, JULY - dt.timedelta(days=1)).version == 1
    assert code_of(edited(draft, worker)) == "published"
    assert code_of(services.take_back(rule_set=draft, by=worker, at=MONDAY)) == "published"


def test_the_next_draft_begins_with_the_wordings_of_the_last(community, draft, worker, approver):
    clause = draft.clauses.get(code="H4")
    services.word_clause(clause=clause, zh="一天 {daily_minutes} 分钟", en="{daily_minutes}", by=worker, at=MONDAY)
    decided(opened(draft, worker), approver)

    following = services.draft_rule_set(community=community, by=worker, at=MONDAY)

    assert following.pk != draft.pk
    assert following.clauses.get(code="H4").wording_zh == "一天 {daily_minutes} 分钟"


def test_who_drafted_or_opened_it_does_not_publish_it(community, draft, worker):
    colleague = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER), (community, DutyRole.APPROVER)])
    publication = opened(draft, colleague)
    worker.duties.create(community=community, role=DutyRole.APPROVER)

    for by in (worker, colleague):
        assert code_of(decided(publication, by)) == "not_yet_alone"
    assert not RuleSet.objects.get(pk=draft.pk).published_at


def test_one_person_publishes_alone_when_nobody_has_answered(draft, worker):
    publication = opened(draft, worker)
    wednesday, thursday = (MONDAY + dt.timedelta(days=days) for days in (2, 3))

    assert code_of(decided(publication, worker, answer="无人答复", at=wednesday)) == "not_yet_alone"
    assert code_of(decided(publication, worker, at=thursday)) == "needs_reason"
    assert decided(publication, worker, answer="无人答复", at=thursday).alone
    assert RuleSet.objects.get(pk=draft.pk).version == 2


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER, DutyRole.ADMINISTRATOR])
def test_nobody_else_publishes(community, draft, worker, role):
    answer = decided(opened(draft, worker), UserFactory(duties=[(community, role)]))

    assert code_of(answer) == "not_allowed"


def test_what_was_taken_back_in_the_meantime_is_not_published(draft, worker, approver):
    publication = opened(draft, worker)
    services.take_back(rule_set=draft, by=worker, at=MONDAY)

    assert code_of(decided(publication, approver)) == "not_open"


def test_a_no_has_its_reason_and_gives_the_draft_back(draft, worker, approver):
    publication = opened(draft, worker)

    assert code_of(decided(publication, approver, accepted=False)) == "needs_reason"
    decided(publication, approver, accepted=False, answer="再想想")

    assert RuleSet.objects.get(pk=draft.pk).published_at is None
    assert code_of(edited(draft, worker)) == ""
    again = opened(draft, worker)
    assert isinstance(again, Publication) and again != publication
    assert code_of(decided(publication, approver)) == "decided"


def test_it_is_not_published_on_the_day_itself(draft, worker, approver):
    publication = opened(draft, worker)
    last, late = (dt.datetime(2026, 3, day, 1, tzinfo=dt.UTC) for day in (15, 16))

    assert code_of(decided(publication, approver, at=late)) == "not_later"
    assert isinstance(decided(publication, approver, accepted=False, answer="太晚了", at=late), Publication)
    publication = services.open_for_comments(rule_set=draft, reason="…", by=worker, at=MONDAY)
    assert isinstance(decided(publication, approver, at=last), Publication)


# Pages


def test_an_approver_reads_what_would_change_and_comments(client, draft, worker, approver):
    edited(draft, worker, daily_minutes=360)
    opened(draft, worker)
    client.force_login(approver)
    url = reverse("rulebook:draft", args=[draft.pk])

    page = client.get(url)
    assert [one["code"] for one in page.context["changed"]] == ["H4"]
    assert "一天最多计 7 小时" in page.context["changed"][0]["before"]
    assert [(one["before"], one["value"]) for one in page.context["parameters"]] == [(420, 360)]

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
    form |= {"title": "新办法", "effective_from": "2099-01-01", "daily_minutes": 900}
    refused = client.post(made.url, form)
    assert refused.status_code == 200 and "daily_minutes" in refused.context["form"].errors
    assert refused.context["form"]["title"].value() == "新办法"

    assert client.post(made.url, form | {"daily_minutes": 300}).url == made.url
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
