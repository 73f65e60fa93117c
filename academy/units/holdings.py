"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold
from academy.units.models import TeamPeriod, UnitMembership

hold(UnitMembership, _("My units"), "unit", "is_contact", order=30)
hold(TeamPeriod, _("My teams"), "team", "since", "until", order=33)
