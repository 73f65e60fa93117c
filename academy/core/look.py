"""Elder mode of this browser, kept in a display cookie without personal data, and its language."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.core import formats, workdays

ELDER_COOKIE: Final = "elder"
ELDER_COOKIE_AGE: Final = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer
# V5: main text of 24 px, or of 30 px.
ELDER_SIZES: Final = ("1", "2")

# Renditions of a cover: for a phone, which loads about five of them with a list, together 60 KB at most; and for wider
# screens of one and of two dots a pixel. JPEG, since iOS 12 shows no WebP; a drawing stays one.
COVER_SIZES = (
    "fill-480x270|format-jpeg|jpegquality-50|atmost-9000|preserve-svg",
    "fill-640x360|format-jpeg|jpegquality-75|preserve-svg",
    "fill-1280x720|format-jpeg|jpegquality-75|preserve-svg",
)
# The names under which Wagtail stores the renditions of photos and of drawings, to fetch them with their pictures.
STORED_COVERS = tuple(
    stored for size in COVER_SIZES for stored in (size.removesuffix("|preserve-svg"), size.partition("|")[0])
)


def elder_mode(request: HttpRequest) -> str:
    """Return the size of elder mode, ``1`` or ``2``; an empty text if it is off.

    The cache of pages has it in its key.
    """
    value = request.COOKIES.get(ELDER_COOKIE, "")
    return value if value in ELDER_SIZES else ""


def keep_language(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    """Store the language in this browser, for the addresses without a language prefix."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        settings.LANGUAGE_COOKIE_AGE,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def current_language() -> str:
    """Return the language that this page or sheet is written in; the site's own where none is active."""
    return get_language() or settings.LANGUAGE_CODE


def day_in_year(date: dt.date) -> str:
    """Return the date with its year: 2026年1月10日."""
    return formats.day(date, current_language(), year=True)


def day_in_words(date: dt.date) -> str:
    """Return the date with its year and weekday: 2026年1月10日 周六."""
    return formats.day(date, current_language(), weekday=True, year=True)


def day_of(at: dt.datetime) -> str:
    """Return the local day of `at` with its year: 2026年1月10日."""
    return day_in_year(timezone.localdate(at))


def moment(at: dt.datetime) -> str:
    """Return the local day and time of `at` with the year: 2026年1月10日 9:00."""
    return f"{day_of(at)} {formats.clock(timezone.localtime(at))}"


def period(span: Any) -> str:
    """Return the time between `starts_at` and `ends_at` of `span` as text: 1月10日 周六 9:00–12:00."""
    starts_at, ends_at = timezone.localtime(span.starts_at), timezone.localtime(span.ends_at)
    year = {starts_at.year, ends_at.year} != {timezone.localdate().year}
    return formats.when(starts_at, ends_at, current_language(), year=year)


def lazy_day(date: dt.date, at: dt.datetime) -> Any:
    """Return the date with its weekday, lazily, so that each language writes its own form.

    The year is added if `at` is in another year.
    """
    year = date.year != timezone.localdate(at).year
    return lazy(lambda: formats.day(date, current_language(), weekday=True, year=year), str)()


def with_certainty(text: str, date: dt.date) -> str:
    """Return `text`, the written form of a counted `date`, with its certainty.

    It says so if the holidays of that year are not known. Pages, sheets and messages write every date that was counted
    in working days with it.
    """
    if workdays.is_known(date.year):
        return text
    return _("%(day)s (holidays of that year are not known yet)") % {"day": text}


def lazy_working_day(date: dt.date, at: dt.datetime) -> Any:
    """Return a date counted in working days as `lazy_day` does, with its certainty."""
    return lazy(lambda: with_certainty(str(lazy_day(date, at)), date), str)()
