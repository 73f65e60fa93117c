import logging
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware import locale
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from academy.core.look import current_language, keep_language

logger = logging.getLogger(__name__)


class LocaleMiddleware(locale.LocaleMiddleware):
    """Choice of the language: the path's prefix, the cookie, the page that led here, or the default.

    A first visit to a page under `/en/` sets no cookie, since all visitors get that page. The first link from there to
    an address without a prefix does.

    Django's middleware would redirect each unknown address to one with a language prefix, which is unknown too. It also
    reads `Accept-Language`, and so would show English to a Chinese reader whose phone was sold with English settings.
    """

    def process_request(self, request: HttpRequest) -> None:
        language = translation.get_language_from_path(request.path_info)
        translation.activate(language or self._chosen(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", current_language())
        language = self._followed(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if language and is_page and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
            keep_language(request, response, language)
        # The language and elder mode are cookies: a cache in between must not give one visitor's page to another.
        patch_vary_headers(response, ("Cookie",))
        return response

    @classmethod
    def _chosen(cls, request: HttpRequest) -> str:
        return _in_cookie(request) or cls._followed(request) or settings.LANGUAGE_CODE

    @staticmethod
    def _followed(request: HttpRequest) -> str:
        """Return the language of our page whose link a first visitor followed here; empty for all others."""
        if _in_cookie(request) or translation.get_language_from_path(request.path_info):
            return ""
        host = request.META.get("HTTP_HOST", request.META["SERVER_NAME"])
        scheme, _, path = request.META.get("HTTP_REFERER", "").partition(f"://{host}/")
        return (translation.get_language_from_path(f"/{path}") or "") if scheme in ("http", "https") else ""


def _in_cookie(request: HttpRequest) -> str:
    try:
        return translation.get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return ""


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Strict policy, except in Wagtail's admin: its screens run inline scripts, and frame a preview.

    A page that shows players of other sites names their origins in `request.framed_sites`.
    """

    def get_policy_parts(self, request: HttpRequest, response: Any, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only and request.path_info.startswith("/admin/"):
            parts.config = settings.CONTENT_SECURITY_POLICY_ADMIN
        if getattr(request, "is_preview", False):  # Wagtail's mark of the page inside the editor's frame
            parts.replace = {**(parts.replace or {}), "frame-ancestors": [SELF]}
        if framed := getattr(request, "framed_sites", None):
            parts.update = {**(parts.update or {}), "frame-src": sorted(framed)}
        return parts


class LibraryInputMiddleware:
    """Answer 400 if a library raises an error over input that no page sends.

    Wagtail's screens trust the ids and fields of their own forms, and formsets the ids of their rows. A validation
    error that leaves a view is one of these, and so is a number or a day that no column holds, such as one of the year
    1; any other error counts only without a line of ours in its trace. The rest stays an error 500. All errors are
    logged in full.
    """

    OURS = tuple(str(settings.BASE_DIR / room) + "/" for room in ("academy", "cms", "demo"))
    INPUT_ERRORS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, DataError)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_input = isinstance(exception, (ValidationError, OverflowError))
        if not is_input and not self._is_of_wagtail(request, exception):
            return None
        logger.error("A library cannot read a request to %s", request.path_info[:200], exc_info=exception)
        return render(request, "400.html", status=400)

    def _is_of_wagtail(self, request: HttpRequest, exception: Exception) -> bool:
        if not request.path_info.startswith("/admin/") or not isinstance(exception, self.INPUT_ERRORS):
            return False
        return not any(name.startswith(self.OURS) for name in _files_of(exception))


def _files_of(exception: Exception) -> list[str]:
    """Return the files whose lines raised the exception, the outermost first."""
    trace, names = exception.__traceback__, []
    while trace is not None:
        names.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    return names
