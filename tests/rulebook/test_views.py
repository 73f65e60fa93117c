import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from academy.people.permissions import DutyRole
from academy.rulebook.chapters import CHAPTERS
from academy.rulebook.models import RuleSet
from academy.rulebook.parameters import PARAMETERS
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory

pytestmark = pytest.mark.django_db


def clause(client, rule_set, code):
    return client.get(reverse("rulebook:clause", args=[rule_set.pk, code]))


def test_a_clause_is_read_without_signing_in(client):
    rule_set = RuleSetFactory()
    page = clause(client, rule_set, "H4").content.decode()

    assert rule_set.clauses.get(code="H4").text_zh in page
    assert reverse("rulebook:rules", args=[rule_set.pk]) in page


def test_a_clause_is_read_in_english_too(client):
    rule_set = RuleSetFactory()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert rule_set.clauses.get(code="H5").text_en in clause(client, rule_set, "H5").content.decode()


@pytest.mark.parametrize("code", ["H3-plan", "H2-breaks", "H1-visits", "h4-day", "k5"])
def test_the_step_of_an_explanation_leads_to_its_clause(client, code):
    assert clause(client, RuleSetFactory(), code).status_code == 200


def test_an_old_versions_clause_keeps_its_text(client):
    community = CommunityFactory()
    old = RuleSetFactory(community=community, values={"daily_minutes": 360})
    RuleSetFactory(community=community)

    assert "一天最多计 6 小时" in clause(client, old, "H4").content.decode()


def test_the_source_is_shown_and_our_own_default_is_not_called_law(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = clause(client, RuleSetFactory(), "K5").content.decode()

    assert "agreed on in this community" in page
    assert "law or ministerial order" not in page


@pytest.mark.parametrize("code", ["Z9", "H3x", "plan-H3"])
def test_an_unknown_clause_is_not_found(client, code):
    assert clause(client, RuleSetFactory(), code).status_code == 404


def test_unpublished_rules_are_not_shown(client):
    draft = RuleSet.objects.create(community=CommunityFactory(), title="草案", effective_from="2027-01-01")
    draft.clauses.create(code="H4", source="D", text_zh="…", text_en="…", position=1)

    assert clause(client, draft, "H4").status_code == 404
    assert client.get(reverse("rulebook:rules", args=[draft.pk])).status_code == 404


def test_all_the_rules_stand_on_one_page(client, django_assert_max_num_queries):
    rule_set = RuleSetFactory()

    with django_assert_max_num_queries(5):
        page = client.get(reverse("rulebook:rules", args=[rule_set.pk])).content.decode()

    assert all(f'id="{clause.code}"' in page for clause in rule_set.clauses.all())


def test_the_page_names_every_parameter_with_its_default_and_its_source(client):
    page = client.get(reverse("rulebook:rules", args=[RuleSetFactory(values={"daily_minutes": 360}).pk]))

    row = next(one for one in page.context["parameters"] if one["clause"] == "H4" and one["value"] == "6")
    assert row["default"] == "8" and str(row["label"]) in page.content.decode()
    assert len(page.context["parameters"]) == len(PARAMETERS)


def test_earlier_versions_stay_within_reach(client):
    community = CommunityFactory()
    old, new = (RuleSetFactory(community=community) for _version in range(2))

    assert reverse("rulebook:rules", args=[old.pk]) in clause_list(client, new)
    assert reverse("rulebook:rules", args=[new.pk]) in clause_list(client, old)


def clause_list(client, rule_set):
    return client.get(reverse("rulebook:rules", args=[rule_set.pk])).content.decode()


@pytest.mark.slow
def test_the_back_office_reads_the_rules_of_its_community_and_changes_none_that_is_published(client):
    community = CommunityFactory()
    own, other = RuleSetFactory(community=community, title="花园办法"), RuleSetFactory(title="河畔办法")
    client.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]))

    page = client.get(reverse("rule_set:index")).content.decode()
    assert "花园办法" in page and "河畔办法" not in page
    assert client.get(reverse("rule_set:inspect", args=[own.pk])).status_code == 200
    assert client.get(reverse("rule_set:inspect", args=[other.pk])).status_code == 404
    for act in ("edit", "delete"):
        for method in (client.get, client.post):
            assert method(reverse(f"rule_set:{act}", args=[own.pk])).url == reverse("rulebook:rules", args=[own.pk])
            assert method(reverse(f"rule_set:{act}", args=[other.pk])).status_code == 404
    assert RuleSet.objects.get(pk=own.pk).title == "花园办法"


def test_the_rules_are_read_in_chapters_with_a_title_for_every_clause(client):
    rule_set = RuleSetFactory()
    answer = client.get(reverse("rulebook:rules", args=[rule_set.pk]))
    page, chapters = answer.content.decode(), answer.context["chapters"]

    assert [clause["code"] for chapter in chapters for clause in chapter.clauses] == [
        clause.code for clause in rule_set.clauses.all()
    ]
    assert all(chapter.letter in CHAPTERS for chapter in chapters)
    assert all(clause["title"] for chapter in chapters for clause in chapter.clauses)
    assert "H3 迟到早到怎么算" in page
    assert '<a href="#H3">' in page  # in the table of contents
    assert "<h2>时长怎么算</h2>" in page


def test_a_clause_without_a_title_still_shows_its_code(client):
    rule_set = RuleSet.objects.create(community=CommunityFactory(), title="办法", effective_from="2026-01-01")
    rule_set.clauses.create(code="H11", source="D", text_zh="…", text_en="…", position=1)
    RuleSet.objects.filter(pk=rule_set.pk).update(published_at=timezone.now(), version=1)

    assert "H11" in clause(client, rule_set, "H11").content.decode()


def test_a_clause_leads_back_to_the_page_that_one_came_from(client):
    rule_set = RuleSetFactory()
    address = reverse("rulebook:clause", args=[rule_set.pk, "H3"])

    page = client.get(address, {"next": "/my/records/12/"}).content.decode()
    assert 'href="/my/records/12/"' in page
    assert f"{reverse('rulebook:rules', args=[rule_set.pk])}?next=%2Fmy%2Frecords%2F12%2F#H3" in page
    everything = client.get(reverse("rulebook:rules", args=[rule_set.pk]), {"next": "/my/records/12/"})
    assert 'href="/my/records/12/"' in everything.content.decode()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_clause_leads_to_no_other_site(client, address):
    answer = client.get(reverse("rulebook:clause", args=[RuleSetFactory().pk, "H3"]), {"next": address})
    assert answer.context["back"] == ""
    assert f'href="{address}"' not in answer.content.decode()
