"""/lead/: what I lead by its state, and the page after a sign-in."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.core import formats
from academy.hours.services import confirmation, evaluation
from academy.lead.standing import Group, list_led
from academy.people.landing import landing_page
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory
from tests.hours.scene import SATURDAY, moment
from tests.lead.leading import address
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

TOMORROW = SATURDAY + dt.timedelta(days=1)
YESTERDAY = SATURDAY - dt.timedelta(days=1)
DAY = dt.timedelta(days=1)


def titles(scene, at="10:00", day=SATURDAY):
    groups = list_led(scene.leading, moment(at, day))
    return {group.value: [one.activity.title for one in rows] for group, rows in groups.items() if rows}


@pytest.fixture
def over(scene):
    """Yesterday's activity, with a record that waits."""
    activity = scene.activity(day=YESTERDAY, title="昨天的")
    scene.attend(scene.volunteer(), activity.shifts.get())
    return activity


def test_activities_stand_by_what_they_ask_for(scene, over):
    scene.activity(title="今天的")
    scene.activity(day=TOMORROW, title="明天的")
    done = scene.activity(day=YESTERDAY - DAY, title="没人来的")

    assert titles(scene) == {"today": ["今天的"], "coming": ["明天的"], "waiting": ["昨天的"], "done": [done.title]}


def test_of_many_coming_activities_the_later_ones_are_folded(scene, sign_in):
    for number in range(8):
        scene.activity(day=TOMORROW, title=f"第{number + 1}场")

    soup = BeautifulSoup(sign_in(scene.leading).get("/lead/").content, "html.parser")

    assert [one.text for one in soup.select("details .row-title")] == ["第7场", "第8场"]
    assert len(soup.select(".row-title")) == 8 and "2" in soup.select_one("summary").text


def test_an_activity_leaves_the_waiting_ones_when_it_is_confirmed_and_evaluated(scene, over):
    confirmation.confirm(activity=over, by=scene.leading, at=moment("09:00"))
    assert titles(scene) == {"waiting": ["昨天的"]}

    evaluation.evaluate(activity=over, by=scene.leading, at=moment("09:01"))
    assert titles(scene) == {"done": ["昨天的"]}


def test_ones_own_record_alone_does_not_wait_for_the_leader(scene):
    activity = scene.activity(day=YESTERDAY, title="昨天的")
    scene.attend(scene.leader, activity.shifts.get())

    assert titles(scene) == {"done": ["昨天的"]}


def test_a_done_activity_stays_for_a_fortnight_and_a_waiting_one_for_sixty_days(scene, over):
    quiet = scene.activity(day=YESTERDAY, title="没人来的")
    closes = quiet.shifts.get().ends_at + dt.timedelta(hours=3)

    def at(moment):
        return {one.activity.title for rows in list_led(scene.leading, moment).values() for one in rows}

    assert at(closes + 14 * DAY) == {"昨天的", "没人来的"}
    assert at(closes + 14 * DAY + dt.timedelta(seconds=1)) == {"昨天的"}
    assert at(over.shifts.get().ends_at + 60 * DAY) == set()


def test_a_cancelled_activity_is_shown_on_its_day_alone(scene):
    activity = scene.activity(title="取消的")
    activities.cancel_activity(activity=activity, by=scene.social_worker, at=moment("08:00", YESTERDAY))

    assert titles(scene, day=YESTERDAY) == {}
    assert titles(scene) == {"today": ["取消的"]}
    assert titles(scene, day=TOMORROW) == {}


def test_a_cancelled_activity_asks_for_no_more_time(scene, sign_in, clock):
    activity = scene.activity()
    clock.move_to(moment("12:30"))
    client, overtime = sign_in(scene.leading), reverse("lead:overtime", args=[activity.pk, activity.shifts.get().pk])
    assert overtime in client.get(address("activity", activity)).content.decode()

    Activity.objects.filter(pk=activity.pk).update(cancelled_at=moment("12:00"))

    assert overtime not in client.get(address("activity", activity)).content.decode()


def test_a_night_shift_is_todays_on_both_days(scene):
    scene.activity(("23:50", "28:50"), title="夜间巡逻")

    for day, at, group in ((SATURDAY, "00:00", "today"), (TOMORROW, "04:49", "today"), (TOMORROW, "23:59", "today")):
        assert titles(scene, at, day) == {group: ["夜间巡逻"]}
    assert titles(scene, "23:59", YESTERDAY) == {"coming": ["夜间巡逻"]}
    assert Activity.objects.led_today_by(scene.leading, moment("04:49", TOMORROW)).exists()
    assert not Activity.objects.led_today_by(scene.leading, moment("04:51", TOMORROW + DAY)).exists()


def test_each_row_says_its_state_and_the_next_act(scene, over, sign_in):
    activity = scene.activity(title="今天的")
    scene.scan(scene.volunteer("李建国"), activity.shifts.get(), "in", moment("09:00"))
    scene.activity(day=TOMORROW, title="明天的")

    page = text_of(sign_in(scene.leading).get("/lead/"))

    assert "Today 今天的" in page and "under way 1 person is here Show the code" in page
    assert "Waiting for you to confirm or evaluate 1 昨天的" in page and "Confirm 1 record" in page
    assert "Coming 明天的" in page and "Check-in opens at 7:30. Print the roster." in page


def test_a_row_that_waits_shows_the_day_that_waits_and_none_that_is_to_come(scene, over, sign_in):
    later = YESTERDAY + 7 * DAY
    Shift.objects.create(activity=over, starts_at=moment("09:00", later), ends_at=moment("12:00", later))

    page = text_of(sign_in(scene.leading).get("/lead/"))

    assert f"昨天的 {formats.day(YESTERDAY, 'en', weekday=True)}" in page and "Confirm 1 record" in page


def test_more_activities_take_no_more_statements(scene, over, sign_in):
    client = sign_in(scene.leading)
    client.get("/lead/")
    with Statements() as few:
        client.get("/lead/")

    for number in range(3):
        more = scene.activity(day=YESTERDAY, title=f"更多 {number}")
        scene.attend(scene.volunteer(), more.shifts.get())
    with Statements() as many:
        client.get("/lead/")

    assert len(many.sql) == len(few.sql)


def test_the_leaders_page_leads_to_the_list_and_to_the_other_activities_of_today(scene, over, sign_in):
    activity, other = scene.activity(title="上午的"), scene.activity(("14:00", "16:00"), title="下午的")

    page = BeautifulSoup(sign_in(scene.leading).get(address("activity", activity)).content, "html.parser")

    assert [link["href"] for link in page.select(".breadcrumb a, .others a")] == ["/lead/", f"/lead/{other.pk}/"]


def test_the_social_worker_goes_back_to_the_back_office(scene, sign_in):
    activity = scene.activity()

    page = BeautifulSoup(sign_in(scene.social_worker).get(address("activity", activity)).content, "html.parser")

    assert [link["href"] for link in page.select(".breadcrumb a")] == [reverse("wagtailadmin_home")]


# Before and after


def test_before_the_gate_opens_the_page_shows_who_signed_up_and_no_code(scene, sign_in, clock):
    activity = scene.activity(title="今天的")
    shift, role = activity.shifts.get(), activity.roles.get()
    activities.sign_up(volunteer=scene.volunteer("赵淑珍"), shift=shift, role=role, by=None, at=moment("07:00"))
    client = sign_in(scene.leading)
    clock.move_to(moment("07:29:59"))

    response = client.get(address("activity", activity))

    page = text_of(response)
    assert "Check-in opens on Sat 10 Jan at 7:30." in page
    assert "Signed up 1 199 places are still free. 赵淑珍 志愿者" in page
    assert "Here now" not in page and "data-live=" not in response.content.decode()
    assert 'http-equiv="refresh" content="1"' in response.content.decode()
    for paper in ("roster_pdf", "poster_pdf"):
        assert f'href="{reverse(f"lead:{paper}", args=[activity.pk])}"' in response.content.decode()


@pytest.mark.parametrize(
    ("at", "is_open"), [("07:29:59", False), ("07:30", True), ("15:00", True), ("15:00:01", False)]
)
def test_a_code_is_shown_and_sent_in_its_window_alone(scene, sign_in, clock, at, is_open):
    activity = scene.activity()
    client = sign_in(scene.leading)
    clock.move_to(moment(at))

    assert bool(client.get(address("live", activity)).json()["codes"]) == is_open
    assert client.get(address("live", activity)).json()["open"] == is_open
    for name in ("activity", "screen"):
        response = client.get(address(name, activity))
        assert bool(response.context["code"]) == is_open
        assert ("data-live-image" in response.content.decode()) == is_open


def test_without_scripts_the_page_looks_again_until_the_hours_are_confirmed(scene, sign_in, clock):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", "11:00")
    client = sign_in(scene.leading)

    clock.move_to(moment("11:44"))
    assert '<meta http-equiv="refresh" content="20">' in client.get(address("activity", activity)).content.decode()
    clock.move_to(moment("11:45"))  # a number may be half typed
    assert 'http-equiv="refresh"' not in client.get(address("activity", activity)).content.decode()


def test_a_day_ahead_nothing_opens_the_page_again(scene, sign_in, clock):
    activity = scene.activity(day=TOMORROW)

    assert 'http-equiv="refresh"' not in sign_in(scene.leading).get(address("activity", activity)).content.decode()


def test_after_the_end_confirm_evaluate_and_done_follow(scene, over, sign_in):
    client = sign_in(scene.leading)
    assert "data-live=" not in client.get(address("activity", over)).content.decode()
    assert "Evaluate" not in text_of(client.get(address("activity", over)))

    client.post(address("confirm", over), {"heads": "1"})
    assert "Evaluate 1 person" in text_of(client.get(address("activity", over)))

    person = over.service_records.get().volunteer
    client.post(reverse("lead:evaluate", args=[over.pk]), {f"score-{person.pk}": "5"})
    assert "All done. Thank you for your work!" in text_of(client.get(address("activity", over)))


def test_who_did_not_check_out_is_said_after_the_window(scene, sign_in, clock):
    activity = scene.activity()
    scene.scan(scene.volunteer(), activity.shifts.get(), "in", moment("09:00"))
    client = sign_in(scene.leading)
    clock.move_to(moment("15:00:01"))

    response = client.get(address("activity", activity))

    assert "王秀英 9:00 not checked out" in text_of(response)
    assert 'name="shown"' not in response.content.decode()


def test_the_poster_is_printed_by_the_leader(scene, sign_in):
    activity = scene.activity()

    response = sign_in(scene.leading).get(reverse("lead:poster_pdf", args=[activity.pk]))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


# The page after a sign-in


def test_a_leader_of_today_lands_on_the_list(scene, clock):
    assert landing_page(scene.leading) == "/my/"
    scene.activity()
    assert landing_page(scene.leading) == "/lead/"


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.TRAINER, DutyRole.ADMINISTRATOR])
def test_a_leader_with_a_duty_lands_there_too_unless_they_asked_for_the_back_office(scene, clock, role):
    user = UserFactory(password="a long enough password", duties=[(scene.community, role)])
    leader = scene.volunteer()
    leader.user = user
    leader.save()
    user = User.objects.get(pk=user.pk)
    sign_in = {"login": user.username, "password": "a long enough password"}
    assert landing_page(user) == ("/admin/" if role == DutyRole.SOCIAL_WORKER else "/my/")
    ActivityFactory(
        community=scene.community,
        leader=leader,
        issuer=scene.issuer,
        starts_at=moment("09:00"),
        ends_at=moment("12:00"),
        published=moment("09:00", YESTERDAY),
    )

    assert landing_page(user) == "/lead/"
    assert Client().post(reverse("account_login"), sign_in)["Location"] == "/lead/"
    asked = Client().post(reverse("account_login") + "?next=/admin/", sign_in | {"next": "/admin/"})
    assert asked["Location"] == "/admin/"


def test_somebody_elses_activity_of_today_changes_nothing(scene, clock):
    scene.activity()

    assert landing_page(scene.social_worker) == "/admin/"
    assert landing_page(scene.volunteer(login=True).user) == "/my/"


def test_the_groups_are_the_pages_own(scene, sign_in):
    assert {*sign_in(scene.leading).get("/lead/").context["groups"]} == {*Group}
