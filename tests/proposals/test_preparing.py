"""Preparation sessions hang on their activity, and H8 limits them together."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.activities.models import Activity
from academy.activities.services import cancel_activity
from academy.checkin.services import codes
from academy.core.refusals import Refusal
from academy.hours.models import ServiceRecord
from academy.proposals.models import Preparation
from academy.proposals.preparing import plan_session
from tests.hours.scene import SATURDAY, moment
from tests.pages import markup_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FRIDAY = SATURDAY - dt.timedelta(days=1)
NOW = moment("08:00", FRIDAY)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity(scene):
    return scene.activity()


def session(scene, activity, starts="19:00", ends="20:00", *, day=FRIDAY, at=NOW):
    return plan_session(
        activity=activity,
        starts_at=moment(starts, day),
        ends_at=moment(ends, day),
        place="",
        by=scene.social_worker,
        at=at,
    )


def test_a_session_is_published_and_further_ones_are_its_shifts(scene, activity):
    first = session(scene, activity)
    second = session(scene, activity, "20:30", "21:30")

    assert isinstance(first, Activity) and second == first
    assert first.kind == "preparation" and first.published_at and first.leader == activity.leader
    assert first.shifts.count() == 2 and Preparation.objects.get().prepares == activity


def test_all_sessions_of_an_activity_count_two_hours_together(scene, activity):
    prepared = session(scene, activity, "17:00", "18:30")
    session(scene, activity, "19:00", "20:30")
    codes.open_checkpoints(activity=prepared)
    person = scene.volunteer()
    first, second = prepared.shifts.order_by("starts_at")

    scene.attend(person, first, "17:00", "18:30")
    scene.attend(person, second, "19:00", "20:30")

    records = ServiceRecord.objects.filter(volunteer=person).order_by("shift__starts_at")
    assert list(records.values_list("minutes", flat=True)) == [90, 30]


def test_both_pages_lead_to_each_other(scene, activity, client):
    prepared = session(scene, activity)

    assert reverse("activities:detail", args=[prepared.pk]) in markup_of(
        client.get(reverse("activities:detail", args=[activity.pk]))
    )
    assert reverse("activities:detail", args=[activity.pk]) in markup_of(
        client.get(reverse("activities:detail", args=[prepared.pk]))
    )


@pytest.mark.parametrize(
    ("starts", "ends", "day", "code"),
    [
        ("07:00", "07:30", FRIDAY, "session_late"),
        ("08:30", "09:30", SATURDAY, "session_late"),
        ("20:00", "19:00", FRIDAY, "session_late"),
    ],
)
def test_a_session_lies_before_the_activity(scene, activity, starts, ends, day, code):
    answer = session(scene, activity, starts, ends, day=day)

    assert isinstance(answer, Refusal) and answer.code == code


def test_only_a_service_to_come_is_prepared(scene, activity):
    meeting = scene.activity(kind="meeting")
    assert session(scene, meeting).code == "no_preparation"
    assert session(scene, activity, day=SATURDAY, at=moment("09:30")).code == "no_preparation"
    cancel_activity(activity=activity, by=scene.social_worker, at=NOW)
    assert session(scene, activity).code == "no_preparation"


def test_after_a_cancelled_preparation_another_is_planned(scene, activity):
    first = session(scene, activity)
    cancel_activity(activity=first, by=scene.social_worker, at=NOW)

    second = session(scene, activity)

    assert second != first and Preparation.objects.get().activity == second


def test_an_activity_does_not_prepare_itself(scene, activity):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preparation.objects.create(prepares=activity, activity=activity)


def test_staff_plan_a_session_by_the_form(scene, activity, client):
    client.force_login(scene.social_worker)
    url = reverse("plan_preparation", args=[activity.pk])

    assert url in markup_of(client.get(reverse("activity:edit", args=[activity.pk])))
    refused = client.post(url, {"date": "2026-01-08", "starts": "1900", "ends": "2000"})
    assert "data" in markup_of(refused) and not Preparation.objects.exists()
    client.post(url, {"date": FRIDAY.isoformat(), "starts": "1900", "ends": "2000", "place": "居委会二楼"})

    assert Preparation.objects.get().activity.place == "居委会二楼"
