"""The clicks and taps of tasks that come up while activities run (docs/clicks.md)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.accidents.models import Accident
from academy.activities.models import Activity
from academy.messaging.models import Message
from academy.proposals.models import ProposalRequest
from academy.rotas.models import StandingPlace
from tests.desk.test_clicks import Walk
from tests.desk.test_clicks_of_activities import Taps
from tests.factories import sign_up
from tests.hours.scene import Scene, moment
from tests.proposals.test_pages import FORM
from tests.rotas.scene import NOW as MONDAY_MORNING
from tests.rotas.scene import RotaScene, date_on, days_of, take

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_an_accident_is_recorded_with_six_taps_on_the_leaders_phone(scene: Scene) -> None:
    """A5: the tab, the activity, its leader's page, the button, the person, and once to keep it."""
    activity = scene.activity()
    person = scene.volunteer("王秀英")
    sign_up(person, activity.shifts.get())
    with time_machine.travel(moment("10:00"), tick=False):
        taps = Taps(scene, scene.leader)
        taps.follow(activity.title)
        taps.follow("Lead this activity")
        taps.follow("Somebody is hurt")
        form = taps.page.context["form"].initial
        taps.clicks += 1  # the person who is hurt
        taps.press(**{**form, "happened_at": "2026-01-10T09:40", "what": "扭了脚踝", "hurt": [person.pk], "later": "1"})
    assert Accident.objects.get().activity == activity
    assert taps.clicks == 6


def test_standing_in_every_week_takes_four_taps_and_skipping_a_date_one() -> None:
    """The tab, the date, the way to the rota, and once to be counted in."""
    scene = RotaScene()
    series, person = scene.plan(weeks_ahead=2), scene.person()
    with time_machine.travel(MONDAY_MORNING, tick=False):
        taps = Taps(scene, person)
        taps.follow(series.title)
        taps.follow("every Tuesday")
        taps.tap(reverse("rotas:stand_in", args=[series.pk]))
        assert StandingPlace.objects.get().volunteer == person and taps.clicks == 4
        before = days_of(person)
        taps.tap(reverse("rotas:skip", args=[series.pk]))
    assert days_of(person) == before[1:] and taps.clicks == 5


def test_one_date_of_a_standing_shift_is_moved_with_five_clicks() -> None:
    """The list, the shift, the date, save, and yes to the question who is told."""
    scene = RotaScene()
    series, person = scene.plan(weeks_ahead=2), scene.person()
    tuesday = dt.date(2026, 1, 6)
    take(series, tuesday, person)
    activity = date_on(series, tuesday).activity
    with time_machine.travel(MONDAY_MORNING, tick=False):
        walk = Walk(scene.worker)
        walk.page = walk.client.get(reverse("series:index"))
        walk.clicks += 1
        walk.follow(series.title)
        walk.follow("Tue")
        walk.send(**{"shifts-0-date": "2026-01-07"})
        assert activity.shifts.get().date == tuesday
        assert "王*英" in walk.page.content.decode()
        walk.send(sure_to_tell="on")
    assert activity.shifts.get().date == dt.date(2026, 1, 7)
    assert Message.objects.of(person).count() == 1
    assert walk.clicks == 5


def test_an_idea_becomes_a_published_activity_with_four_taps_and_three_clicks(scene: Scene) -> None:
    """Proposer: the tab, the ideas, the form, once to hand it in. Staff: the requests, yes, publish."""
    person = scene.volunteer("王秀英", login=True)
    idea = {**FORM, "hand_in": "1"}
    with time_machine.travel(moment("08:00"), tick=False):
        taps = Taps(scene, person)
        taps.follow("You have an idea of your own?")
        taps.follow("Write down an idea")
        taps.press(**idea)
        assert taps.clicks == 4

        walk = Walk(scene.social_worker)
        walk.follow("Decide")
        request = ProposalRequest.objects.get()
        walk.clicks += 1  # the yes, after which the planned activity stands there
        address = reverse("decisions:answer", args=["proposal", request.pk])
        walk.page = walk.client.post(address, {"accept": "1"}, follow=True)
        activity = Activity.objects.get()
        assert walk.page.request["PATH_INFO"] == reverse("activity:edit", args=[activity.pk])
        walk.send(publish="1")
    activity.refresh_from_db()
    assert (activity.leader, activity.volunteer_initiated) == (person, True) and activity.published_at
    assert walk.clicks == 3
