import datetime as dt

from academy.rulebook import parameters
from academy.rulebook.windows import Window, window

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=3)


def test_c2_a_window_opens_before_the_start_and_closes_after_the_end():
    assert window(START, END, parameters.complete({})) == Window(
        opens_at=START - dt.timedelta(minutes=90),
        late_after=END + dt.timedelta(minutes=60),
        closes_at=END + dt.timedelta(minutes=180),
    )


def test_a_window_goes_by_the_parameters():
    values = {"check_in_opens_minutes": 1, "late_scan_minutes": 2, "check_out_closes_minutes": 3}
    found = window(START, END, parameters.complete(values))
    assert [START - found.opens_at, found.late_after - END, found.closes_at - END] == [
        dt.timedelta(minutes=count) for count in (1, 2, 3)
    ]
