"""Which pages are kept, and which writes drop them; `tests/cms/test_kept_pages.py` has the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from academy.core import page_cache
from academy.core.models import Community

ADDRESS = "/zh-hans/academy/"


@pytest.fixture
def pages(settings: Any, tmp_path: Path) -> Any:
    """Return a cache of pages in files."""
    settings.CACHES = {
        **django_settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)},
    }
    return caches["pages"]


class Site:
    """A site of one view that counts how often it is asked."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse] | None = None) -> None:
        self.asked = 0
        self.answer = answer or (lambda request: page_cache.for_all(HttpResponse(f"No. {self.asked}")))
        self.middleware = page_cache.PageCacheMiddleware(self._view)

    def _view(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return self.answer(request)

    def get(self, address: str = ADDRESS, *, method: str = "get", **cookies: str) -> HttpResponse:
        host = cookies.pop("host", "testserver")
        secure = bool(cookies.pop("secure", ""))
        request = getattr(RequestFactory(), method)(address, headers={"host": host}, secure=secure)
        request.COOKIES.update(cookies)
        return self.middleware(request)


def test_the_second_visitor_gets_the_kept_page_with_its_headers(pages):
    site = Site(lambda request: page_cache.for_all(HttpResponse("页", headers={"X-Frame-Options": "DENY"})))
    first, second = site.get(), site.get()
    assert site.asked == 1
    assert (second.content, dict(second.items())) == (first.content, dict(first.items()))
    assert second["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "other",
    [
        {"address": "/zh-hans/rules/"},
        {"address": "/en/academy/"},
        {"host": "localhost"},
        {"secure": "1"},
        {"elder": "1"},
    ],
)
def test_each_host_address_scheme_and_elder_mode_has_a_page_of_its_own(pages, other):
    site = Site()
    site.get()
    assert site.get(**other).content == b"No. 2"
    assert site.get(**other).content == b"No. 2"
    assert site.get().content == b"No. 1"


def test_both_sizes_of_elder_mode_differ_and_an_unknown_one_is_none(pages):
    site = Site()
    bodies = [site.get(elder=size).content for size in ("1", "2", "", "3")]
    assert bodies == [b"No. 1", b"No. 2", b"No. 3", b"No. 3"]


@pytest.mark.parametrize("name", ["django_language", "csrftoken"])
def test_a_cookie_that_no_page_shows_changes_nothing(pages, name):
    site = Site()
    site.get()
    assert site.get(**{name: "en"}).content == b"No. 1"


@pytest.mark.parametrize("name", ["sessionid", "practice", "office", "messages", "anything"])
def test_a_browser_with_a_cookie_of_its_own_neither_gets_nor_leaves_a_page(pages, name):
    site = Site()
    assert site.get(**{name: "x"}).content == b"No. 1"
    assert site.get().content == b"No. 2"
    assert site.get(**{name: "x"}).content == b"No. 3"


@pytest.mark.parametrize(
    "request_of",
    [
        {"method": "post"},
        {"method": "head"},
        {"address": f"{ADDRESS}?page=2"},
        {"address": "/academy/"},  # in the visitor's language: it leads on
        {"host": "bad_host.example"},
    ],
)
def test_only_a_plain_get_of_an_address_with_its_language_is_kept(pages, request_of):
    site = Site()
    site.get(**request_of)
    assert site.get(**request_of).content == b"No. 2"


def _with_cookie(request: HttpRequest) -> HttpResponse:
    response = page_cache.for_all(HttpResponse("x"))
    response.set_cookie("office", "/admin/")
    return response


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: HttpResponse("offered by no view"),
        lambda request: page_cache.for_all(HttpResponse("not found", status=404)),
        _with_cookie,
    ],
)
def test_an_answer_that_is_not_for_all_is_not_kept(pages, answer):
    site = Site(answer)
    site.get()
    site.get()
    assert site.asked == 2


def test_after_forgetting_every_page_is_made_again(pages):
    site = Site()
    site.get()
    site.get("/en/")
    page_cache.forget()
    assert (site.get().content, site.get("/en/").content) == (b"No. 3", b"No. 4")


def test_a_page_that_was_begun_before_a_change_is_never_shown_after_it(pages):
    def slowly(request: HttpRequest) -> HttpResponse:
        if site.asked == 1:
            page_cache.forget()  # another process publishes while this one renders
        return page_cache.for_all(HttpResponse(f"No. {site.asked}"))

    site = Site(slowly)
    assert [site.get().content for _turn in range(3)] == [b"No. 1", b"No. 2", b"No. 2"]


def test_a_page_is_kept_for_a_minute(pages, time_machine):
    time_machine.move_to("2027-03-01T09:00:00Z", tick=False)
    site = Site()
    site.get()
    time_machine.shift(page_cache.SECONDS)
    assert site.get().content == b"No. 1"
    time_machine.shift(1)
    assert site.get().content == b"No. 2"


class Broken:
    """A cache whose every act fails: a server that is down."""

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError("the server is down")


def test_without_a_cache_pages_are_made_each_time_and_changes_are_stored(monkeypatch, caplog):
    monkeypatch.setattr(page_cache, "caches", {"pages": Broken()})
    site = Site()
    assert [site.get().content, site.get().content] == [b"No. 1", b"No. 2"]
    page_cache.forget()
    assert "The cache of pages fails: ConnectionError('the server is down')" in caplog.text


def test_on_a_full_disk_pages_are_still_forgotten(pages, monkeypatch):
    site = Site()
    site.get()

    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(pages), "set", full)
    page_cache.forget()
    assert [site.get().content, site.get().content] == [b"No. 2", b"No. 3"]


# Writes


@pytest.fixture
def watched(pages) -> Any:
    """Watch the connection as production does, and return the site."""
    with connection.execute_wrapper(page_cache._note_writes):
        yield Site()


def _create() -> None:
    Community.objects.create(name="松林社区", slug="songlin")


def _raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_community SET name = 'x'")


def _with() -> None:
    with connection.cursor() as cursor:
        cursor.execute("WITH one AS (SELECT 1) DELETE FROM core_community")


WRITES = [
    _create,
    lambda: Community.objects.bulk_create([Community(name="松林社区", slug="songlin")]),
    lambda: Community.objects.update(name="x"),
    lambda: Community.objects.all().delete(),
    _raw,
    _with,
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", WRITES)
def test_any_write_forgets_the_pages_once_it_is_committed(watched, write):
    Community.objects.create(name="竹林社区", slug="zhulin")
    watched.get()
    with transaction.atomic():
        write()
        assert watched.get().content == b"No. 1"  # others still see the rows as they were
    assert watched.get().content == b"No. 2"


@pytest.mark.django_db(transaction=True)
def test_a_write_without_a_transaction_forgets_them_at_once(watched):
    watched.get()
    _create()
    assert watched.get().content == b"No. 2"


@pytest.mark.django_db(transaction=True)
def test_reading_or_undoing_forgets_nothing(watched):
    watched.get()
    assert not Community.objects.exists()
    with transaction.atomic():
        _create()
        transaction.set_rollback(True)
    assert watched.get().content == b"No. 1"


@pytest.mark.django_db(transaction=True)
def test_a_part_that_is_undone_takes_no_other_write_with_it(watched):
    watched.get()
    with transaction.atomic():
        with transaction.atomic():
            _create()
            transaction.set_rollback(True)
        Community.objects.create(name="竹林社区", slug="zhulin")
    assert watched.get().content == b"No. 2"


@pytest.mark.django_db(transaction=True)
def test_many_writes_of_a_transaction_wait_with_one_entry(watched):
    with transaction.atomic():
        for number in range(5):
            Community.objects.create(name=f"社区{number}", slug=f"s{number}")
        assert [entry[1] for entry in connection.run_on_commit] == [page_cache.forget]


@pytest.mark.django_db
def test_a_connection_is_watched_once_however_often_it_is_opened():
    before = list(connection.execute_wrappers)
    try:
        page_cache.watch(connection)
        page_cache.watch(connection)
        assert connection.execute_wrappers.count(page_cache._note_writes) == 1
    finally:
        connection.execute_wrappers[:] = before
