"""A seeded stream of hostile requests to every address and form; none may be answered by 500.

Each request changes few things of a good one: parts of the path, fields of the query or of a form as the page renders
it, headers, cookies, or the JSON of a scanner. All of them are undone.
"""

import random
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.utils import timezone

from academy.activities.models import Activity
from academy.checkin.services import devices
from academy.people.models import Volunteer
from tests.checkin.scanner import Scanner
from tests.test_permission_matrix import MATRIX, ROLES, routes

TEXTS = (
    "\0",
    "王\0英",
    "9" * 5_000,
    "9" * 30,
    "9" * 18,
    "-1",
    "0",
    "",
    " ",
    "\N{KELVIN SIGN}",
    "\u202e\u200b\ufeff",
    "𠮷" * 300,
    "x" * 300,
    "x" * 5_000,
    "a/b/c",
    "../../etc/passwd",
    "---",
    "%",
    "%00",
    "'\"><b>",
    "{{7*7}}",
    "null",
    "[]",
    "{}",
    "true",
    "²",
    "٣",
    "1.5",
    "1E+999999999",
    "1E-999999999",
    "NaN",
    "Infinity",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "24:00",
    "99:99",
    "00000000-0000-0000-0000-000000000000",
    "1,2,3",
    "1:in:00000000-0000-0000-0000-000000000000",
    "99999999999999999999:in:00000000-0000-0000-0000-000000000000",
    "all",
    "xlsx",
    "\r\nSet-Cookie: a=b",
)
VALUES = (*TEXTS, None, 0, -1, 1.5, 10**30, 2**53, 1e308, True, [], {}, [[[]]], {"a": None}, ["x"] * 50)
# Names that views read from an address, beside the fields of the forms on their pages.
NAMES = (
    *("p", "q", "who", "shift", "code", "claim", "id", "next", "and", "scan", "page", "export", "ordering", "order_by"),
    *("state", "all", "since", "until", "sheet", "about", "overdue", "on", "to", "locale", "tag", "collection_id"),
    *("page_type", "user_perms", "per_page", "is_searching", "layout", "multiple", "action", "timestamp_from"),
)
HEADERS = ("Range", "If-Modified-Since", "If-None-Match", "Accept-Language", "Referer", "X-Requested-With", "Accept")
COOKIES = ("sessionid", "browser", "grace", "csrftoken", "elder", "django_language", "messages")
JSON = {"content_type": "application/json"}
_PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


_NO_SIGNS = str.maketrans("", "", "^$\\")


class _Fields(HTMLParser):
    """The forms of a page: each with its address and the values that a browser would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append((given.get("method", "get").lower(), given.get("action", ""), {}))
        elif self.forms and tag == "select":
            self._select = name
            self.forms[-1][2].setdefault(name, "")
        elif (
            self.forms
            and tag == "option"
            and self._select
            and ("selected" in given or not self.forms[-1][2][self._select])
        ):
            self.forms[-1][2][self._select] = given.get("value", "")
        elif self.forms and name and tag in ("input", "textarea", "button"):
            is_sent = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if is_sent and name != "csrfmiddlewaretoken":
                self.forms[-1][2].setdefault(name, given.get("value", ""))


class Hostile:
    """The stream of requests. `failures`: an example of a request by the place that raised."""

    def __init__(self, world: SimpleNamespace, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.failures: dict[str, str] = {}
        self.sent = 0
        self._raised: list[BaseException] = []
        got_request_exception.connect(self._note, weak=False, dispatch_uid="hostile")

    def close(self) -> None:
        got_request_exception.disconnect(dispatch_uid="hostile")

    def _note(self, **_given: Any) -> None:
        error = sys.exc_info()[1]
        assert error is not None
        self._raised.append(error)

    # Making requests

    def attack(self, route: str, address: str, role: str, *, times: int) -> None:
        """Send `times` hostile requests to one address, as a user with that role."""
        method, _blank, path = address.rpartition(" ")
        path = path.format(**self.world.ids)
        forms = list(self._forms(path, role)) if method != "POST" else []
        for _time in range(times):
            kind = self.random.choice(("path", "query", "query", "post", "post", "header"))
            if kind == "path":
                self._send("GET", self._other_path(route, path), role)
            elif kind == "header":
                self._send("GET", path, role, spoiled=True)
            elif kind == "query":
                names = [name for form in forms if form[0] == "get" for name in form[2]] or list(NAMES)
                chosen = {
                    self._pick([*names, *NAMES]): self._pick(TEXTS) for _field in range(self.random.randint(1, 3))
                }
                self._send("GET", f"{path.partition('?')[0]}?{urlencode(chosen)}", role)
            else:
                self._post(path, forms, role)

    def _post(self, path: str, forms: list[tuple[str, str, dict[str, str]]], role: str) -> None:
        posted = [form for form in forms if form[0] == "post"]
        _method, action, fields = self._pick(posted) if posted else ("post", "", {})
        data = dict(fields)
        names = list(data) or [self._pick(NAMES)]
        for name in self.random.sample(names, min(len(names), self.random.randint(1, 3))):
            data[name] = self._pick(TEXTS)
        target = action if action.startswith("/") else path
        if "logout" not in target:
            self._send("POST", target, role, data)

    def _other_path(self, route: str, path: str) -> str:
        """Return the path with one or all of its variable parts replaced."""
        parts = path.partition("?")[0].split("/")
        places = [at for at, part in enumerate(route.strip("^$").split("/")) if _PARAMETER.search(part)]
        places = [at + 1 for at in places if at + 1 < len(parts)] or [len(parts) - 1]
        for place in self.random.sample(places, self.random.randint(1, len(places))):
            parts[place] = quote(self._pick(TEXTS)[:400], safe="")
        return "/".join(parts)

    def _forms(self, path: str, role: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        response = self._send("GET", path, role)
        if response is not None and not response.streaming and "html" in response.get("Content-Type", ""):
            yield from _Fields(response.content.decode()).forms

    def _send(
        self, method: str, path: str, role: str, data: dict[str, str] | None = None, *, spoiled: bool = False
    ) -> Any:
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE_NAME] = self.world.sessions[role]
        headers = {}
        if spoiled:
            headers = {
                self._pick(HEADERS): self._pick(("bytes=" + "9" * 4_500 + "-", *TEXTS)).encode().decode("latin-1")
            }
            client.cookies[self._pick(COOKIES)] = self._pick(TEXTS)[:4_000].encode().decode("latin-1")
        return self._judged(method, path, client, role, data=data, headers=headers)

    def _judged(self, method: str, path: str, client: Client, role: str, **given: Any) -> Any:
        self._raised.clear()
        self.sent += 1
        data, headers = given.get("data"), given.get("headers")
        response = None
        try:
            with transaction.atomic():
                if method == "GET":
                    response = client.get(path, headers=headers)
                else:
                    response = client.post(path, data, **given.get("more", {}), headers=headers)
                if response.streaming:
                    list(response)
                transaction.set_rollback(True)
        except Exception as error:
            self._raised.append(error)
        if self._raised or response is None or response.status_code == 500:
            error = self._raised[0] if self._raised else None
            self.failures.setdefault(
                _place(error), f"{role} {method} {path[:200]} {str(data)[:300]} {headers}: {error!r}"[:900]
            )
        return response

    def sync(self, *, times: int) -> None:
        """Send hostile batches of a scanner. A good scan in the same batch must be stored all the same."""
        activity = Activity.objects.get(pk=self.world.ids["activity"])
        now = timezone.now()
        scanner = Scanner(activity, activity.leader.user, issued_at=now)
        token = devices.token_of(scanner.device)
        for _time in range(times):
            good = scanner.scan("in", now, tick=Volunteer.objects.get(pk=self.world.ids["volunteer"]))
            bad = scanner.scan("in", now, card="0" * 16)
            for name in self.random.sample(sorted(bad), self.random.randint(1, 3)):
                bad[name] = self._pick(VALUES)
            if self.random.random() < 0.7:  # as a scanner with a strange clock signs it
                bad["mac"] = scanner.mac({name: str(value) for name, value in bad.items()})
            body: dict[str, Any] = scanner.body(bad, good, at=now)
            spoiled = self.random.choice((None, None, *body, "steady", "run"))
            if spoiled:
                body[spoiled] = self._pick(VALUES)
            given = {"data": body, "headers": {"Authorization": f"Device {token}"}, "more": JSON}
            answer = self._judged("POST", "/checkin/sync/", Client(raise_request_exception=False), "device", **given)
            if not spoiled and answer is not None and answer.status_code == 200:
                assert answer.json()["results"][1]["outcome"] == "accepted", body

    def _pick(self, of: Any) -> Any:
        return self.random.choice(list(of))


def all_routes() -> list[tuple[str, str, list[str]]]:
    """Return each route of the project with one of its addresses, and the roles that may open it."""
    found = []
    for route, _pattern in routes():
        if route in MATRIX:
            address, who = MATRIX[route]
            letters = zip(ROLES, who.split(), strict=True)
            found.append((route, address, [role for role, letter in letters if letter in "o>"] or ["administrator"]))
        elif route.startswith(("admin/", "documents/")):  # Wagtail's own
            found.append((route, "/" + _PARAMETER.sub("1", route).translate(_NO_SIGNS), ["administrator", "trainer"]))
    return found


def _place(error: BaseException | None) -> str:
    """Return the innermost line of ours, or the last one, at which an exception was raised."""
    if error is None:
        return "500"
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "/academy/" in name or "/cms/" in name or not place:
            place = f"{name.rpartition('/site-packages/')[2]}:{trace.tb_lineno}"
        last = f"{name.rpartition('/site-packages/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place} ({last})"
