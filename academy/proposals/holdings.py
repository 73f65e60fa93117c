"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold
from academy.proposals.models import Proposal, ProposalNote, ProposalRequest

hold(
    Proposal,
    _("Activities that I proposed"),
    "title",
    "what",
    "whom",
    "day",
    "place",
    "risks",
    "help_needed",
    "created_at",
    "activity",
    order=43,
    moment="created_at",
)
hold(
    ProposalRequest,
    _("Proposed activities, as decided"),
    "proposal",
    "asked_at",
    "accepted",
    "answer",
    "decided_at",
    path="proposal__volunteer",
    order=43,
    moment="asked_at",
)
hold(
    ProposalNote,
    _("Talk about the activities that I proposed"),
    "proposal",
    "of_staff",
    "text",
    "written_at",
    path="proposal__volunteer",
    order=43,
    moment="written_at",
)
