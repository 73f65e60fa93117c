"""The back office's screens about consents."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.families import guardian_services
from academy.families.models import Agency
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


def errors(response):
    assert response.status_code == 200, "the form was accepted"
    return response.context["form"].errors


def consent(volunteer, **changes):
    return {"volunteer": volunteer.pk, "kind": "public_notice", "granted": "yes", "evidence": "口头"} | changes


def test_a_consent_is_recorded_and_read(client, worker, home):
    volunteer = VolunteerFactory(community=home)

    client.post(reverse("consent:add"), consent(volunteer))

    recorded = consents.latest_consent(volunteer, Consent.Kind.PUBLIC_NOTICE)
    assert recorded is not None
    assert (recorded.granted, recorded.recorded_by, recorded.recorded_at) == (True, worker, NOW)
    assert "口头" in client.get(reverse("consent:inspect", args=[recorded.pk])).content.decode()


def test_a_consent_is_never_changed(client, worker, home):
    recorded = consents.latest_consent(VolunteerFactory(community=home), Consent.Kind.REGISTRATION)
    assert recorded is not None

    for act in ("edit", "delete"):
        assert client.get(f"/admin/consent/{act}/{recorded.pk}/").status_code == 404


def test_a_consent_of_another_community_is_not_shown(client, worker):
    recorded = consents.latest_consent(VolunteerFactory(), Consent.Kind.REGISTRATION)
    assert recorded is not None

    assert client.get(reverse("consent:inspect", args=[recorded.pk])).status_code == 404


def test_no_consent_is_recorded_for_a_person_of_another_community(client, worker):
    assert errors(client.post(reverse("consent:add"), consent(VolunteerFactory())))["volunteer"]


def test_n2_a_guardians_consent_names_the_guardian(client, worker, home):
    child = VolunteerFactory(community=home, birth_date=dt.date(2013, 1, 1), at=NOW)
    guardian = VolunteerFactory(community=home, phone="13900139000", login=True).user

    assert errors(client.post(reverse("consent:add"), consent(child, kind="guardian")))["other"]
    client.post(reverse("consent:add"), consent(child, kind="guardian", other="139 0013 9000"))

    recorded = consents.latest_consent(child, Consent.Kind.GUARDIAN)
    assert recorded is not None and recorded.guardian == guardian
    assert recorded.valid_until == guardian_services.end_of_year(NOW)


def test_n2_a_guardian_without_a_sign_in_withdraws_at_the_desk(client, worker, home):
    child = VolunteerFactory(community=home, birth_date=dt.date(2013, 1, 1), at=NOW)
    guardian_services.record_at_desk(volunteer=child, granted=True, evidence="签字的同意书", by=worker, at=NOW)

    client.post(reverse("consent:add"), consent(child, kind="guardian", granted="no"))

    assert not consents.has_consented(child, Consent.Kind.GUARDIAN, day=NOW.date())


@pytest.mark.parametrize(("age", "recorded"), [(15, False), (17, True), (19, False)])
def test_n2_only_16_and_17_live_on_their_own_labour(client, worker, home, age, recorded):
    young = VolunteerFactory(community=home, birth_date=dt.date(NOW.year - age, 1, 1), at=NOW)

    page = client.post(reverse("consent:add"), consent(young, kind="own_labour", evidence="劳动合同"))

    assert consents.has_consented(young, Consent.Kind.OWN_LABOUR, day=NOW.date()) is recorded
    assert recorded or "只有满16岁、不满18岁的人" in page.content.decode()


def test_a_consent_for_one_activity_is_not_recorded_without_one(client, worker, home):
    child = VolunteerFactory(community=home, birth_date=dt.date(2013, 1, 1), at=NOW)

    assert errors(client.post(reverse("consent:add"), consent(child, kind="guardian_once")))["kind"]


def test_an_agent_acts_from_the_consent_on(client, worker, home):
    elder, child = VolunteerFactory(community=home), VolunteerFactory(community=home, login=True)

    client.post(reverse("consent:add"), consent(elder, kind="agency", other=child.number))
    assert Agency.objects.get().user == child.user

    client.post(reverse("consent:add"), consent(elder, kind="agency", granted="no"))
    assert not Agency.objects.exists()
