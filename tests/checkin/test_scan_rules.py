"""Which code, which shift, which place: the rules of a scan, and those that the database keeps."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError

from academy.activities.models import Activity, CountsAs, Shift, SignUp
from academy.checkin.context import read_gate
from academy.checkin.models import Checkpoint, Direction, Method, Scan, Visit
from academy.checkin.services import codes
from academy.people.models import Volunteer
from tests.answers import code_of
from tests.checkin.scans import live_code, poster, scan, screen
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, VolunteerFactory

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
