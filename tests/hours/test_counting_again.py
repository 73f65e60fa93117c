"""Records that exist already are counted again: on commit, and after a crash."""

import datetime as dt

import pytest

from academy.checkin.models import Visit
from academy.checkin.signals import visits_changed
from academy.core.signals import tick
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation
from academy.hours.services.records import compute_one, sweep_records
from tests.hours.counting import SUNDAY, only
from tests.hours.scene import SATURDAY, Scene, moment

# Records that exist already


def test_a_late_fact_brings_an_open_record_up_to_date(scene: Scene) -> None:
    volunteer = scene.volunteer()
    first, second = scene.activity(("09:00", "12:00")).shifts.get(), scene.activity(("11:00", "14:00")).shifts.get()
    alone = only(scene.attend(volunteer, second, "11:00", "14:00"))
    assert alone.minutes == 180
    scene.attend(volunteer, first, "09:00", "12:00")
    alone.refresh_from_db()
    assert (alone.minutes, alone.flags) == (120, ["overlap"])
    assert alone.computed_at == moment("12:00")


def test_a_settled_record_is_left_alone_and_the_difference_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    volunteer = scene.volunteer()
    first, second = scene.activity(("09:00", "12:00")).shifts.get(), scene.activity(("11:00", "14:00")).shifts.get()
    settled = only(scene.attend(volunteer, second, "11:00", "14:00"))
    confirmation.confirm(activity=second.activity, by=scene.leading, at=moment("14:00"))
    scene.scan(volunteer, first, "in", moment("09:00"))
    scene.scan(volunteer, first, "out", moment("12:00"))
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=first.pk, at=moment("14:30"))
    settled.refresh_from_db()
    assert (settled.minutes, settled.state) == (180, "on_notice")
    assert [(difference.record, difference.minutes) for difference in outcome.differing] == [(settled, 120)]
    assert f"record {settled.pk} (on_notice): 180 min, now 120" in caplog.text
    assert [record.minutes for record in outcome.records] == [
        120,
        180,
    ]  # the new one is counted behind what stands (H5)


def test_an_open_record_of_a_date_that_no_longer_has_any_is_withdrawn(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    record = only(scene.attend(volunteer, shift))
    ServiceRecord.objects.filter(pk=record.pk).update(date=SUNDAY)
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("13:00"))
    assert [gone.pk for gone in outcome.withdrawn] == [record.pk]
    record.refresh_from_db()
    assert record.state == RecordState.WITHDRAWN
    assert only(outcome.records).date == SATURDAY


def test_a_settled_record_of_a_date_that_no_longer_has_any_is_logged(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    record = only(scene.attend(volunteer, shift))
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("13:00"))
    ServiceRecord.objects.filter(pk=record.pk).update(date=SUNDAY)
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("13:00"))
    assert [(difference.record, difference.minutes) for difference in outcome.differing] == [(record, None)]
    assert outcome.withdrawn == []


# After a crash


def test_the_sweep_counts_what_a_crash_missed_and_nothing_twice(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    scene.scan(volunteer, shift, "out", moment("10:00"))
    assert sweep_records(at=moment("10:01")) == 1
    assert sweep_records(at=moment("10:02")) == 0
    scene.scan(volunteer, shift, "in", moment("10:30"))
    scene.scan(volunteer, shift, "out", moment("12:00"))
    assert sweep_records(at=moment("12:01")) == 1
    assert ServiceRecord.objects.get().minutes == 150
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    assert sweep_records(at=moment("12:31")) == 0


def test_one_visit_that_cannot_be_counted_keeps_no_other_waiting(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    for one in (Scene(has_rules=False), scene):
        shift, volunteer = one.activity().shifts.get(), one.volunteer()
        one.scan(volunteer, shift, "in", moment("09:00"))
        one.scan(volunteer, shift, "out", moment("12:00"))

    assert sweep_records(at=moment("12:01")) == 2
    assert ServiceRecord.objects.get().community == scene.community
    assert "has published no rules" in caplog.text


def test_the_clock_sweeps_and_ends_notices(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    scene.scan(volunteer, shift, "out", moment("12:00"))
    tick.send(sender=None, at=moment("12:01"))
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    tick.send(sender=None, at=moment("12:31"))
    assert ServiceRecord.objects.get().state == RecordState.ON_NOTICE
    tick.send(sender=None, at=moment("00:05", dt.date(2026, 1, 15)))
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE


def test_the_signal_needs_nobody_who_was_deleted(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    visits_changed.send_robust(sender=Visit, volunteer_id=0, shift_id=0)
    assert "No record yet for volunteer 0" in caplog.text
