"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.groups.models import Acceptance
from academy.people.holding import hold

hold(
    Acceptance,
    _("Sign-ups that I accepted by a unit's link"),
    "link.unit",
    "link.shift",
    "accepted_at",
    order=42,
    moment="accepted_at",
)
