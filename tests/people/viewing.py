"""Looks at children’s names, for tests."""

import datetime as dt

from wagtail.models import ModelLogEntry

from academy.people.models import Consent
from academy.people.services import consents, personal_data
from tests.factories import (
    UserFactory,
    VolunteerFactory,
)

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
THIRTEEN = dt.date(2013, 1, 11)  # fourteen tomorrow
FOURTEEN = dt.date(2013, 1, 10)  # fourteen today


def somebody(home, birth_date=THIRTEEN, **facts):
    volunteer = VolunteerFactory(community=home, birth_date=birth_date, at=NOW, **facts)
    consents.record_consent(
        volunteer=volunteer,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=UserFactory(),
        evidence="签字的同意书",
        by=None,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    return volunteer


def looks():
    """Return the logged views: who was seen by whom."""
    return [
        (int(entry.object_id), entry.user)
        for entry in ModelLogEntry.objects.filter(action=personal_data.MINOR_VIEWED).order_by("pk")
    ]
