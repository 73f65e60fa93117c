"""The signal of a check-out makes the record when its transaction is committed."""

import logging

import pytest
import time_machine
from django.db import transaction

from academy.checkin.models import Visit
from academy.hours.models import ServiceRecord
from academy.hours.services.records import sweep_records
from tests.hours.scene import Scene, moment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_check_out_makes_the_record_at_once() -> None:
    scene = Scene()
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    with time_machine.travel(moment("12:00"), tick=False):
        scene.scan(volunteer, shift, "out", moment("12:00"))
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.computed_at) == (180, moment("12:00"))


def test_a_visit_that_is_rolled_back_makes_none() -> None:
    scene = Scene()
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    with transaction.atomic():
        scene.scan(volunteer, shift, "out", moment("12:00"))
        transaction.set_rollback(True)
    assert not ServiceRecord.objects.exists()


def test_an_error_in_counting_never_breaks_the_scan(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(has_rules=False)  # without rules no hours can be counted
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))

    with caplog.at_level(logging.ERROR):
        scene.scan(volunteer, shift, "out", moment("12:00"))
    assert Visit.objects.get().closed_at == moment("12:00")
    assert not ServiceRecord.objects.exists()
    assert "has published no rules" in caplog.text

    scene.publish_rules()
    assert sweep_records(at=moment("12:01")) == 1
    assert ServiceRecord.objects.get().minutes == 180
