"""The window in which a shift takes scans (C2), and the end of the wait for a check-out (H6)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The moments between which a shift takes scans."""

    opens_at: dt.datetime  # for check-ins
    late_after: dt.datetime  # a later check-out is flagged
    closes_at: dt.datetime  # for check-outs


def window(starts_at: dt.datetime, ends_at: dt.datetime, parameters: Mapping[str, int]) -> Window:
    """Return the window of a shift, overtime included in `ends_at`, under these parameters."""
    return Window(
        opens_at=starts_at - dt.timedelta(minutes=parameters["check_in_opens_minutes"]),
        late_after=ends_at + dt.timedelta(minutes=parameters["late_scan_minutes"]),
        closes_at=ends_at + dt.timedelta(minutes=parameters["check_out_closes_minutes"]),
    )


def is_given_up(opened_at: int, at: int, *, closes_at: int, longest_minutes: int) -> bool:
    """Return whether at `at` a visit opened at `opened_at` can no longer get its check-out (C2, H6).

    All moments are whole epoch seconds, as the rules count: a check-out within the last second still counts.
    `closes_at`: the end of the window for check-outs. `longest_minutes`: the parameter `max_visit_minutes`.
    """
    return at > min(closes_at, opened_at + 60 * longest_minutes)
