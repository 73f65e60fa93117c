"""The explanation of a service record: its steps, its remarks, and the scans behind it."""

from typing import Any

from academy.checkin.models import Scan
from academy.hours import sentences
from academy.hours.models import ROLE_MISSING, ServiceRecord


def explain(record: ServiceRecord, flags: list[str]) -> dict[str, Any]:
    """Return what `hours/explanation.html` shows of `record`, with the remarks that `flags` name.

    A record whose role is still to be named says only that: no clause has taken its time away.
    """
    if record.role_missing:
        others = [flag for flag in flags if flag not in (ROLE_MISSING, "not_service")]
        missing = [sentences.flag_sentence(flag) for flag in (ROLE_MISSING, *others)]
        return {"steps": [], "flags": missing, "scans": evidence_of(record)}
    return {
        "steps": sentences.explain_steps(record.steps, rule_set_id=record.rule_set_id),
        "flags": [sentences.flag_sentence(flag) for flag in flags],
        "scans": evidence_of(record),
    }


def evidence_of(record: ServiceRecord) -> list[Scan]:
    """Return the scans that `record` was computed from, in time order."""
    return list(
        Scan.objects.filter(pk__in=record.basis.get("scans", [])).select_related("checkpoint").order_by("happened_at")
    )
