"""Rows of this app about a person, for the copy of their data (V3). The secret key itself stays out."""

from django.utils.translation import gettext_lazy as _

from academy.calendars.models import CalendarAddress
from academy.people.holding import hold

hold(CalendarAddress, _("Addresses of my calendar"), "made_at", "ended_at", order=46)
