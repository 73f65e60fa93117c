"""The choice of a scan's shift: pure cases."""

import datetime as dt

import pytest

from academy.checkin.choice import Candidate, choose, fitting_direction

NINE = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)


def at(hour: float) -> dt.datetime:
    return NINE + dt.timedelta(hours=hour - 9)


def shift(
    number: int, start: float, end: float, *, walk_ins: bool = True, mine: bool = False, since: float | None = None
) -> Candidate:
    return Candidate(
        id=number,
        starts_at=at(start),
        ends_at=at(end),
        opens_at=at(start - 1.5),
        closes_at=at(end + 3),
        late_after=at(end + 1),
        walk_ins=walk_ins,
        signed_up=mine,
        guardian_consents=False,
        visit_id=None if since is None else number,
        visit_opened_at=None if since is None else at(since),
    )


MORNING, AFTERNOON, TOMORROW = (9, 12), (13, 16), (33, 36)


@pytest.mark.parametrize(
    ("shifts", "hour", "chosen", "refusal"),
    [
        pytest.param([shift(1, *MORNING)], 9, 1, "", id="the only one"),
        pytest.param([shift(1, *MORNING), shift(2, *AFTERNOON, mine=True)], 11.6, 2, "", id="mine before a walk-in"),
        pytest.param([shift(1, *MORNING), shift(2, *TOMORROW, mine=True)], 9, 1, "", id="today, mine tomorrow"),
        pytest.param(
            [shift(1, *MORNING, mine=True), shift(2, *AFTERNOON, mine=True)], 10.9, 1, "", id="mine that is open"
        ),
        pytest.param(
            [shift(1, *MORNING, mine=True), shift(2, *AFTERNOON, mine=True)], 11.6, 2, "", id="mine nearest its start"
        ),
        pytest.param([shift(1, *MORNING, since=9), shift(2, *AFTERNOON)], 12.5, 1, "already_checked_in", id="still in"),
        pytest.param([shift(1, *MORNING, since=9), shift(2, *TOMORROW)], 33, 2, "", id="forgotten yesterday"),
        pytest.param([shift(1, *MORNING, walk_ins=False)], 9, 1, "not_signed_up", id="no walk-ins"),
        pytest.param(
            [shift(1, *MORNING, walk_ins=False), shift(2, *TOMORROW)], 9, 1, "not_signed_up", id="no walk-ins today"
        ),
        pytest.param([shift(1, *MORNING, mine=True)], 7, 1, "too_early", id="mine, early"),
        pytest.param([shift(1, *MORNING)], 7, 1, "too_early", id="walk-in, early"),
        pytest.param([shift(1, *MORNING, mine=True)], 12, 1, "too_late", id="mine, over"),
        pytest.param(
            [shift(1, *MORNING, mine=True), shift(2, *TOMORROW, mine=True)], 13, 2, "too_early", id="between two"
        ),
        pytest.param([shift(1, *TOMORROW, walk_ins=False)], 9, None, "not_signed_up", id="nothing for me"),
        pytest.param([], 9, None, "too_late", id="nothing any more"),
    ],
)
def test_checking_in(shifts, hour, chosen, refusal):
    choice = choose(shifts, direction="in", at=at(hour))
    assert (choice.shift.id if choice.shift else None, choice.refusal, choice.among) == (chosen, refusal, ())


@pytest.mark.parametrize(
    ("shifts", "hour", "chosen", "refusal"),
    [
        pytest.param([shift(1, *MORNING, since=9)], 12, 1, "", id="in"),
        pytest.param([shift(1, *MORNING, since=9), shift(2, *AFTERNOON, since=13)], 14, 2, "", id="in twice"),
        pytest.param([shift(1, *MORNING, since=9)], 15, 1, "", id="to the last moment"),
        pytest.param([shift(1, *MORNING, since=9)], 15.1, 1, "too_late", id="forgotten"),
        pytest.param([shift(1, *MORNING, mine=True)], 9, 1, "not_checked_in", id="signed up, not in"),
        pytest.param([shift(1, *MORNING)], 9, None, "not_checked_in", id="never seen"),
    ],
)
def test_checking_out(shifts, hour, chosen, refusal):
    choice = choose(shifts, direction="out", at=at(hour))
    assert (choice.shift.id if choice.shift else None, choice.refusal) == (chosen, refusal)


def test_several_open_shifts_are_a_question():
    shifts = [shift(1, *MORNING), shift(2, 12, 15), shift(3, *TOMORROW)]
    assert [each.id for each in choose(shifts, direction="in", at=at(11)).among] == [1, 2]


def test_an_answer_decides_and_a_foreign_one_does_not():
    shifts = [shift(1, *MORNING), shift(2, 12, 15)]
    assert choose(shifts, direction="in", at=at(11), wanted=2).shift.id == 2
    assert choose(shifts, direction="in", at=at(11), wanted=9).among


def test_the_button_fits_the_state():
    assert fitting_direction([shift(1, *MORNING)], at(9)) == "in"
    assert fitting_direction([shift(1, *MORNING, since=9)], at(9.5)) == "out"
    assert fitting_direction([shift(1, *MORNING, since=9)], at(20)) == "in"
