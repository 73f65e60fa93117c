"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold, leave_out
from academy.units.models import EmployerConsent, TeamPeriod, UnitMembership

hold(UnitMembership, _("My units"), "unit", "is_contact", "since", "until", order=30)
hold(TeamPeriod, _("My teams"), "team", "since", "until", order=33)
leave_out(EmployerConsent, "The consents have it; the row names the unit that one is for.")
