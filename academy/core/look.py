"""How this browser asked to be shown: elder mode and language. Display cookies, never a person's data."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

ELDER_COOKIE: Final = "elder"
ELDER_COOKIE_AGE: Final = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer
# V5: main text of 24 px, and of 30 px for whoever asks for more.
ELDER_SIZES: Final = ("1", "2")


def elder_mode(request: HttpRequest) -> str:
    """The elder mode's size, ``1`` or ``2``, or nothing when it is off. Part of a cached page's key."""
    value = request.COOKIES.get(ELDER_COOKIE, "")
    return value if value in ELDER_SIZES else ""


def current_language() -> str:
    """Return the language that this page or sheet is written in; the site's own where none is active."""
    return get_language() or settings.LANGUAGE_CODE
