"""What is done to service records: counted from scans, confirmed, put on notice, made effective."""

from academy.hours.services.approvals import ask_daily_approval, ask_overtime, decide_daily_approval, decide_overtime
from academy.hours.services.confirmation import (
    Candidates,
    Confirmed,
    candidates,
    candidates_by_activity,
    confirm,
    suspected_of,
)
from academy.hours.services.corrections import decide_correction
from academy.hours.services.deadlines import ALERTS, Deadline, running, send_alerts
from academy.hours.services.evaluation import Except, evaluate, not_evaluated, people_at
from academy.hours.services.handing_over import (
    Changed,
    add_form,
    changed_since,
    fill_form,
    hand_over,
    handed_over_on,
    headings_of,
    records_for,
    set_columns,
    tell_platform,
    throw_away,
)
from academy.hours.services.import_lines import TEXTS, Checked, DryRun
from academy.hours.services.imports import (
    choose_columns,
    discard_forgotten,
    discard_upload,
    dry_run,
    import_rows,
    keep_upload,
    lines_of,
    take_back,
)
from academy.hours.services.make_ups import ask_make_up, correct_visit, decide_make_up, make_ups_used, may_ask, way_of
from academy.hours.services.notices import end_notices, expected_on
from academy.hours.services.objections import decide_objection, object_to
from academy.hours.services.records import Difference, Outcome, compute_many, compute_one, sweep
from academy.hours.services.totals import Summary, Waiting, expected_for, methods_behind, rests_on, summary_for, totals
from academy.hours.services.trial import Trial, Tried, try_rules

__all__ = [
    "ALERTS",
    "TEXTS",
    "Candidates",
    "Changed",
    "Checked",
    "Confirmed",
    "Deadline",
    "Difference",
    "DryRun",
    "Except",
    "Outcome",
    "Summary",
    "Trial",
    "Tried",
    "Waiting",
    "add_form",
    "ask_daily_approval",
    "ask_make_up",
    "ask_overtime",
    "candidates",
    "candidates_by_activity",
    "changed_since",
    "choose_columns",
    "compute_many",
    "compute_one",
    "confirm",
    "correct_visit",
    "decide_correction",
    "decide_daily_approval",
    "decide_make_up",
    "decide_objection",
    "decide_overtime",
    "discard_forgotten",
    "discard_upload",
    "dry_run",
    "end_notices",
    "evaluate",
    "expected_for",
    "expected_on",
    "fill_form",
    "hand_over",
    "handed_over_on",
    "headings_of",
    "import_rows",
    "keep_upload",
    "lines_of",
    "make_ups_used",
    "may_ask",
    "methods_behind",
    "not_evaluated",
    "object_to",
    "people_at",
    "records_for",
    "rests_on",
    "running",
    "send_alerts",
    "set_columns",
    "summary_for",
    "suspected_of",
    "sweep",
    "take_back",
    "tell_platform",
    "throw_away",
    "totals",
    "try_rules",
    "way_of",
]
