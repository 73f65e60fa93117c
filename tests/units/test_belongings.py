import datetime as dt
from itertools import combinations

import pytest

from academy.people.permissions import BELONGING_RIGHTS, Belonging, DutyRole, Right
from academy.people.services import merging
from academy.units import services
from academy.units.belongings import is_contact_of, may
from tests.factories import UnitFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def volunteer():
    return VolunteerFactory(login=True)


@pytest.fixture
def unit(volunteer):
    unit = UnitFactory(community=volunteer.community)
    services.put_in_unit(volunteer=volunteer, unit=unit, by=None, at=NOW)
    return unit


@pytest.fixture
def contact(volunteer, unit):
    contact = VolunteerFactory(community=volunteer.community, login=True)
    services.put_in_unit(volunteer=contact, unit=unit, is_contact=True, by=None, at=NOW)
    return contact


@pytest.mark.parametrize("right", Right)
def test_a_units_contact_has_the_rights_of_the_matrix_and_no_other(volunteer, contact, right):
    assert may(contact.user, right, volunteer=volunteer) is (right in BELONGING_RIGHTS[Belonging.UNIT_CONTACT])


def test_a_units_contact_reaches_no_other_volunteer(volunteer, contact):
    other = VolunteerFactory(community=volunteer.community)

    assert not is_contact_of(contact.user, volunteer=other)
    assert not may(contact.user, Right.SIGN_UP_MEMBERS, volunteer=other)


def test_a_closed_login_is_no_contact(volunteer, contact):
    contact.user.is_active = False

    assert not is_contact_of(contact.user, volunteer=volunteer)


def test_a_duty_makes_no_contact(volunteer, unit):
    worker = UserFactory(duties=[(volunteer.community, DutyRole.SOCIAL_WORKER)])

    assert not may(worker, Right.SIGN_UP_MEMBERS, volunteer=volunteer)


def test_a_member_who_is_not_the_contact_signs_up_no_one_else(volunteer, unit):
    colleague = VolunteerFactory(community=volunteer.community, login=True)
    services.put_in_unit(volunteer=colleague, unit=unit, by=None, at=NOW)

    assert not may(colleague.user, Right.SIGN_UP_MEMBERS, volunteer=volunteer)


def test_the_contact_of_a_merged_person_is_the_contact_of_the_one_who_stays(volunteer, contact):
    stays = VolunteerFactory(community=volunteer.community)
    worker = UserFactory(duties=[(volunteer.community, DutyRole.SOCIAL_WORKER)])
    merging.merge(volunteer=volunteer, into=stays, by=worker, at=NOW)
    volunteer.refresh_from_db()

    assert is_contact_of(contact.user, volunteer=stays)
    assert is_contact_of(contact.user, volunteer=volunteer)


def test_no_right_comes_from_belongings_of_two_apps():
    """Families, units and activities each check their own belongings, so no right may come from two."""
    rooms = [{Belonging.SELF, Belonging.AGENT, Belonging.GUARDIAN}, {Belonging.UNIT_CONTACT}, {Belonging.LEADER}]
    assert set.union(*rooms) == set(Belonging)

    rights = [set[Right]().union(*(BELONGING_RIGHTS[belonging] for belonging in room)) for room in rooms]

    assert not any(one & other for one, other in combinations(rights, 2))
