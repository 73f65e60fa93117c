"""The second person where facts join afterwards: merged rows, minors, objections."""

import datetime as dt

import pytest
from django.test import TestCase

from academy.activities.models import Activity
from academy.audit.services import differences
from academy.checkin.models import Visit
from academy.decisions.selectors import waiting_for
from academy.decisions.services import decide
from academy.hours.models import DailyApproval, RecordState, ServiceRecord
from academy.hours.services import approvals, confirmation, notices, objections, totals
from academy.hours.services.records import sweep_records
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, merging
from tests.answers import code_of
from tests.factories import UserFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.hours.second_people import EVENING, MONDAY, WEDNESDAY, ask

pytestmark = pytest.mark.slow


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


# Facts that join afterwards


def joined(scene: Scene, goes: Volunteer, stays: Volunteer) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=WEDNESDAY) == stays


@pytest.mark.slow
@pytest.mark.parametrize("is_effective", [False, True])
@pytest.mark.parametrize("leader_stays", [False, True])
def test_hours_that_the_leader_confirmed_for_their_second_row_wait_again(scene, is_effective, leader_stays) -> None:
    activity, second = scene.activity(), scene.volunteer("赵敏")
    (record,) = scene.attend(second, activity.shifts.get())
    scene.attend(scene.volunteer("刘伟"), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=EVENING)
    if is_effective:
        notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))
    goes, stays = (second, scene.leader) if leader_stays else (scene.leader, second)
    joined(scene, goes, stays)
    record.refresh_from_db()
    assert record.state == (RecordState.CORRECTED if is_effective else RecordState.WITHDRAWN)
    again = ServiceRecord.objects.live().get(volunteer=stays)
    assert (again.state, again.minutes) == (RecordState.AWAITING_CONFIRMATION, 180)
    assert totals.total_of(stays).service_minutes == 0
    leader = User.objects.get(pk=scene.leading.pk)
    activity.refresh_from_db()
    answer = confirmation.confirm(activity=activity, by=leader, at=WEDNESDAY, records=[again])
    assert not isinstance(answer, confirmation.ConfirmationResult) or (answer.own, answer.ready) == ([again], [])
    assert confirmation.confirm(activity=activity, by=scene.social_worker, at=WEDNESDAY).ready == [again]
    notices.end_notices(at=WEDNESDAY + dt.timedelta(days=20))
    assert totals.total_of(stays).service_minutes == 180
    assert list(differences()) == []


@pytest.mark.slow
def test_hours_that_another_person_confirmed_stay_at_a_merger(scene: Scene) -> None:
    activity, second = scene.activity(), scene.volunteer("赵敏")
    (record,) = scene.attend(second, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING)
    joined(scene, second, scene.leader)
    record.refresh_from_db()
    assert record.state == RecordState.ON_NOTICE


@pytest.mark.slow
def test_a_long_day_that_the_second_row_approved_waits_again(scene: Scene) -> None:
    served, twin = scene.volunteer("赵强"), scene.volunteer("赵强", login=True)
    duties.grant_duty(user=twin.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    activity = scene.activity(("08:00", "18:00"))
    (record,) = scene.attend(served, activity.shifts.get(), "08:00", "18:00")
    made = approvals.ask_daily_approval(
        volunteer=served, date=SATURDAY, minutes=600, reason="防汛", by=scene.leading, at=EVENING
    )
    assert isinstance(made, DailyApproval)
    decide(request=made, by=twin.user, at=EVENING, accepted=True)
    record.refresh_from_db()
    assert record.minutes == 600
    confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING, records=[record])
    joined(scene, served, twin)
    again = ServiceRecord.objects.live().get(volunteer=twin)
    assert (again.state, again.minutes) == (RecordState.AWAITING_CONFIRMATION, 600)
    asked_it = confirmation.confirm(activity=activity, by=scene.leading, at=WEDNESDAY, records=[again])
    assert (asked_it.entered, asked_it.ready) == ([again], [])
    assert confirmation.confirm(activity=activity, by=scene.social_worker, at=WEDNESDAY, records=[again]).ready == [
        again
    ]


# A visit that was given up (H6)


@pytest.mark.slow
def test_a_confirmation_counts_a_given_up_visit_before_the_sweep_does(scene: Scene) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    shift = activity.shifts.get()
    (record,) = scene.attend(volunteer, shift, "09:00", "10:00")
    scene.scan(volunteer, shift, "in", moment("10:30"))
    waiting = confirmation.confirm(activity=activity, by=scene.leading, at=moment("15:00"), records=[record])
    assert waiting.visit_open == [record]
    just_after = moment("15:00:30")
    for records in ([record], None):
        answer = confirmation.confirm(activity=activity, by=scene.leading, at=just_after, records=records)
        assert answer.flagged == [record] and answer.ready == []
        if records:
            record.refresh_from_db()
            assert record.flags == ["missing_check_out"] and record.minutes == 60
    assert not Visit.objects.filter(sealed_at__isnull=False).exists()
    assert confirmation.confirm(activity=activity, by=scene.leading, at=just_after, records=[record]).ready
    assert not Visit.objects.filter(sealed_at=None).exists()
    assert sweep_records(at=moment("15:01")) == 0


@pytest.mark.slow
def test_a_late_check_in_beside_a_settled_record_is_given_up_later(scene: Scene) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    shift = activity.shifts.get()
    (record,) = scene.attend(volunteer, shift, "09:00", "10:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("10:05"))
    scene.scan(volunteer, shift, "in", moment("10:30"))
    compute_records(volunteer=volunteer, shift=shift, at=moment("10:31"))
    assert Visit.objects.open().get().sealed_at is None
    assert sweep_records(at=moment("15:00:30")) == 1
    assert record.correction_proposals.open().exists()


# Minors at a dangerous activity (N3)


def found_out(scene: Scene, volunteer: Volunteer, activity: Activity) -> None:
    """Enter the birth date and the danger after the check-in."""
    Activity.objects.filter(pk=activity.pk).update(dangerous=True, insurance="PICC-1")
    Volunteer.objects.filter(pk=volunteer.pk).update(birth_date=dt.date(2010, 5, 1))


@pytest.mark.slow
def test_a_minor_found_out_later_is_confirmed_by_nobody(scene: Scene) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    (record,) = scene.attend(volunteer, activity.shifts.get())
    found_out(scene, volunteer, activity)
    for records in (None, [record]):
        answer = confirmation.confirm(
            activity=activity, by=scene.social_worker, at=WEDNESDAY, records=records, reason="特批"
        )
        assert (answer.minors, answer.ready) == ([record], [])
        assert [note.code for note in answer.notes] == ["minor_not_allowed"]
    Volunteer.objects.update(birth_date=dt.date(2008, 1, 10))  # eighteen on the day
    assert confirmation.confirm(activity=activity, by=scene.social_worker, at=WEDNESDAY).ready == [record]


@pytest.mark.slow
def test_a_merger_that_shows_a_minor_holds_the_hours(scene: Scene) -> None:
    activity, volunteer, twin = scene.activity(), scene.volunteer(), scene.volunteer()
    scene.attend(volunteer, activity.shifts.get())
    Activity.objects.filter(pk=activity.pk).update(dangerous=True, insurance="PICC-1")
    Volunteer.objects.filter(pk=twin.pk).update(birth_date=dt.date(2010, 5, 1))
    twin.refresh_from_db()
    joined(scene, volunteer, twin)
    answer = confirmation.confirm(activity=activity, by=scene.social_worker, at=WEDNESDAY)
    assert len(answer.minors) == 1 and answer.ready == []


@pytest.mark.slow
def test_on_notice_they_do_not_take_effect_and_only_a_second_person_takes_them_back(scene, approver) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    (record,) = scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=EVENING)
    found_out(scene, volunteer, activity)
    at = moment("00:05", dt.date(2026, 1, 15))
    assert notices.end_notices(at=at) == 0
    record.refresh_from_db()
    objection = record.objections.get()
    assert (record.state, objection.asked_by) == (RecordState.CONTESTED, None)
    times = {"came_at": moment("09:00"), "left_at": moment("12:00")}
    refused = decide(request=objection, by=approver, at=at, accepted=True, fields=times)
    assert code_of(refused) == "minor_not_allowed"
    absent = {"came_at": None, "left_at": None}
    decide(request=objection, by=approver, at=at, accepted=True, fields=absent)
    assert not ServiceRecord.objects.live().exists()
    assert list(differences()) == []


@pytest.mark.slow
def test_a_make_up_entry_and_an_objection_are_judged_again(scene: Scene, approver: User) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    made = ask(volunteer, activity.shifts.get(), scene.volunteer("李建国"), scene.social_worker)
    found_out(scene, volunteer, activity)
    assert code_of(decide(request=made, by=approver, at=MONDAY, accepted=True)) == "minor_not_allowed"
    assert decide(request=made, by=approver, at=MONDAY, accepted=False, answer="未满十八岁").accepted is False


# Objections (K7)


@pytest.fixture
def objection(scene: Scene):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", "10:30")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("10:40"))
    objector = scene.volunteer("李建国", login=True).user
    return objections.object_to(record=ServiceRecord.objects.get(), reason="记少了", by=objector, at=moment("10:45"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("came", "left", "code"),
    [("09:00", "17:00", "in_the_future"), ("09:00", "10:51", "in_the_future"), ("10:00", "09:00", "times_reversed")],
)
def test_an_objection_is_not_upheld_with_times_that_nobody_served(objection, approver, came, left, code) -> None:
    fields = {"came_at": moment(came), "left_at": moment(left)}
    answer = decide(request=objection, by=approver, at=moment("10:50"), accepted=True, fields=fields)
    assert code_of(answer) == code
    assert ServiceRecord.objects.get().state == RecordState.CONTESTED


@pytest.mark.slow
def test_an_objection_is_upheld_with_times_that_are_over(objection, approver) -> None:
    fields = {"came_at": moment("09:00"), "left_at": moment("10:50")}
    decide(request=objection, by=approver, at=moment("10:50"), accepted=True, fields=fields)
    assert ServiceRecord.objects.live().get().minutes == 110


@pytest.mark.slow
@pytest.mark.parametrize("day", [dt.date(2026, 1, 16), dt.date(2026, 1, 17)])  # five working days: until Friday 16
def test_after_the_last_day_every_answer_says_why_it_is_late(objection, approver, day) -> None:
    at, is_late = moment("10:00", day), day > objection.due_on
    fields = {"came_at": moment("09:00"), "left_at": moment("10:00")}
    (shown,) = waiting_for(approver, at)
    assert shown.is_overdue == is_late
    answer = decide(request=objection, by=approver, at=at, accepted=True, fields=fields)
    assert (code_of(answer) == "needs_reason") == is_late
    if is_late:
        decide(request=objection, by=approver, at=at, accepted=True, fields=fields, answer="春节前忙不过来")
    objection.refresh_from_db()
    assert objection.accepted and objection.is_late == is_late
