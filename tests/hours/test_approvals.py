"""Time beyond a day's limit or beyond the planned end, which a second person approves (H4)."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from academy.audit import services as audit
from academy.core.refusals import Refusal
from academy.decisions.kinds import kind_of
from academy.decisions.services import decide
from academy.hours.models import DailyApproval, LedgerEntry, Overtime, ServiceRecord
from academy.hours.services import approvals, totals
from academy.messaging.models import Message
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import UserFactory
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

MONDAY = SATURDAY + dt.timedelta(days=2)


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def ask_day(scene: Scene, volunteer: object, **changed: object) -> DailyApproval | Refusal:
    given = {"date": SATURDAY, "minutes": 600, "reason": "年货节通宵值守", "by": scene.leading, "at": moment("20:00")}
    return approvals.ask_daily_approval(volunteer=volunteer, **{**given, **changed})  # type: ignore[arg-type]


def test_a_long_day_counts_up_to_what_was_approved(scene, approver):
    volunteer = scene.volunteer()
    shift = scene.activity(("08:00", "19:00")).shifts.get()
    (record,) = scene.attend(volunteer, shift, "08:00", "19:00")
    assert (record.minutes, record.flags) == (480, ["daily_cap"])
    approval = ask_day(scene, volunteer)
    decide(request=approval, by=approver, at=moment("21:00"), accepted=True)
    record.refresh_from_db()
    assert (record.minutes, record.flags) == (600, ["daily_cap"])
    assert record.basis["approvals"][0]["daily_minutes"] == 600


def test_what_is_effective_already_follows_in_the_ledger(scene, approver):
    volunteer = scene.volunteer()
    record = scene.serve(volunteer, "08:00", "19:00")
    approval = ask_day(scene, volunteer, at=moment("09:00", MONDAY))
    decide(request=approval, by=approver, at=moment("09:00", dt.date(2026, 1, 20)), accepted=True)
    assert totals.total_of(volunteer).service_minutes == 600
    assert [entry.clause for entry in LedgerEntry.objects.order_by("seq")] == ["K1", "H4", "H4"]
    assert list(audit.differences(at=AUDITED)) == []
    record.refresh_from_db()
    assert record.state == "corrected"


def test_a_declined_day_keeps_its_limit(scene, approver):
    volunteer = scene.volunteer()
    (record,) = scene.attend(volunteer, scene.activity(("08:00", "19:00")).shifts.get(), "08:00", "19:00")
    approval = ask_day(scene, volunteer)
    decide(request=approval, by=approver, at=moment("21:00"), accepted=False, answer="有人换班")
    record.refresh_from_db()
    assert record.minutes == 480


@pytest.mark.parametrize(("accepted", "answer"), [(True, ""), (False, "有人换班")])
def test_the_volunteer_reads_the_day_as_all_screens_show_it(scene, approver, accepted, answer):
    volunteer = scene.volunteer()
    approval = ask_day(scene, volunteer, by=scene.social_worker)
    decide(request=approval, by=approver, at=moment("21:00"), accepted=accepted, answer=answer)
    texts = Message.objects.get(volunteer=volunteer).texts
    assert "1月10日 周六" in texts["zh-hans"] and "Sat 10 Jan was" in texts["en"]


def test_a_day_of_another_year_has_its_year(scene, approver):
    approval = ask_day(scene, scene.volunteer(), by=scene.social_worker)
    decide(request=approval, by=approver, at=moment("09:00", dt.date(2027, 1, 4)), accepted=True)
    assert "2026年1月10日 周六" in Message.objects.get().texts["zh-hans"]


@pytest.mark.parametrize(
    ("language", "today", "shown"),
    [("zh-hans", MONDAY, "1月10日 周六"), ("en", MONDAY, "Sat 10 Jan"), ("en", dt.date(2027, 1, 4), "Sat 10 Jan 2026")],
)
def test_the_approver_reads_the_day_as_all_screens_show_it(scene, language, today, shown):
    approval = ask_day(scene, scene.volunteer(), by=scene.social_worker)
    with time_machine.travel(moment("09:00", today), tick=False), translation.override(language):
        summary = kind_of(approval).summary(approval)
    assert shown in summary and (language != "en" or summary == f"10.0 hours on {shown}.")


def test_what_cannot_be_approved(scene):
    volunteer = scene.volunteer(login=True)

    def code(**changed: object) -> str:
        answer = ask_day(scene, volunteer, **{"by": scene.social_worker, **changed})
        return answer.code if isinstance(answer, Refusal) else "stored"

    assert code(minutes=480) == "not_more"
    assert code(minutes=721) == "beyond_hard_limit"
    assert code(reason="") == "needs_reason"
    assert code(by=volunteer.user) == "not_allowed"
    assert code(by=scene.leading) == "not_allowed"  # leads no activity of the volunteer that day
    assert code(minutes=720) == "stored"
    assert code(minutes=500) == "already_asked"


def ask_more(scene: Scene, shift: object, **changed: object) -> Overtime | Refusal:
    given = {"until": moment("13:00"), "reason": "居民多", "by": scene.leading, "at": moment("12:50")}
    return approvals.ask_overtime(shift=shift, **{**given, **changed})  # type: ignore[arg-type]


def test_overtime_counts_for_everybody_who_stayed(scene, approver):
    shift = scene.activity().shifts.get()
    stayed, left = scene.volunteer(), scene.volunteer("李建国")
    scene.attend(stayed, shift, "09:00", "13:00")
    scene.attend(left, shift, "09:00", "11:00")
    overtime = ask_more(scene, shift)
    decide(request=overtime, by=approver, at=moment("13:30"), accepted=True)
    minutes = {record.volunteer: record.minutes for record in ServiceRecord.objects.all()}
    assert minutes == {stayed: 240, left: 120}
    shift.refresh_from_db()
    assert shift.overtime_until == moment("13:00")


def test_who_was_there_does_not_decide_and_nothing_else_is_extended(scene, approver):
    shift = scene.activity().shifts.get()
    there = scene.volunteer(login=True)
    scene.attend(there, shift, "09:00", "13:00")
    duties.grant_duty(user=there.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    overtime = ask_more(scene, shift)
    answer = decide(request=overtime, by=there.user, at=moment("13:30"), accepted=True)
    assert isinstance(answer, Refusal) and answer.code == "own_matter"
    decide(request=overtime, by=approver, at=moment("13:30"), accepted=False, answer="不需要")
    shift.refresh_from_db()
    assert shift.overtime_until is None


def test_what_overtime_cannot_be_asked_for(scene):
    shift = scene.activity().shifts.get()

    def code(**changed: object) -> str:
        answer = ask_more(scene, shift, **changed)
        return answer.code if isinstance(answer, Refusal) else "stored"

    assert code(until=moment("12:00")) == "not_after_end"
    assert code(until=moment("24:01")) == "too_long"
    assert code(reason=" ") == "needs_reason"
    assert code(by=UserFactory()) == "not_allowed"
    assert code(until=moment("24:00")) == "stored"
    assert code() == "already_asked"
