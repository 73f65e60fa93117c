"""Calendar months: twelve of them are a year, with a 29 February or without.

Pure: the standard library alone.
"""

import calendar
import datetime as dt


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` earlier, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
