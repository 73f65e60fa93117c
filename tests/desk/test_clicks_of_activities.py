"""The clicks and taps that tasks about activities take (docs/clicks.md)."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from academy.activities.models import Activity, SignUp
from academy.insurance.models import Filing
from tests.desk.test_clicks import Walk
from tests.factories import ActivityFactory, sign_up
from tests.hours.scene import Scene, moment
from tests.insurance.policies import policy_for
from tests.paper.reading import pages

pytestmark = pytest.mark.slow

NOW = moment("08:00") - dt.timedelta(days=7)
NAMES = [f"{family}{given}" for family in "张王李赵刘" for given in ("桂兰", "建国", "秀英", "志强", "小燕")]


class Taps(Walk):
    """A volunteer who taps what the pages show."""

    def __init__(self, scene: Scene, person: Any) -> None:
        self.client = Client()
        self.client.force_login(person.user)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.page = self.client.get("/activities/")
        self.clicks = 1  # the tab

    def tap(self, action: str) -> None:
        """Send the first form that goes to this address, unchanged."""
        form = BeautifulSoup(self.page.content, "html.parser").find("form", action=action)
        sent = {one["name"]: one.get("value", "") for one in form.find_all(["input", "button"], attrs={"name": True})}
        self.clicks += 1
        self.page = self.client.post(action, sent, follow=True)
        assert self.page.status_code == 200


@pytest.fixture(autouse=True)
def _a_week_before() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity(scene: Scene) -> Activity:
    starts_at = moment("09:00")
    return ActivityFactory(
        community=scene.community,
        leader=scene.leader,
        title="冬季防火入户宣传",
        capacity=30,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
    )


def open_activity(scene: Scene, activity: Activity) -> Walk:
    """Return a walk that stands at the activity, as after its publication."""
    walk = Walk(scene.social_worker)
    walk.page = walk.client.get(reverse("activity:edit", args=[activity.pk]))
    return walk


def test_from_a_thread_of_25_lines_to_the_printed_roster_it_is_five_clicks(scene: Scene, activity: Activity) -> None:
    for name in NAMES:
        scene.volunteer(name)
    walk = open_activity(scene, activity)
    thread = "#接龙\n周六防火宣传\n" + "\n".join(f"{at}. {name}" for at, name in enumerate(NAMES, 1))

    walk.follow("Paste a thread")
    place = f"{activity.shifts.get().pk}:{activity.roles.get().pk}"
    walk.press(thread=thread, place=place, read="1")
    chosen = {
        f"row-{row.key}-{name}": "" if (value := form[name].value()) is None else value
        for _heading, rows in walk.page.context["parts"]
        for row, form in rows
        for name in form.fields
    }
    walk.press(thread=thread, place=place, save="1", **chosen)
    assert SignUp.objects.filter(shift__activity=activity).count() == 25
    walk.follow("Roster")
    walk.follow("Print it to be signed")

    printed = b"".join(walk.page.streaming_content) if walk.page.streaming else walk.page.content
    assert printed.startswith(b"%PDF") and "张桂兰" in "".join(pages(printed))
    assert walk.clicks == 5


def test_the_list_is_filed_with_the_insurer_with_two_clicks(scene: Scene, activity: Activity) -> None:
    policy_for(scene)
    sign_up(scene.volunteer(), activity.shifts.get(), at=NOW)
    walk = open_activity(scene, activity)

    walk.follow("Insurance and filing")
    walk.press(recipient="insurer", number="B-2026-17", filed_on=NOW.date().isoformat())

    assert Filing.objects.get().number == "B-2026-17"
    assert walk.clicks == 2


def test_a_volunteer_signs_up_with_three_taps_and_withdraws_with_one(scene: Scene, activity: Activity) -> None:
    person = scene.volunteer(login=True)
    taps = Taps(scene, person)

    taps.follow(activity.title)
    taps.tap(reverse("activities:sign_up", args=[activity.pk]))
    assert SignUp.objects.get(volunteer=person).cancelled_at is None and taps.clicks == 3

    taps.tap(reverse("activities:cancel", args=[activity.pk]))
    assert SignUp.objects.get(volunteer=person).cancelled_at is not None and taps.clicks == 4
