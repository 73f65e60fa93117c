"""Tags and filters for all pages: times, hours, icons and links."""

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django import template
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import AbstractImage
from wagtail.images.shortcuts import get_rendition_or_not_found

from academy.core import formats, links, shown_hours
from academy.core.look import current_language, with_certainty

register = template.Library()

COVER_SIZES = ("fill-640x360", "fill-1280x720")  # for screens of one and of two dots a pixel


class Period(Protocol):
    starts_at: dt.datetime
    ends_at: dt.datetime


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


@register.filter
def hours(minutes: int | None, community_id: int) -> str:
    """``{{ record.minutes|hours:record.community_id }}`` → 2.5, in the community's steps (H1)."""
    return "" if minutes is None else shown_hours.hours(minutes, community_id)


@register.filter
def duration(minutes: int | None) -> str:
    """``{{ record.minutes|duration }}`` → 2 小时 30 分钟."""
    return "" if minutes is None else formats.duration(minutes, current_language())


@register.filter
def clock(moment: dt.datetime | None) -> str:
    """``{{ visit.opened_at|clock }}`` → 9:03, local time."""
    return "" if moment is None else formats.clock(_local(moment))


@register.filter
def day(date: dt.date | None, shape: str = "") -> str:
    """``{{ record.effective_on|day }}`` → 12月1日.

    ``|day:"weekday"`` adds the weekday, ``|day:"year"`` the year. A year other than this year is always shown.
    """
    if date is None:
        return ""
    if isinstance(date, dt.datetime):
        date = _local(date).date()
    year = shape == "year" or date.year != timezone.localdate().year
    return formats.day(date, current_language(), weekday=shape == "weekday", year=year)


@register.filter
def working_day(date: dt.date | None, shape: str = "") -> str:
    """``{{ record.effective_on|working_day }}`` → a counted date as `day` writes it, with its certainty."""
    return "" if date is None else with_certainty(day(date, shape), date)


@register.simple_tag
def when(period: Period) -> str:
    """``{% when shift %}`` → 1月10日 周六 9:00–12:00, for any object with `starts_at` and `ends_at`."""
    starts_at, ends_at = _local(period.starts_at), _local(period.ends_at)
    this_year = timezone.localdate().year
    return formats.when(starts_at, ends_at, current_language(), year={starts_at.year, ends_at.year} != {this_year})


@lru_cache
def _drawing(name: str) -> str:
    path = finders.find(f"icons/{name}.svg")
    if path is None:
        raise template.TemplateSyntaxError(f"No icon {name!r} in static/icons.")
    drawing = Path(str(path)).read_text(encoding="utf-8").strip()
    return drawing.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "home" %}`` → one of our drawings, inline, to save a request. Put a word beside it."""
    return mark_safe(_drawing(name))


@register.inclusion_tag("components/cover.html")
def cover(image: AbstractImage | None, drawing: str) -> dict[str, object]:
    """``{% cover course.cover "course" %}`` → the picture, or our drawing of static/covers, as 16 : 9.

    It has no alternative text: the words beside it say what it is about. Fetch the renditions with the pictures
    (`prefetch_renditions`), or each cover costs a statement.
    """
    if image is None:
        return {"drawing": f"covers/{drawing}.svg"}
    small, large = (get_rendition_or_not_found(image, size) for size in COVER_SIZES)
    return {"small": small, "large": large}


@register.simple_tag
def link(page: str, *args: object) -> str:
    """``{% link "my_page" %}`` → the path of a page that an upper layer registered (`core.links`)."""
    return links.link_to(page, *args)
