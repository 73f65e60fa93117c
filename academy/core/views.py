import logging

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import translate_url
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.core import health as health_of_parts
from academy.core.files import send_file
from academy.core.http import safe_next
from academy.core.look import ELDER_COOKIE, ELDER_COOKIE_AGE, ELDER_SIZES, keep_language

logger = logging.getLogger(__name__)


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Return 200 while people can check in: `ok`, or `degraded` with the parts that failed.

    503 `down` if the database cannot be read. A proxy or a container's health check must not take the pages away
    because a disk is full or the worker is dead: check-in needs neither.
    """
    try:
        failed = health_of_parts.failed_parts(timezone.now())
    except DatabaseError:
        logger.exception("health: the database cannot be read")
        return JsonResponse({"status": "down", "failed": ["database"]}, status=503)
    if failed:
        return JsonResponse({"status": "degraded", "failed": failed})
    return JsonResponse({"status": "ok"})


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send an uploaded picture. A new picture gets a new name, so browsers may keep it for a month."""
    response = send_file(request, default_storage.path(path))
    response.headers["Cache-Control"] = "public, max-age=2592000"
    return response


def not_found(request: HttpRequest) -> HttpResponse:
    """Return 404 for an address of a library that the product does not offer."""
    raise Http404


# The two switches below are plain links (GET), since cached pages hold no CSRF token. They change only how this one
# browser shows the pages.


@never_cache
@require_safe
def set_elder_mode(request: HttpRequest) -> HttpResponse:
    """Store elder mode in this browser: `?on=1`, or `?on=2` for even larger text (V5).

    Any other value ends elder mode.
    """
    response = HttpResponseRedirect(safe_next(request) or "/")
    if (size := request.GET.get("on", "")) in ELDER_SIZES:
        response.set_cookie(
            ELDER_COOKIE, size, ELDER_COOKIE_AGE, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


@never_cache
@require_safe
def set_language(request: HttpRequest) -> HttpResponse:
    """Store the language `?to=` in this browser, and redirect to the same page in that language."""
    address = safe_next(request) or "/"
    language = request.GET.get("to", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(address)
    # Resolve the address in the language of its own prefix, not in the language of the cookie.
    with translation.override(translation.get_language_from_path(address.partition("?")[0])):
        response = HttpResponseRedirect(translate_url(address, language))
    keep_language(request, response, language)
    return response
