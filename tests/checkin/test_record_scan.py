"""A scan and its answer: acceptance, every refusal, and what is stored."""

import datetime as dt
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Shift, SignUp
from academy.checkin import signals
from academy.checkin.context import read_gate, shift_window
from academy.checkin.models import Checkpoint, Direction, Method, Scan, Visit
from academy.checkin.services import codes, scanning
from academy.hours.days import Plan
from academy.people.models import Consent, Volunteer
from academy.people.services import consents, volunteers
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import Window
from tests.answers import code_of
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, CommunityFactory, RuleSetFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db


def poster(activity: Activity) -> Checkpoint:
    return codes.checkpoint_for(activity, rotating=False)


def screen(activity: Activity) -> Checkpoint:
    return codes.checkpoint_for(activity, rotating=True)


def scan(
    checkpoint: Checkpoint | str,
    volunteer: Volunteer,
    direction: str = "in",
    *,
    at: dt.datetime = START,
    code: str | None = None,
    scan_id: UUID | None = None,
    **more: object,
) -> scanning.Answer:
    return scanning.record_scan(
        scan_id=scan_id or uuid4(),
        checkpoint=checkpoint if isinstance(checkpoint, str) else checkpoint.key,
        code=code,
        volunteer=volunteer,
        operator=volunteer.user,
        direction=direction,
        at=at,
        **more,  # type: ignore[arg-type]
    )


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


# Rotating codes


def live_code(activity: Activity, at: dt.datetime) -> str:
    return codes.rotating_codes(screen(activity), at=at)[0].code


@pytest.mark.parametrize(
    ("later", "code"),
    [
        pytest.param(0, "", id="at once"),
        pytest.param(119, "", id="in the next step"),
        pytest.param(120, "code_expired", id="after the next step"),
        pytest.param(2 * 3600, "bad_code", id="long after"),
        pytest.param(-1, "bad_code", id="before it is shown"),
    ],
)
def test_a_rotating_code_lives_for_two_steps(activity, volunteer, later, code):
    shown = live_code(activity, START)
    answer = scan(screen(activity), volunteer, at=START + dt.timedelta(seconds=later), code=shown.lower())
    assert (answer.refusal.code if answer.refusal else "") == code
    stored = Scan.objects.get()
    assert stored.method == Method.ROTATING
    assert stored.flags == []


def test_a_rotating_checkpoint_without_its_code_lets_nobody_in(activity, volunteer):
    assert code_of(scan(screen(activity), volunteer)) == "bad_code"


def test_wrong_codes_do_not_lock_the_gate(activity, volunteer, caplog):
    for _attempt in range(20):
        scan(screen(activity), volunteer, code="00000000")
    assert caplog.text.count("bad_code") == 20
    assert scan(screen(activity), volunteer, code=live_code(activity, START)).accepted


def test_a_browser_in_its_grace_needs_no_fresh_code_and_is_flagged(activity, volunteer):
    old = live_code(activity, START - minutes(4))
    answer = scan(screen(activity), volunteer, code=old, grace=True)
    assert answer.accepted
    assert answer.flags == ("grace",)


def test_grace_is_no_flag_where_the_code_is_still_good(activity, volunteer):
    answer = scan(screen(activity), volunteer, code=live_code(activity, START), grace=True)
    assert answer.flags == ()


def test_codes_are_known_ahead_for_a_leader_without_network(activity):
    live = codes.rotating_codes(screen(activity), at=START + dt.timedelta(seconds=30), minutes=3)
    assert len(live) == 4
    assert live[0].starts_at == START
    assert all(before.ends_at == after.starts_at for before, after in pairwise(live))


def test_a_printed_checkpoint_has_no_rotating_codes(activity):
    with pytest.raises(ValueError, match="printed"):
        codes.rotating_codes(poster(activity), at=START)


def test_a_typed_code_finds_its_checkpoint(activity):
    ActivityFactory()
    shown = live_code(activity, START)
    key, printed = screen(activity).key, poster(activity).key
    for text, found in (
        (f"{shown[:4]} {shown[4:].lower()}", (key, shown)),
        (f" {printed[:5].lower()}-{printed[5:]}", (printed, None)),
        (f"https://academy.test/C/{key}/{shown}/", (key, shown)),
        (f"academy.test/c/{printed}/", (printed, None)),
        (f"{key}/{shown}", (key, shown)),
    ):
        assert codes.find_typed(text=text, at=START) == found


def test_an_unknown_typed_code_is_refused_with_its_reason(activity):
    shown = live_code(activity, START)
    assert codes.find_typed(text=shown, at=START + minutes(5)).code == "code_expired"
    assert codes.find_typed(text="0000-0000", at=START).code == "unknown_checkpoint"


def test_a_code_is_not_looked_for_in_activities_of_other_days(activity):
    far = START + dt.timedelta(days=30)
    assert codes.find_typed(text=live_code(activity, far), at=far).code == "unknown_checkpoint"


# Flags and the question


@pytest.mark.parametrize(("late", "flagged"), [(60, False), (60.1, True)])
def test_a_late_check_out_is_flagged(activity, volunteer, late, flagged):
    scan(poster(activity), volunteer)
    answer = scan(poster(activity), volunteer, "out", at=END + minutes(late))
    assert ("late_scan" in answer.flags) is flagged


def test_overtime_moves_the_end(activity, volunteer, shift):
    Shift.objects.filter(pk=shift.pk).update(overtime_until=END + minutes(60))
    assert scan(poster(activity), volunteer, at=END + minutes(30)).accepted
    answer = scan(poster(activity), volunteer, "out", at=END + minutes(120))
    assert "late_scan" not in answer.flags


def test_checking_out_within_five_minutes_asks_first(activity, volunteer):
    scan(poster(activity), volunteer)
    soon = START + minutes(4.9)
    question = scan(poster(activity), volunteer, "out", at=soon)
    assert question.asks == "sure"
    assert question.visit_opened_at == START
    assert not question.accepted
    assert not question.stored
    assert scan(poster(activity), volunteer, "out", at=soon, sure=True, scan_id=question.scan_id).accepted


def test_checking_out_after_five_minutes_does_not_ask(activity, volunteer):
    scan(poster(activity), volunteer)
    assert scan(poster(activity), volunteer, "out", at=START + minutes(5)).accepted


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


# Which shift


def two_shifts(*, walk_ins: bool = True, gap: int = 60) -> Activity:
    afternoon = END + minutes(gap)
    return ActivityFactory(
        shifts=[
            {"starts_at": START, "ends_at": END, "walk_ins": walk_ins},
            {"starts_at": afternoon, "ends_at": afternoon + minutes(180), "walk_ins": walk_ins},
        ]
    )


def test_with_two_open_shifts_a_walk_in_is_asked_and_may_answer(volunteer):
    activity = two_shifts(gap=30)
    morning, afternoon = activity.shifts.order_by("starts_at")
    question = scan(poster(activity), volunteer, at=END - minutes(30))
    assert question.asks == "shift"
    assert [choice.id for choice in question.choices] == [morning.pk, afternoon.pk]
    assert not Scan.objects.exists()
    assert scan(poster(activity), volunteer, at=END - minutes(30), shift_id=afternoon.pk).shift_id == afternoon.pk


def test_a_shift_of_another_activity_is_no_answer(volunteer):
    activity = two_shifts(gap=30)
    foreign = ActivityFactory().shifts.get()
    assert scan(poster(activity), volunteer, at=END - minutes(30), shift_id=foreign.pk).asks == "shift"


def test_the_gate_reads_only_coming_and_recent_shifts(activity):
    old = END + dt.timedelta(days=7)
    assert len(read_gate(poster(activity).key, volunteer=None, at=old - minutes(1)).shifts) == 1
    assert read_gate(poster(activity).key, volunteer=None, at=old).shifts == ()


def test_an_activity_long_over_is_too_late(activity, volunteer):
    assert code_of(scan(poster(activity), volunteer, at=END + dt.timedelta(days=30))) == "too_late"


# Walk-ins


def test_a_walk_in_gets_a_place_in_the_first_role_that_has_one(volunteer):
    roles = [
        {"name": "负责人", "counts_as": CountsAs.LEADER},
        {"name": "搬运", "capacity": 1},
        {"name": "引导", "capacity": 1},
    ]
    activity = ActivityFactory(roles=roles)
    walk_in, second, third = VolunteerFactory.create_batch(3, community=activity.community)
    for person, name in ((walk_in, "搬运"), (second, "引导")):
        assert scan(poster(activity), person).accepted
        place = SignUp.objects.get(volunteer=person)
        assert (place.role.name, place.walk_in) == (name, True)
    refused = scan(poster(activity), third)
    assert code_of(refused) == "shift_full"
    assert not SignUp.objects.filter(volunteer=third).exists()


def test_a_walk_in_who_returns_keeps_the_place(activity, volunteer):
    scan(poster(activity), volunteer)
    scan(poster(activity), volunteer, "out", at=START + minutes(30))
    scan(poster(activity), volunteer, at=START + minutes(60))
    assert SignUp.objects.filter(volunteer=volunteer).count() == 1


def test_a_refused_walk_in_takes_no_place(activity, volunteer):
    scan(poster(activity), volunteer, at=START - minutes(100))
    assert not SignUp.objects.exists()


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


# Constraints of the database


def a_scan(activity: Activity, volunteer: Volunteer, **more: object) -> Scan:
    fields = {
        "checkpoint": poster(activity),
        "volunteer": volunteer,
        "shift": activity.shifts.get(),
        "direction": Direction.IN,
        "method": Method.STATIC,
        "happened_at": START,
        "received_at": START,
        **more,
    }
    return Scan.objects.create(**fields)


def refused(name: str):
    """Expect an error of the constraint `name`. SQLite names only the columns of a unique constraint."""
    return pytest.raises(IntegrityError, match=f"{name}|UNIQUE constraint failed")


def test_one_open_visit_per_volunteer_and_shift(activity, volunteer, shift):
    first, second, third = (a_scan(activity, volunteer) for _ in range(3))
    opened = Visit.objects.create(volunteer=volunteer, shift=shift, opened_by=first, opened_at=START)
    with refused("visit_one_open"), transaction.atomic():
        Visit.objects.create(volunteer=volunteer, shift=shift, opened_by=second, opened_at=START)
    Visit.objects.filter(pk=opened.pk).update(closed_at=END, closed_by=third)
    Visit.objects.create(volunteer=volunteer, shift=shift, opened_by=second, opened_at=END)


def test_a_visit_ends_after_it_began_and_by_a_scan(activity, volunteer, shift):
    first, second = (a_scan(activity, volunteer) for _ in range(2))
    opened = Visit.objects.create(volunteer=volunteer, shift=shift, opened_by=first, opened_at=START)
    visits = Visit.objects.filter(pk=opened.pk)
    with refused("visit_closes_after_opening"), transaction.atomic():
        visits.update(closed_at=START - minutes(1), closed_by=second)
    with refused("visit_closed_by_a_scan"), transaction.atomic():
        visits.update(closed_at=END)
    with refused("visit_closed_by_a_scan"), transaction.atomic():
        visits.update(closed_by=second)
    visits.update(closed_at=START, closed_by=second)


def test_an_accepted_scan_names_its_shift(activity, volunteer):
    with refused("scan_accepted_has_shift"), transaction.atomic():
        a_scan(activity, volunteer, shift=None)
    a_scan(activity, volunteer, shift=None, refusal="bad_code")


def test_a_scan_goes_in_or_out(activity, volunteer):
    with refused("scan_direction_known"), transaction.atomic():
        a_scan(activity, volunteer, direction="up")


def test_an_activity_has_one_checkpoint_of_a_kind(activity):
    poster(activity)
    screen(activity)
    with refused("checkpoint_one_of_a_kind"), transaction.atomic():
        Checkpoint.objects.create(activity=activity, rotating=True, key="X")


def test_an_activity_with_scans_cannot_be_deleted(activity, volunteer):
    scan(poster(activity), volunteer)
    with pytest.raises(ProtectedError):
        activity.delete()
