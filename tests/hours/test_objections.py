"""Objections to hours on notice, and proposals that late facts make."""

import datetime as dt

import pytest

from academy.activities.models import Shift
from academy.audit import services as audit
from academy.checkin.models import Method
from academy.checkin.services import correcting
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import LedgerEntry, Objection, RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, objections, totals
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import UserFactory, compute_records
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)
MONDAY = SATURDAY + dt.timedelta(days=2)


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


@pytest.fixture
def on_notice(scene: Scene) -> ServiceRecord:
    shift = scene.activity().shifts.get()
    (record,) = scene.attend(scene.volunteer(), shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    record.refresh_from_db()
    return record


def objected(scene: Scene, record: ServiceRecord) -> Objection:
    by = scene.volunteer("李建国", login=True).user
    assert by is not None
    answer = objections.object_to(record=record, reason="那天没见到她", by=by, at=moment("10:00", SUNDAY))
    assert isinstance(answer, Objection), answer
    return answer


def test_the_contested_record_alone_waits(scene, on_notice):
    other = scene.attend(scene.volunteer("刘伟"), on_notice.shift)[0]
    confirmation.confirm(activity=on_notice.activity, by=scene.leading, at=moment("12:40"))
    objection = objected(scene, on_notice)
    assert objection.due_on == dt.date(2026, 1, 16)  # five working days from Monday
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 20)))
    on_notice.refresh_from_db()
    other.refresh_from_db()
    assert (on_notice.state, other.state) == ("contested", "effective")


@pytest.mark.parametrize(
    ("decided_on", "effective_on"),
    [
        pytest.param(MONDAY, dt.date(2026, 1, 15), id="in time: as it would have"),
        pytest.param(dt.date(2026, 1, 16), dt.date(2026, 1, 17), id="late: the day after"),
    ],
)
def test_after_a_dismissed_objection_the_notice_goes_on(scene, on_notice, approver, decided_on, effective_on):
    objection = objected(scene, on_notice)
    at = moment("09:00", decided_on)
    decide(request=objection, by=approver, at=at, accepted=False, answer="三个人看见了")
    on_notice.refresh_from_db()
    assert (on_notice.state, on_notice.effective_on) == ("on_notice", effective_on)
    notices.end_notices(at=moment("00:05", effective_on))
    assert totals.total_of(on_notice.volunteer).service_minutes == 180


def test_an_upheld_objection_corrects_the_record_and_begins_the_notice_again(scene, on_notice, approver):
    objection = objected(scene, on_notice)
    fields = {"came_at": moment("09:00"), "left_at": moment("10:00")}
    at = moment("09:00", MONDAY)
    decide(request=objection, by=approver, at=at, accepted=True, fields=fields)
    on_notice.refresh_from_db()
    new = ServiceRecord.objects.live().get()
    assert on_notice.state == RecordState.WITHDRAWN
    assert (new.state, new.minutes, new.replaces) == ("on_notice", 60, on_notice)
    assert new.effective_on == notices.expected_on(MONDAY, scene.rule_set)
    assert list(audit.differences(at=AUDITED)) == []


def test_an_upheld_objection_may_leave_no_record(scene, on_notice, approver):
    decide(request=objected(scene, on_notice), by=approver, at=moment("09:00", MONDAY), accepted=True)
    assert not ServiceRecord.objects.live().exists()
    assert not LedgerEntry.objects.exists()


def test_an_upheld_objection_without_a_change_lets_the_notice_go_on(scene, on_notice, approver):
    fields = {"came_at": moment("09:00"), "left_at": moment("12:00")}
    decide(request=objected(scene, on_notice), by=approver, at=moment("09:00", MONDAY), accepted=True, fields=fields)
    on_notice.refresh_from_db()
    assert on_notice.state == RecordState.ON_NOTICE


def test_who_confirmed_the_hours_decides_only_when_nobody_else_has(scene, on_notice):
    objection = objected(scene, on_notice)
    duties.grant_duty(user=scene.leading, community=scene.community, role=DutyRole.APPROVER, by=None)
    by = User.objects.get(pk=scene.leading.pk)
    decision = {"request": objection, "by": by, "accepted": False, "answer": "看过签到表"}
    early = decide(**decision, at=moment("09:00", MONDAY))
    assert isinstance(early, Refusal) and early.code == "not_yet_alone"
    late = decide(**decision, at=moment("09:00", MONDAY + dt.timedelta(days=3)))
    assert isinstance(late, Objection) and late.alone


def test_what_cannot_be_objected_to(scene, on_notice):
    by = scene.volunteer("李建国", login=True).user

    def code(**changed: object) -> str:
        given = {"record": on_notice, "reason": "没来", "by": by, "at": moment("10:00", SUNDAY), **changed}
        answer = objections.object_to(**given)  # type: ignore[arg-type]
        return answer.code if isinstance(answer, Refusal) else "stored"

    assert code(reason=" ") == "needs_reason"
    assert code(by=scene.social_worker) == "needs_objector"  # the desk must name the person who objects
    assert code(by=scene.social_worker, objector="张阿姨") == "stored"
    assert code() == "already_contested"
    effective = scene.serve(scene.volunteer("陈静"), "14:00", "15:00")
    assert code(record=effective) == "not_on_notice"


# Proposals by late facts


def late_sheet(scene: Scene, volunteer: Volunteer, shift: Shift, left: str) -> None:
    """Enter a sheet found on Monday, by which the volunteer left earlier."""
    times = (moment("09:00"), moment(left))
    at = moment("10:00", MONDAY)
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=at)
    compute_records(volunteer=volunteer, shift=shift, at=at)


def contradicted(scene: Scene) -> ServiceRecord:
    volunteer = scene.volunteer()
    record = scene.serve(volunteer, "09:00", "12:00")
    late_sheet(scene, volunteer, record.shift, "10:00")
    return record


def test_accepted_the_ledger_follows(scene, approver):
    record = contradicted(scene)
    proposal = record.correction_proposals.get()
    assert (proposal.minutes_before, proposal.minutes_after) == (180, 60)
    decide(request=proposal, by=approver, at=moment("11:00", MONDAY + dt.timedelta(days=7)), accepted=True)
    assert totals.total_of(record.volunteer).service_minutes == 60
    proposal.refresh_from_db()
    assert proposal.accepted and proposal.decided_by == approver
    assert list(audit.differences(at=AUDITED)) == []


def test_declined_it_is_not_proposed_again_until_the_facts_change(scene, approver):
    record = contradicted(scene)
    proposal = record.correction_proposals.get()
    decide(request=proposal, by=approver, at=moment("11:00", MONDAY), accepted=False, answer="那次扫码是别人")
    again = {"volunteer": record.volunteer, "shift": record.shift}
    compute_records(**again, at=moment("12:00", MONDAY))
    assert not record.correction_proposals.open().exists()
    assert totals.total_of(record.volunteer).service_minutes == 180
    assert list(audit.differences(at=AUDITED)) == []
    late_sheet(scene, record.volunteer, record.shift, "09:30")
    assert record.correction_proposals.open().get().minutes_after == 30
