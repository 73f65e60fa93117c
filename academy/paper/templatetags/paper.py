from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from academy.paper.codes import Level, qr_svg

register = template.Library()


@register.simple_tag(takes_context=True)
def qr(context: Context, text: str, level: Level = "Q") -> SafeString:
    """Return a code for paper, or its room on a blank: ``{% qr sheet.url %}``. CSS sets the size."""
    if "blank_part" in context:
        return format_html('<svg class="qr" viewBox="0 0 1 1" data-code="{}" data-level="{}"></svg>', text, level)
    return qr_svg(text, level=level)


@register.filter
def type_size(text: str, fits: int = 18) -> str:
    """Return the CSS class for the width of `text`; `fits` Chinese characters fit in the largest type."""
    # A Latin letter is about half as wide as a Chinese character.
    width = sum(1 if ord(character) > 0x2E7F else 0.55 for character in text)
    return "longest" if width > 1.8 * fits else "long" if width > fits else ""
