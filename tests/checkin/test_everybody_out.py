"""“全部签退”: the leader or a social worker checks out all people who are still in."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from academy.activities.models import Activity
from academy.checkin import signals
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.services import codes, leading, scanning, visits
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.checkin.times import END, START, minutes
from tests.everybody import check_everybody_out
from tests.factories import ActivityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


def check_in(activity: Activity, volunteer: Volunteer, at: dt.datetime = START) -> None:
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=codes.checkpoint_for(activity, rotating=False).key,
        code=None,
        volunteer=volunteer,
        operator=None,
        direction="in",
        at=at,
    )
    assert answer.accepted, answer


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory(leader__login=True)


@pytest.fixture
def leader(activity: Activity) -> User:
    return activity.leader.user


@pytest.fixture
def inside(activity: Activity) -> list[Volunteer]:
    volunteers = VolunteerFactory.create_batch(3, community=activity.community)
    for volunteer in volunteers:
        check_in(activity, volunteer)
    return volunteers


def test_everybody_leaves_now_by_the_leaders_hand(activity, leader, inside):
    assert check_everybody_out(activity=activity, by=leader, at=END) == 3
    assert not Visit.objects.open().exists()
    scans = Scan.objects.filter(method=Method.EVERYBODY_OUT)
    assert {scan.volunteer for scan in scans} == set(inside)
    assert {(scan.operator, scan.happened_at, scan.direction) for scan in scans} == {(leader, END, "out")}
    assert set(Visit.objects.values_list("closed_by", "closed_at")) == {(scan.pk, END) for scan in scans}


def test_people_marked_as_staying_stay_in(activity, leader, inside):
    assert check_everybody_out(activity=activity, by=leader, at=END, staying=[inside[0].pk]) == 2
    assert Visit.objects.open().get().volunteer == inside[0]


def test_a_second_call_checks_out_no_further_people(activity, leader, inside):
    check_everybody_out(activity=activity, by=leader, at=END)
    assert check_everybody_out(activity=activity, by=leader, at=END + minutes(1)) == 0
    assert Scan.objects.filter(direction="out").count() == 3


def test_another_activitys_people_stay(activity, leader, inside):
    other = ActivityFactory()
    check_in(other, inside[0])
    check_everybody_out(activity=activity, by=leader, at=END)
    assert Visit.objects.open().get().shift.activity == other


@pytest.mark.parametrize(
    ("late", "count", "flags"),
    [
        pytest.param(60, 3, [], id="in time"),
        pytest.param(61, 3, ["late_scan"], id="late"),
        pytest.param(180, 3, ["late_scan"], id="at the last moment"),
        pytest.param(181, 0, None, id="too late: nothing is filled in from the plan"),
    ],
)
def test_it_has_the_window_of_every_check_out(activity, leader, inside, late, count, flags):
    assert check_everybody_out(activity=activity, by=leader, at=END + minutes(late)) == count
    if count:
        assert Scan.objects.filter(direction="out").first().flags == flags
    assert Visit.objects.open().count() == 3 - count


def test_its_window_is_the_communitys(activity, leader, inside):
    RuleSetFactory(community=activity.community, values={"check_out_closes_minutes": 5})
    assert check_everybody_out(activity=activity, by=leader, at=END + minutes(6)) == 0


def test_the_social_worker_may_and_others_may_not(activity, inside):
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    trainer = UserFactory(duties=[(activity.community, DutyRole.TRAINER)])
    elsewhere = UserFactory(duties=[(ActivityFactory().community, DutyRole.SOCIAL_WORKER)])
    for user in (trainer, elsewhere, UserFactory()):
        with pytest.raises(PermissionDenied):
            check_everybody_out(activity=activity, by=user, at=END)
    assert check_everybody_out(activity=activity, by=worker, at=END) == 3


def test_each_closed_visit_sends_a_signal_on_commit(activity, leader, inside, django_capture_on_commit_callbacks):
    received = []

    def hear(volunteer_id, shift_id, **kwargs):
        received.append((volunteer_id, shift_id))

    signals.visits_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            check_everybody_out(activity=activity, by=leader, at=END)
    finally:
        signals.visits_changed.disconnect(hear)
    shift = activity.shifts.get()
    assert sorted(received) == sorted((volunteer.pk, shift.pk) for volunteer in inside)


def test_its_cost_does_not_grow_with_the_people(activity, leader, django_assert_max_num_queries):
    people = VolunteerFactory.create_batch(12, community=activity.community)
    for volunteer in people:
        check_in(activity, volunteer)
    codes.checkpoint_for(activity, rotating=True)
    with django_assert_max_num_queries(11):
        leading.check_everybody_out(activity=activity, people=[one.pk for one in people], by=leader, at=END)


def test_sealing_marks_one_persons_visits_of_a_shift(activity, inside):
    shift = activity.shifts.get()
    assert visits.seal_visits(volunteer_id=inside[0].pk, shift_id=shift.pk, at=END) == 0  # a check-out may still come
    late = END + dt.timedelta(hours=3, seconds=1)
    assert visits.seal_visits(volunteer_id=inside[0].pk, shift_id=shift.pk, at=late) == 1
    assert visits.seal_visits(volunteer_id=inside[0].pk, shift_id=shift.pk, at=late) == 0
    assert Visit.objects.get(volunteer=inside[0]).sealed_at == late
    assert Visit.objects.filter(sealed_at=None).count() == 2


def test_publishing_makes_one_checkpoint_of_each_kind(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        activity = ActivityFactory()
    assert sorted(activity.checkpoints.values_list("rotating", flat=True)) == [False, True]
    codes.open_checkpoints(activity=activity)
    assert activity.checkpoints.count() == 2
    assert len({len(key) for key in activity.checkpoints.values_list("key", flat=True)} | {10}) == 1
