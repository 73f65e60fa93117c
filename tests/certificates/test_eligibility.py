import datetime as dt
from dataclasses import replace

import pytest

from academy.certificates.eligibility import Facts, may_stand, rests_on, why_not
from academy.checkin.models import Method
from academy.hours.evidence import Evidence

RECORD = Facts(
    id=1,
    date=dt.date(2026, 1, 10),
    category="service",
    state="effective",
    minutes=150,
    issuer_id=7,
    methods=["rotating", "static"],
)


def stands(record: Facts) -> bool:
    return may_stand(record, issuer_id=7, period_from=dt.date(2026, 1, 1), period_to=dt.date(2026, 1, 31))


def test_the_units_own_effective_service_of_the_period_stands() -> None:
    assert stands(RECORD)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer_id": 8},
        {"category": "training"},
        {"category": "none"},
        {"minutes": 0},
        {"date": dt.date(2025, 12, 31)},
        {"date": dt.date(2026, 2, 1)},
        *(
            {"state": state}
            for state in (
                *("awaiting_confirmation", "awaiting_makeup", "on_notice", "contested", "corrected", "withdrawn"),
            )
        ),
    ],
    ids=str,
)
def test_anything_else_does_not(change: dict[str, object]) -> None:
    assert not stands(replace(RECORD, **change))


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2026, 1, 31)])
def test_the_first_and_the_last_day_belong_to_the_period(day: dt.date) -> None:
    assert stands(replace(RECORD, date=day))


def test_minutes_are_summed_by_what_they_rest_on() -> None:
    assert rests_on([RECORD, replace(RECORD, minutes=30, methods=["rotating", "everybody_out"])]) == [
        (Evidence.SCANNED, 180)
    ]
    assert rests_on([]) == []


def test_a_record_is_as_strong_as_its_weakest_scan() -> None:
    assert rests_on(
        [
            replace(RECORD, minutes=60, methods=["card", "everybody_out"]),
            replace(RECORD, minutes=30, methods=["tick", "everybody_out"]),
            replace(RECORD, minutes=20, methods=["rotating", "vouched"]),
            replace(RECORD, minutes=10, methods=["paper", "paper"]),
        ]
    ) == [(Evidence.SCANNED, 60), (Evidence.ROSTER, 60)]


def test_every_way_of_checking_in_says_what_it_is_worth() -> None:
    for method in Method.values:
        assert rests_on([replace(RECORD, methods=[method])])


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([RECORD], ""),
        ([replace(RECORD, issuer_id=8), RECORD], ""),
        ([replace(RECORD, issuer_id=8)], "not_issuer"),
        ([replace(RECORD, issuer_id=8, state="on_notice")], "nothing_effective"),
        ([replace(RECORD, state="on_notice")], "nothing_effective"),
        ([], "nothing_effective"),
    ],
)
def test_it_is_said_why_a_unit_certifies_nothing(records: list[Facts], reason: str) -> None:
    """P3: who recorded certifies."""
    period = {"period_from": dt.date(2026, 1, 1), "period_to": dt.date(2026, 1, 31)}
    assert why_not(records, issuer_id=7, **period) == reason
