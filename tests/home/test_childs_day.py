"""A guardian with a login reads on the home page where the child is, and whom to call (N2, ADR 175)."""

import datetime as dt

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from academy.activities import private_details, services
from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.home.moment import moment_of
from academy.people.models import Consent, User, Volunteer
from academy.people.services import consents
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.home.minors import text_of
from tests.home.test_guardian import check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00–12:00
BEFORE, HOUR = START - dt.timedelta(days=3), dt.timedelta(hours=1)
TWELVE, FIFTEEN = dt.date(2013, 5, 1), dt.date(2010, 5, 1)
CODE = "3单元门禁 2580#"


@pytest.fixture(autouse=True)
def _days_before(time_machine):
    time_machine.move_to(BEFORE, tick=False)


@pytest.fixture
def activity():
    terms = {"meeting_point": "东门岗亭"}
    found = ActivityFactory(community=CommunityFactory(), title="上门送福", starts_at=START, terms=terms)
    consents.record_consent(
        volunteer=found.leader, kind=Consent.Kind.TELEPHONE, granted=True, evidence="口头", by=None, at=BEFORE
    )
    Volunteer.objects.filter(pk=found.leader_id).update(phone="13700007777")
    private_details.write(activity=found, text=CODE, by=None, at=BEFORE)
    return found


@pytest.fixture
def mother():
    return UserFactory(first_name="李红")


def a_child(activity: Activity, mother: User, born: dt.date) -> Volunteer:
    child = VolunteerFactory(
        community=activity.community, name="李小明", birth_date=born, login=True, at=BEFORE - 24 * HOUR
    )
    answer_as_guardian(child, mother)
    sign_up(child, activity.shifts.get(), at=BEFORE)
    return child


def answer_as_guardian(child: Volunteer, mother: User, *, granted: bool = True) -> None:
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=granted,
        guardian=mother,
        evidence="签字的同意书",
        by=None,
        at=BEFORE,
    )


def home_of(user: User, at: dt.datetime, time_machine) -> str:
    time_machine.move_to(at, tick=False)
    with override("zh-hans"):
        return render_to_string("home/moment.html", {"moment": moment_of(user, at=at)})


def words_of(html: str) -> str:
    return text_of(HttpResponse(html)).strip()


def door_code(user: User, activity: Activity, at: dt.datetime, time_machine) -> bool:
    """Return whether the user reads the door code; the two pages that lead to it agree."""
    time_machine.move_to(at, tick=False)
    client, link = Client(), reverse("activities:private", args=[activity.pk])
    client.force_login(user)
    answer = client.get(link)
    leads = link in client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    assert leads is (answer.status_code == 200)
    assert leads is (link in home_of(user, at, time_machine))
    return "2580" in answer.content.decode()


def test_the_day_from_before_it_begins_until_the_child_left(activity, mother, time_machine):
    child = a_child(activity, mother, FIFTEEN)

    text = words_of(home_of(mother, BEFORE, time_machine))
    assert "您的孩子李小明" in text and "9:00 上门送福" in text and "还没有开始" in text
    assert "集合地点：东门岗亭" in text and "负责人电话 13700007777" in text and "请您陪同参加" not in text

    time_machine.move_to(START + dt.timedelta(minutes=2), tick=False)
    check(child, activity, "in")
    assert "9:02 已签到" in words_of(home_of(mother, START + HOUR, time_machine))
    time_machine.move_to(START + dt.timedelta(minutes=151), tick=False)
    check(child, activity, "out")
    assert "9:02 已签到 · 11:31 已签退" in words_of(home_of(mother, START + 5 * HOUR, time_machine))
    assert "上门送福" not in home_of(mother, START + 24 * HOUR, time_machine)


@pytest.mark.parametrize(
    ("at", "reads"),
    [
        (START - 24 * HOUR - dt.timedelta(seconds=1), False),
        (START - 24 * HOUR, True),
        (START + 15 * HOUR, True),
        (START + 15 * HOUR + dt.timedelta(seconds=1), False),
    ],
)
def test_who_accompanies_a_child_under_14_reads_the_door_code_around_the_time(
    activity, mother, time_machine, at, reads
):
    a_child(activity, mother, TWELVE)
    time_machine.move_to(at, tick=False)
    client, link = Client(), reverse("activities:private", args=[activity.pk])
    client.force_login(mother)
    assert ("2580" in client.get(link).content.decode()) is reads
    if at <= START:  # later the page shows no shift of another day
        assert door_code(mother, activity, at, time_machine) is reads
        assert "请您陪同参加" in words_of(home_of(mother, at, time_machine))


def test_the_guardian_of_an_older_child_does_not_read_the_door_code(activity, mother, time_machine):
    """The child of 14 goes alone: the household told its number to those who come."""
    child = a_child(activity, mother, FIFTEEN)
    assert not door_code(mother, activity, START - HOUR, time_machine)
    client = Client()
    client.force_login(child.user)
    assert "2580" in client.get(reverse("activities:private", args=[activity.pk])).content.decode()


@pytest.mark.parametrize("state", ["withdrawn", "lapsed", "another's", "of age", "given back"])
def test_without_a_consent_or_a_place_nothing_of_the_child_is_shown(activity, mother, time_machine, state):
    child = a_child(activity, mother, TWELVE)
    assert "李小明" in home_of(mother, BEFORE, time_machine)
    match state:
        case "withdrawn":
            answer_as_guardian(child, mother, granted=False)
        case "lapsed":
            consents.record_consent(
                volunteer=child,
                kind=Consent.Kind.GUARDIAN,
                granted=True,
                guardian=mother,
                evidence="签字的同意书",
                by=None,
                at=BEFORE,
                valid_until=dt.date(2026, 1, 8),
            )
        case "another's":
            mother = UserFactory(first_name="王芳")
        case "of age":
            Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2008, 1, 9))
        case "given back":
            place = child.sign_ups.get()
            services.cancel_sign_up(sign_up=place, by=child.user, at=BEFORE)
    assert not door_code(mother, activity, START - HOUR, time_machine)
    assert "李小明" not in home_of(mother, START - HOUR, time_machine)


def test_at_the_gate_the_guardian_hears_who_ticks_the_child(activity, mother, time_machine):
    a_child(activity, mother, TWELVE)
    gate = codes.checkpoint_for(activity, rotating=False)
    time_machine.move_to(START, tick=False)
    client = Client()
    client.force_login(mother)
    text = text_of(client.get(f"/c/{gate.key}/"))
    assert "您是李小明的监护人，不替孩子签到。" in text and "负责人" in text
