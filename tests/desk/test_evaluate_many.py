"""The page of past activities that nobody has evaluated, and the one act that evaluates them (K10)."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from academy.hours.models import Evaluation
from academy.hours.services import confirmation, deadlines, evaluation
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

ADDRESS = "/admin/evaluate/"
LATER = moment("09:00", dt.date(2026, 1, 28))  # the ten working days ended on Friday, 23 January


@pytest.fixture(autouse=True)
def _three_days_late():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.social_worker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def confirmed(scene: Scene, title: str, *names: str, day: dt.date = SATURDAY):
    """Create an activity at which these people were, whose hours the leader has confirmed."""
    activity = scene.activity(title=title, day=day)
    for name in names:
        scene.attend(scene.volunteer(name), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30", day))
    return activity


def test_six_overdue_activities_are_evaluated_by_one_click_on_the_page(scene, desk):
    activities = [
        confirmed(scene, f"活动{number}", "王秀英", day=SATURDAY - dt.timedelta(days=number)) for number in range(6)
    ]
    page = desk.get(ADDRESS)
    assert "overdue by 3 working days" in text_of(page) and "Fri 23 Jan" in text_of(page)
    assert "6 are overdue." in text_of(page)
    form = BeautifulSoup(page.content, "html.parser").find("form", method="post")
    assert not form.find_all("input", checked=True), "satisfactory is a choice"
    listed = [one["value"] for one in form.find_all("input", attrs={"name": "listed"})]

    told = desk.post(ADDRESS, {"listed": listed, "all": ""}, follow=True)

    assert "Evaluated as satisfactory: 6 activities." in text_of(told)
    assert "All of them are evaluated." in text_of(told)
    assert {one.activity_id for one in Evaluation.objects.filter(score=5)} == {one.pk for one in activities}


def test_six_overdue_activities_are_one_click_from_home_with_the_list_in_view(scene, desk):
    """K10, S2: the button says that it records satisfaction, of the activities in view."""
    activities = [
        confirmed(scene, f"活动{number}", "王秀英", day=SATURDAY - dt.timedelta(days=number)) for number in range(6)
    ]
    desk.handler.enforce_csrf_checks = True
    home = BeautifulSoup(desk.get("/admin/").content, "html.parser")
    form = home.find("button", attrs={"name": "all"}).find_parent("form")
    assert "No objection: evaluate these 6 as satisfactory" in form.text
    assert "Five stars for each person" in form.text
    assert all(activity.title in form.text for activity in activities)
    fields: dict[str, list[str]] = {"all": [""]}
    for one in form.find_all("input"):
        fields.setdefault(one["name"], []).append(one["value"])

    told = desk.post(form["action"], fields, follow=True)

    assert told.request["PATH_INFO"] == "/admin/"
    assert "Evaluated as satisfactory: 6 activities." in text_of(told) and "See or take back" in text_of(told)
    assert Evaluation.objects.filter(score=5).count() == 6
    assert "to evaluate" not in text_of(desk.get("/admin/"))


def test_home_evaluates_only_what_is_overdue_and_few_enough_to_look_at(scene, desk):
    late, soon = confirmed(scene, "逾期的", "王秀英"), confirmed(scene, "还有几天", "王秀英", day=LATER.date())
    with time_machine.travel(LATER + dt.timedelta(days=1), tick=False):
        page = desk.get("/admin/")
        assert f'name="listed" value="{late.pk}"' in " ".join(page.content.decode().split())
        assert f'name="listed" value="{soon.pk}"' not in " ".join(page.content.decode().split())
    for number in range(12):
        confirmed(scene, f"活动{number}", "李建国")
    page = text_of(desk.get("/admin/"))
    assert "No objection" not in page and "Evaluate at once" in page


def test_an_act_is_taken_back_within_a_week_and_its_activities_wait_again(scene, desk):
    one, other = confirmed(scene, "一", "王秀英"), confirmed(scene, "二", "李建国", "张桂兰")
    desk.post(ADDRESS, {"listed": [one.pk, other.pk], "all": ""})
    for activity in (one, other):
        deadlines.end_finished([activity.pk], at=LATER)
    evaluation.evaluate(  # a correction since is no part of the act
        activity=other,
        by=scene.social_worker,
        at=LATER + dt.timedelta(minutes=5),
        exceptions=[
            evaluation.ExemptedVolunteer(other.service_records.get(volunteer__name="李建国").volunteer, 3, "早退")
        ],
    )
    page = desk.get(ADDRESS)
    assert "Your evaluations as satisfactory this week 一 · 二" in text_of(page)
    button = BeautifulSoup(page.content, "html.parser").find("button", attrs={"name": "take_back"})

    told = desk.post(ADDRESS, {"take_back": button["value"]}, follow=True)

    assert "Taken back: 2 activities wait for their evaluation again." in text_of(told)
    assert [found.word for found in Evaluation.objects.all()] == ["早退"]
    assert "All satisfactory: all 2 activities, people: 2" in text_of(told)
    again = desk.post(ADDRESS, {"take_back": button["value"]}, follow=True)
    assert "have changed since" in text_of(again)


@pytest.mark.parametrize("made_at", ["", "gestern", "2026-13-40T00:00", "2026-01-28T09:00:00"])
def test_a_forged_moment_takes_nothing_back(scene, desk, made_at):
    desk.post(ADDRESS, {"activity": confirmed(scene, "一", "王秀英").pk})
    assert "have changed since" in text_of(desk.post(ADDRESS, {"take_back": made_at}, follow=True))
    assert Evaluation.objects.exists()


def test_another_users_act_and_one_of_last_week_stay(scene, desk):
    desk.post(ADDRESS, {"activity": confirmed(scene, "一", "王秀英").pk})
    colleague = UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])
    assert evaluation.acts_of(colleague, at=LATER) == []
    assert evaluation.take_back(made_at=LATER, by=colleague, at=LATER) == evaluation.CHANGED_SINCE
    week = LATER + evaluation.MAY_TAKE_BACK
    assert evaluation.take_back(made_at=LATER, by=scene.social_worker, at=week) == evaluation.CHANGED_SINCE
    assert Evaluation.objects.count() == 1


def test_only_what_is_ticked_is_evaluated(scene, desk):
    one, other = confirmed(scene, "一", "王秀英"), confirmed(scene, "二", "李建国")

    desk.post(ADDRESS, {"listed": [one.pk, other.pk], "activity": one.pk})
    assert [found.activity for found in Evaluation.objects.all()] == [one]

    told = desk.post(ADDRESS, {"listed": [other.pk]}, follow=True)
    assert "No activity is ticked." in text_of(told)
    assert Evaluation.objects.count() == 1


def test_each_activity_links_to_its_own_page_for_exceptions_and_names_its_people(scene, desk):
    activity = confirmed(scene, "清洁", "王秀英", "李建国")

    page = desk.get(ADDRESS)

    assert f'href="/lead/{activity.pk}/evaluate/"' in page.content.decode()
    assert "2 people 王秀英, 李建国" in text_of(page)


def test_hours_to_confirm_come_first(scene, desk):
    activity = scene.activity(title="还没有确认")
    scene.attend(scene.volunteer(), activity.shifts.get())

    assert "还没有确认" not in text_of(desk.get(ADDRESS))
    told = desk.post(ADDRESS, {"activity": activity.pk}, follow=True)

    assert "confirm them first" in text_of(told) and not Evaluation.objects.exists()


def test_ones_own_evaluation_is_left_to_a_colleague(scene, desk):
    own = scene.volunteer("社工自己", login=True)
    duties.grant_duty(user=own.user, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    activity = scene.activity(title="只有她")
    scene.attend(own, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    client = Client()
    client.force_login(own.user)

    assert "只有她" not in text_of(client.get(ADDRESS))
    assert "只有她" in text_of(desk.get(ADDRESS))


def test_another_communitys_activity_is_neither_shown_nor_evaluated(scene, desk):
    elsewhere = confirmed(Scene(), "别处的活动", "王秀英")

    assert "别处的活动" not in text_of(desk.get(ADDRESS))
    desk.post(ADDRESS, {"activity": elsewhere.pk})

    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER, DutyRole.ADMINISTRATOR])
def test_other_duties_do_not_evaluate(scene, role):
    activity = confirmed(scene, "一", "王秀英")
    client = Client()
    client.force_login(UserFactory(duties=[(scene.community, role)]))

    client.post(ADDRESS, {"activity": activity.pk})

    assert not Evaluation.objects.exists()


def test_ten_activities_take_as_many_statements_as_three(scene, desk):
    for number in range(3):
        confirmed(scene, f"活动{number}", "王秀英")
    desk.get(ADDRESS)
    with Statements() as few:
        desk.get(ADDRESS)
    for number in range(3, 10):
        confirmed(scene, f"活动{number}", "李建国")
    with Statements() as many:
        desk.get(ADDRESS)
    assert len(many.sql) == len(few.sql)
