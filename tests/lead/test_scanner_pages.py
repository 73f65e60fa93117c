"""The staff scanner's page from the server. tests/e2e/test_scanner.py tests it in a browser."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.flags import SENTENCES
from academy.people.services import logins
from tests.factories import ActivityFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def activity() -> Activity:
    made = ActivityFactory()
    logins.login_for(volunteer=made.leader)
    made.leader.refresh_from_db()
    return made


@pytest.fixture
def leader(activity: Activity) -> Client:
    return browser(activity.leader.user)


def browser(user: Any = None, language: str = "en") -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = language
    if user is not None:
        client.force_login(user)
    return client


def address(activity: Activity, name: str = "scanner") -> str:
    return reverse(f"lead:{name}", args=[activity.pk])


def settings_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="scanner-config" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


def test_the_page_holds_no_name_and_no_token_so_that_a_phone_may_keep_it(activity: Activity, leader: Client) -> None:
    volunteer = VolunteerFactory(community=activity.community, name="欧阳小明")
    response = leader.get(address(activity))
    page = response.content.decode()
    assert response.status_code == 200
    assert volunteer.name not in page and volunteer.number not in page and volunteer.masked_name not in page
    assert "csrfmiddlewaretoken" not in page
    assert leader.cookies["csrftoken"].value  # the script reads it here
    assert "no-store" in response.headers["Cache-Control"]


def test_the_token_in_the_cookie_downloads_a_roster(activity: Activity, leader: Client) -> None:
    settings = settings_of(leader.get(address(activity)).content.decode())
    assert leader.post(settings["addresses"]["roster"], {"now": "1768010400000"}).status_code == 403
    headers = {"X-CSRFToken": leader.cookies["csrftoken"].value}
    roster = leader.post(settings["addresses"]["roster"], {"now": "1768010400000"}, headers=headers)
    assert roster.status_code == 200
    assert roster.json()["activity"]["id"] == activity.pk == settings["activity"]
    assert settings["addresses"]["undo"] == "/scan/0/undo/"


def test_everything_that_it_loads_is_there(activity: Activity, leader: Client) -> None:
    """`make setup` builds the scripts; they load under the strict policy, from our own host alone."""
    response = leader.get(address(activity))
    page, worker = response.content.decode(), browser().get("/scan/sw.js")
    files = set(re.findall(r'"/static/([^"]+)"', page + worker.content.decode()))
    assert {"built/scanner.js", "built/decoder.js", "css/scanner.css"} <= files
    assert [name for name in files if finders.find(name) is None] == []
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert re.search(r"<script(?! id=\"scanner-config\" type=\"application/json\")(?![^>]* src=)", page) is None


def test_the_service_worker_answers_for_this_page_and_no_other(activity: Activity) -> None:
    response = browser().get("/scan/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in response.headers  # its own folder is enough
    assert 'const SCOPE = "/scan/";' in response.content.decode()


def test_its_manifest_and_its_worker_are_the_only_ones(activity: Activity, leader: Client) -> None:
    page = leader.get(address(activity)).content.decode()
    assert re.findall(r'rel="manifest"\s+href="([^"]+)"', page) == [address(activity, "scanner_manifest")]
    assert "offline.js" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_manifest_speaks_the_readers_language(activity: Activity, language: str) -> None:
    response = browser(activity.leader.user, language).get(address(activity, "scanner_manifest"))
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    with override(language):
        assert (manifest["short_name"], manifest["lang"]) == (gettext("Staff scanner"), language)
    assert manifest["name"].startswith(activity.title)
    assert manifest["start_url"] == address(activity)
    assert address(activity).startswith(manifest["scope"])
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


@pytest.mark.parametrize("name", ["scanner", "scanner_manifest"])
def test_it_is_for_users_who_may_lead_the_activity(activity: Activity, name: str) -> None:
    someone = VolunteerFactory(community=activity.community, login=True)
    assert browser(someone.user).get(address(activity, name)).status_code == 404
    signed_out = browser().get(address(activity, name))
    assert signed_out.status_code == 302 and signed_out.headers["Location"].startswith("/accounts/login/")


def test_there_is_a_sentence_for_every_code_that_a_scan_can_come_back_with(activity: Activity, leader: Client) -> None:
    codes = settings_of(leader.get(address(activity)).content.decode())["words"]["codes"]
    refused = {"unknown_checkpoint", "unknown_card", "card_revoked", "minor_not_allowed", "id_reused", "device_refused"}
    flags = {*SENTENCES} - {"static", "grace", "offline", "brought", "late_scan", "one_device", "burst"}
    flags -= {"make_up", "correction", "alone"}  # of scans that were entered afterwards
    rosters = {"ask_desk", "ask_desk_first"}
    at_sync = {refusal.code for refusal in (activities.SUSPENDED, activities.NEEDS_CONSENT)}
    assert (refused | flags | rosters | at_sync) - {*codes} == set()
    assert "{code}" in codes["other"]  # any other refusal shows its code


def test_the_leaders_page_leads_here(activity: Activity, leader: Client) -> None:
    assert f'href="{address(activity)}"' in leader.get(reverse("lead:activity", args=[activity.pk])).content.decode()


def test_it_leads_to_the_leaders_page_the_roster_and_newcomers(activity: Activity, leader: Client) -> None:
    page = leader.get(address(activity)).content.decode()
    for name in ("activity", "newcomer", "roster"):
        assert f'href="{address(activity, name)}"' in page
        back = leader.get(address(activity, name)).content.decode()
        assert name == "activity" or f'href="{address(activity, "activity")}"' in back
    assert "Other pages need a network." in page  # shown by the script without one
    assert page.count(drawing_of("back")) == 1  # the way back, and no other button
    assert page.count(drawing_of("undo")) == 2


def drawing_of(name: str) -> str:
    """Return the path of an icon's drawing."""
    drawing = Path(str(finders.find(f"icons/{name}.svg"))).read_text()
    return re.findall(r'd="([^"]+)"', drawing)[-1]


def test_it_loads_no_sheet_that_the_phone_does_not_keep(activity: Activity, leader: Client) -> None:
    page, worker = leader.get(address(activity)).content.decode(), browser().get("/scan/sw.js").content.decode()
    assert set(re.findall(r'href="(/static/css/[^"]+)"', page)) <= set(re.findall(r'"(/static/css/[^"]+)"', worker))
