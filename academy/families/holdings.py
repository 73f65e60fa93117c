"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.families import guardian_services
from academy.families.models import ActivityConsent, Agency, AgencyOffer, GuardianLink, SignedForm
from academy.people.holding import clear_after_term, hold, leave_out

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
hold(
    GuardianLink,
    _("Links to my guardian"),
    "name",
    "phone",
    "made_at",
    "answered_at",
    "closed_at",
    order=34,
    moment="made_at",
)
hold(
    SignedForm,
    _("Photographed forms of my guardian"),
    "name",
    "added_at",
    path="consent__volunteer",
    order=35,
    is_own=False,
)
leave_out(ActivityConsent, "The consents have it; the row names the activity that one is for.")
leave_out(AgencyOffer, "A link of some hours; once used, the list of people who act for me has it.")
clear_after_term("guardians-forms", _("photos of guardians' forms"), guardian_services.clear_old_forms)
