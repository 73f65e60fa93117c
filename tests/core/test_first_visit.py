"""The language of a first visit, before a browser has any cookie of ours."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

COOKIE = settings.LANGUAGE_COOKIE_NAME


def language_of(client: Client, referer: str, path: str = "/activities/") -> str:
    return str(client.get(path, headers={"referer": referer})["Content-Language"])


def test_a_link_on_an_english_page_leads_to_english_and_the_browser_keeps_it() -> None:
    client = Client()
    assert language_of(client, "http://testserver/en/academy/?p=2") == "en"
    assert client.cookies[COOKIE].value == "en"
    assert language_of(client, "http://testserver/activities/") == "en"


def test_a_script_that_a_page_fetches_keeps_no_language() -> None:
    client = Client()
    client.get("/sw.js", headers={"referer": "http://testserver/en/academy/"})
    assert COOKIE not in client.cookies


def test_a_first_visit_without_a_page_before_it_is_in_chinese_and_sets_no_cookie() -> None:
    client = Client()
    assert language_of(client, "") == "zh-hans"
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    "referer",
    [
        "http://elsewhere.test/en/",
        "http://testserver:81/en/",
        "//testserver/english/",
        "http://[/en/",
        "http://elsewhere.test/?http://testserver/en/",
        "http://testserver/en\x00/",
        "x" * 9_000,
    ],
)
def test_the_address_of_another_page_decides_nothing(referer: str) -> None:
    client = Client()
    assert language_of(client, referer) == "zh-hans"
    assert COOKIE not in client.cookies


def test_a_language_that_was_chosen_stays() -> None:
    client = Client()
    client.cookies[COOKIE] = "zh-hans"
    assert language_of(client, "http://testserver/en/") == "zh-hans"
    assert client.cookies[COOKIE].value == "zh-hans"


def test_the_switch_to_chinese_on_an_english_page_is_obeyed() -> None:
    client = Client()
    client.get("/language/", {"to": "zh-hans", "next": "/en/"}, headers={"referer": "http://testserver/en/"})
    assert client.cookies[COOKIE].value == "zh-hans"
