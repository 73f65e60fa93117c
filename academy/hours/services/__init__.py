"""What is done to service records: counted from scans, confirmed, put on notice, made effective."""

from academy.hours.services.confirmation import Candidates, Confirmed, candidates, confirm, may_confirm, suspected_of
from academy.hours.services.notices import end_notices, expected_on
from academy.hours.services.records import Difference, Outcome, compute_many, compute_one, compute_records, sweep
from academy.hours.services.totals import Summary, Waiting, expected_for, summary_for, totals

__all__ = [
    "Candidates",
    "Confirmed",
    "Difference",
    "Outcome",
    "Summary",
    "Waiting",
    "candidates",
    "compute_many",
    "compute_one",
    "compute_records",
    "confirm",
    "end_notices",
    "expected_for",
    "expected_on",
    "may_confirm",
    "summary_for",
    "suspected_of",
    "sweep",
    "totals",
]
