"""Counting and sealing give a visit up at the same second (C2, H6)."""

import datetime as dt

import pytest

from academy.checkin.services.visits import seal_visits
from academy.hours.services.records import sweep_records
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.django_db

PART = dt.timedelta(milliseconds=600)


@pytest.mark.parametrize(
    ("longest_minutes", "last"),
    [
        pytest.param(60, moment("10:00"), id="the longest visit ends first"),
        pytest.param(720, moment("15:00"), id="the check-out closes first"),
    ],
)
def test_a_visit_is_given_up_after_the_last_second_of_its_check_out(longest_minutes, last):
    scene = Scene(values={"max_visit_minutes": longest_minutes})
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00") + dt.timedelta(milliseconds=300))
    place = {"volunteer_id": volunteer.pk, "shift_id": shift.pk}
    assert seal_visits(**place, at=last + PART) == 0
    assert sweep_records(at=last + PART) == 0
    following = last + dt.timedelta(seconds=1)
    assert sweep_records(at=following) == 1
    assert seal_visits(**place, at=following) == 1


def test_a_check_out_in_the_last_second_of_the_longest_visit_counts():
    scene = Scene(values={"max_visit_minutes": 60})
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    (record,) = scene.attend(volunteer, shift, "09:00", "10:00:00")
    assert record.minutes == 60
