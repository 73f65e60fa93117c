"""A change that may raise hours after a shift began waits for a second person (H4, K4)."""

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.activities import changing, plans, services
from academy.activities.models import Activity, Break, CountsAs, Kind, PlanChange, Role, Shift
from academy.core.refusals import Refusal
from academy.decisions import services as decisions
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00 to 12:00 in Shanghai
BEFORE, DURING, AFTER = START - dt.timedelta(hours=2), START + dt.timedelta(hours=1), START + dt.timedelta(days=1)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


@pytest.fixture
def activity() -> Activity:
    shift = {"starts_at": START, "ends_at": START + hours(3), "breaks": [(START + hours(1), START + hours(1.5))]}
    return ActivityFactory(
        shifts=[shift], roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者", "capacity": 9}]
    )


@pytest.fixture
def worker(activity):
    return UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def approver(activity):
    return UserFactory(duties=[(activity.community, DutyRole.APPROVER)])


class Form:
    """The activity as a form holds it: in memory, with its shift, break and roles."""

    def __init__(self) -> None:
        self.activity = Activity.objects.get()
        (self.shift,) = self.activity.shifts.all()
        self.breaks = list(self.shift.breaks.all())
        self.roles = list(self.activity.roles.all())

    def save(self, *, at, reason="", by=None):
        self.shift.breaks = self.breaks
        self.activity.shifts = [self.shift]
        self.activity.roles = self.roles
        return changing.save_activity(activity=self.activity, reason=reason, by=by, at=at)


def by_name(plan):
    """Return the plan with its roles by their names: a new role has its id only once it is stored."""
    return {**plan, "roles": {plan["names"][key]: counts_as for key, counts_as in plan["roles"].items()}, "names": ""}


def later_end(form):
    form.shift.ends_at += hours(2)


def earlier_start(form):
    form.shift.starts_at -= hours(1)


def no_break(form):
    form.breaks = []


def shorter_break(form):
    form.breaks[0].ends_at -= dt.timedelta(minutes=10)


def moved_break(form):
    form.breaks[0].starts_at += hours(1)
    form.breaks[0].ends_at += hours(1)


def another_day(form):
    form.shift.starts_at += hours(24)
    form.shift.ends_at += hours(24)
    form.breaks = []


def other_kind(form):
    form.activity.kind = Kind.TRAINING


def listener_serves(form):
    form.roles[0].counts_as = CountsAs.VOLUNTEER


def role_added(form):
    form.roles.append(Role(name="助教", counts_as=CountsAs.ASSISTANT, capacity=3))


def role_removed(form):
    del form.roles[0]


def roles_exchanged(form):
    form.roles[0] = Role(name="听众", counts_as=CountsAs.INSTRUCTOR, capacity=3)


RAISING = [
    later_end,
    earlier_start,
    no_break,
    shorter_break,
    moved_break,
    another_day,
    other_kind,
    listener_serves,
    role_added,
    role_removed,
    roles_exchanged,
]


def earlier_end(form):
    form.shift.ends_at -= hours(1)


def one_more_break(form):
    form.breaks = [*form.breaks, Break(starts_at=START + hours(2), ends_at=START + hours(2.5))]


def no_hours(form):
    form.activity.kind = Kind.OTHER


def only_attends(form):
    form.roles[1].counts_as = CountsAs.ATTENDEE


def other_title(form):
    form.activity.title = "另一个名称"


LOWERING = [earlier_end, one_more_break, no_hours, only_attends, other_title]


@pytest.mark.parametrize("change", RAISING + LOWERING)
def test_before_a_shift_begins_every_change_is_stored(activity, change):
    form = Form()
    change(form)
    saved = form.save(at=BEFORE)
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is None
    assert plans.plan_of(Activity.objects.get()) == plans.plan_of(form.activity)


@pytest.mark.parametrize("change", LOWERING)
def test_what_raises_no_hours_is_stored_after_the_fact(activity, change):
    form = Form()
    change(form)
    saved = form.save(at=AFTER)
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is None
    assert plans.plan_of(Activity.objects.get()) == plans.plan_of(form.activity)


@pytest.mark.parametrize("at", [START, DURING, AFTER])
@pytest.mark.parametrize("change", RAISING)
def test_what_may_raise_hours_waits_for_a_second_person(activity, worker, change, at):
    before = plans.plan_of(activity)
    form = Form()
    change(form)
    assert form.save(at=at) in (changing.NEEDS_REASON, changing.WRONG_DAY)
    form = Form()
    change(form)
    form.activity.title = "另一个名称"
    saved = form.save(at=at, reason="登记时写错", by=worker)
    assert isinstance(saved, changing.SavedActivity)
    stored = Activity.objects.get()
    assert plans.plan_of(stored) == before
    assert stored.title == "另一个名称"
    assert saved.waiting == PlanChange.objects.get()
    assert (saved.waiting.asked_by, saved.waiting.reason) == (worker, "登记时写错")
    assert plans.describe_change(saved.waiting.before, saved.waiting.after)


@pytest.mark.parametrize("change", RAISING)
def test_a_second_person_lets_the_change_in(activity, worker, approver, change):
    form = Form()
    change(form)
    form.shift.breaks = form.breaks
    form.activity.shifts, form.activity.roles = [form.shift], form.roles
    wanted = plans.plan_of(form.activity)
    waiting = form.save(at=AFTER, reason="登记时写错", by=worker).waiting
    refused = decisions.decide(request=waiting, by=worker, at=AFTER, accepted=True)
    assert isinstance(refused, Refusal) and refused.code == "not_yet_alone"
    decided = decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True)
    assert isinstance(decided, PlanChange), decided
    stored = Activity.objects.get()
    assert by_name(plans.plan_of(stored)) == by_name(wanted)
    assert stored.changed_at == AFTER
    assert not Shift.objects.get().changed_alone


def test_a_no_leaves_the_plan(activity, worker, approver):
    before = plans.plan_of(activity)
    form = Form()
    later_end(form)
    waiting = form.save(at=AFTER, reason="大家晚走", by=worker).waiting
    decisions.decide(request=waiting, by=approver, at=AFTER, accepted=False, answer="请申请超时服务")
    assert plans.plan_of(Activity.objects.get()) == before
    assert Activity.objects.get().changed_at is None


def test_one_person_alone_is_marked_on_the_shift(activity, worker):
    form = Form()
    later_end(form)
    waiting = form.save(at=AFTER, reason="大家晚走", by=worker).waiting
    decisions.decide(request=waiting, by=worker, at=AFTER + dt.timedelta(days=7), accepted=True, answer="无人答复")
    assert Shift.objects.get().changed_alone


def test_a_person_who_was_there_does_not_decide(activity, worker):
    there = VolunteerFactory(community=activity.community, login=True)
    sign_up(there, activity.shifts.get())
    approving = there.user

    duties.grant_duty(user=approving, community=activity.community, role=DutyRole.APPROVER, by=None)
    form = Form()
    later_end(form)
    waiting = form.save(at=AFTER, reason="大家晚走", by=worker).waiting
    answer = decisions.decide(request=waiting, by=approving, at=AFTER, accepted=True)
    assert answer == decisions.OWN_MATTER


def test_a_plan_that_changed_meanwhile_is_not_overwritten(activity, worker, approver):
    form = Form()
    later_end(form)
    waiting = form.save(at=AFTER, reason="大家晚走", by=worker).waiting
    again = Form()
    earlier_end(again)
    again.save(at=AFTER)
    answer = decisions.decide(request=waiting, by=approver, at=AFTER, accepted=True)
    assert answer == changing.PLAN_CHANGED


def test_one_change_waits_at_a_time(activity, worker):
    form = Form()
    later_end(form)
    form.save(at=AFTER, reason="大家晚走", by=worker)
    again = Form()
    no_break(again)
    assert again.save(at=AFTER, reason="没有休息", by=worker) == changing.ALREADY_ASKED


def test_a_shift_to_come_is_not_moved_into_the_past_by_one_person(activity):
    form = Form()
    form.shift.starts_at -= hours(24)
    form.shift.ends_at -= hours(24)
    form.breaks = []
    assert form.save(at=BEFORE) == changing.NEEDS_REASON


def test_a_published_date_that_was_wrong_is_said_to_need_a_second_person_and_why(activity, worker):
    form = Form()
    form.shift.starts_at += hours(24 * 365)
    form.shift.ends_at += hours(24 * 365)
    form.breaks = []
    assert form.save(at=AFTER) == changing.WRONG_DAY
    assert "须由另一人审批" in str(changing.WRONG_DAY) and "年份写错了" in str(changing.WRONG_DAY)
    saved = form.save(at=AFTER, reason="年份写错", by=worker)
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is not None


def test_an_end_that_moves_drops_the_overtime_approved_for_it(activity):
    Shift.objects.update(overtime_until=START + hours(4))
    form = Form()
    form.shift.ends_at = START + hours(2)
    form.save(at=AFTER)
    assert Shift.objects.get().overtime_until is None


def test_a_draft_is_changed_freely(activity):
    Activity.objects.update(published_at=None)
    form = Form()
    later_end(form)
    saved = form.save(at=AFTER)
    assert saved.waiting is None and Activity.objects.get().changed_at is None


def test_the_history_keeps_the_plan_before_and_after(activity, worker):
    form = Form()
    earlier_end(form)
    form.save(at=AFTER, by=worker)
    entry = ModelLogEntry.objects.get(action="activities.change_plan")
    assert entry.user == worker
    (before,), (after,) = (entry.data[name]["shifts"].values() for name in ("before", "after"))
    assert (before["ends_at"], after["ends_at"]) == ("2026-01-10T04:00:00+00:00", "2026-01-10T03:00:00+00:00")
    assert "12:00" in entry.message and "11:00" in entry.message


def test_the_history_keeps_an_added_role(activity, worker):
    form = Form()
    form.roles.append(Role(name="引导", counts_as=CountsAs.VOLUNTEER, capacity=3))
    form.save(at=AFTER, by=worker)
    entry = ModelLogEntry.objects.get(action="activities.change_plan")
    added = Role.objects.get(name="引导")
    assert str(added.pk) not in entry.data["before"]["roles"]
    assert entry.data["after"]["roles"][str(added.pk)] == "volunteer"
    added.delete()
    assert "引导" in entry.message
    assert Activity.objects.get().changed_at == AFTER


def test_an_activity_from_memory_alone_keeps_its_rows(activity):
    saved = changing.save_activity(activity=Activity.objects.get(), by=None, at=AFTER)
    assert isinstance(saved, changing.SavedActivity)
    assert (Shift.objects.count(), Break.objects.count(), Role.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("blank", ["   ", "\u3000", " \u3000 "])
def test_a_policy_number_of_blanks_is_none(blank):
    planned = ActivityFactory(published=None, dangerous=True, insurance=blank)
    assert planned.insurance == ""

    answer = services.publish_activity(activity=planned, by=None, at=BEFORE)
    assert isinstance(answer, Refusal) and answer.code == "needs_insurance"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE activities_activity SET insurance = %s", [blank])
    Activity.objects.update(insurance=" P-1 ")


def test_a_published_dangerous_activity_does_not_lose_its_policy(activity):
    Activity.objects.update(dangerous=True, insurance="P-1")
    form = Form()
    form.activity.insurance = " "
    answer = form.save(at=BEFORE)
    assert isinstance(answer, Refusal) and answer.code == "needs_insurance"


def mark(dangerous: bool, at: dt.datetime) -> str:
    """Save the activity with this mark, and return the code of the refusal."""
    form = Form()
    form.activity.dangerous, form.activity.insurance = dangerous, "P-1"
    with time_machine.travel(at, tick=False):
        answer = form.save(at=at)
    return answer.code if isinstance(answer, Refusal) else ""


def test_a_mark_as_dangerous_stays_once_a_shift_has_begun(activity):
    assert mark(True, BEFORE) == mark(False, BEFORE) == mark(True, BEFORE) == ""
    assert mark(False, START) == mark(False, AFTER) == "danger_stays"
    assert Activity.objects.get().dangerous


def test_an_activity_planned_as_dangerous_stays_so(activity):
    Activity.objects.update(dangerous=True, insurance="P-1")
    assert mark(False, START - dt.timedelta(seconds=1)) == ""
    Activity.objects.update(dangerous=True)
    assert mark(False, START) == "danger_stays"


def test_a_mark_set_by_mistake_after_the_beginning_is_removed(activity):
    assert mark(True, DURING) == mark(False, AFTER) == ""
    assert not Activity.objects.get().dangerous


def test_the_history_keeps_the_fields_before_and_after(activity, worker):
    form = Form()
    form.activity.title = "另一个名称"
    form.save(at=AFTER, by=worker)
    entry = ModelLogEntry.objects.filter(action="wagtail.edit").latest("timestamp")
    assert (entry.user, entry.data) == (worker, {"before": {"title": "敬老院探访"}, "after": {"title": "另一个名称"}})
    assert not ModelLogEntry.objects.filter(action="activities.change_plan").exists()


def test_the_migration_names_who_published_as_the_history_kept_it(activity, worker):
    fill = importlib.import_module("academy.activities.migrations.0005_fill_publisher").fill
    Activity.objects.update(published_by=None)
    log(activity, "activities.publish", user=worker)
    fill(apps, SimpleNamespace(connection=connection))
    assert Activity.objects.get().published_by == worker
