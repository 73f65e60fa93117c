"""Service records of visits, counted twice."""

from typing import Any

from tests.soak.processes import Database

RECORDS = """
    SELECT volunteer_id, shift_id, date, category, minutes, flags, steps, basis, rule_set_id, state
      FROM hours_servicerecord ORDER BY volunteer_id, shift_id, date, state, minutes
"""


def recounted(database: Database) -> tuple[list[Any], list[Any]]:
    """Return the records after a sweep, and again after all open ones were deleted and counted once more."""
    recomputed = database.run("manage.py", "recompute_records")
    assert recomputed.returncode == 0, recomputed.stderr
    recovered = database.rows(RECORDS)
    database.execute("DELETE FROM hours_servicerecord WHERE state = 'awaiting_confirmation'")
    afresh = database.run("manage.py", "recompute_records")
    assert afresh.returncode == 0, afresh.stderr
    return recovered, database.rows(RECORDS)
