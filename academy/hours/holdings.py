"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.hours.models import (
    CorrectionProposal,
    DailyApproval,
    Evaluation,
    Evidence,
    HoursTotal,
    ImportedRow,
    LedgerEntry,
    MakeUp,
    NamedRole,
    Objection,
    Seal,
    ServiceRecord,
)
from academy.hours.services import make_ups
from academy.people.holding import clear_after_term, hold, leave_out

DECISION = ("reason", "asked_at", "decided_at", "accepted", "answer")

hold(
    ServiceRecord,
    _("My service records"),
    "activity",
    "date",
    "category",
    "minutes",
    "state",
    "flags",
    "confirmed_at",
    "effective_on",
    "clause",
    "reason",
    order=64,
    moment="computed_at",
)
hold(
    ServiceRecord,
    _("Records of activities that I led"),
    "activity",
    "date",
    path="leader",
    order=74,
    is_own=False,
)
hold(
    LedgerEntry,
    _("My hours ledger"),
    "entered_at",
    "category",
    "minutes",
    "clause",
    "reason",
    "hash",
    order=65,
    moment="entered_at",
)
hold(HoursTotal, _("My totals"), "service_minutes", "training_minutes", order=66)
hold(NamedRole, _("Roles named for me afterwards"), "shift.activity", "role", "named_at", order=67)
hold(Evaluation, _("Evaluations of me"), "activity", "score", "word", "evaluated_at", order=68)
hold(
    ImportedRow,
    _("Past service from a list"),
    "date",
    "minutes",
    "title",
    "place",
    "service_content",
    "organiser",
    order=69,
)
hold(
    MakeUp,
    _("My requests for missing hours"),
    "shift.activity",
    "way",
    "came_at",
    "left_at",
    *DECISION,
    order=70,
    moment="asked_at",
)
hold(MakeUp, _("Requests that I witnessed"), "shift.activity", "asked_at", path="witness", order=75, is_own=False)
hold(Evidence, _("Files with my requests"), "name", "added_at", path="make_up__volunteer", order=71)
hold(Objection, _("Objections to my hours"), "record", *DECISION, path="record__volunteer", order=72)
hold(
    CorrectionProposal,
    _("Corrections of my hours"),
    "record",
    "minutes_before",
    "minutes_after",
    *DECISION,
    path="record__volunteer",
    order=73,
)
hold(DailyApproval, _("Longer days approved for me"), "date", "minutes", *DECISION, order=76)
leave_out(Seal, "It holds hashes of records, which are in the copy themselves.")
clear_after_term("evidence", _("files with requests for hours"), make_ups.clear_old_evidence)
