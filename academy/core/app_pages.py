"""The academy on a phone's home screen, and on a phone without a network."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.core.look import current_language

GROUND = "#faf6ef"


@require_safe
def send_manifest(request: HttpRequest) -> JsonResponse:
    """Send `/manifest.webmanifest`: the name and the icons for a phone's home screen."""
    icons = [
        {"src": static(f"icons/mark-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "name": _("Volunteer academy"),
            "short_name": _("Volunteer academy"),
            "lang": current_language(),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            # Not `standalone`: an iPhone keeps cookies of such a page apart, so that people would be signed out.
            "display": "minimal-ui",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@never_cache
@require_safe
def send_service_worker(request: HttpRequest) -> HttpResponse:
    """Send `/sw.js`, which shows the page of `show_offline` while there is no network.

    A service worker serves only addresses below its own, so it has this address.
    """
    page = reverse("core:offline")
    files = [page, static("css/site.css"), static("icons/mark.svg")]
    context = {"files": json.dumps(files), "page": page, "release": release_of(files)}
    return render(request, "core/sw.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def show_offline(request: HttpRequest) -> HttpResponse:
    """Show `/offline/`, the same page for all readers: a phone keeps it, and shows it in either language."""
    return HttpResponse(_offline_page())


def release_of(files: list[str]) -> str:
    """Return the name under which phones keep these files: another one for each release that changes them."""
    content = "\n".join([*files, _offline_page()])
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _offline_page() -> str:
    return render_to_string("core/offline.html")
