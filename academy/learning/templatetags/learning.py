from decimal import Decimal

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def class_hours(value: Decimal) -> str:
    """``{{ lesson.class_hours|class_hours }}`` → 0.5 学时, 2 学时. One class hour is 45 minutes (T4)."""
    # Catalogues have plurals only for whole numbers.
    text = ngettext("%(hours)s class hour", "%(hours)s class hours", 1 if value == 1 else 2)
    return text % {"hours": floatformat(value)}


@register.filter
def class_hours_unit(value: Decimal | None) -> str:
    """Return only the unit, for a page that shows the figure apart from it."""
    return ngettext("class hour", "class hours", 1 if value == 1 else 2)


@register.simple_tag
def percent(done: int, total: int) -> int:
    """``{% percent 3 8 %}`` → 37: whole percents, cut, so that 100 is only the whole. 0 of 0 is 0."""
    return 100 * done // total if total else 0
