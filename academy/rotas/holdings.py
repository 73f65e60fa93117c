"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold
from academy.rotas.models import Series, StandingPlace

hold(
    StandingPlace,
    _("Where I stand in every week"),
    "series",
    ("weekdays_in_words", _("weekdays")),
    "since",
    "ended_at",
    order=44,
)
hold(Series, _("Standing shifts that I lead"), "title", "place", "first_day", path="leader", order=45, is_own=False)
