"""Settled minutes are part of the day: later facts are counted behind them, in any order."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.activities.models import Shift
from academy.certificates import services as certificates
from academy.checkin.models import Method
from academy.checkin.services import correcting
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, RecordState, ServiceRecord
from academy.hours.services import approvals, confirmation, make_ups, notices, objections, totals
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.examples import examples
from tests.factories import UserFactory, compute_records, photo
from tests.hours.scene import SATURDAY, Scene, audit, moment

pytestmark = [pytest.mark.slow, pytest.mark.both]

LATER = moment("18:00", dt.date(2026, 3, 2))


@pytest.fixture
def volunteer(scene: Scene) -> Volunteer:
    return scene.volunteer()


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def enter(scene: Scene, volunteer: Volunteer, came: str, left: str, at: dt.datetime | None = None) -> Shift:
    """Enter a signed row of an activity of its own, counted at once."""
    shift = scene.activity((came, left)).shifts.get()
    at = at or moment("22:00")
    times = (moment(came), moment(left))
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=at)
    compute_records(volunteer=volunteer, shift=shift, at=at)
    return shift


def settle(scene: Scene, shift: Shift, at: dt.datetime | None = None) -> None:
    """Confirm the shift's records and end their notice."""
    records = ServiceRecord.objects.awaiting_confirmation().filter(shift=shift)
    confirmation.confirm(activity=shift.activity, by=scene.social_worker, at=at or moment("22:30"), records=records)
    notices.end_notices(at=LATER + dt.timedelta(days=30))


def minutes(volunteer: Volunteer) -> list[int]:
    """Return the minutes of the valid records, by the shift's start."""
    records = ServiceRecord.objects.live().of(volunteer).order_by("shift__starts_at", "pk")
    return list(records.values_list("minutes", flat=True))


def answer(proposal: CorrectionProposal, by: User, accepted: bool, at: dt.datetime = LATER) -> Any:
    return decide(request=proposal, by=by, at=at, accepted=accepted, answer="核对过名册")


def test_a_late_shift_is_counted_behind_what_is_effective(scene: Scene, volunteer: Volunteer) -> None:
    settle(scene, enter(scene, volunteer, "12:00", "20:00"))
    late = enter(scene, volunteer, "08:00", "16:00", at=LATER)
    assert minutes(volunteer) == [0, 480]
    settle(scene, late, at=LATER)
    assert minutes(volunteer) == [0, 480]
    record = ServiceRecord.objects.get(shift=late)
    assert record.flags == ["daily_cap", "overlap"]
    assert [(step["clause"], step["after"]) for step in record.steps] == [
        ("H1-visits", 480),
        ("H5-overlap", 240),
        ("H4-day", 0),
    ]
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit() == (0, "1 entries, no difference\n")


@pytest.mark.parametrize(("accepted", "expected"), [(True, [480, 0]), (False, [0, 480])])
def test_the_sum_stays_within_the_day_whatever_is_decided(
    scene: Scene, volunteer: Volunteer, approver: User, accepted: bool, expected: list[int]
) -> None:
    settle(scene, enter(scene, volunteer, "12:00", "20:00"))
    late = enter(scene, volunteer, "08:00", "16:00", at=LATER)
    proposal = CorrectionProposal.objects.get()
    assert (proposal.minutes_before, proposal.minutes_after) == (480, 0)
    assert answer(proposal, approver, accepted) == proposal
    settle(scene, late, at=LATER)
    assert minutes(volunteer) == expected
    assert totals.total_of(volunteer).service_minutes == 480
    assert not CorrectionProposal.objects.open().exists()
    assert audit()[0] == 0


def test_shifts_known_one_after_the_other_never_exceed_a_day(scene: Scene, volunteer: Volunteer) -> None:
    for start in (15, 13, 11, 9, 7, 5):
        settle(scene, enter(scene, volunteer, f"{start:02}:00", f"{start + 8:02}:00", at=LATER), at=LATER)
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0


def test_the_time_that_stands_is_left_out_and_the_rest_counts(scene: Scene, volunteer: Volunteer) -> None:
    settle(scene, enter(scene, volunteer, "10:00", "12:00"))
    settle(scene, enter(scene, volunteer, "09:00", "11:00"))
    assert minutes(volunteer) == [60, 120]
    assert audit()[0] == 0


def test_a_declined_correction_stands_although_an_unrelated_long_day_is_approved(
    scene: Scene, volunteer: Volunteer, approver: User
) -> None:
    shift = enter(scene, volunteer, "09:00", "12:00")
    settle(scene, shift)
    times = (moment("09:00"), moment("11:00"))
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=LATER)
    compute_records(volunteer=volunteer, shift=shift, at=LATER)
    answer(CorrectionProposal.objects.get(), approver, accepted=False)
    asked = approvals.ask_daily_approval(
        volunteer=volunteer, date=SATURDAY, minutes=600, reason="年货节", by=scene.social_worker, at=LATER
    )
    assert not isinstance(asked, Refusal)
    decide(request=asked, by=approver, at=LATER, accepted=True)
    assert minutes(volunteer) == [180]
    assert totals.total_of(volunteer).service_minutes == 180
    assert not CorrectionProposal.objects.open().exists()


def test_a_long_day_leaves_an_open_correction_alone(scene: Scene, volunteer: Volunteer, approver: User) -> None:
    shift = enter(scene, volunteer, "09:00", "12:00")
    settle(scene, shift)
    times = (moment("09:00"), moment("11:00"))
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=LATER)
    compute_records(volunteer=volunteer, shift=shift, at=LATER)
    asked = approvals.ask_daily_approval(
        volunteer=volunteer, date=SATURDAY, minutes=600, reason="年货节", by=scene.social_worker, at=LATER
    )
    assert not isinstance(asked, Refusal)
    decide(request=asked, by=approver, at=LATER, accepted=True)
    assert minutes(volunteer) == [180]
    assert CorrectionProposal.objects.open().get().minutes_after == 120


def test_two_settled_days_of_one_person_are_put_right_as_they_are_merged(scene: Scene) -> None:
    goes, stays = scene.volunteer(), scene.volunteer("王秀英（重复）")
    settle(scene, enter(scene, goes, "08:00", "16:00"))
    settle(scene, enter(scene, stays, "12:00", "20:00"))
    with time_machine.travel(LATER, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=LATER)
    stays.refresh_from_db()
    assert minutes(stays) == [480, 0]
    assert totals.total_of(stays).service_minutes == 480
    corrected = ServiceRecord.objects.get(state=RecordState.CORRECTED)
    entry = corrected.ledger_entries.get(minutes=-480)
    assert (entry.clause, entry.actor) == ("H4", scene.social_worker)
    assert audit()[0] == 0


def test_a_correction_that_keeps_the_day_within_its_limit_cannot_be_declined(
    scene: Scene, volunteer: Volunteer, approver: User
) -> None:
    first = enter(scene, volunteer, "12:00", "20:00")
    settle(scene, first)
    late = enter(scene, volunteer, "08:00", "16:00", at=LATER)
    # A database of an earlier release holds such a day: each record was right when it was confirmed.
    ServiceRecord.objects.filter(shift=late).update(minutes=480)
    settle(scene, late, at=LATER)
    assert f"volunteer {volunteer.pk}: more stands on 2026-01-10 than H4 allows" in audit()[1]
    period = {"period_from": SATURDAY, "period_to": SATURDAY}
    certificate = certificates.issue(
        issuer=scene.issuer, volunteer=volunteer, by=scene.social_worker, at=LATER + dt.timedelta(days=60), **period
    )
    assert isinstance(certificate, Refusal)
    assert certificate.code == "day_in_excess"
    refused = answer(CorrectionProposal.objects.get(record__shift=first), approver, accepted=False)
    assert isinstance(refused, Refusal)
    assert refused.code == "must_change"
    call_command("recompute_records", verbosity=0)


def test_overtime_of_one_shift_is_counted_behind_the_others(scene: Scene, volunteer: Volunteer, approver: User) -> None:
    first = scene.activity(("09:00", "13:00")).shifts.get()
    times = (moment("09:00"), moment("15:00"))
    by, at = scene.leading, moment("21:00")
    correcting.set_right(volunteer=volunteer, shift=first, times=times, method=Method.PAPER, by=by, at=at)
    compute_records(volunteer=volunteer, shift=first, at=at)
    settle(scene, first)
    settle(scene, enter(scene, volunteer, "15:00", "19:00"))
    assert minutes(volunteer) == [240, 240]
    asked = approvals.ask_overtime(shift=first, until=moment("15:00"), reason="收尾", by=scene.social_worker, at=LATER)
    assert not isinstance(asked, Refusal)
    decide(request=asked, by=approver, at=LATER, accepted=True)
    assert sum(minutes(volunteer)) == 480
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0


def test_hours_with_overtime_that_one_person_approved_are_proved(scene: Scene, volunteer: Volunteer) -> None:
    shift = scene.activity(("09:00", "12:00")).shifts.get()
    asked = approvals.ask_overtime(
        shift=shift, until=moment("13:00"), reason="收尾", by=scene.social_worker, at=moment("12:30")
    )
    assert not isinstance(asked, Refusal)
    at = moment("09:00", dt.date(2026, 1, 15))
    times = (moment("09:00"), moment("13:00"))
    decided = decide(request=asked, by=scene.social_worker, at=at, accepted=True, answer="无人答复")
    assert not isinstance(decided, Refusal), decided
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=at)
    compute_records(volunteer=volunteer, shift=shift, at=at)
    settle(scene, shift, at=at)
    assert minutes(volunteer) == [240]
    assert ServiceRecord.objects.get().alone
    assert audit()[0] == 0


def test_a_day_holds_its_limit_while_two_corrections_wait(scene: Scene, volunteer: Volunteer) -> None:
    """One person alone moves two hours from one shift to another: the day holds 480 throughout."""
    first, second = enter(scene, volunteer, "09:00", "13:00"), enter(scene, volunteer, "15:00", "19:00")
    settle(scene, first)
    settle(scene, second)
    Shift.objects.filter(pk=first.pk).update(ends_at=moment("15:00"))
    by = scene.leading
    for shift, times in (
        (first, (moment("09:00"), moment("15:00"))),
        (second, (moment("15:00"), moment("17:00"))),
    ):
        correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=by, at=LATER)
        compute_records(volunteer=volunteer, shift=shift, at=LATER)
    at = LATER + dt.timedelta(days=5)
    for proposal in CorrectionProposal.objects.open():
        if CorrectionProposal.objects.open().filter(pk=proposal.pk).exists():
            answer(proposal, scene.social_worker, accepted=True, at=at)
    assert minutes(volunteer) == [360, 120]
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0
    notices.end_notices(at=at + dt.timedelta(days=9))
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0


def test_who_keyed_in_the_late_sheet_is_no_second_person(scene: Scene, volunteer: Volunteer) -> None:
    clerk = UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER), (scene.community, DutyRole.APPROVER)])
    shift = enter(scene, volunteer, "09:00", "12:00")
    settle(scene, shift)
    times = (moment("09:00"), moment("10:00"))
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=clerk, at=LATER)
    compute_records(volunteer=volunteer, shift=shift, at=LATER)
    refused = answer(CorrectionProposal.objects.get(), clerk, accepted=True)
    assert isinstance(refused, Refusal)
    assert refused.code == "not_yet_alone"


FACTS = st.lists(
    st.tuples(st.integers(0, 15), st.integers(1, 9), st.sampled_from(["settle", "wait", "yes", "no"])),
    min_size=2,
    max_size=6,
)


@pytest.mark.django_db
@settings(max_examples=examples(8), deadline=None)
@given(facts=FACTS)
def test_a_day_never_holds_more_in_any_order_of_arrival(facts: list[tuple[int, int, str]]) -> None:
    with transaction.atomic():
        scene = Scene()
        volunteer = scene.volunteer()
        approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
        for start, hours, then in facts:
            shift = enter(scene, volunteer, f"{start}:00", f"{start + hours}:00", at=LATER)
            if then != "wait":
                settle(scene, shift, at=LATER)
            if then in ("yes", "no"):
                for proposal in CorrectionProposal.objects.open():
                    if CorrectionProposal.objects.open().filter(pk=proposal.pk).exists():
                        answer(proposal, approver, accepted=then == "yes")
            days = ServiceRecord.objects.settled().of(volunteer).values_list("minutes", flat=True)
            assert sum(days) <= 480
            assert audit()[0] == 0
        transaction.set_rollback(True)


# A correction that one person decided alone (K4)


def decide_alone(scene: Scene, volunteer: Volunteer) -> ServiceRecord:
    """Let one person alone correct an effective hour to three; return the effective record."""
    shift = enter(scene, volunteer, "09:00", "10:00")
    settle(scene, shift)
    effective = ServiceRecord.objects.get()
    times = (moment("09:00"), moment("12:00"))
    shift.ends_at = times[1]
    shift.save()
    correcting.set_right(volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=scene.leading, at=LATER)
    compute_records(volunteer=volunteer, shift=shift, at=LATER)
    proposal = CorrectionProposal.objects.get()
    at = LATER + dt.timedelta(days=5)
    assert answer(proposal, scene.social_worker, accepted=True, at=at) == proposal
    return effective


def test_the_old_figure_stands_until_the_notice_of_the_correction_is_over(scene: Scene, volunteer: Volunteer) -> None:
    old = decide_alone(scene, volunteer)
    new = ServiceRecord.objects.live().of(volunteer).get()
    assert (new.state, new.minutes, new.alone, new.replaces) == ("on_notice", 180, True, old)
    assert new.effective_on == dt.date(2026, 3, 15)  # seven days after the decision of 7 March
    assert totals.total_of(volunteer).service_minutes == 60
    assert audit()[0] == 0

    notices.end_notices(at=moment("23:00", dt.date(2026, 3, 14)))
    assert totals.total_of(volunteer).service_minutes == 60
    notices.end_notices(at=moment("00:01", dt.date(2026, 3, 15)))
    assert totals.total_of(volunteer).service_minutes == 180
    old.refresh_from_db()
    assert old.state == "corrected"
    entries = old.ledger_entries.order_by("seq").values_list("minutes", "clause", "reason")
    assert list(entries) == [(60, "K1", ""), (-60, "K8", "核对过名册")]
    assert audit()[0] == 0
    assert CorrectionProposal.objects.open().count() == 0


def test_an_objection_to_a_waiting_correction_leaves_the_old_figure(
    scene: Scene, volunteer: Volunteer, approver: User
) -> None:
    old = decide_alone(scene, volunteer)
    new = ServiceRecord.objects.live().of(volunteer).get()
    at = LATER + dt.timedelta(days=6)
    objection = objections.object_to(
        record=new, reason="只来了两小时", by=scene.social_worker, objector="李建国", at=at
    )
    assert not isinstance(objection, Refusal)
    fields = {"came_at": moment("09:00"), "left_at": moment("11:00")}
    decide(request=objection, by=approver, at=at, accepted=True, answer="属实", fields=fields)
    newer = ServiceRecord.objects.live().of(volunteer).get()
    assert (newer.minutes, newer.replaces, newer.state) == (120, old, "on_notice")
    assert totals.total_of(volunteer).service_minutes == 60
    notices.end_notices(at=at + dt.timedelta(days=20))
    assert totals.total_of(volunteer).service_minutes == 120
    assert audit()[0] == 0


def test_somebody_who_was_not_there_keeps_their_minutes_until_the_notice_is_over(
    scene: Scene, volunteer: Volunteer
) -> None:
    shift = enter(scene, volunteer, "09:00", "10:00")
    settle(scene, shift)
    correcting.set_right(volunteer=volunteer, shift=shift, times=None, method=Method.PAPER, by=scene.leading, at=LATER)
    compute_records(volunteer=volunteer, shift=shift, at=LATER)
    at = LATER + dt.timedelta(days=5)
    answer(CorrectionProposal.objects.get(), scene.social_worker, accepted=True, at=at)
    assert totals.total_of(volunteer).service_minutes == 60
    assert minutes(volunteer) == [0]
    assert audit()[0] == 0
    notices.end_notices(at=at + dt.timedelta(days=8))
    assert totals.total_of(volunteer).service_minutes == 0
    assert audit()[0] == 0


def test_hours_beside_somebody_who_was_not_there_wait_for_the_end_of_the_notice(
    scene: Scene, volunteer: Volunteer
) -> None:
    gone = enter(scene, volunteer, "08:00", "16:00")
    settle(scene, gone)
    other = enter(scene, volunteer, "12:00", "20:00", at=LATER)
    times = {"came_at": None, "left_at": None, "witness": scene.volunteer("李建国"), "evidence": [photo()]}
    asked = make_ups.ask_make_up(
        volunteer=volunteer, shift=gone, reason="没来", by=scene.social_worker, at=LATER, **times
    )
    at = LATER + dt.timedelta(days=5)
    assert decide(request=asked, by=scene.social_worker, at=at, accepted=True, answer="核对过名册").alone
    assert minutes(volunteer) == [0, 0]  # the old 480 stand until the notice is over
    notices.end_notices(at=at + dt.timedelta(days=6))
    assert totals.total_of(volunteer).service_minutes == 480
    notices.end_notices(at=at + dt.timedelta(days=8))
    assert totals.total_of(volunteer).service_minutes == 0
    assert minutes(volunteer) == [0, 480]
    settle(scene, other, at=at + dt.timedelta(days=9))
    assert totals.total_of(volunteer).service_minutes == 480
    assert audit()[0] == 0


def test_the_audit_names_a_day_whose_correction_to_no_minutes_waits(scene: Scene, volunteer: Volunteer) -> None:
    gone = enter(scene, volunteer, "08:00", "16:00")
    settle(scene, gone)
    other = enter(scene, volunteer, "12:00", "20:00", at=LATER)
    correcting.set_right(volunteer=volunteer, shift=gone, times=None, method=Method.PAPER, by=scene.leading, at=LATER)
    compute_records(volunteer=volunteer, shift=gone, at=LATER)
    at = LATER + dt.timedelta(days=5)
    answer(CorrectionProposal.objects.get(), scene.social_worker, accepted=True, at=at)
    ServiceRecord.objects.filter(shift=other).update(minutes=480)
    waiting = ServiceRecord.objects.filter(shift=other)
    confirmation.confirm(activity=other.activity, by=scene.social_worker, at=at, records=waiting)
    assert any("than H4 allows" in line for line in audit()[1].splitlines())
