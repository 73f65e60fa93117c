"""There is no default role (H9, T2): who took part without choosing one waits until somebody names it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from academy.activities.models import CountsAs, Role, Shift, SignUp
from academy.audit.services import differences
from academy.checkin.models import Scan
from academy.checkin.services import codes, keying_in, scanning
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.families import services as families
from academy.hours import seals
from academy.hours.described import settled_fields
from academy.hours.models import Confirmation, CorrectionProposal, MakeUp, NamedRole, ServiceRecord
from academy.hours.services import confirmation, make_ups, notices, objections, roles
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.answers import code_of
from tests.checkin.scanner import Scanner, card_of
from tests.factories import UserFactory, compute_records, photo
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

AT_NOON = moment("12:30")
EVENING = moment("20:00")


def a_class(scene: Scene, *others: str, capacity: int = 2, kind: str = "training") -> Shift:
    """Create a class with places for learners, and a role for each of `others`."""
    activity = scene.activity(kind=kind, counts_as="learner" if kind == "training" else "attendee")
    activity.roles.update(name="学员", capacity=capacity)
    for number, counts_as in enumerate(others):
        Role.objects.create(activity=activity, name=f"岗位{number}", counts_as=counts_as, capacity=2)
    return activity.shifts.get()


def the_record(volunteer: Volunteer, shift: Shift, at: dt.datetime = AT_NOON) -> ServiceRecord:
    compute_records(volunteer=volunteer, shift=shift, at=at)
    return ServiceRecord.objects.live().of(volunteer).get(shift=shift)


def key_in(scene: Scene, volunteer: Volunteer, shift: Shift) -> ServiceRecord:
    answer = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=shift.activity,
        shift=shift,
        volunteer=volunteer,
        arrived=moment("09:00"),
        left=moment("11:00"),
        by=scene.social_worker,
        at=AT_NOON,
    )
    assert isinstance(answer, tuple), answer
    return the_record(volunteer, shift)


def beyond_capacity(scene: Scene, shift: Shift) -> ServiceRecord:
    """Fill the class, and key in one person more."""
    for number in range(shift.activity.roles.get(name="学员").capacity):
        SignUp.objects.create(
            shift=shift,
            role=shift.activity.roles.get(name="学员"),
            volunteer=scene.volunteer(f"先到{number}"),
            seat=number + 1,
            signed_up_at=moment("08:00"),
        )
    for role in shift.activity.roles.exclude(name="学员"):
        role.capacity = 0
        role.save()
    return key_in(scene, scene.volunteer("后到"), shift)


def test_beyond_capacity_the_only_role_of_a_class_counts(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene))
    assert not record.role_missing
    assert (record.category, record.minutes) == ("training", 120)


def test_beyond_capacity_of_a_meeting_nobody_gets_hours(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, kind="meeting"))
    assert (record.category, record.minutes, record.flags) == ("none", 0, ["not_service"])


def test_where_roles_count_differently_the_record_waits_for_a_name(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    assert record.role_missing
    assert (record.category, record.minutes) == ("none", 0)
    answer = confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING)
    assert answer.role_missing == [record] and answer.ready == []
    assert [note.code for note in answer.notes] == ["role_missing"]
    again = confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING, records=[record])
    assert again.role_missing == [record] and again.ready == []


@pytest.mark.parametrize(("name", "expected"), [("学员", ("training", 120)), ("岗位0", ("service", 120))])
def test_a_named_role_counts_and_can_be_confirmed(scene: Scene, name: str, expected: tuple[str, int]) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    role = record.activity.roles.get(name=name)
    roles.name_role(volunteer=record.volunteer, shift=record.shift, role=role, by=scene.leading, at=EVENING)
    record.refresh_from_db()
    assert (record.category, record.minutes) == expected and not record.role_missing
    answer = confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING, records=[record])
    assert answer.ready == [record]
    notices.end_notices(at=EVENING + dt.timedelta(days=10))
    assert list(differences()) == []


def test_the_role_named_last_counts(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    for name in ("岗位0", "学员"):
        role = record.activity.roles.get(name=name)
        roles.name_role(volunteer=record.volunteer, shift=record.shift, role=role, by=scene.leading, at=EVENING)
    record.refresh_from_db()
    assert record.category == "training" and NamedRole.objects.count() == 2


def test_who_names_a_role(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    naming = {"shift": record.shift, "role": record.activity.roles.first(), "at": EVENING}
    assert code_of(roles.name_role(volunteer=record.volunteer, by=UserFactory(), **naming)) == "not_allowed"
    assert code_of(roles.name_role(volunteer=scene.leader, by=scene.leading, **naming)) == "own_matter"
    families.allow_agent(volunteer=record.volunteer, user=scene.leading, evidence="口头", by=None, at=EVENING)
    assert code_of(roles.name_role(volunteer=record.volunteer, by=scene.leading, **naming)) == "own_matter"
    assert not isinstance(roles.name_role(volunteer=record.volunteer, by=scene.social_worker, **naming), str)
    other = scene.activity(title="别的活动").roles.get()
    with pytest.raises(ValueError, match="is not one of"):
        roles.name_role(volunteer=record.volunteer, by=scene.social_worker, **(naming | {"role": other}))


def test_a_role_that_was_chosen_or_confirmed_is_not_named(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    volunteer = scene.volunteer()
    SignUp.objects.create(
        shift=shift, role=shift.activity.roles.get(name="学员"), volunteer=volunteer, seat=1, signed_up_at=AT_NOON
    )
    record = key_in(scene, volunteer, shift)
    assert record.category == "training"
    helping = shift.activity.roles.get(name="岗位0")
    naming = {"volunteer": volunteer, "shift": shift, "role": helping, "by": scene.leading}
    assert code_of(roles.name_role(**naming, at=EVENING)) == "already_signed_up"
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=EVENING)
    assert code_of(roles.name_role(**naming, at=EVENING)) == "confirmed"


# Every other way in


def test_a_walk_in_at_the_gate_has_a_seat_and_no_role_where_two_are_possible(scene: Scene) -> None:
    activity = scene.activity(kind="training", counts_as="volunteer")
    Role.objects.create(activity=activity, name="学员", counts_as="learner", capacity=30)
    shift, volunteer = activity.shifts.get(), scene.volunteer(login=True)
    gate = codes.checkpoint_for(shift.activity, rotating=False)
    for direction, time in (("in", "09:00"), ("out", "11:00")):
        answer = scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=gate.key,
            code=None,
            volunteer=volunteer,
            operator=volunteer.user,
            direction=direction,
            at=moment(time),
            sure=True,
        )
        assert answer.accepted
    assert volunteer.sign_ups.get().role.counts_as == CountsAs.VOLUNTEER
    assert the_record(volunteer, shift).role_missing


def test_a_walk_in_beside_an_instructor_can_only_be_a_learner(scene: Scene) -> None:
    record = key_in(scene, scene.volunteer(), a_class(scene, "instructor", capacity=9))
    assert SignUp.objects.get().walk_in
    assert (record.category, record.minutes) == ("training", 120)


def test_a_make_up_entry_waits_for_a_role(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    volunteer = scene.volunteer(login=True)
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=shift,
        came_at=moment("09:00"),
        left_at=moment("11:00"),
        reason="没带手机",
        by=volunteer.user,
        at=EVENING,
        witness=scene.volunteer("李建国"),
        evidence=[photo()],
    )
    assert isinstance(asked, MakeUp)
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=asked, by=approver, at=EVENING, accepted=True)
    assert the_record(volunteer, shift).role_missing


def test_an_upheld_objection_keeps_the_named_role(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    role = record.activity.roles.get(name="岗位0")
    roles.name_role(volunteer=record.volunteer, shift=record.shift, role=role, by=scene.leading, at=EVENING)
    confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING, records=[record])
    objector = scene.volunteer("李建国", login=True).user
    objection = objections.object_to(record=record, reason="早走了", by=objector, at=EVENING)
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    times = {"came_at": moment("09:00"), "left_at": moment("10:00")}
    decide(request=objection, by=approver, at=EVENING, accepted=True, fields=times)
    new = ServiceRecord.objects.live().get()
    assert (new.category, new.minutes) == ("service", 60)


def test_a_leaders_correction_names_no_role(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    times = (moment("09:00"), moment("10:00"))
    corrected = make_ups.correct_visit(
        volunteer=record.volunteer, shift=record.shift, times=times, by=scene.leading, at=EVENING
    )
    assert not isinstance(corrected, Refusal), corrected
    assert len(Scan.objects.accepted().filter(method="correction")) == 1
    record = the_record(record.volunteer, record.shift, EVENING)
    assert record.role_missing and (record.category, record.minutes) == ("none", 0)


def test_a_card_scanned_offline_without_a_place_waits(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    shift.activity.roles.update(capacity=0)
    volunteer = scene.volunteer()
    scanner, card = Scanner(shift.activity, scene.leading, issued_at=moment("08:00")), card_of(volunteer).key
    sent = [scanner.scan(way, moment(time), card=card) for way, time in (("in", "09:00"), ("out", "11:00"))]
    answers = scanner.send(*sent, at=moment("12:00"))
    assert [one.outcome for one in answers] == ["accepted"] * 2 and "shift_full" in answers[0].flags
    record = the_record(volunteer, shift)
    assert record.role_missing and (record.category, record.minutes) == ("none", 0)


def test_two_rows_with_different_roles_have_none_when_they_are_one(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    goes, stays = scene.volunteer("王秀英"), scene.volunteer("王秀英")
    for seat, (volunteer, name) in enumerate(((goes, "学员"), (stays, "岗位0")), start=1):
        role = shift.activity.roles.get(name=name)
        SignUp.objects.create(shift=shift, role=role, volunteer=volunteer, seat=seat, signed_up_at=moment("08:00"))
    assert key_in(scene, goes, shift).category == "training"
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=EVENING)
    goes.refresh_from_db()
    compute_records(volunteer=stays, shift=shift, at=EVENING)
    record = ServiceRecord.objects.live().get(volunteer=stays)
    assert record.role_missing


# Records that were counted before roles were named


def test_a_settled_record_keeps_the_role_that_it_was_counted_with(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    record = key_in(scene, scene.volunteer(), shift)
    SignUp.objects.all().delete()
    limit = {"daily_minutes": 480, "daily_hard_minutes": 720, "rule_set": scene.rule_set.pk}
    kept = {**record.basis, "counts_as": "volunteer", "scan_flags": [], "limits": {SATURDAY.isoformat(): limit}}
    steps = [{"clause": "H1-visits", "before": 0, "after": 120}]
    ServiceRecord.objects.update(
        basis=kept,
        category="service",
        minutes=120,
        flags=[],
        steps=steps,
        state="on_notice",
        confirmed_at=EVENING,
        confirmed_by=scene.leading,
        effective_on=SATURDAY + dt.timedelta(days=5),
        **settled_fields(record.activity),
    )
    Confirmation.objects.create(activity=record.activity, scanned=1, confirmed_by=scene.leading, confirmed_at=EVENING)
    seals.seal([record.pk])
    compute_records(volunteer=record.volunteer, shift=shift, at=EVENING)
    assert not CorrectionProposal.objects.exists()
    notices.end_notices(at=EVENING + dt.timedelta(days=10))
    assert list(differences()) == []


def test_an_open_record_of_that_time_waits_too(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    ServiceRecord.objects.update(
        basis={**record.basis, "counts_as": "volunteer", "scan_flags": []}, category="service", minutes=120
    )
    answer = confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING, records=[record])
    assert answer.ready == [] and answer.role_missing == [record]


def test_a_record_whose_role_is_missing_is_part_of_the_proof_of_others(scene: Scene) -> None:
    record = beyond_capacity(scene, a_class(scene, "volunteer"))
    other = scene.activity(("14:00", "16:00"))
    (with_it, *_) = [
        one
        for one in scene.attend(record.volunteer, other.shifts.get(), "14:00", "16:00")
        if one.activity_id == other.pk
    ]
    assert str(record.shift_id) in with_it.basis["with"]
    confirmation.confirm(activity=other, by=scene.leading, at=EVENING)
    notices.end_notices(at=EVENING + dt.timedelta(days=10))
    assert list(differences()) == []


def test_many_without_a_role_cost_as_much_as_one(scene: Scene) -> None:
    shift = a_class(scene, "volunteer")
    beyond_capacity(scene, shift)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            confirmation.list_candidates(activity=shift.activity, by=scene.leading, at=EVENING)
        return len(captured)

    statements()  # what is read once in a session
    one = statements()
    for number in range(4):
        key_in(scene, scene.volunteer(f"后到{number}"), shift)
    assert Scan.objects.count() == 10
    assert statements() == one
