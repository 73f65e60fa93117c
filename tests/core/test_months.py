import datetime as dt

import pytest

from academy.core.months import months_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2028-02-29", 12, "2027-02-28"),
        ("2029-02-28", 12, "2028-02-28"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 24, "2024-12-31"),
        ("2026-05-05", 0, "2026-05-05"),
    ],
)
def test_months_before_a_day(day, months, before):
    assert months_before(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(before)
