"""What is done to service records: counted from scans, confirmed, put on notice, made effective."""

from academy.hours.services.approvals import ask_daily_approval, ask_overtime, decide_daily_approval, decide_overtime
from academy.hours.services.confirmation import (
    Candidates,
    Confirmed,
    candidates,
    candidates_by_activity,
    confirm,
    may_confirm,
    suspected_of,
)
from academy.hours.services.corrections import decide_correction
from academy.hours.services.deadlines import ALERTS, Deadline, running, send_alerts
from academy.hours.services.evaluation import Except, evaluate, not_evaluated, people_at
from academy.hours.services.make_ups import ask_make_up, correct_visit, decide_make_up, make_ups_used, may_ask, way_of
from academy.hours.services.notices import end_notices, expected_on
from academy.hours.services.objections import decide_objection, object_to
from academy.hours.services.records import Difference, Outcome, compute_many, compute_one, compute_records, sweep
from academy.hours.services.totals import Summary, Waiting, expected_for, methods_behind, rests_on, summary_for, totals
from academy.hours.services.trial import Trial, Tried, try_rules

__all__ = [
    "ALERTS",
    "Candidates",
    "Confirmed",
    "Deadline",
    "Difference",
    "Except",
    "Outcome",
    "Summary",
    "Trial",
    "Tried",
    "Waiting",
    "ask_daily_approval",
    "ask_make_up",
    "ask_overtime",
    "candidates",
    "candidates_by_activity",
    "compute_many",
    "compute_one",
    "compute_records",
    "confirm",
    "correct_visit",
    "decide_correction",
    "decide_daily_approval",
    "decide_make_up",
    "decide_objection",
    "decide_overtime",
    "end_notices",
    "evaluate",
    "expected_for",
    "expected_on",
    "make_ups_used",
    "may_ask",
    "may_confirm",
    "methods_behind",
    "not_evaluated",
    "object_to",
    "people_at",
    "rests_on",
    "running",
    "send_alerts",
    "summary_for",
    "suspected_of",
    "sweep",
    "totals",
    "try_rules",
    "way_of",
]
