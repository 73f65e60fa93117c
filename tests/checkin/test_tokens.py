"""The rotating code: a pure function of secret, checkpoint and time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.checkin import tokens
from academy.checkin.tokens import STEP_SECONDS, Verdict, code_for, judge, row_code, row_key, step_at, volunteer_of_row

pytestmark = pytest.mark.slow

SECRET = b"a secret of the server"
HERE = "7KQ2M9X4TB"
steps = st.integers(min_value=0, max_value=2**40)
within = st.integers(min_value=0, max_value=STEP_SECONDS - 1)


def test_a_code_is_the_same_today_as_when_it_was_first_written_down():
    assert code_for(SECRET, HERE, 29_000_000) == "Z3KVE8NP"


def test_a_code_has_forty_bits_in_an_alphabet_without_look_alikes():
    assert tokens.CODE_LENGTH * 5 >= 40
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", code_for(SECRET, HERE, 1))


def test_a_code_changes_at_least_every_sixty_seconds():
    assert STEP_SECONDS <= 60
    assert len({code_for(SECRET, HERE, step) for step in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("steps_later", "verdict"),
    [
        pytest.param(-1, Verdict.BAD, id="not shown yet"),
        pytest.param(0, Verdict.VALID, id="its own step"),
        pytest.param(1, Verdict.VALID, id="the next"),
        pytest.param(2, Verdict.EXPIRED, id="two later"),
        pytest.param(60, Verdict.EXPIRED, id="an hour later"),
        pytest.param(61, Verdict.BAD, id="forgotten"),
    ],
)
@given(step=steps, second=within)
def test_a_code_is_accepted_in_its_own_step_and_the_next(steps_later, verdict, step, second):
    code = code_for(SECRET, HERE, step)
    assert judge(SECRET, HERE, code, (step + steps_later) * STEP_SECONDS + second) is verdict


@given(step=steps, other=st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=12))
def test_a_code_proves_nothing_at_another_checkpoint(step, other):
    if other != HERE:
        assert judge(SECRET, other, code_for(SECRET, HERE, step), step * STEP_SECONDS) is Verdict.BAD


@given(step=steps)
def test_a_code_made_with_another_secret_is_bad(step):
    assert judge(b"another", HERE, code_for(SECRET, HERE, step), step * STEP_SECONDS) is Verdict.BAD


@pytest.mark.slow
@given(code=st.text(max_size=40), step=steps)
def test_any_other_text_is_bad_and_never_an_error(code, step):
    recent = {code_for(SECRET, HERE, step - back) for back in range(61)}
    if code not in recent:
        assert judge(SECRET, HERE, code, step * STEP_SECONDS) is Verdict.BAD


@given(step=steps, second=within)
def test_every_moment_belongs_to_one_step(step, second):
    assert step_at(step * STEP_SECONDS + second) == step


@given(st.integers(min_value=1, max_value=2**40), st.integers(min_value=1, max_value=2**40))
def test_a_roster_rows_key_has_no_look_alikes_and_is_of_one_person_at_one_activity(activity, volunteer):
    key = row_key(SECRET, activity, volunteer)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{11,22}", key)
    assert volunteer_of_row(SECRET, activity, key) == volunteer
    assert volunteer_of_row(SECRET, activity + 1, key) is volunteer_of_row(b"another", activity, key) is None
    others = [(SECRET, activity + 1, volunteer), (SECRET, activity, volunteer + 1), (b"another", activity, volunteer)]
    assert key not in [row_key(*other) for other in others]


def test_a_roster_rows_key_printed_today_is_read_tomorrow():
    assert row_code(SECRET, 7, 12) == "6TJHVWRNAY"
    assert row_key(SECRET, 7, 12) == "C6TJHVWRNAY"
    assert row_key(SECRET, 7, 1234) == f"16J{row_code(SECRET, 7, 1234)}"


@given(st.text(max_size=30))
def test_no_other_text_is_a_rows_key(text):
    assert volunteer_of_row(SECRET, 7, text) is None
