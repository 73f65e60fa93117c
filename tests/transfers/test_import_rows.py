"""Importing the good lines, and taking an import back."""

import datetime as dt
from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from academy.activities.models import Activity, Shift
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.hours.models import (
    Import,
    ImportedRow,
    ImportReversal,
    LedgerEntry,
    RecordState,
    ServiceRecord,
)
from academy.hours.services import notices, objections, totals
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from tests.hours.scene import Scene
from tests.transfers.lists import (
    LATER,
    MONDAY,
    NOW,
    audited,
    codes,
    csv_of,
    import_list,
    row,
    run_dry,
    upload_list,
)

pytestmark = pytest.mark.slow


def test_a_good_line_becomes_a_record_on_notice_and_then_effective(scene: Scene) -> None:
    volunteer = scene.volunteer()
    done = import_list(scene, row(volunteer.number, hours="2.5"))
    record = ServiceRecord.objects.get()
    assert (record.volunteer, record.date, record.minutes) == (volunteer, dt.date(2025, 3, 1), 150)
    assert (record.state, record.confirmed_by, record.confirmed_at) == ("on_notice", scene.social_worker, NOW)
    assert record.effective_on == notices.expected_on(MONDAY, scene.rule_set)
    assert (record.category, record.flags, record.alone) == ("service", ["imported"], False)
    assert record.steps == [{"clause": "H1-import", "before": 0, "after": 150}]
    assert record.basis["imported"] == {"import": done.pk, "line": 2}
    assert record.basis["scans"] == record.basis["scan_flags"] == []
    activity = record.activity
    assert (activity.title, activity.place, activity.service_content) == ("春季植树", "小区北门", "植树浇水")
    assert (activity.organiser, activity.leader, activity.issuer) == ("居委会", scene.leader, scene.issuer)
    kept = ImportedRow.objects.get()
    assert (kept.source, kept.line, kept.record, kept.minutes) == (done, 2, record, 150)
    assert (done.count, done.left_out, done.minutes, done.imported_by) == (1, 0, 150, scene.social_worker)
    assert not Upload.objects.exists()
    with done.file.open("rb") as file:
        assert file.read() == csv_of(row(volunteer.number, hours="2.5"))
    assert ModelLogEntry.objects.get(action="hours.import").object_id == str(done.pk)
    assert totals.total_of(volunteer).service_minutes == 0

    notices.end_notices(at=LATER)
    record.refresh_from_db()
    assert record.state == RecordState.EFFECTIVE
    assert totals.total_of(volunteer).service_minutes == 150
    assert LedgerEntry.objects.get().minutes == 150
    assert audited() == []


def test_where_the_rules_want_no_notice_it_takes_effect_at_once(db: None) -> None:
    scene = Scene(values={"notice_working_days": 0})
    import_list(scene, row(scene.volunteer().number))
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
    assert audited() == []


def test_an_activity_is_made_once_with_a_shift_for_each_day(scene: Scene) -> None:
    wang, liu = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    import_list(
        scene,
        row(wang.number),
        row(liu.number, hours="3"),
        row(wang.number, date="2025-03-08"),
        row(wang.number, hours="1"),  # a second time on that day
        row(wang.number, place="小区南门", date="2025-04-01"),
    )
    assert Activity.objects.filter(imported=True).count() == 2
    records = {record.imported_row.line: record for record in ServiceRecord.objects.select_related("imported_row")}
    assert records[2].shift == records[3].shift
    assert len({records[line].shift for line in (2, 4, 5, 6)}) == 4
    assert {one.date for one in Shift.objects.filter(activity=records[2].activity)} == {
        dt.date(2025, 3, 1),
        dt.date(2025, 3, 8),
    }
    notices.end_notices(at=LATER)
    assert totals.total_of(wang).service_minutes == 420
    assert audited() == []


def test_all_lines_or_the_good_ones(scene: Scene) -> None:
    volunteer = scene.volunteer()
    upload = upload_list(scene, row(volunteer.number), row("V0"))
    given = {"upload": upload, "by": scene.social_worker, "at": NOW}
    mark = run_dry(scene, upload).mark
    answer = importing.import_rows(**given, mark=mark, only_if_all_are_good=True)
    assert isinstance(answer, Refusal) and answer.code == "not_all_good"
    assert not ServiceRecord.objects.exists() and Upload.objects.exists()
    answer = importing.import_rows(**given, mark=mark, only_if_all_are_good=False)
    assert isinstance(answer, Import)
    assert (answer.count, answer.left_out) == (1, 1)
    upload = upload_list(scene, row(volunteer.number, title="甲"))
    assert import_list(scene, upload=upload, all_=True).count == 1


def test_only_what_was_looked_at_is_imported(scene: Scene) -> None:
    volunteer = scene.volunteer()
    upload = upload_list(scene, row(volunteer.number), row(volunteer.number, title="甲"))
    mark = run_dry(scene, upload).mark
    import_list(scene, row(volunteer.number))
    given = {"upload": upload, "only_if_all_are_good": False, "by": scene.social_worker, "at": NOW}
    answer = importing.import_rows(**given, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "changed"
    import_list(scene, row(volunteer.number, title="甲"))
    answer = importing.import_rows(**given, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "nothing_to_import"
    answer = importing.import_rows(**{**given, "by": Scene().social_worker}, mark=mark)
    assert isinstance(answer, Refusal) and answer.code == "not_allowed"
    assert Upload.objects.get() == upload


def test_an_import_that_was_a_mistake_is_taken_back_while_it_is_on_notice(scene: Scene) -> None:
    wang, liu = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    done = import_list(scene, row(wang.number), row(liu.number))
    contested = ServiceRecord.objects.get(volunteer=liu)
    objections.object_to(record=contested, reason="没来", by=scene.leading, at=NOW)
    given = {"done": done, "by": scene.social_worker, "at": NOW}
    assert importing.take_back(**given, reason=" ").code == "needs_reason"
    assert importing.take_back(**{**given, "by": scene.leading}, reason="选错了列").code == "not_allowed"
    taken_back = importing.take_back(**given, reason="选错了列")
    assert isinstance(taken_back, ImportReversal)
    assert (taken_back.count, taken_back.reason) == (1, "选错了列")
    states = dict(ServiceRecord.objects.values_list("volunteer", "state"))
    assert states == {wang.pk: "withdrawn", liu.pk: "contested"}
    assert importing.take_back(**given, reason="又一次").code == "already_taken_back"
    assert ModelLogEntry.objects.filter(action="hours.take_back_import").exists()
    assert codes(run_dry(scene, upload_list(scene, row(wang.number), row(liu.number)))) == [[], ["imported_before"]]
    again = import_list(scene, row(wang.number))
    notices.end_notices(at=LATER)
    assert totals.total_of(wang).service_minutes == 120
    assert importing.take_back(**{**given, "done": again}, reason="太晚了").code == "too_late"
    assert audited() == []


def test_a_file_that_nobody_imports_is_thrown_away_after_a_month(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    upload = upload_list(scene, row())
    storage, name = upload.file.storage, upload.file.name
    assert imports.discard_forgotten(at=NOW + dt.timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        tick.send(sender=None, at=NOW + dt.timedelta(days=31))
    assert not Upload.objects.exists()
    assert not storage.exists(name)
