"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.insurance.models import FiledPlace
from academy.people.holding import hold

hold(
    FiledPlace,
    _("My places as filed with the insurer or the platform"),
    "filing.activity",
    "filing.recipient",
    "filing.filed_on",
    "shift.starts_at",
    "role_name",
    order=44,
)
