"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold
from academy.roll.models import RollLine

hold(
    RollLine,
    _("Lists that I came from"),
    "source.name",
    "source.uploaded_at",
    "name",
    "phone",
    "birth_date",
    "guardian",
    order=95,
)
