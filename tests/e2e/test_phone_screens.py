"""The header's one row, the first screen of elder mode, and the stops of the keyboard."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from academy.people.models import User
from cms.founding import academy_of
from cms.writing import write_course
from tests.checkin.scans import poster, scan
from tests.e2e.conftest import beside_screen
from tests.factories import ActivityFactory, VolunteerFactory, course_text, found

Screen = Callable[..., Page]

HEADER = "() => document.querySelector('header.top').offsetHeight"
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.display a, .brand')].map((link) => {
  const box = link.getBoundingClientRect();
  return Math.min(box.width, box.height);
}))"""
FIRST_SCREEN = """() => ({
  tiles: document.querySelector('.tiles').getBoundingClientRect().bottom,
  next: document.querySelector('.first-screen').nextElementSibling.getBoundingClientRect().top,
  bar: document.querySelector('.tabs').getBoundingClientRect().top,
})"""
MY_SCREEN = """() => ({
  tiles: document.querySelector('.quick').getBoundingClientRect().bottom,
  bar: document.querySelector('.tabs').getBoundingClientRect().top,
})"""
HIDDEN = """() => {
  const it = document.activeElement, bar = document.querySelector('.tabs');
  if (it === document.body || bar.contains(it)) return '';
  return it.getBoundingClientRect().bottom > bar.getBoundingClientRect().top ? it.outerHTML : '';
}"""
EDGES = """() => ['.brand', 'main > *, main .card', '.bottom > *'].map(
  (place) => Math.round(document.querySelector(place).getBoundingClientRect().left))"""


@pytest.fixture
def screen(browser: Browser, served: str) -> Iterator[Screen]:
    """Return a function that opens a page on a screen of some width."""
    contexts = []

    def open_page(path: str, *, width: int = 360, height: int = 780, user: User | None = None, **cookies: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN"))
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            cookies[name] = client.cookies[name].value
        given = [{"name": name, "value": value, "url": served} for name, value in cookies.items()]
        contexts[-1].add_cookies(given)
        page = contexts[-1].new_page()
        page.goto(f"{served}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def volunteer(transactional_db: None) -> User:
    """A volunteer who has been in service for an hour."""
    community = found()
    write_course(academy_page=academy_of(community), text=course_text(), by=None)
    volunteer = VolunteerFactory(community=community, name="欧阳明", login=True)
    now = timezone.now()
    activity = ActivityFactory(
        community=community, starts_at=now - dt.timedelta(hours=1), ends_at=now + dt.timedelta(hours=2)
    )
    assert scan(poster(activity), volunteer, at=now - dt.timedelta(hours=1)).accepted
    assert volunteer.user is not None
    return volunteer.user


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_header_keeps_one_row_of_one_height_in_elder_mode(screen: Screen, volunteer: User, language: str) -> None:
    for width in (320, 360):
        heights = set()
        for elder in ("", "1", "2"):
            page = screen("/activities/", width=width, elder=elder, django_language=language)
            assert beside_screen(page) == 0
            assert page.evaluate(SMALLEST) >= (60 if elder else 44)
            heights.add(page.evaluate(HEADER))
        assert heights == {60}


@pytest.mark.parametrize("elder", ["1", "2"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_elder_mode_shows_the_card_and_the_tiles_and_nothing_else_at_first(
    screen: Screen, volunteer: User, elder: str, language: str
) -> None:
    page = screen("/", user=volunteer, elder=elder, django_language=language)
    shown = page.evaluate(FIRST_SCREEN)
    assert shown["tiles"] <= shown["bar"] <= shown["next"]
    assert beside_screen(page) == 0


@pytest.mark.parametrize("elder", ["1", "2"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_elder_mode_of_my_page_shows_the_way_to_the_records_at_first(
    screen: Screen, volunteer: User, elder: str, language: str
) -> None:
    page = screen("/my/", user=volunteer, elder=elder, django_language=language)
    shown = page.evaluate(MY_SCREEN)
    assert shown["tiles"] <= shown["bar"]
    assert beside_screen(page) == 0
    page.click(".quick a[href^='/my/records/']")
    assert page.url.endswith("/my/records/")


@pytest.mark.parametrize("elder", ["", "2"])
def test_no_stop_of_the_keyboard_lies_under_the_tab_bar(screen: Screen, volunteer: User, elder: str) -> None:
    page = screen("/", user=volunteer, height=600, elder=elder)
    stops = page.locator("a, button, input").count()
    assert stops > 12
    for _stop in range(stops):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN) == ""


def test_header_content_and_footer_line_up_on_a_desktop(screen: Screen, volunteer: User) -> None:
    for path in ("/", "/activities/", "/accounts/login/", "/verify/"):
        edges = screen(path, width=1280, height=800).evaluate(EDGES)
        assert len(set(edges)) == 1, (path, edges)


@pytest.mark.parametrize("path", ["/accounts/login/", "/s/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_field_of_the_slip_and_its_button_are_seen_together_in_the_largest_letters(
    screen: Screen, volunteer: User, path: str, language: str
) -> None:
    page = screen(path, height=640, elder="2", django_language=language)
    field, button, bar = (page.locator(part).first.bounding_box() for part in ("#id_code", "main .btn", ".tabs"))
    assert field is not None and button is not None and bar is not None
    assert field["y"] > 60
    assert button["y"] + button["height"] <= bar["y"]
