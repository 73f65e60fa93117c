import datetime as dt

import pytest

from academy.checkin.models import Visit
from academy.core.refusals import Refusal
from academy.hours.described import settled_fields
from academy.hours.models import NEXT_STATES, Confirmation, LedgerEntry, RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, records, totals
from academy.hours.services.notices import move
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.factories import UserFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment

AFTERWARDS = moment("12:30")


def confirmed(answer: confirmation.ConfirmationResult | Refusal) -> confirmation.ConfirmationResult:
    assert isinstance(answer, confirmation.ConfirmationResult), answer
    return answer


def test_the_leader_confirms_and_the_notice_begins(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, heads=1))
    record = ServiceRecord.objects.get()
    assert answer.ready == [record] and answer.notes == []
    assert (record.state, record.confirmed_by, record.confirmed_at) == ("on_notice", scene.leading, AFTERWARDS)
    # Saturday; three working days from Monday to Wednesday; effective on Thursday.
    assert record.effective_on == answer.effective_on == dt.date(2026, 1, 15)
    assert answer.minutes == 180
    assert not LedgerEntry.objects.exists()


def test_a_confirmation_is_kept_with_its_heads(scene: Scene) -> None:
    activity = scene.activity()
    for name in ("王秀英", "李建国"):
        scene.attend(scene.volunteer(name), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, heads=3)
    word = Confirmation.objects.get()
    assert (word.activity, word.heads, word.scanned) == (activity, 3, 2)
    assert (word.confirmed_by, word.confirmed_at) == (scene.leading, AFTERWARDS)


def test_confirming_seals_the_visits(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS)
    assert Visit.objects.get().sealed_at == AFTERWARDS


@pytest.mark.parametrize(
    ("confirmed_on", "working_days", "expected"),
    [
        (dt.date(2026, 1, 10), 3, dt.date(2026, 1, 15)),  # over a weekend
        (dt.date(2026, 1, 12), 3, dt.date(2026, 1, 16)),  # the day itself does not count
        (dt.date(2026, 1, 14), 3, dt.date(2026, 1, 20)),  # Thursday, Friday, Monday
        (dt.date(2026, 2, 13), 3, dt.date(2026, 2, 26)),  # Saturday 14 is worked, then the Spring Festival to the 23rd
        (dt.date(2026, 1, 10), 1, dt.date(2026, 1, 13)),
        (dt.date(2026, 1, 10), 0, dt.date(2026, 1, 10)),
    ],
)
def test_a_record_takes_effect_the_day_after_the_notices_last_working_day(
    db: None, confirmed_on: dt.date, working_days: int, expected: dt.date
) -> None:
    rule_set = Scene(values={"notice_working_days": working_days}).rule_set
    assert notices.expected_on(confirmed_on, rule_set) == expected


def test_without_a_notice_the_hours_count_at_once(db: None) -> None:
    scene = Scene(values={"notice_working_days": 0})
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS))
    record = ServiceRecord.objects.get()
    assert (record.state, record.effective_on) == ("effective", SATURDAY)
    assert totals.total_of(volunteer).service_minutes == 180


# Who may confirm


def test_a_social_worker_of_the_community_confirms_too(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    assert confirmed(confirmation.confirm(activity=activity, by=scene.social_worker, at=AFTERWARDS)).ready


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_no_other_duty_confirms(scene: Scene, role: DutyRole) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    other = UserFactory(duties=[(scene.community, role)])
    assert code_of(confirmation.confirm(activity=activity, by=other, at=AFTERWARDS)) == "not_allowed"
    assert ServiceRecord.objects.get().state == RecordState.AWAITING_CONFIRMATION


def test_neither_another_communitys_social_worker_nor_another_leader_confirms(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    elsewhere = Scene()
    for stranger in (elsewhere.social_worker, elsewhere.leading, UserFactory()):
        assert code_of(confirmation.confirm(activity=activity, by=stranger, at=AFTERWARDS)) == "not_allowed"


def test_a_login_that_was_closed_confirms_nothing(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    User.objects.filter(pk=scene.leading.pk).update(is_active=False)
    leader = User.objects.get(pk=scene.leading.pk)
    assert code_of(confirmation.confirm(activity=activity, by=leader, at=AFTERWARDS)) == "not_allowed"


def test_nobody_confirms_their_own_hours(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.leader, activity.shifts.get())
    scene.attend(scene.volunteer(), activity.shifts.get())
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS))
    assert [record.volunteer for record in answer.own] == [scene.leader]
    assert [note.code for note in answer.notes] == ["own_hours"]
    own = ServiceRecord.objects.get(volunteer=scene.leader)
    assert own.state == RecordState.AWAITING_CONFIRMATION
    # They cannot do it one by one either.
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, records=[own]))
    assert answer.ready == [] and answer.own == [own] and answer.effective_on is None
    # Another user confirms them.
    assert confirmed(confirmation.confirm(activity=activity, by=scene.social_worker, at=AFTERWARDS)).ready == [own]


# Records that can be confirmed


def test_without_waiting_records_it_is_refused(scene: Scene) -> None:
    assert (
        code_of(confirmation.confirm(activity=scene.activity(), by=scene.leading, at=AFTERWARDS))
        == "nothing_to_confirm"
    )
    assert not Confirmation.objects.exists()


def test_confirming_twice_moves_nothing_twice(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS)
    again = confirmation.confirm(activity=activity, by=scene.social_worker, at=moment("13:00"))
    assert code_of(again) == "nothing_to_confirm"
    assert ServiceRecord.objects.get().confirmed_by == scene.leading


def test_records_of_another_activity_are_not_confirmed_with_it(scene: Scene) -> None:
    activity, other = scene.activity(), scene.activity(("14:00", "16:00"))
    scene.attend(scene.volunteer(), activity.shifts.get())
    (foreign,) = scene.attend(scene.volunteer("李建国"), other.shifts.get(), "14:00", "16:00")
    answer = confirmation.confirm(activity=activity, by=scene.leading, at=moment("16:30"), records=[foreign])
    assert code_of(answer) == "nothing_to_confirm"


def test_a_volunteer_who_is_still_checked_in_on_a_joined_day_is_not_confirmed(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    afternoon = scene.activity(("13:00", "15:00"))
    (record,) = scene.attend(volunteer, activity.shifts.get())
    scene.scan(volunteer, afternoon.shifts.get(), "in", moment("12:20"))
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, records=[record]))
    assert answer.visit_open == [record] and answer.ready == []
    assert [note.code for note in answer.notes] == ["visit_open"]
    scene.scan(volunteer, afternoon.shifts.get(), "out", moment("15:00"))
    assert confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=moment("15:01"))).ready == [record]


def test_a_visit_of_another_day_or_another_person_keeps_nobody_waiting(scene: Scene) -> None:
    sunday = SATURDAY + dt.timedelta(days=1)
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    scene.scan(volunteer, scene.activity(day=sunday).shifts.get(), "in", moment("09:00", sunday))
    scene.scan(scene.volunteer("李建国"), scene.activity(("12:00", "15:00")).shifts.get(), "in", moment("12:00"))
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=moment("09:30", sunday)))
    assert len(answer.ready) == 1


def test_an_open_visit_of_the_same_preparation_keeps_its_other_days_waiting(scene: Scene) -> None:
    sunday = SATURDAY + dt.timedelta(days=1)
    activity = scene.activity(("09:00", "10:00"), ("33:00", "34:00"), kind="preparation")
    first, second = activity.shifts.order_by("starts_at")
    volunteer = scene.volunteer()
    scene.attend(volunteer, first, "09:00", "10:00")
    scene.scan(volunteer, second, "in", moment("09:00", sunday))
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=moment("09:30", sunday)))
    assert len(answer.visit_open) == 1


def test_a_check_out_forgotten_long_ago_keeps_nobody_waiting(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.scan(volunteer, activity.shifts.get(), "in", moment("09:00"))
    records.sweep_records(at=moment("16:00"))
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=moment("16:00")))
    assert [record.flags for record in answer.flagged] == [["missing_check_out"]]
    answer = confirmed(
        confirmation.confirm(activity=activity, by=scene.leading, at=moment("16:00"), records=answer.flagged)
    )
    assert [record.state for record in answer.ready] == ["on_notice"]


@pytest.mark.parametrize(
    ("flag", "looked_at"),
    [
        ("missing_check_in", True),
        ("missing_check_out", True),
        ("double_check_in", True),
        ("too_many_visits", True),
        ("overlap", True),
        ("daily_cap", False),
        ("below_minimum", False),
        ("preparation_cap", False),
        ("not_service", False),
    ],
)
def test_only_flags_that_ask_for_a_look_keep_a_record_back(scene: Scene, flag: str, looked_at: bool) -> None:
    activity = scene.activity()
    (record,) = scene.attend(scene.volunteer(), activity.shifts.get())
    ServiceRecord.objects.filter(pk=record.pk).update(flags=[flag])
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS))
    assert (answer.flagged == [record]) is looked_at
    assert (answer.ready == [record]) is not looked_at


def test_a_flagged_record_is_confirmed_when_opened_singly(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    shift = activity.shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"), grace=True)
    scene.scan(volunteer, shift, "out", moment("12:00"))
    (record,) = compute_records(volunteer=volunteer, shift=shift, at=moment("12:00"))
    assert record.basis["scan_flags"] == ["grace"]
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, heads=1))
    assert answer.flagged == [record] and [note.code for note in answer.notes] == ["flagged"]
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, records=[record]))
    assert answer.ready == [record]


@pytest.mark.parametrize(("heads", "ready"), [(None, 0), (1, 0), (2, 2), (3, 2)])
def test_a_static_code_is_answered_by_the_heads_counted(scene: Scene, heads: int | None, ready: int) -> None:
    activity = scene.activity()
    for name in ("王秀英", "李建国"):
        scene.attend(scene.volunteer(name), activity.shifts.get(), rotating=False)
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, heads=heads))
    assert (answer.scanned, len(answer.ready), len(answer.flagged)) == (2, ready, 2 - ready)


def test_heads_are_compared_with_the_shifts_that_wait(scene: Scene) -> None:
    activity = scene.activity(("09:00", "10:00"), ("11:00", "12:00"))
    first, second = activity.shifts.order_by("starts_at")
    scene.attend(scene.volunteer(), first, "09:00", "10:00", rotating=False)
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("10:10"), heads=1)
    scene.attend(scene.volunteer("李建国"), second, "11:00", "12:00", rotating=False)
    answer = confirmed(confirmation.confirm(activity=activity, by=scene.leading, at=AFTERWARDS, heads=1))
    assert (answer.scanned, len(answer.ready)) == (1, 1)


def test_the_candidates_are_what_confirming_would_do(scene: Scene) -> None:
    activity = scene.activity()
    shift = activity.shifts.get()
    scene.attend(scene.leader, shift)
    (ready,) = scene.attend(scene.volunteer(), shift)
    (flagged,) = scene.attend(scene.volunteer("李建国"), shift, rotating=False)
    found = confirmation.list_candidates(activity=activity, by=scene.leading, at=AFTERWARDS)
    assert (found.ready, found.flagged, len(found.own)) == ([ready], [flagged], 1)
    assert ServiceRecord.objects.filter(state=RecordState.AWAITING_CONFIRMATION).count() == 3


@pytest.mark.parametrize("before", list(RecordState))
@pytest.mark.parametrize("after", list(RecordState))
def test_a_record_moves_along_its_states_and_no_other_way(
    scene: Scene, before: RecordState, after: RecordState
) -> None:
    (record,) = scene.attend(scene.volunteer(), scene.activity().shifts.get())
    settled = {"confirmed_at": AFTERWARDS, "effective_on": SATURDAY, **settled_fields(record.activity)}
    ServiceRecord.objects.filter(pk=record.pk).update(state=before, **settled)
    if after in NEXT_STATES[before]:
        move([record], before, after)
        assert ServiceRecord.objects.get().state == after
    else:
        with pytest.raises(AssertionError):
            move([record], before, after)
