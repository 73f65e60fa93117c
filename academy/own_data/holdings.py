"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.own_data.models import DataCopy, DataCorrection, DataDeletion
from academy.people.holding import hold

ASKED = ("reason", "asked_at", "due_on", "decided_at", "accepted", "answer")

hold(DataCopy, _("My requests for a copy"), *ASKED, order=96, moment="asked_at")
hold(DataCorrection, _("My requests for a correction"), *ASKED, order=97, moment="asked_at")
hold(DataDeletion, _("My requests for the deletion"), *ASKED, order=98, moment="asked_at")
