"""Tags and filters for all pages: times, hours, icons and links."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.images.models import AbstractImage
from wagtail.images.shortcuts import get_rendition_or_not_found

from academy.core import formats, kept_forms, links, shown_hours, undo_messages, verbs
from academy.core.look import COVER_SIZES, current_language, with_certainty
from academy.core.sentences import close_up, join_sentences

register = template.Library()

SHARE_SIZE = "fill-1200x630"

# Pieces that stay on one line: a browser breaks between any two Chinese characters, and after a dash.
PIECES = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|周[一二三四五六日]"  # a date, a weekday
    r"|\d{1,2}:\d\d(?:–\d{1,2}:\d\d)?|\d+(?:\.\d+)? (?:小时|分钟|学时)"  # a time or both ends of one, a duration
    r"|\b0\d{2,3}-\d{3,8}\b|\bZM\d+-\d{4}-\d{6}\b|\bV\d{9,}\w?\b"  # numbers of a telephone, a paper, a person
)
TAGS = re.compile(r"(<[^>]*>)")


class Period(Protocol):
    starts_at: dt.datetime
    ends_at: dt.datetime


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


@register.filter
def yes_or_no(value: bool | None) -> str:
    """Return the word for a truth value; a dash if no answer is known yet."""
    return "—" if value is None else _("yes") if value else _("no")


register.filter("in_groups", verbs.in_groups)


@register.filter
def hours(minutes: int | None, community_id: int) -> str:
    """``{{ record.minutes|hours:record.community_id }}`` → 2.5, in the community's steps (H1)."""
    return "" if minutes is None else shown_hours.hours(minutes, community_id)


@register.filter
def duration(minutes: int | None) -> str:
    """``{{ record.minutes|duration }}`` → 2 小时 30 分钟."""
    return "" if minutes is None else formats.duration(minutes, current_language())


@register.filter
def in_pieces(text: str) -> SafeString:
    """``{{ one.minutes|duration|in_pieces }}``: a line breaks between 2 小时 and 30 分钟, and not within one."""
    return format_html_join(" ", "{}", ((_unbroken(" ".join(pair)),) for pair in _pairs(text.split())))


@register.filter
def clock(moment: dt.datetime | None) -> str:
    """``{{ visit.opened_at|clock }}`` → 9:03, local time."""
    return "" if moment is None else formats.clock(_local(moment))


def _pairs(words: list[str]) -> list[list[str]]:
    return [words[at : at + 2] for at in range(0, len(words), 2)]


def _unbroken(text: str) -> SafeString:
    """Return the text as HTML in one piece: a browser breaks between any two Chinese characters."""
    return format_html('<span class="nobr">{}</span>', text)


def _date_as_html(text: str) -> SafeString:
    """Return a date in one piece; with its year, which is long, a line may break before the weekday."""
    return whole_pieces(text) if "年" in text else _unbroken(text)


@register.filter
def whole_pieces(text: str) -> SafeString:
    """``{{ message.text|whole_pieces }}``: each date, time and number of a sentence stays on one line."""
    parts = TAGS.split(conditional_escape(text))
    for at in range(0, len(parts), 2):  # text, tag, text, …
        if at == 0 or "nobr" not in parts[at - 1]:
            parts[at] = PIECES.sub(lambda found: f'<span class="nobr">{found[0]}</span>', parts[at])
    return mark_safe("".join(parts))


@register.filter(is_safe=True)
@stringfilter
def closed_up(text: str) -> str:
    """``{% filter closed_up %}…{% endfilter %}``: no gap stands between Chinese sentences."""
    return close_up(text)


@register.filter
def in_a_row(sentences: Iterable[object]) -> str:
    """``{{ one.remarks|in_a_row }}`` → the sentences one after the other, as their language does."""
    return join_sentences(sentences)


def _day(date: dt.date, shape: str) -> str:
    if isinstance(date, dt.datetime):
        date = _local(date).date()
    year = "year" in shape or date.year != timezone.localdate().year
    return formats.day(date, current_language(), weekday="weekday" in shape, year=year)


@register.filter
def day(date: dt.date | None, shape: str = "") -> str:
    """``{{ record.effective_on|day }}`` → 12月1日, in one piece.

    ``|day:"weekday"`` adds the weekday, ``|day:"year"`` the year. A year other than this year is always shown. In a
    title, an option or an attribute, which hold no HTML, add `plain`: ``|day:"weekday plain"``.
    """
    if date is None:
        return ""
    text = _day(date, shape)
    return text if "plain" in shape else _date_as_html(text)


@register.filter
def moment(value: dt.date | None) -> str:
    """``{{ file.uploaded_at|moment }}`` → 12月1日 3:25 in local time, in one piece; a date without a time."""
    if not isinstance(value, dt.datetime):
        return day(value)
    return _unbroken(f"{_day(value, '')} {formats.clock(_local(value))}")


@register.filter
def month(first: dt.date) -> str:
    """``{{ bar.first|month }}`` → 11月. A year other than this year is always shown."""
    return formats.month(first, current_language(), year=first.year != timezone.localdate().year)


@register.filter
def near_day(moment: dt.datetime) -> str:
    """``{{ shift.starts_at|near_day }}`` → 今天 or 明天, else the date with its weekday."""
    words = {0: _("Today"), 1: _("Tomorrow")}
    return words.get((_local(moment).date() - timezone.localdate()).days) or day(moment, "weekday")


@register.filter
def working_day(date: dt.date | None, shape: str = "") -> str:
    """Return a date that was counted in working days as text: as `day` writes it, with its certainty."""
    return "" if date is None else with_certainty(_day(date, shape), date)


@register.filter("working_day")
def _working_day(date: dt.date | None, shape: str = "") -> str:
    """``{{ record.effective_on|working_day }}`` → a counted date as `day` writes it, with its certainty."""
    return "" if date is None else mark_safe(with_certainty(_unbroken(_day(date, shape)), date))


@register.simple_tag
def when(period: Period) -> SafeString:
    """``{% when shift %}`` → 1月10日 周六 9:00–12:00, for any object with `starts_at` and `ends_at`.

    A line breaks only between a date and its time.
    """
    starts_at, ends_at = _local(period.starts_at), _local(period.ends_at)
    this_year = timezone.localdate().year
    halves = formats.when_in_parts(
        starts_at, ends_at, current_language(), year={starts_at.year, ends_at.year} != {this_year}
    )
    return format_html_join(" ", "{}", ((_date_as_html(half),) for half in halves))


@lru_cache
def _drawing(name: str) -> str:
    path = finders.find(f"icons/{name}.svg")
    if path is None:
        raise template.TemplateSyntaxError(f"No icon {name!r} in static/icons.")
    drawing = Path(str(path)).read_text(encoding="utf-8").strip()
    return drawing.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1)


@register.simple_tag(takes_context=True)
def kept_form(context: template.Context) -> kept_forms.KeptForm | None:
    """``{% kept_form as kept %}`` → the unsent texts of this address (`core.kept_forms`)."""
    request = context.get("request")
    return None if request is None else kept_forms.kept_form(request)


@register.filter
def written(posted: QueryDict | None) -> list[str]:
    """``{{ request.POST|written }}`` → the texts of a refused form that a person wrote."""
    return kept_forms.readable(posted)


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "home" %}`` → one of our drawings, inline, to save a request. Put a word beside it."""
    return mark_safe(_drawing(name))


@register.inclusion_tag("components/cover.html")
def cover(image: AbstractImage | None, drawing: str, word: str = "") -> dict[str, object]:
    """``{% cover course.cover "course" %}`` → the picture, or our drawing of static/covers, as 16 : 9.

    A drawing may bear a word, as the tier of a course.

    It has no alternative text: the words beside it say what it is about. Fetch the renditions with the pictures
    (`prefetch_renditions`), or each cover costs a statement.
    """
    if image is None:
        return {"drawing": f"covers/{drawing}.svg", "word": word}
    phone, small, large = (get_rendition_or_not_found(image, size) for size in COVER_SIZES)
    return {"phone": phone, "small": small, "large": large}


@register.inclusion_tag("components/share.html")
def share_card(title: str, description: str, image: AbstractImage | None = None) -> dict[str, str]:
    """``{% share_card page.title page.intro page.cover %}`` → the tags that describe a shared link.

    Put it into the block `head`. A picture costs a statement; without one, our own stands there.
    """
    path = static("icons/share.png") if image is None else get_rendition_or_not_found(image, SHARE_SIZE).url
    return {"title": title, "description": description, "image": urljoin(settings.PUBLIC_URL, path)}


@register.filter
def act(message: Message) -> dict[str, str] | None:
    """``{% with undo=message|act %}`` → the address and the act of a message's button, if it has one."""
    return undo_messages.act_of(message)


@register.simple_tag
def link(page: str, *args: object) -> str:
    """``{% link "my_page" %}`` → the path of a page that an upper layer registered (`core.links`)."""
    return links.link_to(page, *args)
