import datetime as dt

import pytest

from academy.families import belongings
from academy.families import services as families
from academy.families.models import Agency
from academy.people.models import Consent
from academy.people.services import consents
from tests.factories import UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


def test_withdrawing_the_consent_ends_the_agency():
    volunteer, child = VolunteerFactory(), UserFactory()
    families.allow_agent(volunteer=volunteer, user=child, evidence="签字", by=None, at=NOW)
    assert list(belongings.people_of(child)) == [volunteer]

    consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.AGENCY, granted=False, evidence="口头", by=None, at=NOW
    )

    assert not Agency.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in Consent.Kind if kind != Consent.Kind.AGENCY])
def test_withdrawing_another_consent_ends_no_agency(kind):
    volunteer, child = VolunteerFactory(), UserFactory()
    families.allow_agent(volunteer=volunteer, user=child, evidence="签字", by=None, at=NOW)

    consents.record_consent(volunteer=volunteer, kind=kind, granted=False, evidence="口头", by=None, at=NOW)

    assert Agency.objects.exists()
