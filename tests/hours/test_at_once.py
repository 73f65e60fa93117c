"""Two real connections at the same moment."""

import datetime as dt

import pytest
from django.db import transaction

from academy.audit import services as audit
from academy.certificates import services as certificates
from academy.certificates.models import Certificate, Closure
from academy.checkin.models import Scan
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import Confirmation, LedgerEntry, RecordState, ServiceRecord
from academy.hours.services import confirmation, make_ups, notices, objections, records, totals
from academy.people.permissions import DutyRole
from tests.at_once import at_once
from tests.factories import UserFactory, photo
from tests.hours.scene import AUDITED, Scene, moment

THURSDAY = dt.date(2026, 1, 15)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def test_two_people_confirming_move_each_record_once(scene: Scene) -> None:
    activity = scene.activity()
    for number in range(6):
        scene.attend(scene.volunteer(f"志愿者{number}"), activity.shifts.get())
    answers = at_once(
        *(
            lambda user=user: confirmation.confirm(activity=activity, by=user, at=moment("12:30"))
            for user in (scene.leading, scene.social_worker)
        )
    )
    moved = [answer.ready for answer in answers if not isinstance(answer, Refusal)]
    assert sorted(len(ready) for ready in moved) in ([6], [0, 6])
    assert Confirmation.objects.count() == 1
    confirmed_by = set(ServiceRecord.objects.values_list("confirmed_by", flat=True))
    assert len(confirmed_by) == 1
    assert set(ServiceRecord.objects.values_list("state", flat=True)) == {RecordState.ON_NOTICE}


def test_two_clocks_end_each_notice_once(scene: Scene) -> None:
    activity = scene.activity()
    for number in range(6):
        scene.attend(scene.volunteer(f"志愿者{number}"), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    ended = at_once(*[lambda: notices.end_notices(at=moment("00:00", THURSDAY))] * 2)
    assert sum(ended) == 6
    assert list(LedgerEntry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert audited() == []


def test_two_activities_taking_effect_at_once_make_one_chain_and_one_total(scene: Scene) -> None:
    scene = Scene(values={"notice_working_days": 0})
    volunteer = scene.volunteer()
    first, second = scene.activity(("09:00", "10:00")), scene.activity(("11:00", "12:00"))
    scene.attend(volunteer, first.shifts.get(), "09:00", "10:00")
    scene.attend(volunteer, second.shifts.get(), "11:00", "12:00")
    at_once(
        *(
            lambda activity=activity: confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
            for activity in (first, second)
        )
    )
    assert totals.total_of(volunteer).service_minutes == 120
    assert audited() == []


def test_two_communities_taking_effect_at_once_keep_one_persons_total(scene: Scene) -> None:
    scenes = [Scene(values={"notice_working_days": 0}), Scene(values={"notice_working_days": 0})]
    volunteer = scenes[0].volunteer()
    activities = [scenes[0].activity(("09:00", "10:00")), scenes[1].activity(("11:00", "12:00"))]
    scenes[0].attend(volunteer, activities[0].shifts.get(), "09:00", "10:00")
    scenes[1].attend(volunteer, activities[1].shifts.get(), "11:00", "12:00")
    at_once(
        *(
            lambda one=one, activity=activity: confirmation.confirm(
                activity=activity, by=one.leading, at=moment("12:30")
            )
            for one, activity in zip(scenes, activities, strict=True)
        )
    )
    assert totals.total_of(volunteer).service_minutes == 120
    assert audited() == []


def test_two_countings_of_one_day_make_one_record_each(scene: Scene) -> None:
    volunteer = scene.volunteer()
    shifts = [scene.activity(("09:00", "10:00")).shifts.get(), scene.activity(("09:30", "11:00")).shifts.get()]
    ends = ["10:00", "11:00"]
    for shift, end in zip(shifts, ends, strict=True):
        scene.scan(volunteer, shift, "in", shift.starts_at)
        scene.scan(volunteer, shift, "out", moment(end))
    ServiceRecord.objects.all().delete()
    at_once(
        *(
            lambda shift=shift: records.compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=moment("11:01"))
            for shift in shifts
        )
    )
    assert list(ServiceRecord.objects.order_by("shift").values_list("minutes", flat=True)) == [60, 60]


def test_counting_never_overwrites_what_is_being_confirmed(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    (record,) = scene.attend(volunteer, activity.shifts.get())
    before = record.computed_at
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=1)
    at_once(
        lambda: confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30")),
        lambda: records.compute_one(volunteer_id=volunteer.pk, shift_id=record.shift_id, at=moment("12:30")),
    )
    record.refresh_from_db()
    assert record.state == RecordState.ON_NOTICE
    # Either was first: counted again and then confirmed, or confirmed as it stood.
    assert (record.minutes, record.computed_at) in [(180, moment("12:30")), (1, before)]


def test_two_taps_make_one_certificate(scene: Scene) -> None:
    scene = Scene(values={"notice_working_days": 0})
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    day = dt.date(2026, 1, 10)
    made = at_once(
        *[
            lambda: certificates.issue(
                issuer=scene.issuer,
                volunteer=volunteer,
                period_from=day,
                period_to=day,
                by=scene.social_worker,
                at=moment("13:00"),
            )
        ]
        * 2
    )
    assert made[0] == made[1] == Certificate.objects.get()
    closed = at_once(
        lambda: certificates.revoke(certificate=made[0], note="打印错了", by=scene.social_worker, at=moment("14:00")),
        lambda: certificates.reissue(certificate=made[0], by=scene.social_worker, at=moment("14:00")),
    )
    assert sum(isinstance(answer, Refusal) for answer in closed) == 1
    assert Closure.objects.count() == 1


def test_two_approvers_decide_once(scene: Scene) -> None:
    volunteer, witness = scene.volunteer(), scene.volunteer("李建国")
    shift = scene.activity().shifts.get()
    make_up = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=shift,
        came_at=moment("09:00"),
        left_at=moment("12:00"),
        reason="手机没电了",
        by=scene.social_worker,
        at=moment("13:00"),
        witness=witness,
        evidence=[photo()],
    )
    approvers = [UserFactory(duties=[(scene.community, DutyRole.APPROVER)]) for _ in range(2)]
    answers = at_once(
        *(lambda by=by: decide(request=make_up, by=by, at=moment("14:00"), accepted=True) for by in approvers)
    )
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["decided"]
    assert Scan.objects.count() == 2
    assert ServiceRecord.objects.get().minutes == 180


def test_an_objection_and_the_end_of_the_notice_at_once_never_lose_one(scene: Scene) -> None:
    activity = scene.activity()
    (record,) = scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    objector = scene.volunteer("李建国", login=True).user
    at = moment("00:00", THURSDAY)
    answer, ended = at_once(
        lambda: objections.object_to(record=record, reason="没来", by=objector, at=at),
        lambda: notices.end_notices(at=at),
    )
    record.refresh_from_db()
    if isinstance(answer, Refusal):
        assert (answer.code, ended, record.state) == ("not_on_notice", 1, "effective")
    else:
        assert (ended, record.state) == (0, "contested")
    assert audited() == []


def audited() -> list[str]:
    with transaction.atomic():
        return list(audit.differences(at=AUDITED))
