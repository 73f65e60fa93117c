"""Rows that a change of the plan adds or takes out, and starts on another date (H4)."""

import datetime as dt

import pytest

from academy.activities import changing, plans
from academy.activities.models import Activity, CountsAs, Kind, PlanChange, Role, Shift, SignUp
from academy.core.refusals import Refusal
from academy.decisions import services as decisions
from academy.learning import services as learning
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00 to 12:00 in Shanghai
AFTER = START + dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def activity() -> Activity:
    shift = {"starts_at": START, "ends_at": START + 3 * HOUR}
    return ActivityFactory(
        shifts=[shift], roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者", "capacity": 9}]
    )


@pytest.fixture
def worker(activity):
    return UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def approver(activity):
    return UserFactory(duties=[(activity.community, DutyRole.APPROVER)])


def save(*, roles=None, shifts=None, at=AFTER, by=None, reason="登记时写错", **fields):
    """Save the activity with other rows, as its form does."""
    activity = Activity.objects.get()
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.shifts = list(activity.shifts.all()) if shifts is None else shifts
    activity.roles = list(activity.roles.all()) if roles is None else roles
    answer = changing.save_activity(activity=activity, reason=reason, by=by, at=at)
    assert isinstance(answer, (changing.SavedActivity, Refusal))
    return answer


def roles() -> list[Role]:
    return list(Role.objects.order_by("pk"))


def names() -> dict[str, str]:
    return dict(Role.objects.order_by("pk").values_list("name", "counts_as"))


def helper(counts_as=CountsAs.ASSISTANT, name="助教") -> Role:
    return Role(name=name, counts_as=counts_as, capacity=3)


@pytest.mark.parametrize("counts_as", [CountsAs.VOLUNTEER, CountsAs.LEARNER, CountsAs.ATTENDEE])
def test_a_new_role_that_raises_nothing_is_stored_at_once(activity, worker, counts_as):
    assert save(roles=[*roles(), helper(counts_as)], reason="").waiting is None
    assert names()["助教"] == counts_as


@pytest.mark.parametrize(("left", "waits"), [(["learner", "attendee"], False), (["volunteer"], True)])
def test_a_role_taken_out_waits_where_one_kind_of_hours_is_left(activity, left, waits):
    """While a role remains that only attends, nobody's role becomes another one by itself."""
    Role.objects.create(activity=activity, name="来宾", counts_as="attendee")
    answer = save(roles=[role for role in roles() if role.counts_as in left], reason="")
    assert (answer == changing.NEEDS_REASON) is waits
    assert len(names()) == (3 if waits else 2)


def test_a_role_whose_kind_is_left_is_taken_out_at_once(activity):
    Role.objects.create(activity=activity, name="引导", counts_as="volunteer")
    assert save(roles=[role for role in roles() if role.name != "引导"], reason="").waiting is None
    assert names() == {"听众": "learner", "志愿者": "volunteer"}


def test_the_decider_reads_which_roles_come_and_go(activity, worker):
    waiting = save(roles=[roles()[1], helper()], by=worker).waiting
    assert names() == {"听众": "learner", "志愿者": "volunteer"}
    said = ["取消岗位“听众”（计时方式：学员）", "新岗位“助教”（计时方式：助教）"]
    assert plans.describe_change(waiting.before, waiting.after) == said
    Role.objects.filter(name="听众").delete()
    assert plans.describe_change(waiting.before, waiting.after)[1:] == said[1:]


def test_a_new_role_that_waited_has_all_that_the_form_said(activity, worker, approver):
    version = learning.publish_course(
        community=activity.community,
        key="aid",
        title="心肺复苏",
        lessons=[{"key": "aid-1", "title": "心肺复苏", "class_hours": "1", "body": ""}],
        tier="beginner",
        required=True,
        by=None,
        at=START,
    )
    course = version.course
    added = Role(name="助教", counts_as=CountsAs.ASSISTANT, capacity=7, practicum=True, min_age=16)
    added.courses = [course]
    waiting = save(roles=[*roles(), added], by=worker).waiting
    decided = decisions.decide(request=PlanChange.objects.get(pk=waiting.pk), by=approver, at=AFTER, accepted=True)
    assert isinstance(decided, PlanChange), decided
    role = Role.objects.get(name="助教")
    assert (role.activity, role.capacity, role.practicum, role.min_age) == (activity, 7, True, 16)
    assert list(role.courses.all()) == [course]


def test_a_no_adds_no_role_and_takes_none_out(activity, worker, approver):
    waiting = save(roles=[roles()[1], helper()], by=worker).waiting
    decisions.decide(request=waiting, by=approver, at=AFTER, accepted=False, answer="没有助教")
    assert names() == {"听众": "learner", "志愿者": "volunteer"}
    assert Activity.objects.get().changed_at is None


def test_who_asked_for_a_role_does_not_agree_alone_at_once(activity, worker):
    waiting = save(roles=[*roles(), helper()], by=worker).waiting
    answer = decisions.decide(request=waiting, by=worker, at=AFTER, accepted=True, answer="我自己")
    assert isinstance(answer, Refusal) and answer.code == "not_yet_alone"
    later = AFTER + dt.timedelta(days=7)
    decided = decisions.decide(request=waiting, by=worker, at=later, accepted=True, answer="无人答复")
    assert isinstance(decided, PlanChange), decided
    assert Shift.objects.get().changed_alone


def test_a_role_that_somebody_took_meanwhile_is_not_taken_out(activity, worker, approver):
    waiting = save(roles=roles()[1:], by=worker).waiting
    sign_up(VolunteerFactory(community=activity.community), activity.shifts.get(), role=roles()[0])
    assert SignUp.objects.get().role.name == "听众"
    assert decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True) == changing.STILL_NEEDED
    assert "听众" in names()


def test_a_name_given_to_another_role_meanwhile_stops_the_change(activity, worker, approver):
    waiting = save(roles=[*roles(), helper()], by=worker).waiting
    assert save(roles=[*roles(), helper(CountsAs.VOLUNTEER)], by=worker).waiting is None
    assert decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True) == changing.PLAN_CHANGED


def test_a_role_with_the_name_of_one_that_goes_waits_with_it(activity, worker, approver):
    """The roles change their names: the stored ones keep theirs until the answer."""
    listeners, volunteers = roles()
    volunteers.name = "听众"
    waiting = save(roles=[volunteers, helper(CountsAs.VOLUNTEER, "志愿者")], by=worker).waiting
    assert names() == {"听众": "learner", "志愿者": "volunteer"}
    assert waiting.before["roles"] == {str(listeners.pk): "learner", str(volunteers.pk): "volunteer"}
    assert decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True) == changing.PLAN_CHANGED


def test_another_change_that_waits_stops_no_harmless_row(activity, worker, approver):
    """A role of a kind that is left goes at once, and the later end is decided all the same."""
    Role.objects.create(activity=activity, name="引导", counts_as="volunteer")
    shift = activity.shifts.get()
    shift.ends_at += HOUR
    waiting = save(roles=[role for role in roles() if role.name != "引导"], shifts=[shift], by=worker).waiting
    assert "引导" not in names()
    assert isinstance(decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True), PlanChange)
    assert Shift.objects.get().ends_at == START + 4 * HOUR


def test_a_draft_takes_any_roles(activity):
    Activity.objects.update(published_at=None)
    assert save(roles=[helper()], reason="").waiting is None
    assert names() == {"助教": "assistant"}


def test_a_shift_that_has_begun_is_not_added_to_a_published_activity(activity):
    late = {"starts_at": START + 4 * HOUR, "ends_at": START + 6 * HOUR}
    shifts = [activity.shifts.get(), Shift(**late)]
    assert save(shifts=shifts, at=START + 4 * HOUR) == changing.SHIFT_BEGUN
    saved = save(shifts=shifts, at=START + 4 * HOUR - dt.timedelta(minutes=1))
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is None
    assert Activity.objects.get().changed_at is not None


# The date whose rules govern


def at_night(activity):
    Shift.objects.update(starts_at=START + 14 * HOUR + HOUR * 5 / 6, ends_at=START + 17 * HOUR)  # 23:50 to 2:00
    return activity.shifts.get()


@pytest.mark.parametrize(("minutes", "waits"), [(9, False), (10, True), (60, True)])
def test_a_later_start_beyond_midnight_waits(activity, worker, approver, minutes, waits):
    shift = at_night(activity)
    before, after = shift.starts_at, shift.starts_at + dt.timedelta(minutes=minutes)
    shift.starts_at = after
    assert (save(shifts=[shift], reason="") == changing.NEEDS_REASON) is waits
    if waits:
        waiting = save(shifts=[shift], by=worker).waiting
        assert plans.describe_change(waiting.before, waiting.after)
        assert Shift.objects.get().starts_at == before
        assert isinstance(decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True), PlanChange)
    assert Shift.objects.get().starts_at == after


def preparation(activity, kind=Kind.PREPARATION) -> list[Shift]:
    """Make a preparation of Saturday and Sunday of the activity."""
    Activity.objects.update(kind=kind)
    Shift.objects.create(activity=activity, starts_at=START + 24 * HOUR, ends_at=START + 26 * HOUR)
    return list(Shift.objects.order_by("starts_at"))


def test_the_first_shift_of_a_preparation_goes_by_two_people(activity, worker, approver):
    saturday, sunday = preparation(activity)
    at = START + 30 * HOUR
    assert save(shifts=[sunday], at=at, reason="") == changing.NEEDS_REASON
    waiting = save(shifts=[sunday], at=at, by=worker).waiting
    assert list(Shift.objects.order_by("starts_at")) == [saturday, sunday]
    assert plans.describe_change(waiting.before, waiting.after) == ["取消时段：1月10日 周六 9:00–12:00"]
    assert isinstance(decisions.decide(request=waiting, by=approver, at=at, accepted=True), PlanChange)
    assert Shift.objects.get() == sunday


def test_the_first_shift_of_another_kind_goes_at_once(activity):
    _, sunday = preparation(activity, Kind.SERVICE)
    assert save(shifts=[sunday], at=START + 30 * HOUR, reason="").waiting is None


def test_the_last_shift_of_a_preparation_goes_at_once(activity):
    saturday, _ = preparation(activity)
    assert save(shifts=[saturday], at=START + 30 * HOUR, reason="").waiting is None


def test_before_another_shift_begins_the_first_one_goes_at_once(activity):
    """A shift where somebody was does not go: no person has hours by its rules."""
    _, sunday = preparation(activity)
    assert save(shifts=[sunday], at=START + HOUR, reason="").waiting is None


def test_a_first_shift_that_was_attended_meanwhile_stays(activity, worker, approver):
    saturday, sunday = preparation(activity)
    waiting = save(shifts=[sunday], at=START + 30 * HOUR, by=worker).waiting
    sign_up(VolunteerFactory(community=activity.community), saturday)
    answer = decisions.decide(request=waiting, by=approver, at=START + 30 * HOUR, accepted=True)
    assert answer == changing.STILL_NEEDED and Shift.objects.count() == 2
