"""Limits on what a request may send, judged by its headers before a byte of its body is read.

Django reads a form before it checks the CSRF token, and writes its files to disk while reading. Up to the small limit
it keeps them in memory: a stranger cannot fill the disk.
"""

import errno
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from academy.core.quotas import NO_ROOM
from academy.core.refusals import Refusal

logger = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

UPLOADS = "/admin/"  # Wagtail's own views take pictures and documents

TOO_LARGE = _(
    "This is larger than the %(most)s MB that this page accepts. Go back, choose a smaller file or picture, and send "
    "the form again. A long video is better put on a video site."
)
SIGNED_OUT = _(
    "You were signed out, and nothing was sent. Please sign in, then fill in the form and choose your pictures again."
)
UNKNOWN_LENGTH = Refusal(
    "unknown_length", _("The request does not say how long it is. Send it again, with another browser if need be.")
)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_LONGEST_NUMBER = 18  # digits; more would take long to read, and are refused by Python


def takes_files(view: View) -> View:
    """Mark a view whose form sends files: signed-in users may send `UPLOAD_MOST_BYTES` to it."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_from_strangers(most: int) -> Callable[[View], View]:
    """Return a decorator for a view whose form sends visitors' files, `most` bytes at once.

    The bytes wait on the disk while the request is answered, so that each thread of the server holds one such request.
    """

    def mark(view: View) -> View:
        view.takes_from_strangers = most  # type: ignore[attr-defined]
        return view

    return mark


class BodySizeMiddleware:
    """Refuse requests that are too large for their address: 413 `too_large`, 411 `unknown_length`.

    The limit is `FILE_UPLOAD_MAX_MEMORY_SIZE`, or that of `takes_from_strangers`; and `UPLOAD_MOST_BYTES` for
    signed-in users at addresses that take files.

    This middleware is the first, so that no other `process_view` reads the body before it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> HttpResponse | None:
        # Not `request.headers`, which parses each header of each request.
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return _refuse(request, UNKNOWN_LENGTH, 411)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return _refuse(request, UNKNOWN_LENGTH, 411)
        if len(length) > _LONGEST_NUMBER:
            return _refuse(request, _too_large(request, view), 413)
        if int(length) <= max(settings.FILE_UPLOAD_MAX_MEMORY_SIZE, getattr(view, "takes_from_strangers", 0)):
            return None
        if int(length) <= settings.UPLOAD_MOST_BYTES and _takes_files(request, view):
            if request.user.is_authenticated:
                return None
            if not request.path_info.startswith(UPLOADS) and not _wants_json(request):
                messages.warning(request, SIGNED_OUT, fail_silently=True)
                return redirect_to_login(request.get_full_path())
        return _refuse(request, _too_large(request, view), 413)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refuse with 507 `no_room` if the disk of uploads is full: the view's transaction was undone."""
        if not (isinstance(exception, OSError) and exception.errno in _FULL):
            return None
        logger.error("no_room: %s %s", request.path, exception.strerror)
        return _refuse(request, NO_ROOM, 507)


def _too_large(request: HttpRequest, view: Any) -> Refusal:
    files = _takes_files(request, view) and request.user.is_authenticated
    strangers = max(settings.FILE_UPLOAD_MAX_MEMORY_SIZE, getattr(view, "takes_from_strangers", 0))
    most = settings.UPLOAD_MOST_BYTES if files else strangers
    return Refusal("too_large", str(TOO_LARGE % {"most": most >> 20}))


def _takes_files(request: HttpRequest, view: Any) -> bool:
    return request.path_info.startswith(UPLOADS) or getattr(view, "takes_files", False)


def _wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or "X-Requested-With" in request.headers


def _refuse(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"code": refusal.code, "sentence": str(refusal)}, status=status)
    return render(request, "413.html", {"refusal": refusal}, status=status)
