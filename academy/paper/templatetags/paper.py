import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from academy.paper.codes import Level, qr_svg
from academy.paper.fonts import is_shaped

register = template.Library()


@register.simple_tag(takes_context=True)
def qr(context: Context, text: str, level: Level = "Q") -> SafeString:
    """Return a code for paper, or its room on a blank: ``{% qr sheet.url %}``. CSS sets the size."""
    if "blank_part" in context:
        return format_html('<svg class="qr" viewBox="0 0 1 1" data-code="{}" data-level="{}"></svg>', text, level)
    return qr_svg(text, level=level)


@lru_cache
def _static_svg(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise template.TemplateSyntaxError(f"No drawing {name!r} in static.")
    return Path(str(path)).read_text(encoding="utf-8").strip()


@register.simple_tag
def emblem() -> SafeString:
    """Return our mark for paper: ``{% emblem %}``. CSS sets the size."""
    return mark_safe(_static_svg("icons/mark.svg").replace("<svg ", '<svg class="emblem" ', 1))


@register.simple_tag
def drawing(name: str) -> SafeString:
    """Return one of our drawings for paper, in its light colours: ``{% drawing "neighbours" %}``."""
    svg = re.sub(r"@media[^{]*\{.*\}(?=</style>)", "", _static_svg(f"covers/{name}.svg"), flags=re.DOTALL)
    return mark_safe(svg.replace("<svg ", '<svg class="drawing" ', 1))


@register.filter
def type_size(text: str, fits: int = 18) -> str:
    """Return the CSS class for the width of `text`; `fits` Chinese characters fit in the largest type."""
    width = sum(map(_width, text))
    return "longest" if width > 1.8 * fits else "long" if width > fits else ""


def _width(character: str) -> float:
    """Return about how wide a character is, beside a Chinese one. Marks take no room of their own."""
    if "\u0600" <= character <= "\u06ff":
        return 0.42
    if unicodedata.category(character).startswith("M"):
        return 0
    return 1 if ord(character) > 0x2E7F else 0.55


@register.filter
def joined(text: str) -> str:
    """Return the CSS class for a spaced text whose letters join: space between them would tear them apart."""
    return "joined" if is_shaped(text) else ""
