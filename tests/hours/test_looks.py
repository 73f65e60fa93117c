"""The clock looks at closed visits: changed ones within minutes, the others daily (ADR 57)."""

import datetime as dt
import logging

import pytest

from academy.checkin.models import AT_ONCE, Visit
from academy.checkin.services.visits import put_off_look, unseal_visits
from academy.hours.models import ServiceRecord
from academy.hours.services import records
from academy.hours.services.records import LOOK_EVERY, TRY_AGAIN_AFTER, sweep_records
from tests.everybody import check_everybody_out
from tests.hours.scene import Scene, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MINUTE = dt.timedelta(minutes=1)


def scan_visit(scene: Scene, name: str, came: str = "09:00", left: str = "12:00"):
    """Scan a visit whose count is lost: no work is done on commit here."""
    volunteer, shift = scene.volunteer(name), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment(came))
    scene.scan(volunteer, shift, "out", moment(left))
    return Visit.objects.get(volunteer=volunteer)


def test_a_lost_count_is_found_within_a_minute_behind_many_counted_visits(scene, monkeypatch):
    monkeypatch.setattr(records, "VISITS_AT_ONCE", 2)
    for number in range(4):
        scan_visit(scene, f"志愿者{number}")
    assert [sweep_records(at=moment("12:00") + number * MINUTE) for number in range(3)] == [2, 2, 0]

    lost = scan_visit(scene, "李晓梅", left="12:05")
    assert sweep_records(at=moment("12:06")) == 1
    assert ServiceRecord.objects.filter(volunteer=lost.volunteer).exists()


def test_a_visit_that_lost_its_record_later_is_found_the_next_day(scene):
    scan_visit(scene, "王秀英")
    assert sweep_records(at=moment("12:01")) == 1
    ServiceRecord.objects.all().delete()

    assert sweep_records(at=moment("12:02")) == 0
    assert sweep_records(at=moment("12:01") + LOOK_EVERY - MINUTE) == 0
    assert sweep_records(at=moment("12:01") + LOOK_EVERY) == 1


def test_a_visit_that_cannot_be_counted_is_tried_again_soon_and_holds_up_no_other(monkeypatch, caplog):
    monkeypatch.setattr(records, "VISITS_AT_ONCE", 1)
    without_rules = Scene(has_rules=False)
    scan_visit(without_rules, "张桂兰", came="09:00", left="11:00")
    with caplog.at_level(logging.ERROR):
        sweep_records(at=moment("12:01"))
    assert "No record yet" in caplog.text
    scan_visit(Scene(), "王秀英")
    sweep_records(at=moment("12:02"))
    assert ServiceRecord.objects.get().volunteer.name == "王秀英"

    without_rules.publish_rules()
    assert sweep_records(at=moment("12:01") + TRY_AGAIN_AFTER - MINUTE) == 0
    assert sweep_records(at=moment("12:01") + TRY_AGAIN_AFTER) == 1


def test_an_unsealed_visit_is_looked_at_at_once(scene):
    visit = scan_visit(scene, "王秀英")
    sweep_records(at=moment("12:01"))
    ServiceRecord.objects.all().delete()
    unseal_visits(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
    assert sweep_records(at=moment("12:02")) == 1


def test_a_sealed_visit_is_not_looked_at(scene):
    scan_visit(scene, "王秀英")
    Visit.objects.update(sealed_at=moment("12:00"))
    assert sweep_records(at=moment("12:01")) == 0
    assert Visit.objects.get().look_at == AT_ONCE


def test_an_open_visit_that_was_given_up_and_counted_is_looked_at_daily(scene):
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    assert [sweep_records(at=moment(time)) for time in ("12:00", "15:01", "15:02")] == [0, 1, 0]
    ServiceRecord.objects.all().delete()
    assert sweep_records(at=moment("15:03")) == 0
    assert sweep_records(at=moment("15:02") + LOOK_EVERY) == 1


@pytest.mark.parametrize("everybody", [False, True])
def test_a_check_out_after_a_look_is_looked_at_at_once(scene, everybody):
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.scan(volunteer, activity.shifts.get(), "in", moment("09:00"))
    put_off_look([Visit.objects.get().pk], until=moment("09:00") + LOOK_EVERY)
    if everybody:
        check_everybody_out(activity=activity, by=scene.leading, at=moment("12:00"))
    else:
        scene.scan(volunteer, activity.shifts.get(), "out", moment("12:00"))
    assert sweep_records(at=moment("12:01")) == 1
