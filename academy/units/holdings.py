"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold
from academy.units.models import UnitMembership

hold(UnitMembership, _("My units"), "unit", "is_contact", order=30)
