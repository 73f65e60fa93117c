import datetime as dt

import pytest
from wagtail.log_actions import registry as log

from academy.people.permissions import DutyRole
from academy.people.services import merging
from academy.units import services
from academy.units.models import UnitMembership
from tests.factories import CommunityFactory, UnitFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def worker(community):
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])


def logged(membership) -> list[tuple[str, object, dt.datetime]]:
    entries = log.get_logs_for_instance(membership).order_by("pk")
    return [(entry.action, entry.user, entry.timestamp) for entry in entries]


def test_g2_a_person_has_one_place_in_a_unit_and_may_become_its_contact(community, worker):
    volunteer, unit, later = (
        VolunteerFactory(community=community),
        UnitFactory(community=community),
        NOW.replace(hour=2),
    )

    membership = services.put_in_unit(volunteer=volunteer, unit=unit, by=worker, at=NOW)
    assert not membership.is_contact
    services.put_in_unit(volunteer=volunteer, unit=unit, is_contact=True, by=worker, at=later)

    assert UnitMembership.objects.get().is_contact
    assert logged(membership) == [("wagtail.create", worker, NOW), ("wagtail.edit", worker, later)]


def test_a_membership_is_corrected_and_the_correction_is_logged(community, worker):
    membership = services.put_in_unit(
        volunteer=VolunteerFactory(community=community), unit=UnitFactory(community=community), by=None, at=NOW
    )
    volunteer, unit = VolunteerFactory(community=community), UnitFactory(community=community)

    services.correct_membership(
        membership=membership, volunteer=volunteer, unit=unit, is_contact=True, by=worker, at=NOW
    )

    corrected = UnitMembership.objects.get()
    assert (corrected.volunteer, corrected.unit, corrected.is_contact) == (volunteer, unit, True)
    assert logged(membership)[-1] == ("wagtail.edit", worker, NOW)


def test_merging_two_people_unites_their_places_in_units(community, worker):
    goes, stays = VolunteerFactory(community=community, login=True), VolunteerFactory(community=community)
    school, shop = UnitFactory(community=community), UnitFactory(community=community)
    services.put_in_unit(volunteer=goes, unit=school, is_contact=True, by=None, at=NOW)
    services.put_in_unit(volunteer=stays, unit=school, by=None, at=NOW)
    services.put_in_unit(volunteer=goes, unit=shop, by=None, at=NOW)

    assert merging.merge(volunteer=goes, into=stays, by=worker, at=NOW) == stays

    memberships = UnitMembership.objects.order_by("unit").values_list("unit", "volunteer", "is_contact")
    assert list(memberships) == [(school.pk, stays.pk, True), (shop.pk, stays.pk, False)]
