"""Scans from the file of an offline scanner, also those with the former name of their flag."""

from uuid import uuid4

import pytest
from django.urls import reverse

from academy.checkin.flags import SENTENCES
from academy.checkin.models import Scan
from academy.checkin.services import codes, visits
from academy.hours import sentences
from academy.hours.models import ServiceRecord
from academy.hours.services import records
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow

BROUGHT = "Brought as a file from a scanner without a network."
FROM_A_LIST = "These hours come from an earlier list, without a check-in."


def attended(scene: Scene, flag: str) -> ServiceRecord:
    """Create a record whose scans carry `flag`, stored as a scanner's file stores them."""
    volunteer, activity = scene.volunteer(), scene.activity()
    shift = activity.shifts.get()
    for direction, clock in (("in", "09:00"), ("out", "12:00")):
        Scan.objects.create(
            id=uuid4(),
            checkpoint=codes.checkpoint_for(activity, rotating=True),
            volunteer=volunteer,
            shift=shift,
            direction=direction,
            method="card",
            operator=scene.leading,
            happened_at=moment(clock),
            received_at=moment("12:10"),
            flags=[flag],
        )
    visits.rebuild_visits(volunteer_id=volunteer.pk, shift_id=shift.pk)
    records.sweep_records(at=moment("12:15"))
    return ServiceRecord.objects.get()


def test_a_flag_means_one_thing() -> None:
    assert sentences.FLAGS.keys().isdisjoint(SENTENCES)


@pytest.mark.parametrize("flag", ["brought", pytest.param("imported", id="imported, its former name")])
def test_a_file_from_a_scanner_is_not_called_an_earlier_list(scene: Scene, clock, sign_in, flag: str) -> None:
    record = attended(scene, flag)
    clock.move_to(moment("12:20"))
    assert record.basis["scan_flags"] == ["brought"]
    if flag == "imported":  # and a record that was computed before the flag had its name of today
        ServiceRecord.objects.update(basis={**record.basis, "scan_flags": ["imported"]})

    leader, desk = sign_in(scene.leading), sign_in(scene.social_worker)
    pages = {
        "leader": leader.get(reverse("lead:activity", args=[record.activity_id])),
        "record": leader.get(reverse("lead:record", args=[record.activity_id, record.pk])),
        "desk": desk.get("/admin/confirm/"),
        "list": desk.get(f"/admin/service_record/inspect/{record.pk}/"),
    }
    shown = {name: response.content.decode() for name, response in pages.items()}

    assert {name for name, html in shown.items() if BROUGHT in html} == {*shown}
    assert {name for name, html in shown.items() if FROM_A_LIST in html} == set()
