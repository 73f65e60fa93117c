"""Two social workers in two browsers, and an organisation of two people (K4)."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.activities import changing
from academy.activities.needs.exception_models import NeedException
from academy.advancement import services as advancement
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.decisions.services import DECIDED, decide
from academy.hours.models import Confirmation, LedgerEntry, RecordState, ServiceRecord
from academy.hours.services import approvals, confirmation, make_ups, objections
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.proposals.models import Proposal, ProposalRequest
from academy.rulebook import services as rulebook
from tests.factories import UserFactory, photo
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

MONDAY = moment("09:00", SATURDAY + dt.timedelta(days=2))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Two browsers


def test_what_a_colleague_has_confirmed_is_not_confirmed_again(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    desks = [browser(scene.social_worker), browser(UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)]))]
    with time_machine.travel(MONDAY, tick=False):
        for desk in desks:
            assert activity.title in desk.get("/admin/confirm/").content.decode()
        first, second = (desk.post("/admin/confirm/", {"activity": activity.pk}, follow=True) for desk in desks)

    assert Confirmation.objects.count() == 1
    assert ServiceRecord.objects.get().confirmed_by == scene.social_worker
    assert [message.level_tag for message in first.context["messages"]] == ["success"]
    assert "success" not in [message.level_tag for message in second.context["messages"]]


def test_what_a_colleague_has_decided_is_said_beside_what_was_typed(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    asked = make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=moment("10:00"),
        left_at=moment("12:00"),
        reason="晚到了",
        by=scene.leading,
        at=MONDAY,
    )
    first, second = (browser(UserFactory(duties=[(scene.community, DutyRole.APPROVER)])) for _desk in range(2))
    url = reverse("decisions:answer", args=["make-up", asked.pk])
    with time_machine.travel(MONDAY, tick=False):
        assert first.post(url, {"accept": "1"}).status_code == 302
        late = second.post(url, {"decline": "1", "answer": "没有依据"}, follow=True)

    (told,) = late.context["messages"]
    assert str(DECIDED) in str(told) and "没有依据" in str(told)
    asked.refresh_from_db()
    assert asked.accepted is True and asked.answer == ""
    assert LedgerEntry.objects.filter(reverses__isnull=False).count() == 1


# Two people


def make_up(scene: Scene, by: User) -> Request | Refusal:
    activity = scene.activity()
    return make_ups.ask_make_up(
        volunteer=scene.volunteer(),
        shift=activity.shifts.get(),
        came_at=moment("09:00"),
        left_at=moment("12:00"),
        reason="忘了扫码",
        witness=scene.volunteer("李建国"),
        evidence=[photo()],
        by=by,
        at=MONDAY,
    )


def correction(scene: Scene, by: User) -> Request | Refusal:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    return make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=moment("10:00"),
        left_at=moment("12:00"),
        reason="晚到了",
        by=by,
        at=MONDAY,
    )


def objection(scene: Scene, by: User) -> Request | Refusal:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=MONDAY)
    return objections.object_to(record=ServiceRecord.objects.get(), reason="没有来", objector="邻居", by=by, at=MONDAY)


def long_day(scene: Scene, by: User) -> Request | Refusal:
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(("08:00", "19:00")).shifts.get(), "08:00", "19:00")
    return approvals.ask_daily_approval(
        volunteer=volunteer, date=SATURDAY, minutes=600, reason="防汛", by=by, at=MONDAY
    )


def overtime(scene: Scene, by: User) -> Request | Refusal:
    shift = scene.activity().shifts.get()
    return approvals.ask_overtime(shift=shift, until=moment("13:00"), reason="人多", by=by, at=MONDAY)


def plan_change(scene: Scene, by: User) -> Request | Refusal:
    activity = scene.activity()
    (shift,) = activity.shifts.all()
    shift.ends_at = moment("14:00")
    activity.shifts = [shift]
    answer = changing.save_activity(activity=activity, reason="收拾到两点", by=by, at=MONDAY)
    assert isinstance(answer, Refusal) or answer.waiting is not None
    return answer if isinstance(answer, Refusal) else answer.waiting


def role_exception(scene: Scene, by: User) -> Request:
    """Ask for a role for people of the tier “beginner”: with a shift a week after the other matters."""
    activity = scene.activity(day=SATURDAY + dt.timedelta(days=7), title="理发志愿服务")
    said = {"reason": "做过二十年理发", "asked_by": by, "asked_at": MONDAY}
    return NeedException.objects.create(role=activity.roles.get(), volunteer=scene.volunteer(), missing=["缺"], **said)


def proposal(scene: Scene, by: User) -> Request:
    """Propose an activity for a person without a login of their own."""
    idea = Proposal.objects.create(
        community=scene.community,
        volunteer=scene.volunteer(),
        title="八段锦进楼栋",
        what="每天早上练一遍",
        whom="邻居",
        day=SATURDAY + dt.timedelta(days=14),
        begins=dt.time(7, 30),
        ends=dt.time(8, 30),
        place="3栋楼下",
        created_at=MONDAY,
        changed_at=MONDAY,
    )
    return ProposalRequest.objects.create(proposal=idea, reason=idea.what, asked_by=by, asked_at=MONDAY)


def complaint(scene: Scene, by: User) -> Request | Refusal:
    return advancement.record_complaint(
        volunteer=scene.volunteer(), complainant="刘女士", reason="态度", by=by, at=MONDAY
    )


def new_rules(scene: Scene, by: User) -> Request | Refusal:
    draft = rulebook.draft_rule_set(community=scene.community, by=by, at=MONDAY)
    return rulebook.open_for_comments(rule_set=draft, reason="更清楚", by=by, at=MONDAY)


MATTERS = [make_up, correction, objection, long_day, overtime, plan_change, complaint, new_rules]


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.__name__)
def test_whoever_asked_may_act_alone_when_nobody_has_answered(scene: Scene, matter) -> None:
    """A community with one social worker and one administrator, without an approver."""
    UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])
    by = scene.social_worker
    asked = matter(scene, by)
    assert not isinstance(asked, Refusal), asked
    wednesday, thursday = (MONDAY + dt.timedelta(days=days) for days in (2, 3))

    def act(at: dt.datetime, answer: str = "两天无人答复") -> str:
        said = decide(request=asked, by=by, at=at, accepted=True, answer=answer)
        return said.code if isinstance(said, Refusal) else "done"

    assert act(wednesday) == "not_yet_alone"
    assert act(thursday, answer="") == "needs_reason"
    assert act(thursday) == "done"
    asked.refresh_from_db()
    assert asked.alone and asked.decided_by == by


def test_what_one_person_decided_alone_says_so_and_is_longer_on_notice(scene: Scene) -> None:
    asked = make_up(scene, scene.social_worker)
    assert not isinstance(asked, Refusal), asked
    thursday = MONDAY + dt.timedelta(days=3)
    decide(request=asked, by=scene.social_worker, at=thursday, accepted=True, answer="两天无人答复")
    record = ServiceRecord.objects.get()

    confirmation.confirm(activity=record.activity, by=scene.social_worker, at=thursday, records=[record])
    record.refresh_from_db()
    assert record.alone and record.state == RecordState.ON_NOTICE
    assert record.effective_on == dt.date(2026, 1, 23)  # seven days after, not three working days


@pytest.mark.parametrize(("left", "stands"), [("14:00", True), ("12:00", False)])
def test_overtime_alone_stands_in_the_list_of_the_street(scene: Scene, left: str, stands: bool) -> None:
    shift = scene.activity().shifts.get()
    asked = approvals.ask_overtime(
        shift=shift, until=moment("14:00"), reason="人多", by=scene.leading, at=moment("10:00", dt.date(2026, 1, 5))
    )
    assert not isinstance(asked, Refusal)
    decided = decide(request=asked, by=scene.social_worker, at=moment("08:30"), accepted=True, answer="两天无人答复")
    assert not isinstance(decided, Refusal)
    volunteer = scene.volunteer()
    scene.attend(volunteer, type(shift).objects.get(), "09:00", left)
    street = browser(UserFactory(duties=[(scene.community, DutyRole.STREET_VIEWER)]))
    with time_machine.travel(moment("18:00"), tick=False):
        page = street.get(reverse("decided_alone")).content.decode()
    assert (volunteer.number in page) is stands
