"""A guardian with a login signs the child up while the stored consent is in force (N2)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.activities.models import SignUp
from academy.people.models import Consent
from academy.people.services import consents
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
NOW = START - dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def _two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(community=CommunityFactory(), title="包饺子", starts_at=START)


@pytest.fixture
def child(activity):
    return VolunteerFactory(community=activity.community, name="李小明", birth_date=dt.date(2012, 5, 1), at=NOW)


@pytest.fixture
def mother(client):
    user = UserFactory(first_name="李红")
    client.force_login(user)
    return user


def consent(child, mother, *, granted=True, until=None):
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=granted,
        guardian=mother,
        evidence="签字的同意书",
        by=None,
        at=NOW,
        valid_until=until,
    )


def sign_up(client, activity, child):
    posted = {"shift": activity.shifts.get().pk, "role": activity.roles.get().pk, "volunteer": child.pk}
    return client.post(reverse("activities:sign_up", args=[activity.pk]), posted)


def test_a_mother_signs_her_child_up_and_gives_the_place_back(client, activity, child, mother):
    consent(child, mother)

    assert sign_up(client, activity, child).status_code == 302
    place = SignUp.objects.get()
    assert (place.volunteer, place.signed_up_by) == (child, mother)
    assert "李小明" in text_of(client.get(reverse("activities:detail", args=[activity.pk])))

    client.post(reverse("activities:cancel", args=[activity.pk]), {"sign_up": place.pk})
    assert SignUp.objects.get().cancelled_at == NOW


@pytest.mark.parametrize("state", ["none", "withdrawn", "lapsed", "of age", "another's"])
def test_a_mother_without_a_consent_in_force_does_not(client, activity, child, mother, state):
    if state != "none":
        consent(
            child,
            mother if state != "another's" else UserFactory(),
            until=dt.date(2026, 1, 8) if state == "lapsed" else None,
        )
    if state == "withdrawn":
        consent(child, mother, granted=False)
    if state == "of age":
        child.birth_date = dt.date(2007, 1, 1)
        child.save()

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        client.force_login(mother)
        assert sign_up(client, activity, child).status_code == 404
        assert "李小明" not in text_of(client.get(reverse("activities:detail", args=[activity.pk])))
    assert not SignUp.objects.exists()
