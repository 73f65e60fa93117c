"""The days of a membership (G1): from, until, twice; and the word for one employer."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, merging
from academy.units import belongings, selectors, services
from academy.units.models import Team, TeamPeriod, UnitMembership
from tests.factories import CommunityFactory, UnitFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 10, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 1, 10)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def unit(home):
    return UnitFactory(community=home)


@pytest.fixture
def person(home):
    return VolunteerFactory(community=home, login=True)


def join(person, unit, **given):
    return services.put_in_unit(volunteer=person, unit=unit, by=None, at=NOW, **given)


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (None, TODAY, False),
        (None, TODAY + DAY, True),
    ],
)
def test_a_membership_holds_from_its_first_day_until_before_its_last(person, unit, since, until, covered):
    membership = UnitMembership.objects.create(unit=unit, volunteer=person, since=since, until=until)

    assert membership.covers(TODAY) == covered
    assert UnitMembership.objects.on(TODAY).exists() == covered
    assert bool(selectors.members_of(unit)) == covered


def test_a_person_who_left_may_come_back_and_has_one_open_membership(person, unit):
    services.end_membership(membership=join(person, unit), by=None, at=NOW)
    join(person, unit, since=TODAY)

    assert UnitMembership.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitMembership.objects.create(unit=unit, volunteer=person)


def test_the_end_lies_not_before_the_beginning(person, unit):
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitMembership.objects.create(unit=unit, volunteer=person, since=TODAY, until=TODAY - DAY)
    UnitMembership.objects.create(unit=unit, volunteer=person, since=TODAY, until=TODAY)


def test_the_end_of_a_membership_ends_the_time_in_the_team_and_the_contact(person, unit):
    membership = join(person, unit, is_contact=True)
    services.join_team(volunteer=person, team=Team.objects.create(unit=unit, name="一队"), by=None, at=NOW)
    assert list(belongings.units_of_contact(person.user)) == [unit]

    services.end_membership(membership=membership, by=None, at=NOW)
    services.end_membership(membership=membership, by=None, at=NOW + DAY)

    assert UnitMembership.objects.get().until == TeamPeriod.objects.get().until == TODAY
    assert not belongings.units_of_contact(person.user).exists()
    assert not belongings.is_contact_of(person.user, volunteer=person)


def test_a_former_member_joins_no_team(person, unit):
    services.end_membership(membership=join(person, unit), by=None, at=NOW)
    answer = services.join_team(volunteer=person, team=Team.objects.create(unit=unit, name="一队"), by=None, at=NOW)
    assert answer.code == "not_a_member"


def test_merging_keeps_the_earlier_first_day_and_former_memberships(home, person, unit, worker):
    stays = VolunteerFactory(community=home)
    join(person, unit, since=TODAY - 9 * DAY)
    join(stays, unit, since=TODAY)
    UnitMembership.objects.create(unit=unit, volunteer=person, since=TODAY - 90 * DAY, until=TODAY - 50 * DAY)

    assert merging.merge(volunteer=person, into=stays, by=worker, at=NOW) == stays

    days = UnitMembership.objects.filter(volunteer=stays).order_by("since").values_list("since", "until")
    assert list(days) == [(TODAY - 90 * DAY, TODAY - 50 * DAY), (TODAY - 9 * DAY, None)]


def test_the_word_for_an_employer_is_for_one_unit_and_any_erasing_ends_it(home, person, unit, worker):
    other = UnitFactory(community=home)
    join(person, unit)
    said = {"volunteer": person, "granted": True, "evidence": "签字", "by": worker, "at": NOW}
    assert services.answer_for_employer(unit=other, **said).code == "not_a_member"
    join(person, other)

    services.answer_for_employer(unit=unit, **said)
    assert list(selectors.agree_to_sheets([person], unit, TODAY)) == [person.pk]
    assert not selectors.agree_to_sheets([person], other, TODAY)

    withdrawn = {**said, "granted": False, "at": NOW + dt.timedelta(minutes=1)}
    consents.record_consent(kind=Consent.Kind.EMPLOYER, **withdrawn)
    assert not selectors.agree_to_sheets([person], unit, TODAY)


def test_the_desk_ends_a_membership_and_records_the_word_for_the_employer(client, person, unit, worker):
    client.force_login(worker)
    add = client.get(reverse("unit_membership:add"))
    assert add.context["form"]["since"].value() == TODAY
    membership = join(person, unit)

    page = reverse("unit_membership:for_employer", args=[membership.pk])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"granted": "yes", "evidence": "签字"})
    assert answer.url == reverse("unit_page", args=[unit.pk])
    assert Consent.objects.get(kind="employer").employer.unit == unit

    client.post(reverse("unit_membership:end", args=[membership.pk]))
    assert UnitMembership.objects.get().until == TODAY
