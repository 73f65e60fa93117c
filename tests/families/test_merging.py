"""Agencies after two people were merged."""

import datetime as dt

import pytest

from academy.families import belongings
from academy.families import services as families
from academy.families.models import Agency
from academy.people.models import Consent
from academy.people.permissions import Belonging, DutyRole, Right
from academy.people.services import consents, merging
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def join(community):
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])

    def joined(goes, stays):
        return merging.merge(volunteer=goes, into=stays, by=worker, at=NOW)

    return joined


@pytest.fixture
def somebody(community):
    def made(**kwargs):
        return VolunteerFactory(community=community, **kwargs)

    return made


def test_an_agent_of_the_one_who_goes_acts_for_the_one_who_stays(join, somebody):
    goes, stays, daughter = somebody(), somebody(), UserFactory()
    families.allow_agent(volunteer=goes, user=daughter, evidence="表", by=None, at=NOW)

    join(goes, stays)

    goes.refresh_from_db()
    assert belongings.belongings(daughter, volunteer=stays) == {Belonging.AGENT}
    assert belongings.belongings(daughter, volunteer=goes) == {Belonging.AGENT}


def test_the_login_that_stays_acts_for_those_the_closed_one_acted_for(join, somebody):
    goes, stays, mother = somebody(login=True), somebody(login=True), somebody()
    child = somebody(birth_date=dt.date(2014, 1, 1))
    families.allow_agent(volunteer=mother, user=goes.user, evidence="表", by=None, at=NOW)
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=goes.user,
        evidence="表",
        by=None,
        at=NOW,
    )

    join(goes, stays)

    assert belongings.belongings(stays.user, volunteer=mother) == {Belonging.AGENT}
    assert belongings.belongings(stays.user, volunteer=child) == {Belonging.GUARDIAN}
    assert set(belongings.people_with_right(stays.user, Right.SEE_HOURS)) == {stays, mother, child}


def test_no_person_is_their_own_agent(join, somebody):
    goes, stays = somebody(), somebody(login=True)
    families.allow_agent(volunteer=goes, user=stays.user, evidence="表", by=None, at=NOW)

    join(goes, stays)

    assert not Agency.objects.exists()


def test_a_refused_merger_moves_no_agency(join, somebody):
    goes, stays, daughter = (
        somebody(birth_date=dt.date(1950, 1, 1)),
        somebody(birth_date=dt.date(1960, 1, 1)),
        UserFactory(),
    )
    families.allow_agent(volunteer=goes, user=daughter, evidence="表", by=None, at=NOW)

    assert join(goes, stays).code == "birth_dates_differ"

    assert Agency.objects.get().volunteer == goes
