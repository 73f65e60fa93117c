"""People who signed up before the agreement was asked for are a line on home (A3)."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.activities.models import SignUp
from academy.desk import todo
from tests.agreements.texts import publish_text, sign_on_paper, worker_of
from tests.factories import ActivityFactory, CommunityFactory, RuleSetFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = worker_of(home)
    client.force_login(worker)
    return worker


def signed_up(home, **facts):
    start = timezone.now() + dt.timedelta(days=2)
    shifts = [{"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}]
    volunteer = VolunteerFactory(community=home)
    sign_up(volunteer, ActivityFactory(community=home, shifts=shifts, **facts).shifts.get())
    return volunteer


def lines(worker):
    return [one for one in todo.list_lines(worker, timezone.now()) if "agreement/unsigned" in one.url]


def test_who_signed_up_before_the_text_was_published_is_counted_where_it_is_due(client, home, worker):
    visitor, _other = signed_up(home, home_visit=True), signed_up(home)
    assert lines(worker) == []
    agreement = publish_text(home, by=worker)

    [line] = lines(worker)
    page = client.get(line.url).content.decode()

    assert line.figure == 1
    assert visitor.number in page and _other.number not in page
    sign_on_paper(agreement, visitor, by=worker)
    assert lines(worker) == []


def test_the_rules_may_ask_for_dangerous_activities_alone(home, worker):
    RuleSetFactory(community=home, values={"agreement_for": 1})
    signed_up(home, home_visit=True)
    publish_text(home, by=worker)

    assert lines(worker) == []


def test_a_place_given_back_asks_for_no_signature(home, worker):
    signed_up(home, home_visit=True)
    publish_text(home, by=worker)
    SignUp.objects.update(cancelled_at=timezone.now())

    assert lines(worker) == []


def test_another_community_sees_none(home, worker):
    signed_up(home, home_visit=True)
    publish_text(home, by=worker)

    assert lines(worker_of(CommunityFactory())) == []
    assert reverse("wagtailadmin_home")
