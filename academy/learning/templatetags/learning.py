from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.core.sentences import join_sentences
from academy.learning.models import Tier

# The drawing of the staircase, in its own units: the ground lies at 160, each step is 44 high.
GROUND, RISE, FIRST, WIDTH = 160, 44, 62, 84

LONG_WORD = 10  # letters; a longer word is set narrower, to stand inside its step

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


@register.inclusion_tag("components/staircase.html")
def staircase(place: int | str | None = None) -> dict[str, Any]:
    """``{% staircase way.place %}`` → the three tiers as a staircase, and where a person stands on it.

    `place` is 0 before the first step; None shows no person.
    """
    place = place if isinstance(place, int) else None  # a template gives an empty text for a missing variable
    words = [capfirst(str(tier.label)) for tier in Tier]
    steps: list[dict[str, Any]] = [
        {
            "word": word,
            "fit": WIDTH - 8 if len(word) > LONG_WORD else None,
            "x": FIRST + number * (WIDTH + 2),
            "middle": FIRST + number * (WIDTH + 2) + WIDTH // 2,
            "y": GROUND - (number + 1) * RISE + 12,
            "height": (number + 1) * RISE - 12,
            "text_y": GROUND - 11,
            "is_reached": place is not None and number < place,
        }
        for number, word in enumerate(words)
    ]
    label, feet = _("Three steps: %(tiers)s.") % {"tiers": ", ".join(words)}, None
    if place == 0:
        feet, here = {"x": FIRST // 2, "y": GROUND}, _("You stand before the first step.")
        label = join_sentences([label, here])
    elif place is not None:
        feet = {"x": steps[place - 1]["middle"], "y": steps[place - 1]["y"]}
        here = _("You stand on: %(tier)s.") % {"tier": words[place - 1]}
        label = join_sentences([label, here])
    return {"steps": steps, "label": label, "feet": feet}
