"""The second person: for own hours, for times that a user entered, for matters of the family (K4, C5)."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.activities.models import Activity, SignUp
from academy.audit.services import differences
from academy.checkin.services import keying_in
from academy.core.refusals import Refusal
from academy.decisions.second_person import family_logins, own_people
from academy.decisions.selectors import waiting_for
from academy.decisions.services import decide
from academy.families import services as families
from academy.hours.models import Confirmation, Evaluation, Overtime, RecordState, ServiceRecord
from academy.hours.services import approvals, confirmation, evaluation, make_ups, notices, totals
from academy.people.models import Consent, Duty, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, merging
from tests.answers import code_of
from tests.factories import UserFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.hours.second_people import EVENING, MONDAY, TUESDAY, WEDNESDAY, ask

pytestmark = pytest.mark.slow


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def guard(child: Volunteer, guardian: User) -> None:
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=guardian,
        evidence="签字的同意书",
        by=None,
        at=moment("08:00", dt.date(2026, 1, 1)),
    )


def act_for(volunteer: Volunteer, user: User) -> None:
    """Make `user` the agent of the volunteer; if one of them has a duty, they had no duty then."""
    duties = Duty.objects.filter(user__in=[login for login in (user, volunteer.user) if login])
    held = list(duties)
    duties.delete()
    agency = families.allow_agent(volunteer=volunteer, user=user, evidence="口头", by=None, at=moment("08:00"))
    assert not isinstance(agency, Refusal)
    Duty.objects.bulk_create(held)


def key_in(activity: Activity, volunteer: Volunteer, by: User, at: dt.datetime = EVENING) -> ServiceRecord:
    answer = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=activity,
        shift=activity.shifts.get(),
        volunteer=volunteer,
        arrived=moment("09:00"),
        left=moment("12:00"),
        by=by,
        at=at,
    )
    assert isinstance(answer, tuple), answer
    compute_records(volunteer=volunteer, shift=activity.shifts.get(), at=at)
    return ServiceRecord.objects.live().of(volunteer).get(activity=activity)


# Whose matter it is


@pytest.mark.slow
def test_own_people_are_the_user_their_wards_and_those_they_act_for_in_any_row(scene: Scene) -> None:
    user = scene.leading
    elder, child, other = scene.volunteer("张桂兰"), scene.volunteer("赵小"), scene.volunteer("刘伟")
    act_for(elder, user)
    guard(child, user)
    twin = scene.volunteer("赵小")
    merging.merge(volunteer=child, into=twin, by=scene.social_worker, at=EVENING)
    child.refresh_from_db()
    assert own_people(user, [scene.leader, elder, child, other]) == {scene.leader.pk, elder.pk, twin.pk}
    assert own_people(user, [twin, other]) == {twin.pk}
    assert own_people(UserFactory(), [scene.leader, elder, twin, other]) == set()


@pytest.mark.slow
def test_a_guardian_stays_one_after_a_withdrawal(scene: Scene) -> None:
    child = scene.volunteer("赵小")
    guard(child, scene.leading)
    consents.record_consent(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=False, evidence="撤回", by=None, at=EVENING
    )
    assert own_people(scene.leading, [child]) == {child.pk}


@pytest.mark.slow
def test_a_family_is_seen_from_both_sides(scene: Scene) -> None:
    elder, child = scene.volunteer("张桂兰", login=True), scene.volunteer("赵小", login=True)
    act_for(elder, scene.leading)
    guard(child, scene.leading)
    assert family_logins(scene.leading) == {elder.user_id, child.user_id}
    assert family_logins(elder.user) == family_logins(child.user) == {scene.leading.pk}
    assert family_logins(scene.social_worker) == set()


@pytest.mark.slow
def test_many_people_cost_as_much_as_one(scene: Scene) -> None:
    people = [scene.volunteer(f"志愿者{number}") for number in range(6)]
    for number in (1, 3):
        act_for(people[number], scene.leading)
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as captured:
            own_people(scene.leading, some)
        assert len(captured) == 2


# Confirming and evaluating


@pytest.mark.slow
@pytest.mark.parametrize("relation", [act_for, guard])
def test_nobody_confirms_or_evaluates_a_person_they_act_for(scene: Scene, relation) -> None:
    activity, elder = scene.activity(), scene.volunteer("张桂兰")
    relation(elder, scene.leading)
    (record,) = scene.attend(elder, activity.shifts.get())
    for records in (None, [record]):
        answer = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=records)
        assert (answer.own, answer.ready) == ([record], [])
    assert confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING).ready == [record]
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=EVENING)) == "nobody_to_evaluate"
    evaluation.evaluate(activity=activity, by=scene.social_worker, at=EVENING)
    assert Evaluation.objects.get().volunteer == elder


@pytest.mark.slow
def test_who_keyed_in_the_sheet_does_not_confirm_it_and_a_colleague_does_at_once(scene: Scene) -> None:
    activity = scene.activity()
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    for records in (None, [record]):
        answer = confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING, records=records)
        assert (answer.entered, answer.ready) == ([record], [])
        assert [note.code for note in answer.notes] == ["entered_yourself"]
    answer = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING)
    assert answer.ready == [record] and not answer.ready[0].alone


@pytest.mark.slow
def test_two_clicks_on_monday_confirm_what_the_leader_keyed_in(scene: Scene) -> None:
    activity = scene.activity()
    record = key_in(activity, scene.volunteer(), scene.leading)
    found = confirmation.list_candidates_by_activity(activities=[activity], by=scene.social_worker, at=MONDAY)
    assert found[activity.pk].ready == [record]
    assert confirmation.confirm(activity=activity, by=scene.social_worker, at=MONDAY).ready == [record]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "reason", "is_confirmed"),
    [
        (TUESDAY, "负责人没有手机", False),  # the second working day is still the others'
        (WEDNESDAY, "负责人没有手机", True),
        (WEDNESDAY, "  ", False),
    ],
)
def test_after_two_working_days_one_person_confirms_alone_with_a_reason(scene, at, reason, is_confirmed) -> None:
    activity = scene.activity()
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    answer = confirmation.confirm(activity=activity, by=scene.social_worker, at=at, records=[record], reason=reason)
    record.refresh_from_db()
    assert (record.state == RecordState.ON_NOTICE) == record.alone == is_confirmed == bool(answer.ready)
    if is_confirmed:
        assert record.effective_on == at.date() + dt.timedelta(days=8)  # seven whole days of notice
        assert Confirmation.objects.get().reason == "负责人没有手机"
        notices.end_notices(at=at + dt.timedelta(days=7))
        assert not totals.total_of(record.volunteer).service_minutes
        notices.end_notices(at=at + dt.timedelta(days=8))
        assert totals.total_of(record.volunteer).service_minutes == 180
        assert list(differences()) == []


@pytest.mark.slow
def test_a_bulk_confirmation_takes_nothing_alone(scene: Scene) -> None:
    activity = scene.activity()
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    answer = confirmation.confirm(activity=activity, by=scene.social_worker, at=WEDNESDAY, reason="没人")
    assert (answer.entered, answer.ready) == ([record], [])


@pytest.mark.slow
def test_own_hours_are_never_confirmed_alone(scene: Scene) -> None:
    activity = scene.activity()
    record = key_in(activity, scene.leader, scene.leading)
    answer = confirmation.confirm(activity=activity, by=scene.leading, at=WEDNESDAY, records=[record], reason="没人")
    assert (answer.own, answer.ready) == ([record], [])


@pytest.mark.slow
def test_a_correction_is_confirmed_by_another_person(scene: Scene) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    scene.attend(volunteer, activity.shifts.get())
    times = (moment("09:00"), moment("11:00"))
    changed = {"volunteer": volunteer, "shift": activity.shifts.get(), "times": times, "at": EVENING}
    (record,) = make_ups.correct_visit(by=scene.leading, **changed)
    answer = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=[record])
    assert (answer.entered, answer.ready) == ([record], [])
    answer = confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING, records=[record])
    assert answer.ready == [record]


@pytest.mark.slow
def test_a_correction_needs_a_scan_to_correct(scene: Scene) -> None:
    activity, volunteer = scene.activity(), scene.volunteer()
    shift = activity.shifts.get()
    for at in (EVENING, EVENING + dt.timedelta(days=200)):
        for times in ((moment("09:00"), moment("12:00")), None):
            answer = make_ups.correct_visit(volunteer=volunteer, shift=shift, times=times, by=scene.leading, at=at)
            assert code_of(answer) == "nothing_to_correct"
    assert not ServiceRecord.objects.exists()
    # A visit that was scanned and taken back can be put right again.
    scene.attend(volunteer, shift)
    for times in (None, (moment("09:00"), moment("12:00"))):
        answer = make_ups.correct_visit(volunteer=volunteer, shift=shift, times=times, by=scene.leading, at=EVENING)
    assert [record.minutes for record in answer] == [180]


@pytest.mark.slow
def test_a_correction_of_a_person_acted_for_is_left_to_another(scene: Scene) -> None:
    activity, elder = scene.activity(), scene.volunteer("张桂兰")
    act_for(elder, scene.leading)
    scene.attend(elder, activity.shifts.get())
    answer = make_ups.correct_visit(
        volunteer=elder, shift=activity.shifts.get(), times=None, by=scene.leading, at=EVENING
    )
    assert code_of(answer) == "own_visit"


@pytest.mark.slow
def test_who_acts_for_the_volunteer_or_the_witness_does_not_decide(scene: Scene, approver: User) -> None:
    volunteer, witness = scene.volunteer(), scene.volunteer("李建国")
    made = ask(volunteer, scene.activity().shifts.get(), witness, scene.social_worker)
    act_for(witness, approver)
    for near, code in ((None, "witness"), (volunteer, "own_matter")):
        if near is not None:
            act_for(near, approver)
        assert code_of(decide(request=made, by=approver, at=EVENING, accepted=True)) == code
        (shown,) = waiting_for(approver, EVENING)
        assert code_of(shown.refusal) == code


@pytest.mark.slow
def test_what_the_family_asked_for_is_decided_by_another_or_late_and_alone(scene: Scene, approver: User) -> None:
    duty_holder = scene.volunteer("赵强", login=True)
    duties.grant_duty(user=duty_holder.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    act_for(duty_holder, scene.leading)  # the leader asks, the person they act for would decide
    made = ask(scene.volunteer(), scene.activity().shifts.get(), scene.volunteer("李建国"), scene.leading)
    early = decide(request=made, by=duty_holder.user, at=EVENING, accepted=True)
    assert code_of(early) == "not_yet_alone"
    (shown,) = waiting_for(duty_holder.user, EVENING)
    assert shown.alone_after is not None
    late = decide(request=made, by=duty_holder.user, at=WEDNESDAY, accepted=True, answer="没有别人")
    assert late.alone


@pytest.mark.slow
def test_who_signed_up_does_not_approve_the_overtime_before_it(scene: Scene) -> None:
    activity = scene.activity()
    served = scene.volunteer(login=True)
    duties.grant_duty(user=served.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    made = approvals.ask_overtime(
        shift=activity.shifts.get(), until=moment("14:00"), reason="人多", by=scene.leading, at=moment("08:00")
    )
    SignUp.objects.create(
        shift=activity.shifts.get(),
        role=activity.roles.get(),
        volunteer=served,
        seat=1,
        signed_up_at=moment("07:00"),
    )
    assert code_of(decide(request=made, by=served.user, at=moment("08:30"), accepted=True)) == "own_matter"
    SignUp.objects.update(cancelled_at=moment("08:40"))
    assert isinstance(decide(request=made, by=served.user, at=moment("08:45"), accepted=True), Overtime)


@pytest.mark.slow
def test_hours_whose_overtime_the_volunteer_approved_are_looked_at_by_a_third_person(scene: Scene) -> None:
    activity = scene.activity()
    served = scene.volunteer(login=True)
    duties.grant_duty(user=served.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    made = approvals.ask_overtime(
        shift=activity.shifts.get(), until=moment("14:00"), reason="人多", by=scene.leading, at=moment("08:00")
    )
    decide(request=made, by=served.user, at=moment("08:30"), accepted=True)
    shift = activity.shifts.get()
    (record,) = scene.attend(served, shift, "09:00", "14:00")  # came on the day
    assert record.minutes == 300
    asked_it = confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=[record])
    assert (asked_it.entered, asked_it.ready) == ([record], [])
    third = confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING)
    assert third.flagged == [record] and third.suspected[record.pk] == ["own_decision"]
    third = confirmation.confirm(activity=activity, by=scene.social_worker, at=EVENING, records=[record])
    assert third.ready == [record]


@pytest.mark.slow
@pytest.mark.parametrize(("left", "is_alone"), [("11:30", False), ("12:00", False), ("14:00", True)])
def test_hours_in_overtime_that_one_person_approved_alone_say_so(scene: Scene, left: str, is_alone: bool) -> None:
    activity = scene.activity()
    shift = activity.shifts.get()
    made = approvals.ask_overtime(
        shift=shift, until=moment("14:00"), reason="人多", by=scene.leading, at=moment("10:00", dt.date(2026, 1, 5))
    )
    alone = decide(request=made, by=scene.social_worker, at=moment("08:30"), accepted=True, answer="两天无人答复")
    assert alone.alone
    (record,) = scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", left)
    assert record.alone == is_alone
    confirmation.confirm(activity=activity, by=scene.leading, at=EVENING, records=[record])
    record.refresh_from_db()
    assert (record.effective_on == SATURDAY + dt.timedelta(days=8)) == is_alone
