"""The to-do list of the home page: what waits, in numbers, for those with the right to do it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from academy.activities.models import Activity
from academy.desk import selectors
from academy.desk.todo import list_lines
from academy.hours.models import ServiceRecord
from academy.hours.services import approvals, confirmation, notices, objections
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import registration
from academy.transfers.services import handing_over
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up, workbook
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

ADMIN = "/admin/"


def confirmed(
    scene: Scene, title: str = "已确认", day: dt.date = SATURDAY, *, at: dt.datetime | None = None
) -> Activity:
    """Create an activity of two hours in the small hours whose hours the leader confirms."""
    activity = scene.activity(("06:00", "08:00"), title=title, day=day)
    scene.attend(scene.volunteer(), activity.shifts.get(), "06:00", "08:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=at or moment("08:30", day))
    return activity


# The next seven days


def test_the_next_seven_days_show_times_and_places(scene, sign_in):
    soon = scene.activity(("14:00", "16:00"), title="下午的活动")
    sign_up(scene.volunteer(), soon.shifts.get())
    draft = ActivityFactory(
        community=scene.community,
        title="还没有发布的",
        leader=scene.leader,
        issuer=scene.issuer,
        starts_at=moment("09:00", SATURDAY + dt.timedelta(days=2)),
        ends_at=moment("10:00", SATURDAY + dt.timedelta(days=2)),
        published=None,
    )
    scene.activity(title="下周六", day=SATURDAY + dt.timedelta(days=8))

    response = sign_in(scene.social_worker).get(ADMIN)

    page = text_of(response)
    assert "1 下午的活动 Sat 10 Jan 14:00–16:00 · 1 of 200 places taken" in page
    assert "0 还没有发布的 not published yet Mon 12 Jan 9:00–10:00 · 0 of 20 places taken" in page
    assert reverse("activity:edit", args=[draft.pk]) in response.content.decode()
    assert reverse("lead:activity", args=[soon.pk]) in response.content.decode()
    assert "下周六" not in page


def test_more_shifts_than_ten_are_counted(scene, sign_in):
    for number in range(selectors.SHOWN + 2):
        scene.activity(("14:00", "15:00"), title=f"第{number}个")

    page = text_of(sign_in(scene.social_worker).get(ADMIN))

    assert "and 2 more" in page


# Evaluations


def test_overdue_evaluations_are_one_line_with_one_button(scene, sign_in, clock):
    for number in range(6):
        confirmed(scene, f"活动{number}")
    clock.move_to(moment("09:00", dt.date(2026, 1, 28)))

    response = sign_in(scene.social_worker).get(ADMIN)

    page = text_of(response)
    assert "6 activities to evaluate 6 overdue, the first: overdue by 3 working days Evaluate at once" in page
    assert "-3" not in page
    assert 'href="/admin/evaluate/"' in response.content.decode()


def test_the_day_after_the_last_is_overdue_without_a_number(scene, sign_in, clock):
    confirmed(scene)
    clock.move_to(moment("09:00", dt.date(2026, 1, 23)))
    assert "1 activity to evaluate Fri 23 Jan · due today" in text_of(sign_in(scene.social_worker).get(ADMIN))
    clock.move_to(moment("09:00", dt.date(2026, 1, 24)))
    assert "1 activity to evaluate overdue Evaluate" in text_of(sign_in(scene.social_worker).get(ADMIN))


# Decisions


@pytest.mark.parametrize("role", [DutyRole.ADMINISTRATOR, DutyRole.SOCIAL_WORKER])
def test_whoever_may_decide_is_asked_to(scene, sign_in, role):
    shift = scene.activity(("14:00", "15:00")).shifts.get()
    approvals.ask_overtime(shift=shift, until=moment("16:00"), reason="收尾", by=scene.leading, at=moment("09:00"))
    user = UserFactory(duties=[(scene.community, role), (scene.community, DutyRole.APPROVER)])
    without = UserFactory(duties=[(scene.community, role)])

    assert "1 matter waits for your decision Decide" in text_of(sign_in(user).get(ADMIN))
    assert "waits for your decision" not in text_of(sign_in(without).get(ADMIN))


def test_an_overdue_objection_is_urgent_for_social_workers_too(scene, sign_in, clock):
    activity = confirmed(scene)
    record = ServiceRecord.objects.get(activity=activity)
    objections.object_to(record=record, reason="不对", by=scene.leading, at=moment("09:00"))
    clock.move_to(moment("09:00", SATURDAY + dt.timedelta(days=20)))

    assert "1 objection is overdue" in text_of(sign_in(scene.social_worker).get(ADMIN))
    approver = UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR), (scene.community, DutyRole.APPROVER)])
    assert "1 matter waits for your decision 1 objection is overdue" in text_of(sign_in(approver).get(ADMIN))


# The order


def test_what_is_overdue_stands_first(scene, sign_in, clock):
    record = ServiceRecord.objects.get(activity=confirmed(scene))
    objections.object_to(record=record, reason="不对", by=scene.leading, at=moment("09:00"))
    today = SATURDAY + dt.timedelta(days=20)
    now = moment("09:00", today)
    clock.move_to(now)
    registration.register_at_gate(community=scene.community, name="新人", phone="13900000001", by=scene.leading, at=now)
    waits = scene.activity(("06:00", "08:00"), day=today - dt.timedelta(days=1))
    scene.attend(scene.volunteer("李建国"), waits.shifts.get(), "06:00", "08:00")
    confirmed(scene, "昨天的", today - dt.timedelta(days=1), at=moment("08:30", today))

    with override("en"):
        lines = list_lines(scene.social_worker, now)

    assert [(line.text, line.is_urgent) for line in lines] == [
        ("activities to evaluate", True),
        ("objection is overdue", True),
        ("record confirmed on Fri 30 Jan: hang the notice", True),
        ("hours to confirm, of 1 activity", False),
        ("person marked at the gate, to accept or merge", False),
    ]


# People at the gate


@pytest.mark.parametrize("role", [DutyRole.ADMINISTRATOR, DutyRole.SOCIAL_WORKER, DutyRole.STREET_VIEWER])
def test_people_marked_at_the_gate_wait_for_those_who_keep_the_roll(scene, sign_in, role):
    for number in range(2):
        registration.register_at_gate(
            community=scene.community,
            name=f"新人{number}",
            phone=f"1390000000{number}",
            by=scene.leading,
            at=moment("09:00"),
        )

    response = sign_in(UserFactory(duties=[(scene.community, role)])).get(ADMIN)

    line = "2 people marked at the gate, to accept or merge Sort out"
    assert (line in text_of(response)) is (role != DutyRole.STREET_VIEWER)
    assert ("/admin/volunteer/?provisional=true" in response.content.decode()) is (role != DutyRole.STREET_VIEWER)


# Notices


def test_a_notice_is_to_hang_on_its_day_and_to_take_down_after_it(scene, sign_in, clock):
    confirmed(scene)

    def home(days: int):
        clock.move_to(moment("10:00", SATURDAY + dt.timedelta(days=days)))
        notices.end_notices(at=moment("10:00", SATURDAY + dt.timedelta(days=days)))
        return sign_in(scene.social_worker).get(ADMIN)

    begun = "1 record confirmed on Sat 10 Jan: hang the notice until Wed 14 Jan"
    ended = "1 record confirmed on Sat 10 Jan: take the notice down ended on Wed 14 Jan"
    assert begun in text_of(home(0))
    assert reverse("home:notice_sheet", args=[scene.community.slug, SATURDAY]) in home(0).content.decode()
    assert begun in text_of(home(2)), "Monday is the first working day after it"
    page = text_of(home(4))
    assert "hang the notice" not in page and "take the notice down" not in page
    assert ended in text_of(home(5)) and ended in text_of(home(7))
    assert "take the notice down" not in text_of(home(8))


def test_a_batch_with_a_contested_record_hangs_on(scene, sign_in, clock):
    activity = confirmed(scene)
    other = confirmed(scene, "另一个")
    objections.object_to(
        record=ServiceRecord.objects.get(activity=other), reason="不对", by=scene.leading, at=moment("09:00")
    )
    after = moment("09:00", SATURDAY + dt.timedelta(days=5))
    clock.move_to(after)
    notices.end_notices(at=after)
    assert ServiceRecord.objects.effective().filter(activity=activity).exists()

    assert "take the notice down" not in text_of(sign_in(scene.social_worker).get(ADMIN))


@pytest.mark.django_db
def test_hours_that_took_effect_at_once_had_no_notice(sign_in):
    scene = Scene(values={"notice_working_days": 0})
    confirmed(scene)

    page = text_of(sign_in(scene.social_worker).get(ADMIN))

    assert "hang the notice" not in page and "take the notice down" not in page


# Handing over


def test_what_was_not_handed_over_leads_to_its_form(scene, sign_in, clock):
    scene.serve(scene.volunteer(), "06:00", "08:00")
    form = handing_over.add_workbook(
        community=scene.community,
        platform="省平台",
        name="form.xlsx",
        data=workbook(["姓名", "服务时长"]),
        by=scene.social_worker,
        at=moment("09:00"),
    )
    clock.move_to(moment("09:00", dt.date(2026, 2, 2)))
    desk = sign_in(scene.social_worker)

    response = desk.get(ADMIN)
    assert "1 record of this year is not handed over yet 省平台 Fill the form" in text_of(response)
    assert reverse("platform_workbook:fill", args=[form.pk]) in response.content.decode()

    filled = handing_over.fill_workbook(
        workbook=form,
        since=dt.date(2026, 1, 1),
        until=dt.date(2026, 2, 2),
        by=scene.social_worker,
        at=moment("09:00", dt.date(2026, 2, 2)),
    )
    response = desk.get(ADMIN)
    assert "1 form is filled; has it been handed in?" in text_of(response)
    assert reverse("handover:inspect", args=[filled.pk]) in response.content.decode()
    handing_over.hand_over(handover=filled, by=scene.social_worker, at=moment("09:00", dt.date(2026, 2, 2)))
    assert "handed" not in text_of(desk.get(ADMIN)).partition("To do")[2].partition("Plan an activity")[0]


# Rights and scope


def test_another_communitys_work_is_not_shown(scene, sign_in):
    elsewhere = Scene()
    confirmed(elsewhere, "别处的活动")
    elsewhere.activity(("14:00", "15:00"), title="别处的下午")
    registration.register_at_gate(
        community=elsewhere.community, name="别处", phone="13900000009", by=elsewhere.leading, at=moment("09:00")
    )

    page = text_of(sign_in(scene.social_worker).get(ADMIN))

    assert "别处" not in page
    assert "To do Nothing waits." in page


def test_two_communities_of_one_user_are_added_and_notices_name_theirs(scene, sign_in):
    other = Scene()
    user = UserFactory(duties=[(one.community, DutyRole.SOCIAL_WORKER) for one in (scene, other)])
    for one in (scene, other):
        confirmed(one)
        activity = one.activity(("08:30", "09:30"))
        one.attend(one.volunteer(), activity.shifts.get(), "08:30", "09:30")

    page = text_of(sign_in(user).get(ADMIN))

    assert "2 hours to confirm, of 2 activities" in page
    assert f"{scene.community.name} · until Wed 14 Jan" in page and f"{other.community.name} · until" in page


def test_a_street_viewer_reads_figures_and_lists(scene, sign_in, clock):
    person = scene.volunteer()
    for hour in (6, 8):
        scene.serve(person, f"{hour:02}:00", f"{hour + 1:02}:30")
    scene.serve(scene.volunteer("李建国"), "06:00", "07:00")
    clock.move_to(moment("09:00", dt.date(2026, 2, 2)))
    viewer = UserFactory(duties=[(scene.community, DutyRole.STREET_VIEWER)])

    page = text_of(sign_in(viewer).get(ADMIN))

    assert "Effective service in 2026 2 people 3 attendances 4 h service hours" in page
    assert "To do" not in page and "Running now" not in page and "First steps" not in page
    assert "王秀英" not in page


def test_a_year_without_hours_says_so(scene, sign_in):
    viewer = UserFactory(duties=[(scene.community, DutyRole.STREET_VIEWER)])

    assert "No hours have taken effect in 2026 yet." in text_of(sign_in(viewer).get(ADMIN))


# Cost


def test_ten_of_everything_take_as_many_statements_as_three(scene, sign_in):
    clients = {
        role: sign_in(UserFactory(duties=[(scene.community, role), (scene.community, DutyRole.APPROVER)]))
        for role in (DutyRole.SOCIAL_WORKER, DutyRole.ADMINISTRATOR, DutyRole.STREET_VIEWER)
    }

    def add(numbers: range) -> None:
        for number in numbers:
            person = VolunteerFactory(community=scene.community)
            waits = scene.activity(("06:00", "08:00"), title=f"早{number}")
            scene.attend(person, waits.shifts.get(), "06:00", "08:00")
            confirmed(scene, f"确认{number}", SATURDAY - dt.timedelta(days=number % 3), at=moment("08:30"))
            running = scene.activity(("09:00", "11:30"), title=f"现{number}")
            scene.scan(person, running.shifts.get(), "in", moment("09:10"))
            sign_up(person, scene.activity(("14:00", "15:00"), title=f"后{number}").shifts.get())
            registration.register_at_gate(
                community=scene.community,
                name=f"新{number}",
                phone=f"139{number:08}",
                by=scene.leading,
                at=moment("09:00"),
            )

    def costs() -> dict[DutyRole, int]:
        return {role: cost(client) for role, client in clients.items()}

    def cost(client: Client) -> int:
        client.get(ADMIN)
        with Statements() as seen:
            assert client.get(ADMIN).status_code == 200
        assert seen.writing == []
        return len(seen.sql)

    add(range(3))
    few = costs()
    add(range(3, 10))
    assert Volunteer.objects.filter(provisional=True).count() == 10
    assert costs() == few
