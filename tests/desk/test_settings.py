"""The administrator changes a community's facts in one place, and pages and papers show them."""

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import ModelLogEntry

from academy.core.models import Community
from academy.core.services import change_community
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, UserFactory, found
from tests.pages import text_of
from tests.people.desk import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FACTS = {
    "name": "松林社区",
    "slug": "songlin",
    "desk_address": "松林路 8 号",
    "desk_hours": "周一至周六 9:00–17:00",
    "desk_telephone": "０７３１-12345678",
    "platform": "全国志愿服务信息系统",
    "notice_text": "有疑问请到服务台反映。",
    "filing_number": "湘ICP备2026000001号",
    "police_filing_number": "湘公网安备 ４３０１０２02000001号",
    "quiet_from": "20:30",
    "quiet_until": "07:00",
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def picture(side: int = 20) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (side, side), "green").save(out, "PNG")
    return SimpleUploadedFile("标志.png", out.getvalue(), "image/png")


def edit(home: Community) -> str:
    return reverse("community_settings:edit", args=[home.pk])


@pytest.fixture
def home():
    return CommunityFactory(name="松林社区", slug="songlin")


@pytest.fixture
def administrator(home, client):
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(administrator)
    return administrator


def test_one_click_leads_to_the_only_community_and_its_facts_are_saved(client, administrator, home):
    assert client.get(reverse("community_settings:index")).url == edit(home)
    answer = client.post(edit(home), FACTS, follow=True)
    assert "已保存" in answer.content.decode()
    home.refresh_from_db()
    assert (home.desk_telephone, home.filing_number) == ("0731-12345678", "湘ICP备2026000001号")
    assert home.police_filing_number == "湘公网安备43010202000001号"
    assert (home.quiet_from, home.quiet_until) == (dt.time(20, 30), dt.time(7))
    entry = ModelLogEntry.objects.get(action="core.community")
    assert entry.user == administrator and entry.data["after"]["desk_address"] == "松林路 8 号"
    assert "name" not in entry.data["after"]


def test_an_administrator_of_two_communities_chooses_one(client, administrator, home):
    other = CommunityFactory(name="竹林社区")
    UserFactory(duties=[(CommunityFactory(name="别处社区"), DutyRole.ADMINISTRATOR)])
    administrator.duties.create(community=other, role=DutyRole.ADMINISTRATOR)
    listed = client.get(reverse("community_settings:index")).content.decode()
    assert "松林社区" in listed and "竹林社区" in listed and "别处社区" not in listed


def test_a_bad_short_name_is_named_at_its_field_with_what_was_typed(client, administrator, home):
    CommunityFactory(slug="zhulin")
    for slug in ("松林", "zhulin"):
        answer = client.post(edit(home), FACTS | {"slug": slug, "desk_address": "新址"})
        assert "缩略名" not in str(errors(answer)["slug"]) and "简称" in str(errors(answer)["slug"])
        assert answer.context["form"]["desk_address"].value() == "新址"
    home.refresh_from_db()
    assert (home.slug, home.desk_address) == ("songlin", "")


def test_a_bad_short_name_of_an_earlier_release_is_mended_on_the_screen(client):
    home = CommunityFactory(name="松林社区", slug="松林")
    client.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))
    assert "建议改成：songlin" in client.get(edit(home)).content.decode()
    client.post(edit(home), FACTS | {"slug": "松林"})  # the others are saved meanwhile
    home.refresh_from_db()
    assert (home.slug, home.desk_address) == ("松林", "松林路 8 号")
    assert "例如改成“songlin”" in client.get(reverse("system")).content.decode()
    client.post(edit(home), FACTS)
    home.refresh_from_db()
    assert home.slug == "songlin"
    assert "不能用在网址里" not in client.get(reverse("system")).content.decode()


def test_a_logo_is_stored_replaced_and_removed(client, administrator, home, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.post(edit(home), FACTS | {"logo": picture()})
    home.refresh_from_db()
    first = home.logo.name
    assert first.startswith("images/logos/") and home.logo.size
    client.post(edit(home), FACTS)
    home.refresh_from_db()
    assert home.logo.name == first  # nothing was chosen
    client.post(edit(home), FACTS | {"logo-clear": "on"})
    home.refresh_from_db()
    assert not home.logo


def test_what_is_no_small_picture_is_refused(client, administrator, home, monkeypatch):
    monkeypatch.setattr("academy.desk.settings_viewsets.LOGO_BYTES", 10)
    for file in (picture(), SimpleUploadedFile("1.svg", b"<svg/>"), SimpleUploadedFile("1.png", b"no picture")):
        assert errors(client.post(edit(home), FACTS | {"logo": file}))["logo"]


def test_pages_show_the_facts_of_the_community(settings, tmp_path):
    home = found(desk_hours="周一 9:00")
    settings.MEDIA_ROOT = tmp_path
    settings.ALLOWED_HOSTS = ["songlin.test"]
    facts = {name: value for name, value in FACTS.items() if name not in ("name", "police_filing_number")}
    change_community(community=home, by=None, at=NOW, **facts, logo=picture())
    visitor = Client(headers={"host": "songlin.test"})
    first = visitor.get("/zh-hans/").content.decode()
    for words in ("松林路 8 号", "0731-12345678", "湘ICP备2026000001号", "/media/images/logos/"):
        assert words in first
    assert "公网安备" not in first  # not given yet
    recruitment = text_of(visitor.get("/zh-hans/join/"))
    assert "松林路 8 号" in recruitment and "周一至周六" in recruitment


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_show_the_filing_with_the_public_security_and_where_it_is_looked_up(settings, language):
    home = found()
    settings.ALLOWED_HOSTS = ["songlin.test"]
    change_community(community=home, by=None, at=NOW, police_filing_number="湘公网安备43010202000001号")
    visitor = Client(headers={"host": "songlin.test"})
    for address in ("", "join/"):
        page = visitor.get(f"/{language}/{address}").content.decode()
        registry = "https://beian.mps.gov.cn/#/query/webSearch?code=43010202000001"
        assert f'<a href="{registry}" lang="zh-Hans">湘公网安备43010202000001号</a>' in page


@pytest.mark.parametrize(
    "typed", ["湘ICP备2026000001号", "京公网安备43010202000001号", "4301020200000", "99010202000001"]
)
def test_another_number_is_refused_at_its_field(client, administrator, home, typed):
    answer = client.post(edit(home), FACTS | {"police_filing_number": typed})
    assert "京公网安备11010502030000号" in str(errors(answer)["police_filing_number"])
    home.refresh_from_db()
    assert home.police_filing_number == home.desk_address == ""


def test_the_digits_alone_are_enough(client, administrator, home):
    client.post(edit(home), FACTS | {"police_filing_number": " 11010502030000 "})
    home.refresh_from_db()
    assert home.police_filing_number == "京公网安备11010502030000号"


def test_a_new_form_of_the_platform_has_its_name(client, home):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    change_community(community=home, by=None, at=NOW, platform="全国志愿服务信息系统")
    client.force_login(worker)
    assert client.get(reverse("platform_workbook:add")).context["form"]["platform"].value() == "全国志愿服务信息系统"


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.STREET_VIEWER, DutyRole.TRAINER])
def test_nobody_else_opens_the_settings(client, home, role):
    client.force_login(UserFactory(duties=[(home, role)]))
    assert client.get(edit(home)).status_code == 404
    assert client.post(edit(home), FACTS).status_code == 404
    assert "/admin/settings/" not in client.get(reverse("wagtailadmin_account")).content.decode()


def test_the_menu_has_one_place_for_settings(client, administrator):
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    for name in ("community_settings:index", "staff", "issuer:index", "system", "rule_set:index", "printouts"):
        assert f'"{reverse(name)}"' in page
