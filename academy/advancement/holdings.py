"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.advancement.models import Commendation, Complaint, Promotion, StarRating
from academy.people.holding import hold

hold(Promotion, _("My promotions"), "tier", "asked_at", "decided_at", "accepted", "answer", order=52)
hold(StarRating, _("My stars"), "stars", "asked_at", "decided_at", "accepted", "answer", order=52, moment="asked_at")
hold(
    Complaint,
    _("Complaints about me"),
    "reason",
    "asked_at",
    "decided_at",
    "accepted",
    "answer",
    order=53,
)
hold(Commendation, _("My commendations"), "title", "text", "given_on", order=54)
