"""Teams: a person is in one at a time (G2). Contributions give no hours (T7)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from academy.hours.models import ServiceRecord
from academy.people.permissions import DutyRole
from academy.people.services import merging
from academy.units import services
from academy.units.models import Contribution, Team, TeamPeriod
from tests.factories import CommunityFactory, UnitFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def unit(home):
    return UnitFactory(community=home, name="夕阳红广场舞队", kind="organisation")


@pytest.fixture
def member(home, unit):
    volunteer = VolunteerFactory(community=home)
    services.put_in_unit(volunteer=volunteer, unit=unit, by=None, at=NOW)
    return volunteer


def team(unit, name="一队"):
    return Team.objects.create(unit=unit, name=name)


def test_a_second_team_ends_the_first_on_that_day(unit, member):
    first = services.join_team(volunteer=member, team=team(unit), by=None, at=NOW)
    second = services.join_team(volunteer=member, team=team(unit, "二队"), by=None, at=LATER)

    first.refresh_from_db()
    assert (first.until, second.until) == (timezone.localdate(LATER), None)
    assert not first.covers(second.since) and second.covers(second.since)


def test_joining_the_same_team_again_changes_nothing(unit, member):
    one = team(unit)

    assert services.join_team(volunteer=member, team=one, by=None, at=NOW) == services.join_team(
        volunteer=member, team=one, by=None, at=LATER
    )


def test_only_a_member_of_the_unit_joins_its_team(unit, home):
    outsider = VolunteerFactory(community=home)

    assert services.join_team(volunteer=outsider, team=team(unit), by=None, at=NOW).code == "not_a_member"


def test_the_database_refuses_a_second_team_at_the_same_time(unit, member):
    services.join_team(volunteer=member, team=team(unit), by=None, at=NOW)
    second = TeamPeriod(team=team(unit, "二队"), volunteer=member, since=timezone.localdate(NOW))

    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()

    second.until = second.since
    second.save()


def test_a_merged_person_is_in_one_team(unit, member, home):
    other = VolunteerFactory(community=home)
    services.put_in_unit(volunteer=other, unit=unit, by=None, at=NOW)
    services.join_team(volunteer=member, team=team(unit), by=None, at=NOW)
    services.join_team(volunteer=other, team=team(unit, "二队"), by=None, at=LATER)
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])

    merging.merge(volunteer=other, into=member, by=worker, at=LATER)

    assert TeamPeriod.objects.get(volunteer=member, until=None).team.name == "一队"


def test_a_contribution_gives_no_hours(unit):
    contribution = services.record_contribution(
        unit=unit, kind="venue", word="排练厅", since=dt.date(2027, 1, 1), by=None, at=NOW
    )

    assert contribution.last_day == dt.date(2027, 1, 1)
    assert not ServiceRecord.objects.exists()


def test_a_contribution_does_not_end_before_it_begins(unit):
    days = {"since": dt.date(2027, 1, 2), "until": dt.date(2027, 1, 1)}

    with pytest.raises(ValidationError):
        services.record_contribution(unit=unit, kind="venue", word="排练厅", **days, by=None, at=NOW)


def test_staff_record_a_contribution_and_put_a_member_into_a_team(client, home, unit, member):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))

    client.post(
        reverse("contribution:add"), {"unit": unit.pk, "kind": "equipment", "word": "音响一套", "since": "2027-01-01"}
    )
    client.post(reverse("team:add"), {"unit": unit.pk, "name": "一队"})
    client.post(reverse("team_period:add"), {"team": Team.objects.get().pk, "volunteer": member.pk})
    period = TeamPeriod.objects.get()
    client.post(reverse("team_period:leave", args=[period.pk]))

    period.refresh_from_db()
    assert Contribution.objects.get().recorded_by is not None
    assert period.until == period.since
