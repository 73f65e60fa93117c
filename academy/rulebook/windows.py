"""The window in which a shift takes scans (C2)."""

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
