"""A scan and its answer: acceptance, every refusal, and what is stored."""

import datetime as dt

import pytest

from academy.activities import services as activities
from academy.activities.models import Activity, Shift, SignUp
from academy.checkin import signals
from academy.checkin.context import read_gate, shift_window
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.services import scanning
from academy.hours.days import Plan
from academy.people.models import Consent, Volunteer
from academy.people.services import consents, volunteers
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import Window
from tests.answers import code_of
from tests.checkin.scans import live_code, poster, scan, screen
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, CommunityFactory, RuleSetFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory()


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, login=True)


@pytest.fixture
def shift(activity: Activity) -> Shift:
    return activity.shifts.get()


# In and out


def test_a_scan_opens_a_visit_and_the_next_one_closes_it(activity, volunteer, shift):
    sign_up(volunteer, shift)
    came = scan(poster(activity), volunteer, at=START)
    left = scan(poster(activity), volunteer, "out", at=END)
    assert came.accepted
    assert left.accepted
    assert (left.visit_opened_at, left.visit_closed_at) == (START, END)
    visit = Visit.objects.get()
    assert (visit.opened_at, visit.closed_at, visit.shift) == (START, END, shift)
    assert visit.opened_by_id == came.scan_id
    assert visit.closed_by_id == left.scan_id


def test_a_volunteer_may_come_again_after_leaving(activity, volunteer):
    for opens, closes in ((0, 30), (60, 120)):
        assert scan(poster(activity), volunteer, at=START + minutes(opens)).accepted
        assert scan(poster(activity), volunteer, "out", at=START + minutes(closes)).accepted
    assert Visit.objects.count() == 2


def test_the_scan_keeps_who_held_the_phone_and_by_which_code(activity, volunteer):
    scan(poster(activity), volunteer)
    stored = Scan.objects.get()
    assert stored.operator == volunteer.user
    assert stored.method == Method.STATIC
    assert stored.flags == ["static"]
    assert stored.happened_at == stored.received_at == START


def test_the_key_of_a_checkpoint_is_read_as_people_type_it(activity, volunteer):
    key = poster(activity).key
    assert scan(f" {key[:4].lower()}-{key[4:]} ", volunteer).accepted


# Refusals


def test_a_code_of_no_checkpoint_is_logged_and_not_stored(volunteer, caplog):
    answer = scan("NOWHERE", volunteer)
    assert code_of(answer) == "unknown_checkpoint"
    assert not answer.stored
    assert not Scan.objects.exists()
    assert "unknown_checkpoint" in caplog.text


@pytest.mark.parametrize(
    ("direction", "when", "code"),
    [
        pytest.param("in", START - minutes(90.1), "too_early", id="before check-in opens"),
        pytest.param("in", START - minutes(90), "", id="when check-in opens"),
        pytest.param("in", END - minutes(0.1), "", id="just before the end"),
        pytest.param("in", END, "too_late", id="at the end"),
        pytest.param("out", END + minutes(180), "", id="when check-out closes"),
        pytest.param("out", END + minutes(180.1), "too_late", id="after check-out closed"),
    ],
)
def test_check_in_and_check_out_have_their_windows(activity, volunteer, shift, direction, when, code):
    sign_up(volunteer, shift)
    if direction == "out":
        scan(poster(activity), volunteer, at=START)
    answer = scan(poster(activity), volunteer, direction, at=when)
    assert (answer.refusal.code if answer.refusal else "") == code
    assert Scan.objects.get(pk=answer.scan_id).refusal == code


def test_the_windows_are_those_of_the_rule_set_in_force_on_the_shifts_date(activity, volunteer):
    RuleSetFactory(community=activity.community, values={"check_in_opens_minutes": 10})
    RuleSetFactory(
        community=activity.community, values={"check_in_opens_minutes": 20}, effective_from=dt.date(2026, 1, 10)
    )
    RuleSetFactory(
        community=activity.community, values={"check_in_opens_minutes": 30}, effective_from=dt.date(2026, 1, 11)
    )
    assert code_of(scan(poster(activity), volunteer, at=START - minutes(20.1))) == "too_early"
    assert scan(poster(activity), volunteer, at=START - minutes(20)).accepted


@pytest.mark.parametrize(
    "first", [dt.date(2026, 1, 9), dt.date(2026, 1, 10), dt.date(2026, 1, 11), dt.date(2027, 1, 1)]
)
def test_a_scan_reads_the_same_rules_as_everybody_else(activity, shift, first):
    for effective_from, value in ((first, 1), (first, 2), (dt.date(2026, 1, 20), 3)):
        RuleSetFactory(
            community=activity.community, effective_from=effective_from, values={"check_in_opens_minutes": value}
        )
    gate = read_gate(poster(activity).key, volunteer=None, at=START)
    in_force = RuleSet.objects.in_force(activity.community_id, shift.date).parameters["check_in_opens_minutes"]
    assert gate.shifts[0].opens_at == START - minutes(in_force)


@pytest.mark.parametrize("overtime", [None, END + minutes(30)], ids=["on time", "with overtime"])
@pytest.mark.parametrize("values", [None, {}, {"late_scan_minutes": 7, "check_out_closes_minutes": 11}])
def test_the_gate_the_leader_and_counting_take_the_same_window(activity, shift, values, overtime):
    if values is not None:
        RuleSetFactory(community=activity.community, values=values)
    Shift.objects.filter(pk=shift.pk).update(overtime_until=overtime)
    shift.refresh_from_db()

    (at_the_gate,) = read_gate(poster(activity).key, volunteer=None, at=START).shifts
    window = shift_window(shift, activity.community_id)

    assert at_the_gate.ends_at == shift.end_with_overtime == (overtime or END)
    assert window == Window(at_the_gate.opens_at, at_the_gate.late_after, at_the_gate.closes_at)
    if values is not None:
        rule_set = RuleSet.objects.in_force(activity.community_id, shift.date)
        assert Plan(shift, rule_set).check_out_closes_at == window.closes_at.timestamp()


def test_a_shift_at_night_belongs_to_its_local_date(volunteer):
    community = CommunityFactory()
    night = dt.datetime(2026, 1, 9, 16, 30, tzinfo=dt.UTC)  # 0:30 on 10 January
    activity = ActivityFactory(community=community, starts_at=night, ends_at=night + minutes(60))
    RuleSetFactory(community=community, effective_from=dt.date(2026, 1, 9), values={"check_in_opens_minutes": 1})
    RuleSetFactory(community=community, effective_from=dt.date(2026, 1, 10), values={"check_in_opens_minutes": 2})
    gate = read_gate(poster(activity).key, volunteer=None, at=night)
    assert gate.shifts[0].opens_at == night - minutes(2)


def test_a_second_check_in_is_refused_with_the_time_of_the_first(activity, volunteer):
    scan(poster(activity), volunteer, at=START)
    again = scan(poster(activity), volunteer, at=START + minutes(10))
    assert code_of(again) == "already_checked_in"
    assert again.visit_opened_at == START
    assert "9:00" in str(again.refusal)
    assert Visit.objects.count() == 1


def test_a_check_out_without_a_check_in_is_refused(activity, volunteer):
    assert code_of(scan(poster(activity), volunteer, "out")) == "not_checked_in"
    assert Scan.objects.get().shift is None


def test_without_a_sign_up_or_walk_ins_a_check_in_is_refused(volunteer):
    activity = ActivityFactory(walk_ins=False)
    assert code_of(scan(poster(activity), volunteer)) == "not_signed_up"
    sign_up(volunteer, activity.shifts.get())
    assert scan(poster(activity), volunteer).accepted


def test_the_leader_needs_no_sign_up(activity):
    activity = ActivityFactory(walk_ins=False)
    assert scan(poster(activity), activity.leader).accepted


def test_a_cancelled_sign_up_does_not_count(volunteer):
    activity = ActivityFactory(walk_ins=False)
    place = sign_up(volunteer, activity.shifts.get())
    activities.cancel_sign_up(sign_up=place, by=None, at=START - minutes(120))
    assert code_of(scan(poster(activity), volunteer)) == "not_signed_up"


def test_a_cancelled_activity_refuses_check_ins_and_accepts_check_outs(activity, volunteer):
    early = VolunteerFactory(community=activity.community)
    scan(poster(activity), early, at=START)
    activities.cancel_activity(activity=activity, by=None, at=START + minutes(30))
    assert code_of(scan(poster(activity), volunteer, at=START + minutes(31))) == "cancelled"
    assert scan(poster(activity), early, "out", at=START + minutes(31)).accepted


def test_a_suspended_volunteer_does_not_check_in_but_may_leave(activity, volunteer):
    scan(poster(activity), volunteer, at=START)
    volunteers.suspend(volunteer=volunteer, reason="", by=None, at=START)
    assert scan(poster(activity), volunteer, "out", at=START + minutes(60)).accepted
    assert code_of(scan(poster(activity), volunteer, at=START + minutes(61))) == "suspended"


@pytest.mark.parametrize(
    ("born", "code"),
    [
        pytest.param(dt.date(2008, 1, 11), "minor_not_allowed", id="18 tomorrow"),
        pytest.param(dt.date(2008, 1, 10), "", id="18 today"),
        pytest.param(None, "", id="age unknown"),
    ],
)
def test_no_minor_checks_in_to_a_dangerous_activity(born, code):
    activity = ActivityFactory(dangerous=True, insurance="P-1")
    volunteer = VolunteerFactory(community=activity.community, birth_date=born)
    consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.GUARDIAN, granted=True, evidence="", by=None, at=START - minutes(999)
    )
    answer = scan(poster(activity), volunteer)
    assert (answer.refusal.code if answer.refusal else "") == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param([], "needs_consent", id="never asked"),
        pytest.param([(True, None)], "", id="yes"),
        pytest.param([(True, None), (False, None)], "needs_consent", id="withdrawn"),
        pytest.param([(False, None), (True, None)], "", id="yes after all"),
        pytest.param([(True, dt.date(2026, 1, 9))], "needs_consent", id="until yesterday"),
        pytest.param([(True, dt.date(2026, 1, 10))], "", id="until today"),
    ],
)
def test_a_minor_at_the_gate_needs_the_guardians_consent(activity, said, code):
    child = VolunteerFactory(community=activity.community, birth_date=dt.date(2012, 1, 1))
    for number, (granted, until) in enumerate(said):
        consents.record_consent(
            volunteer=child,
            kind=Consent.Kind.GUARDIAN,
            granted=granted,
            evidence="",
            by=None,
            at=START - minutes(999 - number),
            valid_until=until,
        )
    answer = scan(poster(activity), child)
    assert (answer.refusal.code if answer.refusal else "") == code
    assert consents.has_consented(child, Consent.Kind.GUARDIAN, day=dt.date(2026, 1, 10)) is (code == "")


def test_every_refused_scan_of_a_checkpoint_is_kept_with_its_code(activity, volunteer):
    scan(poster(activity), volunteer, "out")
    scan(screen(activity), volunteer, code="00000000")
    scan(poster(activity), volunteer, at=START - minutes(300))
    assert set(Scan.objects.values_list("refusal", flat=True)) == {"not_checked_in", "bad_code", "too_early"}
    assert not Visit.objects.exists()


# The same scan again


def test_the_same_scan_twice_is_one_and_has_the_first_answer(activity, volunteer):
    first = scan(poster(activity), volunteer)
    again = scan(poster(activity), volunteer, at=START + minutes(1), scan_id=first.scan_id)
    assert again.accepted
    assert again.repeated
    assert again.at == first.at == again.visit_opened_at
    assert Scan.objects.count() == Visit.objects.count() == 1


def test_a_repeated_check_out_has_the_first_answer(activity, volunteer):
    scan(poster(activity), volunteer)
    first = scan(poster(activity), volunteer, "out", at=END)
    again = scan(poster(activity), volunteer, "out", at=END + minutes(1), scan_id=first.scan_id)
    assert again.accepted
    assert (again.visit_opened_at, again.visit_closed_at) == (START, END)


def test_a_repeated_refusal_is_the_same_refusal(activity, volunteer):
    first = scan(poster(activity), volunteer, at=START - minutes(100))
    again = scan(poster(activity), volunteer, at=START, scan_id=first.scan_id)
    assert code_of(again) == "too_early"
    assert str(again.refusal) == str(first.refusal)
    assert not Visit.objects.exists()


def test_a_scans_id_belongs_to_its_volunteer_checkpoint_and_direction(activity, volunteer):
    other = VolunteerFactory(community=activity.community)
    first = scan(poster(activity), volunteer)
    elsewhere = poster(ActivityFactory())
    for foreign in (
        scan(poster(activity), other, scan_id=first.scan_id),
        scan(poster(activity), volunteer, "out", scan_id=first.scan_id, at=END),
        scan(elsewhere, volunteer, scan_id=first.scan_id),
        scan(screen(activity), volunteer, scan_id=first.scan_id, code=live_code(activity, START)),
    ):
        assert code_of(foreign) == "id_reused"
        assert not foreign.stored
        assert foreign.visit_opened_at is None
        assert foreign.shift_id is None
    assert Scan.objects.count() == Visit.objects.count() == 1
    assert not SignUp.objects.filter(volunteer=other).exists()


def test_an_answer_can_be_shown_again_from_what_is_stored(activity, volunteer):
    first = scan(poster(activity), volunteer)
    assert scanning.stored_answer(Scan.objects.get()).visit_opened_at == first.visit_opened_at
    with pytest.raises(Scan.DoesNotExist):
        scanning.stored_answer(Scan(checkpoint=poster(activity), volunteer=volunteer, happened_at=START))


# The signal to hours


def test_a_closed_visit_sends_a_signal_on_commit_and_an_open_one_does_not(
    activity, volunteer, shift, received, on_commit
):
    with on_commit(execute=True):
        scan(poster(activity), volunteer)
    assert received == []
    with on_commit(execute=True):
        scan(poster(activity), volunteer, "out", at=END)
        assert received == []
    assert received == [(volunteer.pk, shift.pk)]


def test_a_failing_receiver_does_not_lose_the_scan(activity, volunteer, received, on_commit, caplog):
    def fail(**kwargs: object) -> None:
        raise RuntimeError("the hours are ill")

    signals.visits_changed.connect(fail)
    try:
        with on_commit(execute=True):
            scan(poster(activity), volunteer)
            scan(poster(activity), volunteer, "out", at=END)
    finally:
        signals.visits_changed.disconnect(fail)
    assert len(received) == 1
    assert "the hours are ill" in caplog.text


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def received():
    calls: list[tuple[int, int]] = []

    def hear(volunteer_id: int, shift_id: int, **kwargs: object) -> None:
        calls.append((volunteer_id, shift_id))

    signals.visits_changed.connect(hear)
    yield calls
    signals.visits_changed.disconnect(hear)


# Time scanned today


def test_the_time_scanned_today_is_that_of_closed_visits_since_midnight(volunteer):
    midnight = dt.datetime(2026, 1, 9, 16, tzinfo=dt.UTC)
    activity = ActivityFactory(starts_at=midnight - minutes(60), ends_at=midnight + minutes(240))
    for start, end in ((-30, 10), (20, 50), (60, None)):
        scan(poster(activity), volunteer, at=midnight + minutes(start))
        if end:
            scan(poster(activity), volunteer, "out", at=midnight + minutes(end))
    assert scanning.seconds_today(volunteer=volunteer, at=midnight + minutes(120)) == (10 + 30) * 60
    assert scanning.seconds_today(volunteer=volunteer, at=midnight - minutes(1)) == 0
