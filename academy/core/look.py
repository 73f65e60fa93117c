"""Elder mode of this browser, kept in a display cookie that holds no personal data."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

ELDER_COOKIE: Final = "elder"
ELDER_COOKIE_AGE: Final = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer
# V5: main text of 24 px, or of 30 px.
ELDER_SIZES: Final = ("1", "2")


def elder_mode(request: HttpRequest) -> str:
    """Return the size of elder mode, ``1`` or ``2``; an empty text if it is off.

    The cache of pages has it in its key.
    """
    value = request.COOKIES.get(ELDER_COOKIE, "")
    return value if value in ELDER_SIZES else ""


def current_language() -> str:
    """Return the language that this page or sheet is written in; the site's own where none is active."""
    return get_language() or settings.LANGUAGE_CODE
