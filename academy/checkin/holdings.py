"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.checkin.models import Annulment, Claim, Scan, Visit
from academy.people.holding import hold

hold(
    Scan,
    _("My scans"),
    "shift.activity",
    "direction",
    "method",
    "happened_at",
    "received_at",
    "refusal",
    "flags",
    order=60,
    moment="received_at",
)
hold(Visit, _("My visits"), "shift.activity", "opened_at", "closed_at", order=61)
hold(Annulment, _("Scans taken back"), "scan.happened_at", "annulled_at", path="scan__volunteer", order=62)
hold(
    Claim,
    _("“I am here”, answered by a leader"),
    "name",
    "phone_tail",
    "asked_at",
    "answered_at",
    path="scan__volunteer",
    order=63,
)
