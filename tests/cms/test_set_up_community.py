"""A community is set up by one command, which may be run again."""

import re
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Page, Site, Workflow
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY, SITE_ROOT_PATHS_CACHE_VERSION

from academy.core.models import Community
from academy.core.services import change_community, found_community
from academy.people.models import Duty, Issuer, User
from academy.people.permissions import DutyRole
from academy.rulebook.models import RuleSet
from cms.models import AcademyPage, HomePage, RecruitmentPage, RulesPage
from tests.factories import found

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

FLAGS = {
    "name": "松林社区",
    "slug": "songlin",
    "issuer": "松林社区志愿服务队",
    "person_responsible": "赵敏",
    "handler": "孙丽",
    "telephone": "0731-12345678",
    "address": "松林路 8 号",
    "administrator": "周静",
    "social_worker": "李梅",
    "public_url": "https://songlin.test",
}


def set_up(**flags: Any) -> str:
    out = StringIO()
    call_command("set_up_community", stdout=out, **{**FLAGS, **flags})
    return out.getvalue()


def test_it_makes_pages_in_both_languages_with_the_desks_own_data() -> None:
    set_up()
    community = Community.objects.get()
    for model in (HomePage, AcademyPage, RecruitmentPage, RulesPage):
        by_language = model.objects.live().values("locale__language_code").annotate(number=Count("pk"))
        assert {row["locale__language_code"]: row["number"] for row in by_language} == {"zh-hans": 1, "en": 1}, model
        assert model.objects.values("translation_key").distinct().count() == 1
    assert {home.community for home in HomePage.objects.all()} == {community}
    assert (community.desk_address, community.desk_telephone) == ("松林路 8 号", "0731-12345678")
    assert not any("%(" in page.title for page in Page.objects.all())


def test_it_publishes_the_first_rules_and_names_the_recording_unit() -> None:
    set_up(rules_from=None)
    rule_set = RuleSet.objects.get()
    assert rule_set.published_at is not None
    assert rule_set.clauses.exists()
    issuer = Issuer.objects.get()
    assert (issuer.name, issuer.person_responsible, issuer.handler) == ("松林社区志愿服务队", "赵敏", "孙丽")


def test_it_prints_two_links_that_set_the_passwords_and_work_once(client: Client) -> None:
    out = set_up()
    found = re.findall(rf"for (\S+) at {settings.PUBLIC_URL}(\S+)", out)
    for (username, link), role in zip(found, (DutyRole.ADMINISTRATOR, DutyRole.SOCIAL_WORKER), strict=True):
        form = client.get(link, follow=True).redirect_chain[-1][0]
        password = f"梧桐树下的第三排第三个座位{role}"
        client.post(form, {"password1": password, "password2": password})
        user = authenticate(username=username, password=password)
        assert isinstance(user, User)
        assert [duty.role for duty in user.duties.all()] == [role]
        assert not user.is_superuser
        assert user.has_perm("wagtailadmin.access_admin")
        assert client.get(link).status_code == 200  # no form: the link is used up


def test_a_second_run_changes_nothing_and_prints_no_link() -> None:
    set_up()
    home = HomePage.objects.get(locale__language_code="zh-hans")
    home.title = "我们自己的标题"
    home.save_revision().publish()
    before = (Page.objects.count(), User.objects.count(), RuleSet.objects.count(), Workflow.objects.count())
    out = set_up(name="另一个名字")
    assert "/accounts/" not in out
    assert (Page.objects.count(), User.objects.count(), RuleSet.objects.count(), Workflow.objects.count()) == before
    home.refresh_from_db()
    assert home.title == "我们自己的标题"
    assert Community.objects.get().name == "松林社区"


def workflow_of_the_pages() -> Workflow:
    return Workflow.objects.filter(workflow_pages__page__in=HomePage.objects.all()).distinct().get()


def test_the_workflow_is_named_in_the_language_of_the_community() -> None:
    with override("en"):
        set_up()
    workflow = workflow_of_the_pages()
    assert [workflow.name, workflow.tasks.get().name] == ["课程审核 · 松林社区"] * 2


def test_a_second_run_keeps_a_workflow_that_has_another_name() -> None:
    set_up()
    workflow = workflow_of_the_pages()
    workflow.name = "审课"
    workflow.save()
    set_up()
    assert workflow_of_the_pages() == workflow
    assert workflow_of_the_pages().name == "审课"


def test_it_asks_for_nothing_that_has_a_flag_and_fails_clearly_where_nobody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="--telephone, --social-worker"):
        set_up(telephone="", social_worker="")
    assert not Community.objects.exists()


def test_it_asks_whoever_sits_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter(["", "0731-87654321", ""])  # nobody is the second person yet
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    set_up(telephone="")
    assert Issuer.objects.get().telephone == "0731-87654321"
    assert not Duty.objects.filter(role=DutyRole.APPROVER).exists()


def test_a_short_name_that_fits_no_address_is_refused_with_a_suggestion() -> None:
    with pytest.raises(CommandError, match="--slug songlin"):
        set_up(slug="松林")
    assert not Community.objects.exists()


def test_whoever_types_a_bad_short_name_is_asked_again_and_enter_takes_the_pinyin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked, answers = [], iter(["松林", "Song Lin", "", "赵磊"])

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    out = set_up(slug="")
    assert Community.objects.get().slug == "songlin"
    assert "songlin" in asked[0] and len(asked) == 4
    assert out.count("简称写在网址里") == 2
    (approver,) = Duty.objects.filter(role=DutyRole.APPROVER)
    assert str(approver.user) == "赵磊" and f"for {approver.user.username} at" in out


def test_a_second_run_takes_the_short_name_that_the_community_had_before() -> None:
    set_up()
    change_community(community=Community.objects.get(), slug="song-lin", by=None, at=timezone.now())
    set_up()
    assert Community.objects.get().slug == "song-lin"


def test_the_service_founds_no_community_with_a_bad_short_name() -> None:
    with pytest.raises(ValidationError):
        found_community(name="松林社区", slug="松林")


def test_the_first_community_is_shown_at_every_address_and_the_next_at_its_own() -> None:
    first, second = found("songlin"), found("zhulin")
    sites = {site.hostname: site for site in Site.objects.all()}
    assert set(sites) == {"songlin.test", "zhulin.test"}
    assert sites["songlin.test"].is_default_site
    assert not sites["zhulin.test"].is_default_site
    assert sites["songlin.test"].port == 443
    assert [site.root_page.specific.community for site in sites.values()] == [first, second]


def test_who_looks_while_it_is_being_founded_hides_none_of_its_pages(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        found()
        # A request before the commit makes Wagtail cache the old state.
        cache.set(SITE_ROOT_PATHS_CACHE_KEY, [], 3600, version=SITE_ROOT_PATHS_CACHE_VERSION)

    assert client.get("/zh-hans/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/academy/", "/zh-hans/", "/zh-hans/academy/", "/en/"])
def test_root_paths_of_before_that_are_cached_after_the_founding_hide_none_of_its_pages(client, address):
    """On SQLite, a request waits with what it read until the founding is committed, and then caches it."""
    found()
    welcome = [(Site.objects.get().pk, "/home/", "http://localhost", code) for code in ("zh-hans", "en")]
    cache.set(SITE_ROOT_PATHS_CACHE_KEY, welcome, 3600, version=SITE_ROOT_PATHS_CACHE_VERSION)

    assert client.get(address, follow=True).status_code == 200
    assert "/home/" not in {root.root_path for root in Site.get_site_root_paths()}
