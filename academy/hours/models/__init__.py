"""Service records, requests about them, and the ledger that cannot be altered."""

from academy.hours.models.imports import Import, ImportedRow, ImportReversal
from academy.hours.models.ledger import HoursTotal, LedgerEntry, LedgerHead, Seal
from academy.hours.models.records import (
    DEAD_STATES,
    NEXT_STATES,
    NOTICE_STATES,
    OPEN_STATES,
    ROLE_MISSING,
    Category,
    Confirmation,
    Evaluation,
    NamedRole,
    OpenDeadline,
    RecordQuerySet,
    RecordState,
    ServiceRecord,
)
from academy.hours.models.requests import (
    CorrectionProposal,
    DailyApproval,
    Evidence,
    MakeUp,
    Objection,
    Overtime,
)

__all__ = [
    "DEAD_STATES",
    "NEXT_STATES",
    "NOTICE_STATES",
    "OPEN_STATES",
    "ROLE_MISSING",
    "Category",
    "Confirmation",
    "CorrectionProposal",
    "DailyApproval",
    "Evaluation",
    "Evidence",
    "HoursTotal",
    "Import",
    "ImportReversal",
    "ImportedRow",
    "LedgerEntry",
    "LedgerHead",
    "MakeUp",
    "NamedRole",
    "Objection",
    "OpenDeadline",
    "Overtime",
    "RecordQuerySet",
    "RecordState",
    "Seal",
    "ServiceRecord",
]
