"""The units of the demonstration."""

import pytest

from academy.groups.models import Acceptance
from academy.units.models import Unit
from academy.venues.models import Booking
from demo import groups

pytestmark = pytest.mark.slow


def test_units_take_part_by_a_link_a_booking_and_a_count(volunteer):
    names = (groups.SCHOOL, groups.EMPLOYER, groups.DANCERS)
    school, employer, dancers = (Unit.objects.get(name=name) for name in names)

    assert dancers.kind == "organisation" and dancers.memberships.count() == 3
    assert dancers.memberships.get(is_contact=True).volunteer == volunteer
    assert Acceptance.objects.get(link__unit=employer).volunteer.name == groups.BY_LINK[0]
    assert (school.heads.get().people, school.contributions.count()) == (15, 2)  # the yard, and a room for a class
    assert Booking.objects.get(unit=dancers).venue.unit == school
