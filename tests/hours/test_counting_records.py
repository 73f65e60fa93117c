import datetime as dt
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.activities.models import Shift, SignUp
from academy.audit.proof import compare
from academy.checkin.models import Direction, Method, Scan, Visit
from academy.checkin.services import codes
from academy.checkin.signals import visits_changed
from academy.core.signals import tick
from academy.hours import rules
from academy.hours.days import ZONE
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.recount import Recount
from academy.hours.services import confirmation
from academy.hours.services.records import compute_one, sweep_records
from tests.factories import RuleSetFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment

SUNDAY = SATURDAY + dt.timedelta(days=1)


def only(records: list[ServiceRecord]) -> ServiceRecord:
    (record,) = records
    return record


def test_a_visit_becomes_a_record_that_explains_itself(scene: Scene) -> None:
    shift = scene.activity(breaks=(("10:00", "10:25"),)).shifts.get()
    record = only(scene.attend(scene.volunteer(), shift, "08:50", "12:10"))
    assert (record.date, record.category, record.minutes, record.flags) == (SATURDAY, "service", 155, [])
    assert record.state == RecordState.AWAITING_CONFIRMATION
    assert record.steps == [
        {"clause": "H1-visits", "before": 0, "after": 200},
        {"clause": "H3-plan", "before": 200, "after": 180},
        {"clause": "H2-breaks", "before": 180, "after": 155},
    ]
    assert record.community == scene.community
    assert record.rule_set == scene.rule_set


def test_a_record_keeps_what_it_was_computed_from(scene: Scene) -> None:
    volunteer = scene.volunteer()
    shift = scene.activity(breaks=(("10:00", "10:25"),)).shifts.get()
    basis = only(scene.attend(volunteer, shift)).basis
    assert {UUID(pk) for pk in basis.pop("scans")} == set(Scan.objects.values_list("pk", flat=True))
    assert basis == {
        "kind": "service",
        "group": str(shift.activity_id),
        "counts_as": "volunteer",
        "starts_at": "2026-01-10T09:00:00+08:00",
        "ends_at": "2026-01-10T12:00:00+08:00",
        "overtime_until": None,
        "breaks": [["2026-01-10T10:00:00+08:00", "2026-01-10T10:25:00+08:00"]],
        "rule_set": scene.rule_set.pk,
        "days": ["2026-01-10"],
        "limits": {"2026-01-10": {"daily_minutes": 480, "daily_hard_minutes": 720, "rule_set": scene.rule_set.pk}},
        "approvals": [],
        "scan_flags": [],
        "with": {},
    }


def test_a_record_can_be_counted_again_from_what_it_keeps(scene: Scene) -> None:
    volunteer = scene.volunteer()
    morning, noon = scene.activity(("09:00", "12:00")).shifts.get(), scene.activity(("11:00", "14:00")).shifts.get()
    scene.attend(volunteer, morning, "09:00", "12:00")
    records = scene.attend(volunteer, noon, "11:00", "14:00")
    assert [record.minutes for record in records] == [180, 120]
    for record in records:
        shifts = {str(record.shift_id): record.basis, **record.basis["with"]}
        activities = [
            rules.Activity(
                id=pk,
                kind=kept["kind"],
                role=kept["counts_as"],
                starts_at=int(dt.datetime.fromisoformat(kept["starts_at"]).timestamp()),
                ends_at=int(dt.datetime.fromisoformat(kept["ends_at"]).timestamp()),
                group=kept["group"],
            )
            for pk, kept in shifts.items()
        ]
        scans = [
            rules.Scan(int(scan.happened_at.timestamp()), scan.direction == "in", pk)
            for pk, kept in shifts.items()
            for scan in Scan.objects.filter(pk__in=kept["scans"])
        ]
        again = {one.activity: one.minutes for one in rules.settle(activities, scans, timezone=ZONE)}
        assert again[str(record.shift_id)] == record.minutes


def test_counting_twice_changes_nothing(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    first = only(scene.attend(volunteer, shift))
    again = compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("15:00"))
    assert (again.created, again.changed, again.withdrawn) == ([], [], [])
    assert only(again.unchanged).computed_at == first.computed_at


def test_an_open_visit_makes_no_record_yet(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    assert compute_records(volunteer=volunteer, shift=shift, at=moment("10:00")) == []
    assert sweep_records(at=moment("15:00")) == 0
    assert not ServiceRecord.objects.exists()


def test_a_second_visit_keeps_the_record_of_the_first(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.attend(volunteer, shift, "09:00", "10:00")
    scene.scan(volunteer, shift, "in", moment("10:30"))
    assert only(compute_records(volunteer=volunteer, shift=shift, at=moment("11:00"))).minutes == 60
    scene.scan(volunteer, shift, "out", moment("12:00"))
    record = only(compute_records(volunteer=volunteer, shift=shift, at=moment("12:00")))
    assert (record.minutes, record.flags) == (150, [])


def test_a_forgotten_check_out_earns_nothing_and_waits(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    assert sweep_records(at=moment("15:00")) == 0
    assert sweep_records(at=moment("15:00:01")) == 1
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.flags, record.state) == (0, ["missing_check_out"], "awaiting_confirmation")
    assert sweep_records(at=moment("15:01")) == 0


def test_a_check_out_forgotten_after_a_first_visit_is_flagged_beside_its_minutes(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.attend(volunteer, shift, "09:00", "10:00")
    scene.scan(volunteer, shift, "in", moment("10:30"))
    assert sweep_records(at=moment("16:00")) == 1
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.flags) == (60, ["missing_check_out"])
    assert sweep_records(at=moment("16:01")) == 0


def test_a_visit_longer_than_the_longest_is_given_up_before_the_check_out_closes(db: None) -> None:
    scene = Scene(values={"max_visit_minutes": 60})
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    assert sweep_records(at=moment("10:00")) == 0
    assert sweep_records(at=moment("10:00:01")) == 1
    assert ServiceRecord.objects.get().flags == ["missing_check_out"]


def test_refused_scans_count_for_nothing(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    checkpoint = codes.checkpoint_for(shift.activity, rotating=True)
    Scan.objects.create(
        checkpoint=checkpoint,
        volunteer=volunteer,
        shift=shift,
        direction=Direction.IN,
        method=Method.ROTATING,
        happened_at=moment("09:00"),
        received_at=moment("09:00"),
        refusal="bad_code",
    )
    assert compute_records(volunteer=volunteer, shift=shift, at=moment("20:00")) == []


@pytest.mark.parametrize(
    ("kind", "counts_as", "category", "minutes", "flags"),
    [
        ("service", "volunteer", "service", 180, []),
        ("meeting", "leader", "service", 180, []),
        ("meeting", "attendee", "none", 0, ["not_service"]),
        ("training", "learner", "training", 180, []),
        ("training", "instructor", "service", 180, []),
        ("other", "volunteer", "none", 0, ["not_service"]),
    ],
)
def test_the_role_decides_what_the_time_is(
    scene: Scene, kind: str, counts_as: str, category: str, minutes: int, flags: list[str]
) -> None:
    shift = scene.activity(kind=kind, counts_as=counts_as).shifts.get()
    record = only(scene.attend(scene.volunteer(), shift))
    assert (record.category, record.minutes, record.flags) == (category, minutes, flags)


def test_the_role_of_a_cancelled_sign_up_counts_where_there_is_no_other(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity(counts_as="assistant").shifts.get()
    scene.attend(volunteer, shift)
    SignUp.objects.update(cancelled_at=moment("13:00"))
    record = only(compute_records(volunteer=volunteer, shift=shift, at=moment("13:00")))
    assert record.basis["counts_as"] == "assistant"


def test_without_any_sign_up_the_only_possible_role_counts(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity(counts_as="assistant").shifts.get()
    scene.attend(volunteer, shift)
    SignUp.objects.all().delete()
    record = only(compute_records(volunteer=volunteer, shift=shift, at=moment("13:00")))
    assert record.basis["counts_as"] == "assistant"


def test_a_record_is_computed_under_the_rules_of_its_shifts_start_date(scene: Scene) -> None:
    later = RuleSetFactory(
        community=scene.community, values={"rounding_minutes": 30}, effective_from=SUNDAY, at=moment("08:00")
    )
    volunteer = scene.volunteer()
    before, after = scene.activity().shifts.get(), scene.activity(day=SUNDAY).shifts.get()
    saturday = only(scene.attend(volunteer, before, "09:00", "11:50"))
    sunday = only(scene.attend(volunteer, after, "09:00", "11:50"))
    assert (saturday.minutes, saturday.rule_set) == (170, scene.rule_set)
    assert (sunday.minutes, sunday.rule_set) == (150, later)


def test_the_days_limit_is_that_of_the_volunteers_home(scene: Scene) -> None:
    home = Scene(values={"daily_minutes": 60})
    shift = scene.activity().shifts.get()
    record = only(scene.attend(home.volunteer(), shift))
    assert (record.minutes, record.flags) == (60, ["daily_cap"])
    assert (record.rule_set, record.community) == (scene.rule_set, scene.community)
    assert record.basis["limits"]["2026-01-10"]["rule_set"] == home.rule_set.pk


# Joined days


def test_shifts_of_one_day_are_counted_together(scene: Scene) -> None:
    volunteer = scene.volunteer()
    first, second = scene.activity(("08:00", "14:00")).shifts.get(), scene.activity(("14:00", "19:00")).shifts.get()
    scene.attend(volunteer, first, "08:00", "14:00")
    records = scene.attend(volunteer, second, "14:00", "19:00")
    assert [(record.minutes, record.flags) for record in records] == [(360, []), (120, ["daily_cap"])]
    assert list(records[0].basis["with"]) == [str(second.pk)]
    assert list(records[1].basis["with"]) == [str(first.pk)]


def test_another_persons_day_and_another_day_are_not(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.attend(scene.volunteer("李建国"), shift)
    scene.attend(volunteer, scene.activity(day=SUNDAY).shifts.get())
    assert only(scene.attend(volunteer, shift)).basis["with"] == {}


def test_a_shift_over_midnight_joins_its_two_days(scene: Scene) -> None:
    volunteer = scene.volunteer()
    evening = scene.activity(("17:00", "20:00")).shifts.get()
    night = scene.activity(("21:45", "26:20")).shifts.get()
    morning = scene.activity(("08:00", "14:30"), day=SUNDAY).shifts.get()
    apart = scene.activity(("08:00", "11:00"), day=SUNDAY + dt.timedelta(days=1)).shifts.get()
    scene.attend(volunteer, apart, "08:00", "11:00")
    scene.attend(volunteer, evening, "17:00", "20:00")
    scene.attend(volunteer, night, "21:45", "26:20")
    records = scene.attend(volunteer, morning, "08:00", "14:30")
    assert [(record.shift_id, record.date, record.minutes) for record in records] == [
        (evening.pk, SATURDAY, 180),
        (night.pk, SATURDAY, 135),
        (night.pk, SUNDAY, 140),
        (morning.pk, SUNDAY, 340),
    ]
    assert records[0].basis["days"] == ["2026-01-10", "2026-01-11"]
    # From the other end it is the same.
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=evening.pk, at=moment("30:00"))
    assert [record.pk for record in outcome.unchanged] == [record.pk for record in records]


def test_a_preparation_is_limited_across_its_shifts_on_whatever_days(scene: Scene) -> None:
    volunteer = scene.volunteer()
    later = SATURDAY + dt.timedelta(days=14)
    activity = scene.activity(("09:00", "10:30"), kind="preparation")
    first = activity.shifts.get()
    second = Shift.objects.create(activity=activity, starts_at=moment("09:00", later), ends_at=moment("10:30", later))
    between = scene.activity(("09:00", "12:00"), day=SUNDAY).shifts.get()
    scene.attend(volunteer, first, "09:00", "10:30")
    scene.attend(volunteer, between, "09:00", "12:00")
    records = scene.attend(volunteer, second, "09:00", "10:30")
    assert [(record.date, record.minutes, record.flags) for record in records] == [
        (SATURDAY, 90, []),
        (later, 30, ["preparation_cap"]),
    ]
    assert records[1].basis["days"] == ["2026-01-10", "2026-01-24"]


def test_h8_a_preparation_has_the_limit_of_its_first_planned_shift(scene: Scene) -> None:
    RuleSetFactory(
        community=scene.community, values={"preparation_minutes": 30}, effective_from=SUNDAY, at=moment("08:00")
    )
    activity = scene.activity(("09:00", "09:45"), kind="preparation")
    first = activity.shifts.get()
    second = Shift.objects.create(activity=activity, starts_at=moment("09:00", SUNDAY), ends_at=moment("12:00", SUNDAY))
    both, late = scene.volunteer(), scene.volunteer("李晓梅")
    scene.attend(both, first, "09:00", "09:45")
    at_both = scene.attend(both, second, "09:00", "12:00")
    at_second = only(scene.attend(late, second, "09:00", "12:00"))
    assert [record.minutes for record in at_both] == [45, 75], "120 by Saturday's rules"
    assert at_second.minutes == 120, "the same limit for who came to the second shift alone"
    assert at_second.basis["preparation"] == {str(activity.pk): 120}
    assert not list(compare([*at_both, at_second], Recount())), "the proof counts the same"


def test_h8_an_older_record_is_proved_by_the_shifts_that_it_names(scene: Scene) -> None:
    RuleSetFactory(
        community=scene.community, values={"preparation_minutes": 30}, effective_from=SUNDAY, at=moment("08:00")
    )
    activity = scene.activity(("09:00", "09:45"), kind="preparation")
    second = Shift.objects.create(activity=activity, starts_at=moment("09:00", SUNDAY), ends_at=moment("12:00", SUNDAY))
    record = only(scene.attend(scene.volunteer(), second, "09:00", "12:00"))
    del record.basis["preparation"]
    record.minutes, record.flags = 30, ["preparation_cap"]
    record.steps = [
        {"clause": "H1-visits", "before": 0, "after": 180},
        {"clause": "H8-preparation", "before": 180, "after": 30},
    ]
    assert not list(compare([record], Recount()))


def test_c3_two_visits_to_each_of_two_shifts_are_no_flag(scene: Scene) -> None:
    volunteer = scene.volunteer()
    activity = scene.activity(("09:00", "12:00"), ("13:00", "16:00"))
    morning, afternoon = activity.shifts.order_by("starts_at")
    for shift, hour in ((morning, 9), (afternoon, 13)):
        scene.attend(volunteer, shift, f"{hour:02}:00", f"{hour:02}:30")
        records = scene.attend(volunteer, shift, f"{hour + 1:02}:00", f"{hour + 1:02}:30")
    assert [record.flags for record in records] == [[], []]


def test_shifts_of_one_ordinary_activity_are_not_joined(scene: Scene) -> None:
    volunteer = scene.volunteer()
    activity = scene.activity()
    other = Shift.objects.create(activity=activity, starts_at=moment("09:00", SUNDAY), ends_at=moment("12:00", SUNDAY))
    scene.attend(volunteer, activity.shifts.first())
    assert only(scene.attend(volunteer, other)).basis["with"] == {}


def test_a_long_history_costs_no_more_statements(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()

    def statements() -> int:
        scene.scan(volunteer, shift, "in", moment("09:00"))
        scene.scan(volunteer, shift, "out", moment("12:00"))
        with CaptureQueriesContext(connection) as captured:
            compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("12:00"))
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    few = statements()
    for week in range(1, 9):
        past = scene.activity(day=SATURDAY - dt.timedelta(weeks=week)).shifts.get()
        scene.attend(volunteer, past)
    volunteer = scene.volunteer("李建国")
    assert statements() == few <= 10


# Records that exist already


def test_a_late_fact_brings_an_open_record_up_to_date(scene: Scene) -> None:
    volunteer = scene.volunteer()
    first, second = scene.activity(("09:00", "12:00")).shifts.get(), scene.activity(("11:00", "14:00")).shifts.get()
    alone = only(scene.attend(volunteer, second, "11:00", "14:00"))
    assert alone.minutes == 180
    scene.attend(volunteer, first, "09:00", "12:00")
    alone.refresh_from_db()
    assert (alone.minutes, alone.flags) == (120, ["overlap"])
    assert alone.computed_at == moment("12:00")


def test_a_settled_record_is_left_alone_and_the_difference_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    volunteer = scene.volunteer()
    first, second = scene.activity(("09:00", "12:00")).shifts.get(), scene.activity(("11:00", "14:00")).shifts.get()
    settled = only(scene.attend(volunteer, second, "11:00", "14:00"))
    confirmation.confirm(activity=second.activity, by=scene.leading, at=moment("14:00"))
    scene.scan(volunteer, first, "in", moment("09:00"))
    scene.scan(volunteer, first, "out", moment("12:00"))
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=first.pk, at=moment("14:30"))
    settled.refresh_from_db()
    assert (settled.minutes, settled.state) == (180, "on_notice")
    assert [(difference.record, difference.minutes) for difference in outcome.differing] == [(settled, 120)]
    assert f"record {settled.pk} (on_notice): 180 min, now 120" in caplog.text
    assert [record.minutes for record in outcome.records] == [
        120,
        180,
    ]  # the new one is counted behind what stands (H5)


def test_an_open_record_of_a_date_that_no_longer_has_any_is_withdrawn(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    record = only(scene.attend(volunteer, shift))
    ServiceRecord.objects.filter(pk=record.pk).update(date=SUNDAY)
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("13:00"))
    assert [gone.pk for gone in outcome.withdrawn] == [record.pk]
    record.refresh_from_db()
    assert record.state == RecordState.WITHDRAWN
    assert only(outcome.records).date == SATURDAY


def test_a_settled_record_of_a_date_that_no_longer_has_any_is_logged(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    record = only(scene.attend(volunteer, shift))
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("13:00"))
    ServiceRecord.objects.filter(pk=record.pk).update(date=SUNDAY)
    outcome = compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("13:00"))
    assert [(difference.record, difference.minutes) for difference in outcome.differing] == [(record, None)]
    assert outcome.withdrawn == []


# After a crash


def test_the_sweep_counts_what_a_crash_missed_and_nothing_twice(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    scene.scan(volunteer, shift, "out", moment("10:00"))
    assert sweep_records(at=moment("10:01")) == 1
    assert sweep_records(at=moment("10:02")) == 0
    scene.scan(volunteer, shift, "in", moment("10:30"))
    scene.scan(volunteer, shift, "out", moment("12:00"))
    assert sweep_records(at=moment("12:01")) == 1
    assert ServiceRecord.objects.get().minutes == 150
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    assert sweep_records(at=moment("12:31")) == 0


def test_one_visit_that_cannot_be_counted_keeps_no_other_waiting(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    for one in (Scene(has_rules=False), scene):
        shift, volunteer = one.activity().shifts.get(), one.volunteer()
        one.scan(volunteer, shift, "in", moment("09:00"))
        one.scan(volunteer, shift, "out", moment("12:00"))

    assert sweep_records(at=moment("12:01")) == 2
    assert ServiceRecord.objects.get().community == scene.community
    assert "has published no rules" in caplog.text


def test_the_clock_sweeps_and_ends_notices(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    scene.scan(volunteer, shift, "out", moment("12:00"))
    tick.send(sender=None, at=moment("12:01"))
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    tick.send(sender=None, at=moment("12:31"))
    assert ServiceRecord.objects.get().state == RecordState.ON_NOTICE
    tick.send(sender=None, at=moment("00:05", dt.date(2026, 1, 15)))
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE


def test_the_signal_needs_nobody_who_was_deleted(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    visits_changed.send_robust(sender=Visit, volunteer_id=0, shift_id=0)
    assert "No record yet for volunteer 0" in caplog.text
