import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.core import memo
from academy.hours.described import settled_fields
from academy.hours.models import HoursTotal, RecordState, ServiceRecord
from academy.hours.services import confirmation, totals
from academy.people.services import merging
from tests.factories import compute_records
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = [pytest.mark.slow, pytest.mark.both]

SUNDAY = SATURDAY + dt.timedelta(days=1)


def test_somebody_new_has_nothing_yet(scene: Scene) -> None:
    summary = totals.summary_for(scene.volunteer(), at=moment("12:00"))
    assert (summary.effective_minutes, summary.training_minutes) == (0, 0)
    assert (summary.waiting, summary.waiting_minutes, summary.in_progress) == ([], 0, [])
    assert not HoursTotal.objects.exists()


def test_the_page_shows_what_waits_with_the_day_it_is_expected(scene: Scene) -> None:
    volunteer = scene.volunteer()
    confirmed, open_ = scene.activity(), scene.activity(day=SUNDAY)
    scene.attend(volunteer, confirmed.shifts.get())
    confirmation.confirm(activity=confirmed, by=scene.leading, at=moment("12:30"))
    scene.attend(volunteer, open_.shifts.get(), "09:00", "11:00")
    summary = totals.summary_for(volunteer, at=moment("08:00", dt.date(2026, 1, 12)))
    assert [(one.record.date, one.expected) for one in summary.waiting] == [
        (SUNDAY, dt.date(2026, 1, 16)),  # if confirmed today
        (SATURDAY, dt.date(2026, 1, 15)),
    ]
    assert summary.waiting_minutes == 300


@pytest.mark.parametrize("state", [RecordState.CONTESTED, RecordState.AWAITING_MAKEUP])
def test_what_has_to_be_decided_first_has_no_day(scene: Scene, state: RecordState) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    ServiceRecord.objects.update(state=state)
    (one,) = totals.summary_for(volunteer, at=moment("13:00")).waiting
    assert one.expected is None


@pytest.mark.parametrize("state", [RecordState.EFFECTIVE, RecordState.CORRECTED, RecordState.WITHDRAWN])
def test_what_is_settled_for_good_waits_no_more(scene: Scene, state: RecordState) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    ServiceRecord.objects.update(state=state)
    assert totals.summary_for(volunteer, at=moment("13:00")).waiting == []


def test_learning_time_is_not_added_to_what_waits(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(kind="training", counts_as="learner").shifts.get())
    summary = totals.summary_for(volunteer, at=moment("13:00"))
    assert (len(summary.waiting), summary.waiting_minutes) == (1, 0)


def test_a_visit_in_progress_is_shown(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    (visit,) = totals.summary_for(volunteer, at=moment("10:00")).in_progress
    assert visit.shift == shift


def test_a_visit_is_in_progress_until_its_check_out_can_no_longer_come(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    closes_at = shift_window(shift, scene.community.pk).closes_at
    at_last = totals.summary_for(volunteer, at=closes_at)
    assert (len(at_last.in_progress), at_last.forgotten) == (1, [])
    after = totals.summary_for(volunteer, at=closes_at + dt.timedelta(seconds=1))
    assert (after.in_progress, [visit.shift for visit in after.forgotten]) == ([], [shift])


def test_a_visit_that_was_confirmed_without_a_check_out_is_forgotten_no_more(scene: Scene) -> None:
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    Visit.objects.update(sealed_at=moment("20:00"))
    assert totals.summary_for(volunteer, at=moment("09:00", SUNDAY)).forgotten == []


def test_a_record_without_a_check_out_has_no_day_on_which_it_takes_effect(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.scan(volunteer, activity.shifts.get(), "in", moment("09:00"))
    late = moment("09:00", SUNDAY)
    (record,) = compute_records(volunteer=volunteer, shift=activity.shifts.get(), at=late)
    assert record.lacks_check_out
    assert totals.expected_for(record, late) is None
    record.minutes = 60  # another visit of the day counts
    assert not record.lacks_check_out
    assert totals.expected_for(record, late) is not None


def test_the_months_add_up_to_the_ledger(scene: Scene) -> None:
    volunteer, other = scene.volunteer(), scene.volunteer("王秀云")
    scene.serve(volunteer, "09:00", "11:07")
    scene.serve(volunteer, "09:00", "10:05", day=dt.date(2026, 2, 7))
    scene.serve(other, "14:00", "15:00")
    scene.serve(volunteer, "17:00", "19:00", kind="training", counts_as="learner")
    merging.merge(volunteer=other, into=volunteer, by=scene.social_worker, at=moment("08:00", dt.date(2026, 3, 1)))
    scene.attend(volunteer, scene.activity(day=dt.date(2026, 3, 7)).shifts.get())
    summary = totals.summary_for(volunteer, at=moment("13:00", dt.date(2026, 3, 7)))
    total = totals.total_of(volunteer)
    assert (summary.effective_minutes, summary.training_minutes) == (total.service_minutes, total.training_minutes)
    assert [(one.first.month, one.category, one.effective, one.waiting) for one in summary.months] == [
        (1, "service", total.service_minutes - 65, 0),
        (1, "training", 120, 0),
        (2, "service", 65, 0),
        (3, "service", 0, 180),
    ]


def test_effective_records_are_read_from_a_day_on_and_waiting_ones_always(scene: Scene) -> None:
    volunteer = scene.volunteer()
    old = scene.serve(volunteer, "09:00", "12:00")
    (waiting,) = scene.attend(volunteer, scene.activity(day=SUNDAY).shifts.get())
    new = scene.serve(volunteer, "09:00", "12:00", day=dt.date(2026, 2, 7))
    at = moment("13:00", dt.date(2026, 3, 1))
    assert totals.summary_for(volunteer, at=at).records == [waiting]
    assert totals.summary_for(volunteer, at=at, since=new.date).records == [new, waiting]
    assert totals.summary_for(volunteer, at=at, since=old.date).records == [new, waiting, old]


def test_the_summary_of_a_page_takes_three_statements_and_the_calendar(
    scene: Scene, django_assert_num_queries: object
) -> None:
    volunteer = scene.volunteer()
    for week in range(4):
        scene.attend(volunteer, scene.activity(day=SATURDAY + dt.timedelta(weeks=week)).shifts.get())
    with django_assert_num_queries(4), memo.keeping():  # type: ignore[operator]
        summary = totals.summary_for(volunteer, at=moment("13:00"))
        assert [one.record.activity.title for one in summary.waiting]


# Rows that the database refuses


def test_two_live_records_of_one_person_shift_and_date_are_refused(scene: Scene) -> None:
    (record,) = scene.attend(scene.volunteer(), scene.activity().shifts.get())
    record.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save(force_insert=True)
    record.state = RecordState.WITHDRAWN
    record.save(force_insert=True)


@pytest.mark.parametrize("field", ["state", "category"])
def test_an_unknown_word_is_refused(scene: Scene, field: str) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRecord.objects.update(**{field: "other"})


@pytest.mark.parametrize("state", [state for state in RecordState if state not in ("awaiting_confirmation",)])
def test_a_settled_record_is_a_confirmed_one(scene: Scene, state: RecordState) -> None:
    (record,) = scene.attend(scene.volunteer(), scene.activity().shifts.get())
    if state in ("awaiting_makeup", "withdrawn"):
        ServiceRecord.objects.update(state=state)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceRecord.objects.update(state=state)
        settled = {"confirmed_at": moment("13:00"), "effective_on": SUNDAY, **settled_fields(record.activity)}
        ServiceRecord.objects.update(state=state, **settled)


def test_negative_minutes_are_no_records(scene: Scene) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRecord.objects.update(minutes=-1)
