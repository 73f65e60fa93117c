"""Two entries become one person: waiting hours are counted with what the other row holds (H4)."""

import datetime as dt

import pytest

from academy.audit import services as audit
from academy.decisions.services import decide
from academy.hours.models import DailyApproval, ServiceRecord
from academy.hours.services import approvals, confirmation, notices, objections
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.factories import UserFactory
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment
from tests.transfers.lists import LATER, import_list, row

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

AT = moment("10:00", dt.date(2026, 2, 3))


@pytest.fixture
def twins(scene: Scene) -> tuple[Volunteer, Volunteer]:
    """One person in two rows: the first was at a shift of eight hours, which waits for its confirmation."""
    stays, goes = scene.volunteer(), scene.volunteer()
    shift = scene.activity(("08:00", "18:00")).shifts.get()
    scene.attend(stays, shift, "08:00", "16:00")
    return stays, goes


def waiting() -> list[int]:
    return list(ServiceRecord.objects.awaiting_confirmation().values_list("minutes", flat=True))


def merge(scene: Scene, goes: Volunteer, stays: Volunteer) -> None:
    """Merge the two. The hooks on commit do not run: a crash may lose them."""
    assert isinstance(merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=AT), Volunteer)


@pytest.mark.parametrize("effective", [False, True])
def test_imported_hours_of_the_other_row_use_up_the_day(scene: Scene, twins, effective: bool) -> None:
    stays, goes = twins
    import_list(scene, row(goes.number, date=SATURDAY.isoformat(), hours="7"))
    if effective:
        notices.end_notices(at=LATER)
    assert waiting() == [480]
    merge(scene, goes, stays)
    assert waiting() == [60]
    activity = ServiceRecord.objects.awaiting_confirmation().get().activity
    confirmation.confirm(activity=activity, by=scene.social_worker, at=AT, records=None)
    notices.end_notices(at=AT + dt.timedelta(days=30))
    assert sum(ServiceRecord.objects.effective().values_list("minutes", flat=True)) == 480
    assert list(audit.differences(at=AUDITED)) == []


def test_a_long_day_that_was_approved_for_the_other_row_holds_more(scene: Scene, twins) -> None:
    stays, goes = twins
    scene.attend(stays, scene.activity(("18:00", "21:00")).shifts.get(), "18:00", "21:00")
    asked = approvals.ask_daily_approval(
        volunteer=goes, date=SATURDAY, minutes=600, reason="人手不足", by=scene.social_worker, at=AT
    )
    assert isinstance(asked, DailyApproval), asked
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    assert isinstance(decide(request=asked, by=approver, at=AT, accepted=True), DailyApproval)
    assert sorted(waiting()) == [0, 480]
    merge(scene, goes, stays)
    assert sorted(waiting()) == [120, 480]


def test_hours_of_the_same_time_count_once_the_others_are_taken_back(scene: Scene) -> None:
    volunteer, other = scene.volunteer(), scene.volunteer("李建国", login=True)
    gone, late = (scene.activity(times).shifts.get() for times in (("08:00", "12:00"), ("10:00", "14:00")))
    scene.attend(volunteer, gone, "08:00", "12:00")
    confirmation.confirm(activity=gone.activity, by=scene.leading, at=moment("12:30"))
    scene.attend(volunteer, late, "10:00", "14:00")
    assert waiting() == [120]
    record = ServiceRecord.objects.get(shift=gone)
    objection = objections.object_to(record=record, reason="没来", by=other.user, at=moment("15:00"))
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    absent = {"came_at": None, "left_at": None}
    decide(request=objection, by=approver, at=moment("16:00"), accepted=True, fields=absent)
    assert waiting() == [240]
