"""Keying in the signed roster: stored scans, places, and refusals."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from academy.activities import services as activities
from academy.activities.models import Activity, Shift, SignUp
from academy.checkin import signals
from academy.checkin.models import Direction, Method, Scan, Visit
from academy.checkin.services import codes, keying_in, scanning, visits
from academy.core.refusals import Refusal
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, logins, volunteers
from tests.answers import code_of
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, RuleSetFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db

EVENING = START + dt.timedelta(hours=10)


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory(leader__login=True)


@pytest.fixture
def shift(activity) -> Shift:
    return activity.shifts.get()


@pytest.fixture
def leader(activity) -> User:
    return activity.leader.user


@pytest.fixture
def volunteer(activity, shift) -> Volunteer:
    volunteer = VolunteerFactory(community=activity.community)
    sign_up(volunteer, shift)
    return volunteer


@pytest.fixture
def key_in(activity, shift, volunteer, leader):
    def keyed(
        arrived: dt.datetime = START, left: dt.datetime = END, ids: tuple[UUID, UUID] | None = None, **changes: object
    ) -> tuple[Scan, Scan] | Refusal:
        given: dict = {"activity": activity, "shift": shift, "volunteer": volunteer, "by": leader, "at": EVENING}
        return keying_in.key_in(scan_ids=ids or (uuid4(), uuid4()), arrived=arrived, left=left, **(given | changes))

    return keyed


def scan(activity, volunteer, direction, at) -> scanning.Answer:
    answer = scanning.record_for(
        scan_id=uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.TICK,
        by=activity.leader.user,
        direction=direction,
        at=at,
    )
    assert answer.accepted, answer
    return answer


# Stored scans


def test_a_row_is_two_scans_at_the_times_on_the_sheet(key_in, volunteer, leader, shift):
    came, went = key_in(START + minutes(3), END - minutes(1))

    assert list(Scan.objects.order_by("happened_at")) == [came, went]
    for stored, direction, moment in ((came, "in", START + minutes(3)), (went, "out", END - minutes(1))):
        stored.refresh_from_db()
        assert (stored.direction, stored.happened_at, stored.received_at) == (direction, moment, EVENING)
        assert (stored.method, stored.operator, stored.volunteer, stored.shift) == (
            Method.PAPER,
            leader,
            volunteer,
            shift,
        )
        assert (stored.flags, stored.refusal) == ([], "")
    visit = Visit.objects.get()
    assert (visit.opened_by, visit.closed_by, visit.volunteer) == (came, went, volunteer)


def test_the_same_row_sent_twice_is_one_row(key_in):
    ids = (uuid4(), uuid4())
    first = key_in(ids=ids)
    assert key_in(ids=ids, at=EVENING + minutes(5)) == first
    assert Scan.objects.count() == 2


def test_the_same_row_with_other_times_is_refused(key_in, activity):
    ids = (uuid4(), uuid4())
    key_in(ids=ids)
    assert code_of(key_in(left=END - minutes(5), ids=ids)) == "id_reused"
    assert code_of(key_in(volunteer=VolunteerFactory(community=activity.community), ids=ids)) == "id_reused"
    assert code_of(key_in(END, END + minutes(9), ids=(ids[0], uuid4()))) == "id_reused"
    assert code_of(key_in(END, END + minutes(9), ids=(uuid4(), ids[1]))) == "id_reused"
    assert Scan.objects.count() == 2


def test_one_id_for_both_scans_is_refused(key_in):
    one = uuid4()
    assert code_of(key_in(ids=(one, one))) == "id_reused"
    assert not Scan.objects.exists() and not Visit.objects.exists()


def test_keying_in_sends_a_signal_on_commit(key_in, volunteer, shift, django_capture_on_commit_callbacks):
    received = []

    def hear(volunteer_id, shift_id, **kwargs):
        received.append((volunteer_id, shift_id))

    signals.visits_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            key_in()
    finally:
        signals.visits_changed.disconnect(hear)
    assert received == [(volunteer.pk, shift.pk)]


def test_two_rows_of_one_person_are_two_visits(key_in):
    key_in(START, START + minutes(60))
    key_in(START + minutes(60), END)
    assert list(Visit.objects.values_list("opened_at", "closed_at")) == [
        (START, START + minutes(60)),
        (START + minutes(60), END),
    ]


def test_leaders_key_themselves_in(key_in, activity):
    came, _went = key_in(volunteer=activity.leader)
    assert came.volunteer == activity.leader


def test_the_social_worker_may_and_others_may_not(key_in, activity, volunteer):
    for user in (
        UserFactory(),
        UserFactory(duties=[(activity.community, DutyRole.TRAINER)]),
        UserFactory(duties=[(ActivityFactory().community, DutyRole.SOCIAL_WORKER)]),
        logins.login_for(volunteer=volunteer),
    ):
        with pytest.raises(PermissionDenied):
            key_in(by=user)
    key_in(by=UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)]))
    assert Scan.objects.count() == 2


def test_a_shift_of_another_activity_raises_an_error(key_in):
    with pytest.raises(ValueError, match="not one of activity"):
        key_in(shift=ActivityFactory().shifts.get())


def test_a_merged_volunteer_is_keyed_in_as_the_one_who_stays(key_in, activity, volunteer):
    gone = VolunteerFactory(community=activity.community)
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=volunteer)
    came, _went = key_in(volunteer=Volunteer.objects.get(pk=gone.pk))
    assert came.volunteer == volunteer
    assert code_of(key_in(START + minutes(5))) == "already_scanned"


def test_scans_of_the_merged_row_conflict_too(key_in, activity, volunteer):
    gone = VolunteerFactory(community=activity.community)
    scan(activity, gone, "in", START)
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=volunteer)
    assert code_of(key_in()) == "already_scanned"


# Places


def test_a_walk_in_gets_a_place(key_in, activity, shift):
    walk_in = VolunteerFactory(community=activity.community)
    came, _went = key_in(volunteer=walk_in)
    place = SignUp.objects.get(volunteer=walk_in)
    assert (place.shift, place.walk_in) == (shift, True)
    assert came.flags == []


def test_without_a_free_place_the_check_in_carries_a_flag(leader):
    activity = ActivityFactory(capacity=1, leader__login=True)
    shift = activity.shifts.get()
    sign_up(VolunteerFactory(community=activity.community), shift)
    came, went = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=activity,
        shift=shift,
        volunteer=VolunteerFactory(community=activity.community),
        arrived=START,
        left=END,
        by=activity.leader.user,
        at=EVENING,
    )
    assert (came.flags, went.flags) == (["shift_full"], [])
    assert Visit.objects.count() == 1


def test_without_walk_ins_the_check_in_carries_a_flag_and_takes_no_place(key_in, activity, shift):
    shift.walk_ins = False
    shift.save()
    came, _went = key_in(volunteer=VolunteerFactory(community=activity.community))
    assert came.flags == ["not_signed_up"]
    assert SignUp.objects.count() == 1


# Refusals


@pytest.mark.parametrize(
    ("arrived", "left", "code"),
    [
        pytest.param(0, 0, "times_reversed", id="no time at all"),
        pytest.param(60, 59, "times_reversed", id="the other way round"),
        pytest.param(-90, 180, None, id="from the first moment"),
        pytest.param(-91, 180, "outside_shift", id="before check-in opens"),
        pytest.param(0, 360, None, id="until the last moment"),
        pytest.param(0, 361, "outside_shift", id="after check-out closes"),
    ],
)
def test_the_times_fit_each_other_and_the_shift(key_in, arrived, left, code):
    answer = key_in(START + minutes(arrived), START + minutes(left))
    assert (answer.code if isinstance(answer, Refusal) else None) == code
    assert Scan.objects.count() == (0 if code else 2)


def test_times_in_the_future_are_refused(key_in):
    assert code_of(key_in(at=END - minutes(1))) == "in_the_future"
    assert isinstance(key_in(at=END), tuple)


def test_the_window_is_the_communitys(key_in, activity):
    RuleSetFactory(community=activity.community, values={"check_out_closes_minutes": 5})
    answer = key_in(left=END + minutes(6))
    assert code_of(answer) == "outside_shift"
    assert "12:05" in str(answer)


def test_overtime_is_part_of_the_shift(key_in, shift):
    shift.overtime_until = END + minutes(120)
    shift.save()
    assert isinstance(key_in(left=END + minutes(300)), tuple)


def minor(activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, birth_date=dt.date(2010, 1, 1))


def test_no_minor_on_a_dangerous_activity_even_with_consent(key_in, activity):
    """A guardian's consent does not override this (N3)."""
    Activity.objects.filter(pk=activity.pk).update(dangerous=True, insurance="A-1")
    activity.refresh_from_db()
    assert code_of(key_in(volunteer=minor(activity))) == "minor_not_allowed"


def test_a_minor_needs_the_guardians_consent_first(key_in, activity):
    """Without the consent, a minor cannot be keyed in (N2)."""
    child = minor(activity)
    assert code_of(key_in(volunteer=child)) == "needs_consent"
    consents.record_consent(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence="签字", by=None, at=EVENING
    )
    assert isinstance(key_in(volunteer=child), tuple)


@pytest.mark.parametrize(("since", "code"), [(-60, "suspended"), (200, None)])
def test_a_suspension_counts_from_when_it_began(key_in, volunteer, since, code):
    volunteers.suspend(volunteer=volunteer, reason="…", by=None, at=START + minutes(since))
    answer = key_in()
    assert (answer.code if isinstance(answer, Refusal) else None) == code


@pytest.mark.parametrize(("when", "code"), [(-60, "cancelled"), (90, None)])
def test_a_cancelled_activity_is_over_from_then_on(key_in, activity, when, code):
    activities.cancel_activity(activity=activity, by=None, at=START + minutes(when))
    answer = key_in()
    assert (answer.code if isinstance(answer, Refusal) else None) == code


@pytest.mark.parametrize(
    ("scans", "arrived", "left", "code"),
    [
        pytest.param([("in", 10), ("out", 100)], 0, 180, "already_scanned", id="around a visit"),
        pytest.param([("in", 10), ("out", 100)], 20, 30, "already_scanned", id="within a visit"),
        pytest.param([("in", 10), ("out", 100)], 99, 180, "already_scanned", id="across its end"),
        pytest.param([("in", 10), ("out", 100)], 0, 10, None, id="up to its beginning"),
        pytest.param([("in", 10), ("out", 100)], 100, 180, None, id="from its end"),
        pytest.param([("in", 10)], 20, 180, "already_scanned", id="after an open check-in"),
        pytest.param([("in", 10)], 0, 5, None, id="before an open check-in"),
    ],
)
def test_an_overlapping_visit_is_refused_with_its_times(key_in, activity, volunteer, scans, arrived, left, code):
    for direction, at in scans:
        scan(activity, volunteer, direction, START + minutes(at))
    answer = key_in(START + minutes(arrived), START + minutes(left))
    if code is None:
        assert isinstance(answer, tuple), answer
    else:
        assert code_of(answer) == code
        assert "9:10" in str(answer)
        assert not Scan.objects.filter(method=Method.PAPER).exists()


def test_another_shift_does_not_matter_here(key_in, activity, volunteer):
    """The hours count a minute once (H5); keying in does not compare shifts."""
    other = ActivityFactory(leader__login=True)
    scan(other, volunteer, "in", START)
    assert isinstance(key_in(), tuple)


def test_a_single_scan_within_the_times_conflicts_too(key_in, activity, volunteer, shift):
    Scan.objects.create(
        checkpoint=codes.checkpoint_for(activity, rotating=True),
        volunteer=volunteer,
        shift=shift,
        direction=Direction.OUT,
        method=Method.CARD,
        happened_at=START + minutes(50),
        received_at=EVENING,
    )
    answer = key_in()
    assert code_of(answer) == "already_scanned"
    assert "9:50" in str(answer)


def test_confirmed_hours_are_left_alone(key_in, volunteer, shift):
    key_in(START, START + minutes(60))
    visits.seal_visits(volunteer_id=volunteer.pk, shift_id=shift.pk, at=EVENING)
    assert code_of(key_in(START + minutes(90), END)) == "confirmed"


def test_its_cost_does_not_grow_with_history(key_in, activity, volunteer, django_assert_max_num_queries):
    key_in(START - minutes(60), START - minutes(30))
    with django_assert_max_num_queries(25):
        key_in()
