"""Texts of a form come back after signing in again, if the session ended meanwhile (ADR 53).

The middleware gives the texts of such a POST back to the browser as a sealed cookie of the form's own address, for a
quarter of an hour. The page of the form shows them once the user is signed in, who looks and taps once more. A cookie
costs no row: forms that strangers send fill no table.
"""

import hashlib
import json
import re
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from academy.core import encryption
from academy.core.http import page_of

COOKIE = "kept_form"
SECONDS = 15 * 60
MOST_BYTES = 3500  # sealed; browsers refuse cookies of more than 4096 with their name and path
MOST_FILES = 5

KEPT = _("You were signed out, and nothing was sent. Sign in again: what you wrote comes back for 15 minutes.")
NOT_DONE = _("You were signed out, and nothing was done. Sign in again, then tap once more.")
LOST = _("You were signed out, and nothing was sent. It was too long to keep: please write it once more.")

# Parts of the names of fields that are not kept.
_SECRET = ("csrfmiddlewaretoken", "password", "code", "next", "private")
_FIGURES = {"arrived", "left", "came", "until", "hours", "heads"}  # fields whose figures people type
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MACHINE = re.compile(r"on|[0-9]{1,10}|[0-9]{12,17}|[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*-[0-9A-Za-z-]+|[0-9A-Za-z_-]{16,}")


@dataclass(frozen=True)
class KeptForm:
    """The texts of a form that was not accepted, and the names of files, which no browser keeps."""

    page: str  # the address of the form
    texts: dict[str, list[str]] = field(default_factory=dict)  # empty if they were too long to keep
    files: list[str] = field(default_factory=list)

    @property
    def readable(self) -> list[str]:
        return readable(self.texts)


class KeptFormMiddleware:
    """Keep the texts of a POST that is answered with the sign-in page, and drop them at the next POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        has_kept = any(name.startswith(COOKIE) for name in request.COOKIES)
        if request.method == "GET" and has_kept:
            add_never_cache_headers(response)  # a page that may show the texts is no page for others
        if request.method != "POST" or request.path_info.startswith("/accounts/"):
            return response
        leads_to_sign_in = _leads_to_sign_in(response) and _is_read(request)
        if not leads_to_sign_in and not has_kept:
            return response
        page = page_of(request)
        if leads_to_sign_in:
            if _next_of(response) != request.get_full_path():
                page = _next_of(response)  # the view knows which page holds its form
            response = redirect_to_login(page)
            if readable(request.POST) or _has_figures(request.POST) or request.FILES:
                _keep(request, response, page)
            elif settings.SESSION_COOKIE_NAME in request.COOKIES:
                messages.warning(request, NOT_DONE)
        elif cookie_of(page) in request.COOKIES:
            response.delete_cookie(cookie_of(page), path=_path_of(page), samesite="Lax")
        return response


def typed_before(request: HttpRequest) -> dict[str, Any]:
    """Return the kept texts of the form at this address, as `initial` of the form; empty without them."""
    return {name: values[-1] for name, values in _kept_texts(request).items()}


def typed_now_or_before(request: HttpRequest) -> QueryDict:
    """Return what a POST sends, else the kept texts, for a page that reads rows of its own."""
    if request.method == "POST":
        return request.POST
    typed = QueryDict(mutable=True)
    for name, values in _kept_texts(request).items():
        typed.setlist(name, values)
    return typed


def _kept_texts(request: HttpRequest) -> dict[str, list[str]]:
    kept = kept_form(request)
    if kept is None or not kept.texts:
        return {}
    request.typed_is_back = True  # type: ignore[attr-defined]  # base.html says where it stands
    return kept.texts


def kept_form(request: HttpRequest) -> KeptForm | None:
    """Return the kept form of this address; None without it, after `SECONDS`, or if it cannot be read."""
    sealed = request.COOKIES.get(cookie_of(request.get_full_path()))
    if sealed is None or request.method != "GET":
        return None
    try:
        kept = json.loads(zlib.decompress(encryption.unseal_bytes(sealed.encode())))
    except (encryption.DecryptionError, zlib.error):
        return None
    if time.time() - kept["at"] > SECONDS or kept["page"] != request.get_full_path():
        return None
    return KeptForm(kept["page"], kept["texts"], kept["files"])


def readable(texts: dict[str, list[str]] | QueryDict | None) -> list[str]:
    """Return those of a form's texts that a person wrote, without ids, ticks, secrets and repetitions."""
    lists = texts.lists() if isinstance(texts, QueryDict) else (texts or {}).items()
    written = [value.strip() for name, values in lists if not _is_secret(name) for value in values]
    return list(dict.fromkeys(value for value in written if value and not _MACHINE.fullmatch(value)))


def _keep(request: HttpRequest, response: HttpResponse, page: str) -> None:
    # Not the ids of acts, which fill most of a long form: nothing was stored, so the page makes others.
    texts = {name: values for name, values in request.POST.lists() if not _is_secret(name) and not _are_ids(values)}
    files = [str(file.name)[-120:] for _field, many in request.FILES.lists() for file in many][:MOST_FILES]
    sealed = _sealed(page, texts, files)
    is_whole = len(sealed) <= MOST_BYTES
    if not is_whole:
        sealed = _sealed(page, {}, [])
    name, path = cookie_of(page), _path_of(page)
    response.set_cookie(name, sealed, SECONDS, path=path, secure=request.is_secure(), httponly=True, samesite="Lax")
    messages.warning(request, KEPT if is_whole else LOST)


def _sealed(page: str, texts: dict[str, list[str]], files: list[str]) -> str:
    # Compressed: a whole sheet of the roster fits.
    form = json.dumps({"page": page, "at": int(time.time()), "texts": texts, "files": files}, ensure_ascii=False)
    return encryption.seal_bytes(zlib.compress(form.encode(), 9)).decode()


def _is_read(request: HttpRequest) -> bool:
    """Return whether the body may be read: `core.bodies` turns a large one away, and says so itself."""
    return int(request.META.get("CONTENT_LENGTH") or 0) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    if response.status_code != 302 or "next=" not in response.headers.get("Location", ""):
        return False
    target = urlsplit(response.headers["Location"])
    return target.path == resolve_url(settings.LOGIN_URL) and "next=" in target.query


def _next_of(response: HttpResponseBase) -> str:
    """Return the address to which the sign-in page leads back."""
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))["next"]


def cookie_of(page: str) -> str:
    """Return the name of the page's cookie: of two cookies of one name, a browser sends both."""
    return f"{COOKIE}_{hashlib.sha256(page.encode()).hexdigest()[:12]}"


def _has_figures(texts: QueryDict) -> bool:
    """Return whether a person typed figures, such as times; in all other fields they are ids."""
    return any(name.partition("-")[0] in _FIGURES and any(values) for name, values in texts.lists())


def _are_ids(values: Sequence[str]) -> bool:
    return not any(value and not _UUID.fullmatch(value) for value in values)


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _SECRET)


def _path_of(page: str) -> str:
    return urlsplit(page).path
