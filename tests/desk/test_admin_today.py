"""The first page of the back office."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.core import health
from academy.core.models import LastTick
from academy.desk import selectors
from academy.desk.home_panels import LinksPanel
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import approvals
from academy.people.permissions import DutyRole, Right
from academy.people.services import duties
from tests.factories import ActivityFactory, UserFactory
from tests.hours.scene import Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

ADMIN = "/admin/"


@pytest.fixture
def running(scene: Scene) -> Activity:
    """Nine to twelve; it is ten."""
    return scene.activity(title="正在进行的活动")


def desk_of(user):
    return list(selectors.activities_now(user.communities_for(Right.RUN_ACTIVITIES), moment("10:00")))


def test_the_desk_is_the_first_thing_on_the_page(scene, running, sign_in):
    response = sign_in(scene.social_worker).get(ADMIN)

    page = text_of(response)
    assert response.status_code == 200
    assert "Running now 0 正在进行的活动 — 0 in, 0 scanned" in page
    assert "Nothing waits." in page
    assert f'href="{reverse("lead:activity", args=[running.pk])}"' in response.content.decode()
    assert f'href="{reverse("activity:add")}"' in response.content.decode()
    assert f'href="{reverse("activity:index")}"' in response.content.decode()


def test_a_quiet_hour_says_so(scene, sign_in):
    page = text_of(sign_in(scene.social_worker).get(ADMIN))

    assert "No activity is running at the moment." in page
    assert "Nothing waits." in page


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.ADMINISTRATOR])
def test_a_clock_that_stands_is_named_until_it_ticks(scene, sign_in, role):
    desk, last = sign_in(UserFactory(duties=[(scene.community, role)])), moment("10:00")
    LastTick.objects.create(at=last, steady=0)
    for later, named in ((61, True), (59, False)):
        with time_machine.travel(last + dt.timedelta(minutes=later), tick=False):
            assert ("Nothing has happened by itself since 10 Jan, 10:00." in text_of(desk.get(ADMIN))) is named


def test_a_dead_worker_and_a_full_disk_are_named(scene, sign_in, settings, monkeypatch):
    desk = sign_in(UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)]))
    worker, full = "Mail, imported lists and other work in the background wait.", "the server's disk is full"
    page = text_of(desk.get(ADMIN))
    assert worker not in page and full not in page

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(health, "files_have_room", lambda: False)
    page = text_of(desk.get(ADMIN))
    assert worker in page and full in page


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.ADMINISTRATOR, DutyRole.STREET_VIEWER])
def test_staff_who_run_no_activities_have_no_such_panel(scene, running, sign_in, role):
    response = sign_in(UserFactory(duties=[(scene.community, role)])).get(ADMIN)

    assert response.status_code == 200
    assert running.title not in text_of(response)
    assert "Running now" not in text_of(response)


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            DutyRole.ADMINISTRATOR,
            [
                "duty:index",
                "volunteer:index",
                "service_record:index",
                "deadlines",
                "decided_alone",
                "views_of_people",
                "printouts",
                "holidays",
            ],
        ),
        (DutyRole.STREET_VIEWER, ["service_record:index", "deadlines", "decided_alone"]),
        (DutyRole.TRAINER, []),
        (DutyRole.SOCIAL_WORKER, []),
    ],
)
def test_staff_who_run_no_activities_find_links_to_their_screens(scene, sign_in, role, names):
    response = sign_in(UserFactory(duties=[(scene.community, role)])).get(ADMIN)

    panels = [panel for panel in response.context["panels"] if isinstance(panel, LinksPanel)]
    assert [address for panel in panels for address, _name in panel.links] == [reverse(name) for name in names]
    assert ("Your work" in text_of(response)) == bool(names)


def test_a_trainer_who_leads_an_activity_finds_its_page(scene, running, sign_in):
    duties.grant_duty(user=scene.leading, community=scene.community, role=DutyRole.TRAINER, by=None)

    response = sign_in(scene.leading).get(ADMIN)

    assert "Activities that I lead 正在进行的活动 Sat 10 Jan 9:00–12:00" in text_of(response)
    assert f'href="{reverse("lead:activity", args=[running.pk])}"' in response.content.decode()
    assert "Running now" not in text_of(response)


def test_people_are_counted_once_and_those_still_in_apart(scene, running, sign_in):
    shift = running.shifts.get()
    twice, gone, inside = (scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰"))
    for person, came, left in ((twice, "09:00", "09:10"), (gone, "09:05", "09:50")):
        scene.scan(person, shift, "in", moment(came))
        scene.scan(person, shift, "out", moment(left))
    for person in (twice, inside):
        scene.scan(person, shift, "in", moment("09:30"))

    assert "正在进行的活动 — 2 in, 3 scanned" in text_of(sign_in(scene.social_worker).get(ADMIN))


def test_only_the_shifts_of_this_hour_are_counted(scene, sign_in):
    activity = scene.activity(("08:00", "09:00"), ("09:30", "12:00"), title="两个时段")
    first, second = activity.shifts.order_by("starts_at")
    scene.attend(scene.volunteer("王秀英"), first, "08:00", "09:00")
    scene.scan(scene.volunteer("李建国"), second, "in", moment("09:40"))

    [now] = desk_of(scene.social_worker)

    assert (now.inside, now.scanned) == (1, 1)


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [("09:00", "10:00", False), ("10:00", "11:00", True), ("09:00", "10:01", True), ("10:01", "11:00", False)],
)
def test_running_means_begun_and_not_over(scene, sign_in, starts, ends, shown):
    scene.activity((starts, ends))

    assert len(desk_of(scene.social_worker)) == shown


def test_what_was_called_off_or_never_published_is_not_running(scene, running, sign_in):
    activities.cancel_activity(activity=running, by=scene.social_worker, at=moment("09:30"))
    ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)

    assert desk_of(scene.social_worker) == []


def test_records_that_wait_are_one_click_from_being_confirmed(scene, running, sign_in, clock):
    shift = running.shifts.get()
    for name in ("王秀英", "李建国", "张桂兰"):
        scene.attend(scene.volunteer(name), shift)
    ServiceRecord.objects.filter(volunteer__name="张桂兰").update(state=RecordState.AWAITING_MAKEUP)
    scene.attend(scene.volunteer("刘伟"), scene.activity(("12:00", "14:00")).shifts.get(), "12:00", "14:00")
    clock.move_to(moment("14:30"))

    response = sign_in(scene.social_worker).get(ADMIN)

    page = text_of(response)
    assert "3 hours to confirm, of 2 activities Fri 23 Jan · 10 working days left Confirm hours" in page
    assert f'href="{reverse("confirm_many")}"' in response.content.decode()


def test_another_communitys_activities_are_not_shown(scene, running, sign_in):
    shift = running.shifts.get()
    scene.attend(scene.volunteer(), shift)
    elsewhere = ActivityFactory(title="别处的活动")
    neighbour = UserFactory(duties=[(elsewhere.community, DutyRole.SOCIAL_WORKER)])

    page = text_of(sign_in(neighbour).get(ADMIN))

    assert "别处的活动 — 0 in, 0 scanned" in page
    assert running.title not in page
    assert "Nothing waits." in page


def test_an_approver_who_runs_no_activities_finds_what_to_decide(scene, sign_in):
    shift = scene.activity(("14:00", "15:00")).shifts.get()
    approvals.ask_overtime(shift=shift, until=moment("16:00"), reason="收尾", by=scene.leading, at=moment("09:00"))
    roles = (DutyRole.ADMINISTRATOR, DutyRole.APPROVER)
    user = UserFactory(duties=[(scene.community, role) for role in roles])

    response = sign_in(user).get(ADMIN)

    assert "1 matter waits for your decision" in text_of(response)
    assert f'href="{reverse("decisions:list")}"' in response.content.decode()
