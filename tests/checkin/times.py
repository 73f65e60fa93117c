"""Times of the morning on which the shift runs."""

import datetime as dt

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00 in Shanghai
END = START + dt.timedelta(hours=3)


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)
