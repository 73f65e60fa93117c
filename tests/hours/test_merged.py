"""Two rows of the roll that are one person: their facts stay where they are and count as one person's."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.test import TestCase

from academy.activities import services as activities
from academy.activities.models import CountsAs, Role
from academy.checkin.models import Scan
from academy.checkin.services import codes, scanning, visits
from academy.hours.models import CorrectionProposal, LedgerEntry, RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, totals
from academy.hours.services.records import compute_many, compute_one, sweep_records
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.hours.merging import LATER, join, live, visits_of
from tests.hours.scene import SATURDAY, Scene, audit, moment

pytestmark = pytest.mark.slow

NEXT_SATURDAY = SATURDAY + dt.timedelta(days=7)


@pytest.fixture
def goes(scene: Scene) -> Volunteer:
    return scene.volunteer("王秀云")


@pytest.fixture
def stays(scene: Scene) -> Volunteer:
    return scene.volunteer("王秀英", login=True)


# Open records are counted again


def test_what_waited_for_the_one_who_goes_waits_for_the_one_who_stays(scene: Scene, goes, stays) -> None:
    scene.attend(goes, scene.activity().shifts.get())

    join(scene, goes, stays)

    assert live(goes, stays) == [(stays, SATURDAY, 180)]
    assert (visits_of(goes), visits_of(stays)) == ([], [("09:00", "12:00")])
    assert Scan.objects.filter(volunteer=goes).count() == 2
    assert ServiceRecord.objects.get(volunteer=goes).state == RecordState.WITHDRAWN


def test_visits_of_one_shift_are_one_persons(scene: Scene, goes, stays) -> None:
    shift = scene.activity().shifts.get()
    scene.attend(goes, shift, "09:00", "10:00")
    scene.attend(stays, shift, "10:30", "12:00")

    join(scene, goes, stays)

    assert visits_of(stays) == [("09:00", "10:00"), ("10:30", "12:00")]
    assert live(goes, stays) == [(stays, SATURDAY, 150)]


def test_a_person_checked_in_by_both_rows_has_one_visit(scene: Scene, goes, stays) -> None:
    shift = scene.activity().shifts.get()
    scene.scan(goes, shift, "in", moment("09:00"))
    scene.scan(stays, shift, "in", moment("09:30"))

    join(scene, goes, stays, at=moment("10:00"))

    assert visits_of(stays) == [("09:00", "")]
    scene.scan(stays, shift, "out", moment("11:00"))
    assert visits_of(stays) == [("09:00", "11:00")]


def test_a_minute_counts_once_for_both(scene: Scene, goes, stays) -> None:
    first, second = scene.activity(("09:00", "11:00")), scene.activity(("10:00", "12:00"))
    scene.attend(goes, first.shifts.get(), "09:00", "11:00")
    scene.attend(stays, second.shifts.get(), "10:00", "12:00")

    join(scene, goes, stays)

    assert live(goes, stays) == [(stays, SATURDAY, 120), (stays, SATURDAY, 60)]


def test_the_days_limit_is_one_persons(scene: Scene, goes, stays) -> None:
    scene.attend(goes, scene.activity(("08:00", "14:00")).shifts.get(), "08:00", "14:00")
    scene.attend(stays, scene.activity(("15:00", "20:00")).shifts.get(), "15:00", "20:00")

    join(scene, goes, stays)

    assert live(goes, stays) == [(stays, SATURDAY, 360), (stays, SATURDAY, 120)]


def test_the_role_of_who_signed_up_beforehand_holds(scene: Scene, goes, stays) -> None:
    activity = scene.activity(kind="training", counts_as="assistant")
    shift = activity.shifts.get()
    Role.objects.create(activity=activity, name="学员", counts_as=CountsAs.LEARNER, capacity=9)
    day_before = moment("09:00", SATURDAY - dt.timedelta(days=1))
    activities.sign_up(volunteer=stays, shift=shift, role=activity.roles.get(name="志愿者"), by=None, at=day_before)
    scene.scan(stays, shift, "in", moment("09:00"))
    gate = codes.checkpoint_for(activity, rotating=False)
    for direction, at in (("in", "09:10"), ("out", "12:00")):  # walked in as a learner
        scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=gate.key,
            code=None,
            volunteer=goes,
            operator=None,
            direction=direction,
            at=moment(at),
        )
    assert (goes.sign_ups.get().walk_in, goes.sign_ups.get().role.name) == (True, "学员")

    join(scene, goes, stays)

    assert ServiceRecord.objects.live().get().basis["counts_as"] == "assistant"


def test_a_crash_after_merging_is_swept_up(scene: Scene, goes, stays) -> None:
    shift, other = scene.activity().shifts.get(), scene.activity(day=NEXT_SATURDAY).shifts.get()
    scene.attend(goes, shift)
    scene.scan(goes, other, "in", moment("09:00", NEXT_SATURDAY))
    scene.attend(stays, shift, "11:00", "12:00")
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=LATER)
    assert visits_of(goes)

    with time_machine.travel(LATER, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        call_command("tick")

    assert not visits_of(goes)
    assert live(goes, stays) == [(stays, SATURDAY, 180), (stays, NEXT_SATURDAY, 0)]
    assert sweep_records(at=LATER) == 0
    assert visits.sweep_merged() == 0


def test_a_merger_counts_what_waits_although_a_crash_follows(scene: Scene, goes, stays) -> None:
    scene.attend(goes, scene.activity().shifts.get())
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=LATER)

    assert live(goes, stays) == [(stays, SATURDAY, 180)]


def test_a_record_that_an_earlier_release_left_with_the_other_row_is_swept_up(scene: Scene, goes, stays) -> None:
    scene.attend(goes, scene.activity().shifts.get())
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=LATER)
    visits.rebuild_for_merged(volunteer_id=goes.pk)
    ServiceRecord.objects.live().update(volunteer=goes)

    assert sweep_records(at=LATER) == 1
    assert live(goes, stays) == [(stays, SATURDAY, 180)]
    assert sweep_records(at=LATER) == 0


def test_a_scan_that_was_on_its_way_counts_for_the_one_who_stays(scene: Scene, goes, stays) -> None:
    shift = scene.activity().shifts.get()
    scene.scan(goes, shift, "in", moment("09:00"))
    joined = join(scene, goes, stays, at=moment("10:00"))

    scene.scan(goes, shift, "out", moment("11:00"))

    assert visits_of(joined) == [("09:00", "11:00")]
    compute_one(volunteer_id=goes.pk, shift_id=shift.pk, at=moment("11:00"))
    assert live(goes, stays) == [(stays, SATURDAY, 120)]


# Settled records stay


def test_effective_hours_are_summed_and_stay_where_they_are(
    scene: Scene, goes, stays, django_assert_num_queries
) -> None:
    scene.serve(goes, "09:00", "12:00")
    scene.serve(stays, "09:00", "11:00", day=NEXT_SATURDAY)

    join(scene, goes, stays)

    assert live(goes, stays) == [(goes, SATURDAY, 180), (stays, NEXT_SATURDAY, 120)]
    with django_assert_num_queries(1):
        assert totals.total_of(stays).service_minutes == 300
    assert set(LedgerEntry.objects.values_list("volunteer", flat=True)) == {goes.pk, stays.pk}
    assert not CorrectionProposal.objects.exists()
    assert audit() == (0, "2 entries, no difference\n")
    assert sweep_records(at=LATER) == 0


def test_what_was_on_notice_takes_effect_all_the_same(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    scene.attend(goes, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))

    join(scene, goes, stays, at=moment("13:00"))
    assert notices.end_notices(at=LATER) == 1

    assert totals.total_of(stays).service_minutes == 180
    assert live(goes, stays) == [(goes, SATURDAY, 180)]
    assert audit()[0] == 0


def test_a_settled_record_of_the_same_shift_gives_no_minute_twice(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    shift = activity.shifts.get()
    scene.attend(goes, shift, "09:00", "11:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    scene.attend(stays, shift, "10:00", "12:00")

    join(scene, goes, stays, at=moment("13:00"))

    # In at 9, in again at 10, out at 11, out again at 12: two hours, and flags that make it another record.
    assert live(goes, stays) == [(goes, SATURDAY, 120)]
    proposal = CorrectionProposal.objects.get()
    assert proposal.record.volunteer == goes
    assert (proposal.minutes_before, proposal.minutes_after) == (120, 120)
    assert set(proposal.content["flags"]) == {"double_check_in", "missing_check_in"}
    assert sweep_records(at=moment("13:01")) == 0


def test_of_two_settled_records_of_one_shift_one_is_too_many(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    shift = activity.shifts.get()
    scene.attend(goes, shift, "09:00", "10:00")
    scene.attend(stays, shift, "10:30", "12:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))

    join(scene, goes, stays, at=moment("13:00"))

    proposals = CorrectionProposal.objects.order_by("minutes_after")
    assert [(one.record.volunteer, one.minutes_before, one.minutes_after) for one in proposals] == [
        (goes, 60, 0),
        (stays, 90, 150),
    ]
    assert live(goes, stays) == [(goes, SATURDAY, 60), (stays, SATURDAY, 90)]


def test_what_is_settled_twice_in_overlap_is_put_right_at_once(scene: Scene, goes, stays) -> None:
    scene.serve(goes, "09:00", "12:00")
    scene.serve(stays, "10:00", "12:00")

    join(scene, goes, stays)

    assert not CorrectionProposal.objects.open().exists()
    assert live(goes, stays) == [(goes, SATURDAY, 180), (stays, SATURDAY, 0)]
    assert totals.total_of(stays).service_minutes == 180
    assert LedgerEntry.objects.get(minutes=-120).clause == "H5"
    assert audit()[0] == 0


def test_counting_everything_again_changes_nothing(scene: Scene, goes, stays) -> None:
    shift = scene.activity().shifts.get()
    scene.attend(goes, shift, "09:00", "10:00")
    scene.attend(stays, shift, "10:30", "12:00")
    scene.serve(goes, "09:00", "12:00", day=NEXT_SATURDAY)
    join(scene, goes, stays)

    outcome = compute_many(volunteers=[goes.pk, stays.pk], at=LATER)

    assert not (outcome.created or outcome.changed or outcome.withdrawn or outcome.differing)
    assert {record.volunteer for record in outcome.records} == {goes, stays}
