"""What distinguishes a record that rests on a line of a spreadsheet instead of scans."""

import datetime as dt
from typing import Any

from academy.hours.models import ServiceRecord

IMPORTED = "imported"  # the flag
STEP = "H1-import"


def is_imported(record: ServiceRecord) -> bool:
    return "imported" in record.basis


def steps_of(minutes: int) -> list[dict[str, Any]]:
    return [{"clause": STEP, "before": 0, "after": minutes}]


def basis_of(*, batch_id: int, line: int, date: dt.date, activity_id: int, rule_set_id: int) -> dict[str, Any]:
    """As a counted record has it: no scans, and nothing that it was counted with."""
    return {
        "imported": {"batch": batch_id, "line": line},
        "scans": [],
        "scan_flags": [],
        "days": [date.isoformat()],
        "group": str(activity_id),
        "approvals": [],
        "limits": {},
        "with": {},
        "rule_set": rule_set_id,
    }
