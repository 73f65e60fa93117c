"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.families.models import Agency
from academy.people.holding import hold

hold(Agency, _("People who act for me"), "user", "consent.recorded_at", order=31)
hold(
    Agency,
    _("People for whom I act"),
    "volunteer.number",
    "consent.recorded_at",
    path="user__volunteer",
    order=32,
    is_own=False,
)
