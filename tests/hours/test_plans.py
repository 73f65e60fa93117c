"""Waiting records follow the plan of their activity; a settled one gets a proposal."""

import datetime as dt

import pytest

from academy.activities import changing
from academy.activities.models import Activity, Break, Shift
from academy.decisions import services as decisions
from academy.hours.models import CorrectionProposal, RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, plans, records, unfinished
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.factories import UserFactory
from tests.hours.scene import Scene, audit, moment
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

EVENING = moment("18:00")


@pytest.fixture
def activity(scene: Scene) -> Activity:
    """An activity of 9:00 to 12:00 that one volunteer attended from 9:05 to 11:30."""
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get(), "09:05", "11:30")
    assert minutes() == [145]
    return activity


def minutes() -> list[int]:
    return list(ServiceRecord.objects.live().order_by("pk").values_list("minutes", flat=True))


def with_break(start: str = "10:00", end: str = "10:30") -> Activity:
    """Return the activity with a break, as the form holds it."""
    activity = Activity.objects.get()
    (shift,) = activity.shifts.all()
    shift.breaks = [Break(starts_at=moment(start), ends_at=moment(end))]
    activity.shifts = [shift]
    return activity


def until(end: str) -> Activity:
    """Return the activity with another end, as the form holds it."""
    activity = Activity.objects.get()
    (shift,) = activity.shifts.all()
    shift.ends_at = moment(end)
    activity.shifts = [shift]
    return activity


def save(activity: Activity, scene: Scene, reason: str = "") -> changing.SavedActivity:
    saved = changing.save_activity(activity=activity, reason=reason, by=scene.social_worker, at=EVENING)
    assert isinstance(saved, changing.SavedActivity), saved
    return saved


def confirm(activity: Activity, scene: Scene) -> None:
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))


def test_a_break_added_after_the_check_out_is_subtracted(scene, activity, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save(with_break(), scene)
    assert minutes() == [115]
    assert Activity.objects.get().changed_at is None
    assert plans.sweep_plans(at=EVENING) == 0


def test_the_sweep_counts_by_a_plan_whose_message_was_lost(scene, activity):
    save(with_break(), scene)  # the transaction of the test never commits: no message
    assert minutes() == [145]
    assert plans.sweep_plans(at=EVENING) == 1
    assert minutes() == [115]
    assert plans.sweep_plans(at=EVENING) == 0


def test_the_daily_look_finds_a_plan_that_was_changed_by_no_service(scene, activity):
    Break.objects.create(shift=activity.shifts.get(), starts_at=moment("10:00"), ends_at=moment("10:30"))
    unfinished.look_at_unfinished(at=EVENING)
    assert minutes() == [115]
    Activity.objects.update(kind="other")
    unfinished.look_at_unfinished(at=EVENING + dt.timedelta(days=1))
    assert minutes() == [0]


CHANGES = {
    "start": lambda activity: activity.shifts.update(starts_at=moment("09:30")),
    "end": lambda activity: activity.shifts.update(ends_at=moment("11:00")),
    "overtime": lambda activity: activity.shifts.update(ends_at=moment("11:00"), overtime_until=moment("11:15")),
    "break": lambda activity: Break.objects.create(
        shift=activity.shifts.get(), starts_at=moment("10:00"), ends_at=moment("10:30")
    ),
    "kind": lambda activity: Activity.objects.update(kind="other"),
    "role": lambda activity: activity.roles.update(counts_as="attendee"),
    "preparation": lambda activity: Activity.objects.update(kind="preparation"),
}


@pytest.mark.parametrize("is_told", [True, False], ids=["the sweep", "the daily look"])
@pytest.mark.parametrize(
    ("change", "expected"),
    list(zip(CHANGES, [120, 115, 130, 115, 0, 0, 120], strict=True)),
    ids=list(CHANGES),
)
def test_whatever_counting_reads_of_a_plan_is_counted_again(scene, activity, change, expected, is_told):
    """Times, breaks, overtime, kind, role: after a change by any means, the next look counts by it."""
    CHANGES[change](activity)
    if is_told:
        Activity.objects.filter(pk=activity.pk).update(changed_at=EVENING)
        assert plans.sweep_plans(at=EVENING) == 1
    else:
        unfinished.look_at_unfinished(at=EVENING)
    assert minutes() == [expected]
    assert plans.recount_differing([activity.pk], at=EVENING) == 0


def test_a_role_of_a_merged_row_is_no_change(scene, activity):
    """The place of the row that goes is the person's: nothing differs, and nothing is counted again."""
    goes, into = scene.volunteer("王秀英（重复）"), scene.volunteer("李建国")
    scene.attend(goes, activity.shifts.get(), "09:00", "10:00")
    merging.merge(volunteer=goes, into=into, by=scene.social_worker, at=EVENING)
    records.sweep_records(at=EVENING)
    assert plans.recount_differing([activity.pk], at=EVENING) == 0


def test_one_error_does_not_stop_the_sweep(scene, activity, monkeypatch, caplog):
    other = scene.activity(("14:00", "15:00"))
    scene.attend(scene.volunteer("李建国"), other.shifts.get(), "14:00", "15:00")
    Activity.objects.update(changed_at=EVENING)
    count = plans.records.compute_many
    calls = []

    def fail_once(**values):
        calls.append(values)
        if len(calls) == 1:
            raise RuntimeError("one activity")
        return count(**values)

    monkeypatch.setattr(plans.records, "compute_many", fail_once)
    plans.sweep_plans(at=EVENING)
    assert "one activity" in caplog.text
    assert list(Activity.objects.exclude(changed_at=None)) == [activity]


def test_a_change_during_the_count_stays_to_be_counted(activity):
    Activity.objects.update(changed_at=EVENING)
    changing.mark_counted(activity_id=activity.pk, changed_at=moment("17:00"))
    assert Activity.objects.get().changed_at == EVENING
    changing.mark_counted(activity_id=activity.pk, changed_at=EVENING)
    assert Activity.objects.get().changed_at is None


@pytest.mark.parametrize("is_effective", [False, True])
def test_a_settled_record_gets_a_proposal_and_stays(scene, activity, is_effective):
    confirm(activity, scene)
    if is_effective:
        notices.end_notices(at=moment("00:05", dt.date(2026, 1, 16)))
    save(with_break(), scene)
    plans.sweep_plans(at=EVENING)
    record = ServiceRecord.objects.get()
    assert record.minutes == 145
    assert record.state == (RecordState.EFFECTIVE if is_effective else RecordState.ON_NOTICE)
    proposal = CorrectionProposal.objects.get()
    assert (proposal.minutes_before, proposal.minutes_after) == (145, 115)
    assert audit() == (0, audit()[1])


def test_a_later_end_counts_only_after_a_second_persons_yes(scene):
    activity = scene.activity()
    volunteer = scene.volunteer()
    scene.attend(volunteer, activity.shifts.get(), "09:00", "14:00")
    assert minutes() == [180]
    waiting = save(until("14:00"), scene, "大家收拾到两点").waiting
    plans.sweep_plans(at=EVENING)
    assert minutes() == [180]
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decisions.decide(request=waiting, by=approver, at=EVENING, accepted=True)
    plans.sweep_plans(at=EVENING)
    assert minutes() == [300]
    assert not ServiceRecord.objects.get().alone


def test_a_change_that_one_person_decided_marks_the_records(scene):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", "14:00")
    waiting = save(until("14:00"), scene, "大家收拾到两点").waiting
    later = EVENING + dt.timedelta(days=7)
    decided = decisions.decide(request=waiting, by=scene.social_worker, at=later, accepted=True, answer="无人答复")
    assert isinstance(decided, type(waiting)), decided
    plans.sweep_plans(at=later)
    assert minutes() == [300]
    assert ServiceRecord.objects.get().alone


def test_who_scanned_without_a_place_does_not_decide(scene):
    activity = scene.activity()
    volunteer = scene.volunteer(login=True)
    scene.attend(volunteer, activity.shifts.get(), "09:00", "14:00")
    volunteer.sign_ups.all().delete()
    waiting = save(until("14:00"), scene, "大家收拾到两点").waiting
    assert waiting.parties == [volunteer]


def test_a_shift_moved_to_another_day_is_proposed_on_both(scene, activity):
    confirm(activity, scene)
    Shift.objects.update(starts_at=moment("09:00", dt.date(2026, 1, 12)), ends_at=moment("12:00", dt.date(2026, 1, 12)))
    Activity.objects.update(changed_at=EVENING)
    plans.sweep_plans(at=EVENING)
    assert CorrectionProposal.objects.get().minutes_after == 0
    assert ServiceRecord.objects.get(date=dt.date(2026, 1, 10)).minutes == 145


@pytest.mark.slow
def test_the_form_names_the_change_that_waits(scene, activity, client):
    client.force_login(scene.social_worker)
    client.cookies["django_language"] = "en"
    address = f"/admin/activity/edit/{activity.pk}/"
    assert "waits for a second person" not in text_of(client.get(address))

    save(until("14:00"), scene, "大家收拾到两点")

    page = text_of(client.get(address))
    assert "A change of this plan waits for a second person." in page
    assert "Sat 10 Jan 9:00–12:00 → Sat 10 Jan 9:00–14:00" in page
