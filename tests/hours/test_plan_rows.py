"""Roles and shifts that come and go after the fact: more hours only by a second person (H4, H9)."""

import datetime as dt

import pytest
import time_machine
from django.test import Client, TestCase

from academy.activities import changing
from academy.activities.models import Activity, PlanChange, Role, Shift
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, ServiceRecord
from academy.hours.services import confirmation, notices, plans, records, roles, unfinished
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.edit_forms import edit, opened, send
from tests.factories import RuleSetFactory, UserFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.hours.test_roles import a_class, beyond_capacity
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

SUNDAY = SATURDAY + dt.timedelta(days=1)
EVENING = moment("20:00")
SUNDAY_EVENING = moment("20:00", SUNDAY)


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def save(activity: Activity, scene: Scene, at: dt.datetime = EVENING, **rows: list) -> PlanChange | None:
    """Save other rows of the activity as its form does, and return the part that waits."""
    activity = Activity.objects.get(pk=activity.pk)
    activity.shifts = rows.get("shifts", list(activity.shifts.all()))
    activity.roles = rows.get("roles", list(activity.roles.all()))
    with TestCase.captureOnCommitCallbacks(execute=True):
        saved = changing.save_activity(activity=activity, reason="写错了", by=scene.social_worker, at=at)
    assert isinstance(saved, changing.SavedActivity), saved
    return saved.waiting


def accept(waiting: PlanChange | None, by: User, at: dt.datetime = EVENING) -> None:
    assert waiting is not None
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = decide(request=waiting, by=by, at=at, accepted=True)
    assert not isinstance(answer, Refusal), answer


def state_of(record: ServiceRecord) -> tuple[str, int, bool]:
    record.refresh_from_db()
    return record.category, record.minutes, record.role_missing


def nothing_is_left_to_count(record: ServiceRecord, at: dt.datetime = EVENING) -> bool:
    counted = records.compute_many(volunteers=[record.volunteer_id], at=at)
    return not (counted.changed or counted.created or counted.withdrawn)


@pytest.mark.parametrize(("counts_as", "waits"), [("attendee", False), ("volunteer", True)])
def test_a_role_added_after_the_shift_is_counted_again(scene, approver, counts_as, waits):
    record = beyond_capacity(scene, a_class(scene))
    assert state_of(record) == ("training", 120, False)
    added = Role(name="另一种", counts_as=counts_as, capacity=5)
    waiting = save(record.activity, scene, roles=[*record.activity.roles.all(), added])
    assert (waiting is not None) is waits
    if waits:
        assert state_of(record) == ("training", 120, False)
        accept(waiting, approver)
    assert state_of(record) == ("none", 0, True)
    assert nothing_is_left_to_count(record)
    assert Activity.objects.get().changed_at is None


def test_one_person_alone_makes_no_volunteer_of_a_listener(scene, approver):
    """The role is named once a second person has let it in, and never by who asked for it alone."""
    record = beyond_capacity(scene, a_class(scene))
    serving = Role(name="志愿者", counts_as="volunteer", capacity=5)
    waiting = save(record.activity, scene, roles=[*record.activity.roles.all(), serving])
    assert not Role.objects.filter(counts_as="volunteer").exists()
    decide(request=waiting, by=approver, at=EVENING, accepted=False, answer="他是来听课的")
    plans.sweep_plans(at=EVENING)
    assert state_of(record) == ("training", 120, False)

    accept(save(record.activity, scene, roles=[*record.activity.roles.all(), serving]), approver)
    role = Role.objects.get(counts_as="volunteer")
    roles.name_role(volunteer=record.volunteer, shift=record.shift, role=role, by=scene.social_worker, at=EVENING)
    assert state_of(record) == ("service", 120, False)


def test_taking_a_role_out_names_nobody(scene, approver):
    record = beyond_capacity(scene, a_class(scene, "volunteer", capacity=0))
    assert state_of(record) == ("none", 0, True)
    waiting = save(record.activity, scene, roles=list(record.activity.roles.filter(counts_as="volunteer")))
    assert state_of(record) == ("none", 0, True) and nothing_is_left_to_count(record)
    accept(waiting, approver)
    assert state_of(record) == ("service", 120, False) and nothing_is_left_to_count(record)


def test_a_settled_record_keeps_its_role_when_roles_come(scene, approver):
    record = beyond_capacity(scene, a_class(scene))
    confirmation.confirm(activity=record.activity, by=scene.leading, at=EVENING, records=[record])
    added = Role(name="志愿者", counts_as="volunteer", capacity=5)
    accept(save(record.activity, scene, roles=[*record.activity.roles.all(), added]), approver)
    assert state_of(record) == ("training", 120, False)
    assert not CorrectionProposal.objects.exists()


def test_the_form_adds_a_role_of_another_kind_by_two_people(scene, approver):
    """The back office's form: it asks why, names what waits, and the decider reads the role in words."""
    activity = scene.activity(kind="training", counts_as="learner")
    desk, phone = Client(), Client()
    for client, user in ((desk, scene.social_worker), (phone, approver)):
        client.force_login(user)
    address = edit("activity", activity.pk)
    with time_machine.travel(EVENING, tick=False):
        form = opened(desk, address)
        role = {name.replace("roles-0-", "roles-1-"): value for name, value in form.items() if "roles-0-" in name}
        role |= {"roles-1-id": [""], "roles-1-name": ["助教"], "roles-1-counts_as": ["assistant"]}
        form |= role | {"roles-TOTAL_FORMS": ["2"]}
        asked = send(desk, address, form)
        assert asked.status_code == 200 and str(changing.NEEDS_REASON) in text_of(asked)
        assert send(desk, address, form, reason="漏写了助教").status_code == 302
        assert [role.name for role in Role.objects.all()] == ["志愿者"]
        said = "新岗位“助教”（计时方式：助教）"
        assert said in text_of(desk.get(address)) and said in text_of(phone.get("/decisions/"))
        waiting = PlanChange.objects.get()
        phone.post(f"/decisions/plan-change/{waiting.pk}/", {"accept": "1"})
        assert dict(Role.objects.values_list("name", "counts_as")) == {"志愿者": "learner", "助教": "assistant"}
        assert said in text_of(desk.get(f"/admin/activity/history/{activity.pk}/"))


# Another date's rules


def rules_from_sunday(scene: Scene, values: dict[str, int]) -> None:
    RuleSetFactory(community=scene.community, values=values, effective_from=SUNDAY, at=moment("08:00"))


def test_a_preparation_that_loses_its_first_shift_waits(approver_of_thirty):
    scene, approver = approver_of_thirty
    rules_from_sunday(scene, {"preparation_minutes": 120})
    activity = scene.activity(("09:00", "10:00"), ("33:00", "36:00"), kind="preparation")
    second = activity.shifts.order_by("starts_at")[1]
    (record,) = scene.attend(scene.volunteer(), second, "09:00", "12:00", day=SUNDAY)
    assert record.minutes == 30
    waiting = save(activity, scene, SUNDAY_EVENING, shifts=[second])
    assert state_of(record)[1] == 30 and nothing_is_left_to_count(record, SUNDAY_EVENING)
    accept(waiting, approver, SUNDAY_EVENING)
    assert state_of(record)[1] == 120 and nothing_is_left_to_count(record, SUNDAY_EVENING)
    assert Shift.objects.get() == second


def test_a_settled_preparation_that_loses_its_first_shift_gets_a_third_person(approver_of_thirty):
    """Neither who asked for the change nor who agreed decides about the correction (K4)."""
    scene, approver = approver_of_thirty
    rules_from_sunday(scene, {"preparation_minutes": 120})
    activity = scene.activity(("09:00", "10:00"), ("33:00", "36:00"), kind="preparation")
    second = activity.shifts.order_by("starts_at")[1]
    (record,) = scene.attend(scene.volunteer(), second, "09:00", "12:00", day=SUNDAY)
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30", SUNDAY), records=[record])
    accept(save(activity, scene, SUNDAY_EVENING, shifts=[second]), approver, SUNDAY_EVENING)
    proposal = CorrectionProposal.objects.get()
    assert (proposal.minutes_before, proposal.minutes_after) == (30, 120)
    answer = decide(request=proposal, by=approver, at=SUNDAY_EVENING, accepted=True)
    assert isinstance(answer, Refusal) and answer.code == "not_yet_alone"
    third = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    accept(proposal, third, SUNDAY_EVENING)
    notices.end_notices(at=SUNDAY_EVENING + dt.timedelta(days=30))
    assert [one.minutes for one in ServiceRecord.objects.live()] == [120]


@pytest.fixture
def approver_of_thirty() -> tuple[Scene, User]:
    """A community whose rules take 30 minutes of a preparation, and its approver."""
    scene = Scene(values={"preparation_minutes": 30})
    return scene, UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def test_a_start_beyond_midnight_counts_by_other_rules_only_by_two_people():
    scene = Scene(values={"rounding_minutes": 30})
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    rules_from_sunday(scene, {"rounding_minutes": 1})
    activity = scene.activity(("23:50", "26:00"))
    scene.attend(scene.volunteer(), activity.shifts.get(), "24:01", "25:59")

    def minutes() -> list[int]:
        return [one.minutes for one in ServiceRecord.objects.live()]

    assert minutes() == [90]
    shift = activity.shifts.get()
    shift.starts_at = moment("24:00")
    waiting = save(activity, scene, moment("30:00"), shifts=[shift])
    plans.sweep_plans(at=moment("30:01"))
    assert minutes() == [90]
    accept(waiting, approver, moment("31:00"))
    assert minutes() == [118]


def test_the_daily_look_finds_another_first_shift(scene):
    """A first shift that came by no service: the rules of its date limit the preparation (H8)."""
    rules_from_sunday(scene, {"preparation_minutes": 30})
    activity = scene.activity(("09:00", "12:00"), day=SUNDAY, kind="preparation")
    (record,) = scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", "12:00")
    assert record.minutes == 30
    assert plans.recount_differing([activity.pk], at=SUNDAY_EVENING) == 0
    Shift.objects.create(activity=activity, starts_at=moment("09:00"), ends_at=moment("09:45"))
    unfinished.look_at_unfinished(at=SUNDAY_EVENING)
    assert state_of(record)[1] == 120
    assert plans.recount_differing([activity.pk], at=SUNDAY_EVENING) == 0
