"""The records that come in and go out, and the decisions: the other services are imported by their module."""

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

__all__ = [
    "TEXTS",
    "Changed",
    "Checked",
    "DryRun",
    "add_form",
    "changed_since",
    "choose_columns",
    "discard_forgotten",
    "discard_upload",
    "dry_run",
    "fill_form",
    "hand_over",
    "handed_over_on",
    "headings_of",
    "import_rows",
    "keep_upload",
    "lines_of",
    "records_for",
    "set_columns",
    "take_back",
    "tell_platform",
    "throw_away",
]
