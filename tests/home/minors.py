"""A minor, a social worker and an activity, for the pages of guardians (N2)."""

import datetime as dt
import re

import pytest

from academy.families import guardian_services
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

NOW = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)  # the activity is on 10 January, 9:00–12:00
YES = {"act": "yes", "name": "张强", "relation": "parent", "digits": "5678", "agrees": "on"}


@pytest.fixture(autouse=True)
def five_days_before(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def child(community):
    return VolunteerFactory(
        community=community, name="张小雨", birth_date=dt.date(2011, 5, 1), login=True, at=NOW - dt.timedelta(days=30)
    )


@pytest.fixture
def worker(community):
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def activity(community):
    return ActivityFactory(community=community)


def ask(child, **more):
    values = {"name": "张强", "phone": "13900005678", "by": child.user, "at": NOW, **more}
    return guardian_services.ask_guardian(volunteer=child, **values)[1]


def text_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)
