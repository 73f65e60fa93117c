"""The home screen of a phone, and a phone without a network; tests/e2e/test_offline.py has a browser."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import gettext, override
from PIL import Image

from academy.core import app_pages
from tests.pages import Statements, text_of


def client_in(language: str) -> Client:
    client = Client()
    client.cookies["django_language"] = language
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_manifest_names_the_academy_in_the_readers_language(language: str) -> None:
    response = client_in(language).get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    with override(language):
        assert (manifest["name"], manifest["lang"]) == (gettext("Volunteer academy"), language)
    assert (manifest["start_url"], manifest["scope"]) == ("/", "/")


def test_each_icon_has_the_size_that_it_states() -> None:
    icons = Client().get("/manifest.webmanifest").json()["icons"]
    sizes = {icon["src"]: icon["sizes"] for icon in icons}
    assert set(sizes.values()) == {"192x192", "512x512"}
    for address, size in {
        **sizes,
        "/static/icons/mark-180.png": "180x180",
        "/static/icons/share.png": "1200x630",
    }.items():
        path = finders.find(address.removeprefix("/static/"))
        assert path is not None
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == size


def test_the_page_without_a_network_says_whom_to_ask_in_both_languages() -> None:
    words = text_of(client_in("en").get("/offline/"))
    assert "请告诉负责人，由负责人给您签到。" in words
    assert "Tell the activity leader, who will check you in." in words
    assert client_in("en").get("/offline/").content == client_in("zh-hans").get("/offline/").content


def test_the_page_without_a_network_needs_no_other_file_than_the_worker_keeps() -> None:
    html = Client().get("/offline/").content.decode()
    kept = files_of(Client().get("/sw.js").content.decode())
    assert set(re.findall(r'(?:src|href)="(/[^"]+)"', html)) <= set(kept)
    assert "/offline/" in kept
    assert [path for path in kept if path.startswith("/static/") and not finders.find(path[8:])] == []


def files_of(worker: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", worker)
    assert found
    files: list[str] = json.loads(found[1])
    return files


def test_the_worker_is_small_asked_for_again_and_costs_no_statement(db: None) -> None:
    with Statements() as queries:
        response = Client().get("/sw.js")
    assert queries.sql == []
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "no-store" in response.headers["Cache-Control"]
    assert "Service-Worker-Allowed" not in response.headers
    assert len(response.content) <= 3_000


def test_the_policy_lets_the_worker_and_the_manifest_load() -> None:
    policy = Client().get("/offline/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"(worker|manifest|script|connect)-src", policy)


def test_a_release_that_changes_the_page_or_its_files_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["/offline/", "/static/css/site.1.css"]
    first = app_pages.release_of(files)
    assert app_pages.release_of(files) == first
    assert app_pages.release_of(["/offline/", "/static/css/site.2.css"]) != first
    monkeypatch.setattr(app_pages, "_offline_page", lambda: "another page")
    assert app_pages.release_of(files) != first


def test_all_pages_but_the_gate_register_the_worker() -> None:
    page = render_to_string("base.html", request=RequestFactory().get("/"))
    assert 'src="/static/js/offline.js" defer' in page
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    assert 'rel="apple-touch-icon" href="/static/icons/mark-180.png"' in page
    gate = render_to_string("checkin/page.html", {"state": "ask"}, request=RequestFactory().get("/c/x/"))
    assert "offline.js" not in gate and "manifest" not in gate
