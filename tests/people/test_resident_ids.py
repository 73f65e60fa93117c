"""Resident ID numbers (R3)."""

import datetime as dt

import pytest

from academy.people import resident_ids

GOOD = "34052419800101001X"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (GOOD, ""),
        ("340524198001010013", "id_checksum"),
        ("340524198002300010", "id_date"),
        ("34052419800101001", "id_form"),
        ("34052419800101001A", "id_form"),
    ],
)
def test_the_check_digit_and_the_day_are_checked(number: str, fault: str) -> None:
    assert resident_ids.fault_of(number) == fault


def test_the_number_holds_birth_date_and_sex() -> None:
    assert resident_ids.birth_date_of(GOOD) == dt.date(1980, 1, 1)
    assert (resident_ids.sex_of(GOOD), resident_ids.sex_of("34052419800101002X")) == ("male", "female")


def test_a_number_is_shown_masked_wherever_it_stands() -> None:
    assert resident_ids.masked(GOOD) == "3****************X"
    assert resident_ids.hide_in(f"证件{GOOD}，电话13800138000") == "证件3****************X，电话13800138000"
