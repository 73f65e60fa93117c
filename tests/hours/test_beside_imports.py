"""Imported hours are part of their day: what becomes known later is counted behind them (H4)."""

import datetime as dt

import pytest

from academy.checkin.models import Method
from academy.checkin.services import correcting
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, totals
from tests.factories import compute_records
from tests.hours.scene import SATURDAY, Scene, audit, moment
from tests.transfers.lists import LATER, import_list, row

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

SHEET_AT = moment("10:00", dt.date(2026, 2, 7))


@pytest.mark.parametrize("is_effective", [False, True], ids=["on notice", "effective"])
def test_a_sheet_beside_imported_hours_is_counted_behind_them(scene: Scene, is_effective: bool) -> None:
    volunteer = scene.volunteer()
    import_list(scene, row(volunteer.number, date=SATURDAY.isoformat(), hours="8"))
    if is_effective:
        notices.end_notices(at=LATER)
    imported = ServiceRecord.objects.get()
    assert imported.minutes == 480 and (imported.state == RecordState.EFFECTIVE) is is_effective

    shift = scene.activity(("08:00", "16:00")).shifts.get()
    times, by = (shift.starts_at, shift.ends_at), scene.leading
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=by, at=SHEET_AT)
    compute_records(volunteer=volunteer, shift=shift, at=SHEET_AT)
    record = ServiceRecord.objects.get(shift=shift)
    assert (record.minutes, record.flags) == (0, ["daily_cap"])

    answer = confirmation.confirm(activity=shift.activity, by=scene.social_worker, at=SHEET_AT, records=[record])
    assert answer.ready == [record]
    notices.end_notices(at=SHEET_AT + dt.timedelta(days=30))
    assert not ServiceRecord.objects.exclude(state=RecordState.EFFECTIVE).exists()
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0
