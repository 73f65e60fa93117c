"""People of the demonstration who wait, who did not come, or who are asked to come instead."""

import pytest

from academy.activities.call_models import Call
from academy.activities.models import SignUp
from academy.activities.waiting.models import WaitingEntry

pytestmark = pytest.mark.slow


def test_three_people_wait_for_a_place_and_the_first_is_offered_one(volunteer):
    entries = list(WaitingEntry.objects.open().select_related("volunteer"))

    assert [(entry.volunteer.name, entry.is_offered) for entry in entries] == [
        ("王秀英", True),
        ("李建国", False),
        ("张桂兰", False),
    ]


def test_two_people_did_not_come_one_of_them_excused(volunteer):
    missed = SignUp.objects.exclude(absence="").order_by("volunteer__name")

    assert {(place.volunteer.name, place.absence) for place in missed} == {("李建国", "excused"), ("刘䶮", "unexcused")}


def test_somebody_is_asked_to_come_to_the_shift_that_runs(volunteer, running):
    call = Call.objects.get(shift__activity=running)

    assert call.comes is None and call.volunteer.name == "刘䶮"
