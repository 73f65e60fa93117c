"""A door code is for those who come, around the time, and is erased afterwards."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.activities import private_details, services
from academy.activities.models import Activity
from academy.activities.needs.models import PrivateDetails
from academy.core import encryption
from academy.core.signals import tick
from academy.families import services as families
from academy.people.services import logins, master_keys
from tests.activities.needing import END, LONG_AGO, NOW, START, Needing
from tests.factories import sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

CODE = "3单元门禁 2580#，家属 13900001234"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    return rows_of_module(Needing)


@pytest.fixture
def needing(needing_of_module, db):
    return deepcopy(needing_of_module)


@pytest.fixture
def activity(needing) -> Activity:
    activity = needing.plan(title="上门理发")
    private_details.write(activity=activity, text=CODE, by=needing.worker, at=NOW)
    return activity


def ask(user, activity, at):
    client = Client()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        return client.get(reverse("activities:private", args=[activity.pk]))


def page(user, activity, at):
    client = Client()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        return client.get(reverse("activities:detail", args=[activity.pk])).content.decode()


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (START - 24 * HOUR - dt.timedelta(seconds=1), False),
        (START - 24 * HOUR, True),
        (END + 12 * HOUR, True),
        (END + 12 * HOUR + dt.timedelta(seconds=1), False),
    ],
)
def test_who_takes_part_reads_them_around_the_time_alone(needing, activity, at, shown):
    sign_up(needing.volunteer, activity.shifts.get(), at=NOW)
    answer = ask(needing.volunteer.user, activity, at)
    assert answer.status_code == (200 if shown else 404)
    link = reverse("activities:private", args=[activity.pk])
    assert (link in page(needing.volunteer.user, activity, at)) is shown
    if shown:
        assert "2580" in answer.content.decode() and 'href="tel:13900001234"' in answer.content.decode()
        assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"


def test_who_has_no_place_or_gave_it_back_does_not_find_them(needing, activity):
    at = START - HOUR
    assert ask(needing.volunteer.user, activity, at).status_code == 404
    place = sign_up(needing.volunteer, activity.shifts.get(), at=NOW)
    services.cancel_sign_up(sign_up=place, by=None, at=NOW)
    assert ask(needing.volunteer.user, activity, at).status_code == 404
    assert Client().get(reverse("activities:private", args=[activity.pk])).status_code == 302  # to the sign-in


def test_another_shift_of_the_activity_opens_nothing(needing):
    role = {"name": "陪同", "capacity": 3}
    shifts = [{"starts_at": START + days * DAY, "ends_at": END + days * DAY} for days in (0, 7)]
    activity = services.plan_activity(
        community=needing.community,
        title="上门",
        kind="service",
        place="小区",
        service_content="陪同",
        leader=needing.activity.leader,
        organiser="社区",
        issuer=needing.activity.issuer,
        shifts=shifts,
        roles=[role],
        by=None,
    )
    services.publish_activity(activity=activity, by=None, at=NOW)
    private_details.write(activity=activity, text=CODE, by=needing.worker, at=NOW)
    sign_up(needing.volunteer, activity.shifts.order_by("starts_at")[1], at=NOW)
    assert ask(needing.volunteer.user, activity, START).status_code == 404
    assert ask(needing.volunteer.user, activity, START + 7 * DAY).status_code == 200


def test_the_leader_and_who_acts_for_a_participant_read_them(needing, activity):
    elder = needing.person("张桂兰")
    sign_up(elder, activity.shifts.get(), at=NOW)
    leader = logins.login_for(volunteer=activity.leader)
    families.allow_agent(volunteer=elder, user=needing.volunteer.user, evidence="口头", by=None, at=LONG_AGO)
    for user in (leader, needing.volunteer.user):
        assert ask(user, activity, START).status_code == 200
        assert ask(user, activity, START - 2 * DAY).status_code == 404


def test_a_cancelled_activity_shows_them_no_more(needing, activity):
    sign_up(needing.volunteer, activity.shifts.get(), at=NOW)
    services.cancel_activity(activity=activity, by=None, at=NOW)
    assert ask(needing.volunteer.user, activity, START).status_code == 404


def test_each_reader_is_noted_once_a_day_and_the_history_never_holds_the_words(needing, activity):
    sign_up(needing.volunteer, activity.shifts.get(), at=NOW)
    for at in (START - 23 * HOUR, START - HOUR, START):
        ask(needing.volunteer.user, activity, at)
    read = ModelLogEntry.objects.filter(action=private_details.READ, user=needing.volunteer.user)
    assert read.count() == 2  # on two days
    assert not any("2580" in str(entry.data) for entry in ModelLogEntry.objects.all())


def test_they_are_sealed_in_the_database(activity):
    stored = PrivateDetails.objects.get()
    assert "2580" not in stored.sealed
    assert encryption.unseal(stored.sealed) == {"text": CODE}


def test_no_page_list_or_export_holds_them(needing, activity, client):
    sign_up(needing.volunteer, activity.shifts.get(), at=NOW)
    with time_machine.travel(START - HOUR, tick=False):
        public = [Client().get(url).content.decode() for url in ("/activities/", f"/activities/{activity.pk}/")]
        client.force_login(needing.worker)
        listed = [client.get(f"/admin/activity/{query}").content.decode() for query in ("", "?q=2580")]
        exported = b"".join(client.get("/admin/activity/?export=csv").streaming_content).decode()
        history = client.get(f"/admin/activity/history/{activity.pk}/").content.decode()
    assert not any("2580#" in text for text in (*public, *listed, exported, history))


@pytest.mark.parametrize(("after", "left"), [(7 * DAY - HOUR, 1), (7 * DAY, 0)])
def test_the_clock_erases_them_a_week_after_the_last_shift(activity, after, left):
    tick.send(sender=None, at=END + after)
    assert PrivateDetails.objects.count() == left
    assert ModelLogEntry.objects.filter(action=private_details.ERASED).count() == 1 - left


def test_details_that_no_key_opens_are_none(needing, activity):
    PrivateDetails.objects.update(sealed="x")
    assert private_details.stored_text(activity) is None
    private_details.write(activity=activity, text="新门禁 1", by=needing.worker, at=NOW)
    assert private_details.stored_text(activity) == "新门禁 1"


def test_a_new_master_key_opens_them_after_the_old_one_went(needing, activity, settings):
    other = needing.plan(title="代购")
    private_details.write(activity=other, text="x", by=needing.worker, at=NOW)
    PrivateDetails.objects.filter(activity=other).update(sealed="x")
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_DATA_KEYS]

    master_keys.rotate()

    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]
    assert private_details.stored_text(activity) == CODE
    assert private_details.stored_text(other) is None


def test_an_empty_text_erases_them(needing, activity):
    private_details.write(activity=activity, text="  ", by=needing.worker, at=NOW)
    assert not PrivateDetails.objects.exists()
