"""Pages that all signed-out visitors share, kept for a minute in a cache of all processes (ADR 159).

A view offers such an answer by `for_all`. When a write to the database is committed, all kept pages are forgotten;
only writes to the tables in `QUIET`, which no kept page reads, leave them.
"""

import logging
import re
from collections.abc import Callable
from hashlib import sha256
from secrets import token_hex
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path

from academy.core.look import ELDER_COOKIE, elder_mode

logger = logging.getLogger(__name__)

# Pages name moments: a class that has begun, a day that has come. So none is older than this.
SECONDS: Final = 60
VERSION: Final = "version"  # of all kept pages; without it, none is found
# Tables, by how their names begin, that check-ins, hours, sign-ins and the server's own housekeeping write.
QUIET: Final = ("academy_cache", "checkin_", "django_session", "django_tasks_", "hours_")

_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA", "SET", "SHOW", "EXPLAIN")
_WRITTEN = re.compile(r'(?:INSERT INTO|INSERT OR \w+ INTO|UPDATE|DELETE FROM) "?(\w+)')
_WRITE_BELOW_WITH = ("INSERT INTO", "UPDATE ", "DELETE FROM")


def for_all(response: HttpResponse) -> HttpResponse:
    """Offer a page to the cache: all signed-out visitors get it, without a token, a name or a nonce."""
    response.is_for_all = True  # type: ignore[attr-defined]
    return response


class PageCacheMiddleware:
    """Answer from the kept pages before any other part of the site is asked.

    A page is kept under its host, address and elder mode; its address holds the language. A browser with a cookie of
    its own, such as that of a session, always gets a fresh one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.shared_cookies = {ELDER_COOKIE, settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The key is made first: a page that was begun before a change is kept under the version before it.
        key = self._key(request)
        if key and (kept := _ask(lambda pages: pages.get(key))):
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if key and getattr(response, "is_for_all", False) and response.status_code == 200 and not response.cookies:
            kept = (response.content, dict(response.items()))
            _ask(lambda pages: pages.set(key, kept, SECONDS))
        return response

    def _key(self, request: HttpRequest) -> str:
        """Return where the answer is kept; an empty text if it is not."""
        # Wagtail's request for a preview has no query string at all.
        is_plain = request.method == "GET" and request.META.get("QUERY_STRING") == ""
        if not is_plain or not get_language_from_path(request.path_info):
            return ""
        if not self.shared_cookies.issuperset(request.COOKIES):
            return ""
        try:
            address = request.build_absolute_uri(request.path)
        except DisallowedHost:
            return ""
        version = _ask(lambda pages: pages.get_or_set(VERSION, lambda: token_hex(8), None))
        return version and sha256(f"{version} {elder_mode(request)} {address}".encode()).hexdigest()


def forget() -> None:
    """Drop all kept pages, in all processes. A full disk does not hinder it: it deletes."""
    _ask(lambda pages: pages.delete(VERSION))


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Drop the kept pages when this connection commits a write; a receiver of `connection_created`."""
    if _note_writes not in connection.execute_wrappers:  # it stays when the connection is opened again
        connection.execute_wrappers.append(_note_writes)


def _note_writes(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    if not isinstance(sql, str) or _is_seen(sql.lstrip()):
        connection = context["connection"]
        waiting = connection.run_on_commit
        # Once is enough, for any number of writes: a part that is rolled back takes its own entry with it.
        if not waiting or waiting[-1][1] is not forget:
            connection.on_commit(forget)
    return result


def _is_seen(sql: str) -> bool:
    """Return whether a kept page may show what this statement writes; one of an unknown kind may."""
    if sql.startswith(_READS):
        return False
    if sql.startswith("WITH"):
        return any(words in sql for words in _WRITE_BELOW_WITH)
    written = _WRITTEN.match(sql)
    return written is None or not written[1].startswith(QUIET)


def _ask(question: Callable[[Any], Any]) -> Any:
    """Return the cache's answer, or None from one that fails: then the page is made, as without a cache."""
    try:
        return question(caches["pages"])
    except Exception as error:  # a full disk, a server that is down: each backend has errors of its own
        logger.warning("The cache of pages fails: %r", error)
        return None
