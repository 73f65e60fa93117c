"""The page of one activity: its state, whom to ask, and the one act that it offers."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.activities import services
from academy.activities.models import SignUp
from academy.families import services as families
from academy.people.models import Consent, Volunteer
from academy.people.services import consents
from tests.factories import ActivityFactory, IssuerFactory, VolunteerFactory, sign_up
from tests.pages import Statements, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
NOW = START - dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(title="敬老院探访", capacity=2)


@pytest.fixture
def volunteer(activity):
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(volunteer.user)
    return client


@pytest.fixture
def leader(activity):
    Volunteer.objects.filter(pk=activity.leader_id).update(name="陈志强", phone="13812345678")
    activity.leader.refresh_from_db()
    return activity.leader


def consent(leader, granted=True):
    consents.record_consent(
        volunteer=leader, kind=Consent.Kind.TELEPHONE, granted=granted, evidence="口头", by=None, at=NOW
    )


def look(client, activity):
    return client.get(reverse("activities:detail", args=[activity.pk]))


def chips(client, activity):
    return re.findall(r'<span class="chip[^>]*>([^<]+)<', look(client, activity).content.decode())


def bar(client, activity):
    """Return the words of the bar with the act of the page, and where it leads."""
    html = look(client, activity).content.decode()
    found = re.search(r'<div class="act-bar">(.*?)</div>', html, re.DOTALL)
    if found is None:
        return None
    words = " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())
    return words, "#choose" if 'href="#choose"' in found[1] else "form"


# States


def test_the_state_stands_in_words(activity, phone, volunteer):
    assert chips(phone, activity) == []
    place = sign_up(volunteer, activity.shifts.get(), at=NOW)
    assert chips(phone, activity) == ["signed up"]
    with time_machine.travel(START, tick=False):
        assert chips(phone, activity) == ["running now", "signed up"]
    with time_machine.travel(START + 3 * HOUR, tick=False):
        assert chips(phone, activity) == ["over"]
    services.cancel_sign_up(sign_up=place, by=None, at=NOW)
    for name in ("李建国", "张桂兰"):
        sign_up(VolunteerFactory(community=activity.community, name=name), activity.shifts.get(), at=NOW)
    assert chips(phone, activity) == ["All places are taken"]
    services.cancel_activity(activity=activity, by=None, at=NOW)
    assert chips(phone, activity) == ["cancelled"]


def test_when_and_where_come_first_then_whom_to_ask_then_the_work(activity, phone):
    text = text_of(look(phone, activity))
    order = [
        "敬老院探访",
        "Sat 10 Jan 9:00–12:00",
        "街道敬老院",
        "Contact",
        "The work",
        "Organiser",
        "Roles and places",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_after_signing_up_the_answer_says_when_where_and_what_to_do_there(activity, phone):
    form = {"shift": activity.shifts.get().pk, "role": activity.roles.get().pk}
    answer = phone.post(reverse("activities:sign_up", args=[activity.pk]), form, follow=True)
    text = text_of(answer)
    assert "王秀英 has a place: Sat 10 Jan 9:00–12:00, 街道敬老院. Scan the code when you get there." in text
    assert "王秀英 is signed up: 志愿者" in text and "I cannot come" in text


def test_a_running_shift_says_whether_one_may_still_come(activity, phone):
    def text():
        return text_of(look(phone, activity))

    with time_machine.travel(START, tick=False):
        assert "You may still come: scan the code there." in text()
        activity.shifts.update(walk_ins=False)
        assert "Ask whether you may still come." in text()
        activity.shifts.update(walk_ins=True)
        activity.roles.update(counts_as="leader")  # no role for walk-ins
        assert "Ask whether you may still come." in text()


# Contact


def test_the_recording_units_telephone_can_be_dialled_by_everybody(activity, client):
    html = look(client, activity).content.decode()
    assert f"{activity.issuer.name}" in html
    assert 'href="tel:01012345678"' in html and "010-12345678" in html


@pytest.mark.parametrize("telephone", ["见公告栏", "010-1234 转 5", "1" * 30])
def test_what_is_more_than_a_number_is_written_and_not_dialled(client, telephone):
    activity = ActivityFactory()
    activity.issuer = IssuerFactory(community=activity.community, telephone=telephone)
    activity.save()
    html = look(client, activity).content.decode()
    assert telephone in html and "tel:" not in html


def test_those_who_take_part_read_the_leaders_name_and_with_consent_the_telephone(
    activity, phone, volunteer, leader, client
):
    consent(leader)
    for reader in (client, phone):
        text = text_of(look(reader, activity))
        assert "陈*强" in text and "陈志强" not in text and leader.phone not in text
    sign_up(volunteer, activity.shifts.get(), at=NOW)
    assert "陈志强, activity leader 13812345678" in text_of(look(phone, activity))
    assert leader.phone not in text_of(look(client, activity))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda leader: None, id="no consent"),
        pytest.param(lambda leader: [consent(leader), consent(leader, granted=False)], id="consent withdrawn"),
        pytest.param(
            lambda leader: [consent(leader), Volunteer.objects.filter(pk=leader.pk).update(phone="")], id="no phone"
        ),
        pytest.param(
            lambda leader: [
                consent(leader),
                Volunteer.objects.filter(pk=leader.pk).update(birth_date=dt.date(2010, 1, 1)),
            ],
            id="a minor",
        ),
    ],
)
def test_a_leaders_telephone_is_not_shown(activity, phone, volunteer, leader, change):
    sign_up(volunteer, activity.shifts.get(), at=NOW)
    change(leader)
    html = look(phone, activity).content.decode()
    assert "陈志强" in html and "13812345678" not in html


def test_after_the_activity_the_name_is_masked_again(activity, phone, volunteer, leader):
    consent(leader)
    sign_up(volunteer, activity.shifts.get(), at=NOW)
    with time_machine.travel(START + 3 * HOUR, tick=False):
        text = text_of(look(phone, activity))
    assert "陈*强" in text and leader.phone not in text
    services.cancel_activity(activity=activity, by=None, at=NOW)
    text = text_of(look(phone, activity))
    assert "陈*强" in text and leader.phone not in text


def test_a_place_that_was_given_back_shows_no_telephone(activity, phone, volunteer, leader):
    consent(leader)
    services.cancel_sign_up(sign_up=sign_up(volunteer, activity.shifts.get(), at=NOW), by=None, at=NOW)
    assert leader.phone not in look(phone, activity).content.decode()


# The one act


def test_the_bar_signs_up_at_once_where_there_is_nothing_to_choose(activity, phone, client):
    assert bar(phone, activity) == ("Sign up", "form")
    client.cookies["django_language"] = "en"
    assert bar(client, activity) == ("Sign in to sign up", "form")
    assert look(phone, activity).content.decode().count("btn-primary") == 1


def test_the_bar_leads_to_the_choice_where_there_is_one(phone, activity, volunteer):
    community = activity.community
    two_roles = ActivityFactory(community=community, roles=[{"name": "讲解"}, {"name": "引导"}])
    two_shifts = ActivityFactory(
        community=community,
        shifts=[{"starts_at": START + days * 24 * HOUR, "ends_at": START + (days * 24 + 1) * HOUR} for days in (0, 7)],
    )
    assert bar(phone, two_roles) == ("Sign up: choose a role", "#choose")
    assert bar(phone, two_shifts) == ("Sign up: choose a shift", "#choose")
    husband = VolunteerFactory(community=community, name="李建国")
    families.allow_agent(volunteer=husband, user=volunteer.user, evidence="口头", by=None, at=NOW)
    assert bar(phone, activity) == ("Sign up: choose who and as what", "#choose")
    for one in (activity, two_roles, two_shifts):
        html = look(phone, one).content.decode()
        assert 'id="choose"' in html and html.count("btn-primary") == 1


def test_no_bar_stands_where_one_cannot_sign_up(activity, phone, volunteer):
    with time_machine.travel(START, tick=False):
        assert bar(phone, activity) is None
    with time_machine.travel(START + 4 * HOUR, tick=False):
        assert bar(phone, activity) is None
    sign_up(volunteer, activity.shifts.get(), at=NOW)
    assert bar(phone, activity) is None
    full = ActivityFactory(community=activity.community, capacity=1)
    sign_up(VolunteerFactory(community=activity.community), full.shifts.get(), at=NOW)
    assert bar(phone, full) == ("Tell me when a place is free", "form")
    SignUp.objects.all().update(cancelled_at=NOW)
    assert bar(phone, full) is not None
    services.cancel_activity(activity=full, by=None, at=NOW)
    assert bar(phone, full) is None


def test_who_has_one_shift_may_still_take_the_other(phone, activity, volunteer):
    two = ActivityFactory(
        community=activity.community,
        shifts=[{"starts_at": START + days * 24 * HOUR, "ends_at": START + (days * 24 + 1) * HOUR} for days in (0, 7)],
    )
    first, second = two.shifts.order_by("starts_at")
    sign_up(volunteer, first, at=NOW)
    html = look(phone, two).content.decode()
    assert re.findall(r'name="shift"\s+value="(\d+)"', html) == [str(second.pk)]


def test_the_page_costs_the_same_however_many_signed_up(activity, phone, volunteer, leader):
    consent(leader)
    sign_up(volunteer, activity.shifts.get(), at=NOW)

    def statements() -> int:
        with Statements() as seen:
            look(phone, activity)
        return len(seen.sql)

    statements()  # the process learns that this is no practice community
    few = statements()
    activity.roles.update(capacity=50)
    for _one in range(20):
        sign_up(VolunteerFactory(community=activity.community), activity.shifts.get(), at=NOW)
    assert statements() == few <= 12
