"""Imported activities and records: differences from planned ones, proof and certificate."""

import datetime as dt
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.certificates import printing
from academy.certificates import services as certificates
from academy.certificates.models import Certificate
from academy.core import formats
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.desk import selectors
from academy.hours import explanation, sentences
from academy.hours.evidence import Evidence
from academy.hours.models import (
    CorrectionProposal,
    Import,
    MakeUp,
    RecordState,
    ServiceRecord,
)
from academy.hours.services import deadlines, make_ups, notices, objections, records, totals, unfinished
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.transfers.lists import (
    LATER,
    NOW,
    audited,
    codes,
    import_list,
    row,
    run_dry,
    upload_list,
)

pytestmark = [pytest.mark.slow, pytest.mark.both]


def test_nobody_can_sign_up_check_in_or_publish_an_imported_activity(scene: Scene, past: ServiceRecord) -> None:
    answer = activities.publish_activity(activity=past.activity, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal) and answer.code == "imported"
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=past.activity_id).update(published_at=NOW)
    assert not Activity.objects.published().filter(pk=past.activity_id).exists()
    assert Activity.objects.upcoming(moment("00:00", dt.date(2025, 1, 1))).count() == 0


def test_it_is_nothing_that_waits_for_anybody(scene: Scene, past: ServiceRecord) -> None:
    at = moment("10:00", dt.date(2025, 3, 1))
    everywhere = [scene.community]
    assert deadlines.running(everywhere, at=NOW) == []
    unfinished.look_at_unfinished(at=NOW)
    assert not Message.objects.exists()
    assert not Activity.objects.led_lately_by(scene.leading, at).exists()
    assert selectors.activities_now(everywhere, at) == []
    assert selectors.hours_waiting(everywhere)["records"] == 0


def test_only_its_date_is_shown(past: ServiceRecord) -> None:
    starts, ends = timezone.localtime(past.shift.starts_at), timezone.localtime(past.shift.ends_at)
    assert formats.when(starts, ends, "zh-hans") == "3月1日 周六"
    assert str(past.shift) == "春季植树 · 2025年3月1日"


def test_counting_scans_leaves_it_alone(scene: Scene) -> None:
    volunteer = scene.volunteer()
    day = SATURDAY
    import_list(scene, row(volunteer.number, date=day.isoformat()))
    activity = scene.activity(("09:00", "12:00"), ("12:00", "15:00"))
    for shift in activity.shifts.all():
        start, end = (timezone.localtime(one).strftime("%H:%M") for one in (shift.starts_at, shift.ends_at))
        scene.attend(volunteer, shift, start, end)
    past = ServiceRecord.objects.get(activity__imported=True)
    out = io.StringIO()
    records.sweep_records(at=NOW)
    call_command("recompute_records", stdout=out)
    past.refresh_from_db()
    assert (past.state, past.minutes) == (RecordState.ON_NOTICE, 120)
    assert not CorrectionProposal.objects.exists()
    assert "settled that would differ 0" in out.getvalue()
    notices.end_notices(at=LATER)
    call_command("recompute_records", stdout=out)
    assert not CorrectionProposal.objects.exists()
    assert audited() == []


def test_an_upheld_objection_takes_it_back_and_a_dismissed_one_does_not(scene: Scene, past: ServiceRecord) -> None:
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    for accepted, state in ((False, RecordState.ON_NOTICE), (True, RecordState.WITHDRAWN)):
        objection = objections.object_to(record=past, reason="没来", by=scene.leading, at=NOW)
        decide(request=objection, by=approver, at=NOW, accepted=accepted, answer="查过了")
        past.refresh_from_db()
        assert past.state == state
    assert audited() == []
    # The same line does not come back with the next file.
    assert codes(run_dry(scene, upload_list(scene, row(past.volunteer.number)))) == [["imported_before"]]


def test_its_times_can_be_put_right_at_any_time(scene: Scene, past: ServiceRecord) -> None:
    notices.end_notices(at=LATER)
    day = past.date
    make_up = make_ups.ask_make_up(
        volunteer=past.volunteer,
        shift=past.shift,
        came_at=moment("08:00", day),
        left_at=moment("11:00", day),
        reason="表上少写了一小时",
        by=past.volunteer.user,
        at=LATER,
    )
    assert isinstance(make_up, MakeUp) and make_up.way == MakeUp.Way.CORRECTION
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=make_up, by=approver, at=LATER, accepted=True)
    past.refresh_from_db()
    assert past.state == RecordState.CORRECTED
    new = past.replaced_by
    assert (new.minutes, new.state) == (180, RecordState.EFFECTIVE)
    assert "imported" not in new.flags
    assert totals.total_of(past.volunteer).service_minutes == 180
    assert audited() == []


def test_it_says_where_it_comes_from(past: ServiceRecord) -> None:
    with translation.override("en"):
        (step,) = explanation.steps_of(past)
        assert (step["clause"], step["sentence"]) == ("H1", "From an earlier list of service: 120 min.")
        assert sentences.flag_sentence("imported").startswith("These hours come from an earlier list")


def test_only_whose_hours_they_are_asks_for_an_imported_shift(scene: Scene, past: ServiceRecord) -> None:
    other = scene.volunteer("刘伟", login=True)
    answer = make_ups.ask_make_up(
        volunteer=other,
        shift=past.shift,
        came_at=moment("08:00", past.date),
        left_at=moment("11:00", past.date),
        reason="我也在",
        by=other.user,
        at=NOW,
    )
    assert isinstance(answer, Refusal) and answer.code == "not_published"
    client = Client()
    client.force_login(other.user)
    assert client.get(f"/my/ask/{past.shift_id}/").status_code == 404


# Proof


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"minutes": 300}, "minutes 300, its imported line says 120"),
        ({"date": dt.date(2025, 3, 2)}, "date 2025-03-02, its imported line says 2025-03-01"),
        ({"category": "training"}, "category training, its imported line says service"),
    ],
)
def test_a_record_that_is_not_what_its_line_says_is_told(past: ServiceRecord, change: Any, told: str) -> None:
    assert audited() == []
    ServiceRecord.objects.filter(pk=past.pk).update(**change)
    assert f"record {past.pk}: {told}" in audited()
    with pytest.raises(CommandError, match="2 differences"):
        call_command("audit_ledger", stdout=io.StringIO())


def test_so_is_one_of_somebody_else(scene: Scene, past: ServiceRecord) -> None:
    other = scene.volunteer("刘伟")
    ServiceRecord.objects.filter(pk=past.pk).update(volunteer=other)
    said = f"volunteer {other.pk}, its imported line says {past.volunteer_id}"
    assert f"record {past.pk}: {said}" in audited()


def test_so_is_one_that_hides_its_line_or_claims_one(scene: Scene, past: ServiceRecord) -> None:
    ServiceRecord.objects.filter(pk=past.pk).update(basis={"scans": [], "with": {}})
    said = {"import": Import.objects.get().pk, "line": 2}
    assert f"record {past.pk}: basis None, its imported line says {said}" in audited()
    ServiceRecord.objects.filter(pk=past.pk).update(basis=past.basis)
    scanned = scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    ServiceRecord.objects.filter(pk=scanned.pk).update(basis=past.basis)
    assert f"record {scanned.pk}: it says it was imported, and no imported line has it" in audited()


# Certificates


def test_a_certificate_says_how_much_was_imported(scene: Scene, client: Client) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00")
    import_list(scene, row(volunteer.number, hours="2.5"))
    notices.end_notices(at=LATER)
    certificate = certificates.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=dt.date(2025, 1, 1),
        period_to=LATER.date(),
        by=scene.social_worker,
        at=LATER,
    )
    assert isinstance(certificate, Certificate)
    assert certificate.minutes == 330
    assert certificate.snapshot["evidence"] == [["scanned", 180, "3.0"], ["imported", 150, "2.5"]]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(f"/verify/{certificate.code}/").content.decode()
    assert "imported from an earlier list" in page
    assert "2.5" in page
    sheet = printing.sheet_of(certificate, {"name": "王秀英", "volunteer_number": volunteer.number, "remark": ""})
    assert sheet.remark == "其中 2.5 小时据以往服务记录导入。"
    assert not isinstance(printing.render(certificate, at=LATER), Refusal)


def test_imported_hours_are_the_weakest_that_a_certificate_rests_on() -> None:
    assert list(Evidence)[-1] == Evidence.IMPORTED
