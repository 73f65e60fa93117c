"""The wording of a draft on screens: titles, values in words, own clauses."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from academy.core.refusals import Refusal
from academy.people.permissions import DutyRole
from academy.rulebook import services
from academy.rulebook.clause_views import explain_placeholders
from academy.rulebook.models import Clause, RuleSet
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory
from tests.rulebook.drafting import MONDAY, decided, opened

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TITLE, TEXT = "活动室的使用", "用完活动室，把桌椅放回原处。\n钥匙交还服务台。"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def community():
    community = CommunityFactory()
    RuleSetFactory(community=community, values={"notice_working_days": 0, "daily_minutes": 420})
    return community


@pytest.fixture
def worker(community, client):
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


@pytest.fixture
def draft(community, worker):
    return services.draft_rule_set(community=community, by=worker, at=MONDAY)


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def add(draft, worker, text=TEXT):
    return services.add_clause(rule_set=draft, title=TITLE, zh=text, by=worker, at=MONDAY)


def test_a_title_stands_beside_each_code(client, draft, worker):
    opened(draft, worker)
    shown = page(client, "rulebook:draft", draft.pk)
    assert "<h3>H4 一天最多算多少</h3>" in shown
    assert '<option value="K5">K5 公示几天</option>' in shown
    services.take_back(rule_set=draft, by=worker, at=MONDAY)
    assert "K5 公示几天" in page(client, "rule_set:clauses", draft.pk)
    shown = client.get(reverse("rule_set:wording", args=[draft.pk, "K5"]))
    assert shown.context["breadcrumbs_items"][-1]["sublabel"] == "K5 公示几天"
    assert "条款 K5 公示几天" in page(client, "rule_set:edit", draft.pk)
    published = RuleSet.objects.published().get()
    assert "条款 K5“公示几天”" in page(client, "rulebook:clause", published.pk, "K5")


def test_no_screen_shows_values_as_the_program_stores_them(client, draft, worker):
    published = RuleSet.objects.published().get()
    shown = page(client, "rule_set:inspect", published.pk)
    assert "notice_working_days" not in shown and "{" not in shown[shown.index("<dl") : shown.index("</dl>")]
    assert "公示期（工作日）：0" in shown and "一天最多计（小时）：7" in shown


def test_hours_are_typed_as_hours(client, draft, worker):
    url = reverse("rule_set:edit", args=[draft.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"effective_from": "2099-01-01"}
    assert (data["daily_minutes"], data["max_visit_minutes"], data["minimum_minutes"]) == ("7", "12", 15)

    wrong = client.post(url, data | {"daily_minutes": "6.33"})
    assert wrong.context["form"].errors["daily_minutes"]
    client.post(url, data | {"daily_minutes": "7.5", "preparation_minutes": "1.5"})
    draft.refresh_from_db()
    assert (draft.parameters["daily_minutes"], draft.parameters["preparation_minutes"]) == (450, 90)


def test_a_clause_needs_no_english_and_then_reads_in_chinese(client, draft, worker):
    url = reverse("rule_set:wording", args=[draft.pk, "K5"])
    client.post(url, {"zh": "公示 {notice_working_days} 个工作日，贴在服务台。", "en": ""})
    decided(opened(draft, worker), UserFactory(duties=[(draft.community, DutyRole.APPROVER)]))
    with override("en"):
        english = client.get(reverse("rulebook:clause", args=[draft.pk, "K5"]), headers={"accept-language": "en"})
    assert "公示 0 个工作日，贴在服务台。" in english.content.decode()


def test_an_empty_chinese_wording_is_refused(client, draft, worker):
    answer = client.post(reverse("rule_set:wording", args=[draft.pk, "K5"]), {"zh": " ", "en": "Three days."})
    assert "zh" in answer.context["form"].errors
    with pytest.raises(ValidationError):
        services.word_clause(clause=draft.clauses.get(code="K5"), zh="", en="", by=worker, at=MONDAY)


def test_names_in_braces_are_explained_beside_the_field_they_stand_in(client, draft, worker):
    form = client.get(reverse("rule_set:wording", args=[draft.pk, "K5"])).context["form"]
    assert "{notice_working_days} 会变成“0”：公示期（工作日）。" in str(form.fields["zh"].help_text)
    assert "{" not in str(form.fields["en"].help_text)
    rows = {row["name"]: row for row in explain_placeholders(draft, draft.clauses.get(code="K5").wording_zh)}
    assert next(iter(rows)) == "{notice_working_days}"
    assert (rows["{daily_hours}"]["value"], str(rows["{daily_hours}"]["unit"])) == ("7", "按小时")
    assert (rows["{daily_minutes}"]["value"], str(rows["{daily_minutes}"]["unit"])) == (420, "按分钟")


def test_a_clause_of_ones_own_is_added_reworded_and_removed(client, draft, worker):
    client.post(reverse("rule_set:add_clause", args=[draft.pk]), {"title": TITLE, "zh": TEXT})
    clause = draft.clauses.get(code="Y1")
    assert (clause.title, clause.source) == (TITLE, "D")
    listed = page(client, "rule_set:clauses", draft.pk)
    assert f"Y1 {TITLE}" in listed

    url = reverse("rule_set:wording", args=[draft.pk, "Y1"])
    form = client.get(url).context["form"]
    assert (form["title"].value(), form["zh"].value()) == (TITLE, TEXT)
    client.post(url, {"title": "活动室", "zh": "随手关灯。", "en": ""})
    clause.refresh_from_db()
    assert (clause.wording_zh, clause.wording_en) == ("活动室\n随手关灯。", "")

    client.post(reverse("rule_set:remove_clause", args=[draft.pk, "Y1"]))
    assert not draft.clauses.filter(code="Y1").exists()


def test_a_brace_in_ones_own_clause_is_named_at_the_field(client, draft, worker):
    answer = client.post(reverse("rule_set:add_clause", args=[draft.pk]), {"title": TITLE, "zh": "{天}"})
    assert answer.context["form"].errors["zh"] and answer.context["form"]["title"].value() == TITLE
    assert not draft.clauses.filter(code="Y1").exists()


def test_ones_own_clauses_are_published_and_go_on_in_the_next_version(client, draft, worker, community):
    add(draft, worker)
    decided(opened(draft, worker), UserFactory(duties=[(community, DutyRole.APPROVER)]))
    shown = page(client, "rulebook:rules", draft.pk)
    assert "本社区增加的条款" in shown and f"Y1 {TITLE}" in shown and "钥匙交还服务台" in shown
    assert f"<h1>{TITLE}</h1>" in page(client, "rulebook:clause", draft.pk, "Y1")

    later = services.draft_rule_set(community=community, by=worker, at=MONDAY + dt.timedelta(days=30))
    assert isinstance(later, RuleSet)
    assert later.clauses.get(code="Y1").wording_zh == f"{TITLE}\n{TEXT}"
    another = services.add_clause(rule_set=later, title="停车", zh="停在院外。", by=worker, at=MONDAY)
    assert isinstance(another, Clause) and another.code == "Y2"
    # A clause that was published keeps its code for good.
    services.remove_clause(clause=another, by=worker, at=MONDAY)
    services.remove_clause(clause=later.clauses.get(code="Y1"), by=worker, at=MONDAY)
    again = services.add_clause(rule_set=later, title="停车", zh="停在院外。", by=worker, at=MONDAY)
    assert isinstance(again, Clause) and again.code == "Y2"


def test_who_may_not_write_the_draft_adds_and_removes_nothing(draft, worker, community):
    own = add(draft, worker)
    approver = UserFactory(duties=[(community, DutyRole.APPROVER)])
    answers = [
        add(draft, approver),
        services.remove_clause(clause=own, by=approver, at=MONDAY),
        services.remove_clause(clause=draft.clauses.get(code="H4"), by=worker, at=MONDAY),
    ]
    opened(draft, worker)
    answers += [add(draft, worker), services.remove_clause(clause=own, by=worker, at=MONDAY)]
    codes = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert codes == ["not_allowed", "not_allowed", "common_clause", "open", "open"]
