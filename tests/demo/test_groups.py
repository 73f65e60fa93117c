"""The units of the demonstration, and what waits for the back office."""

import pytest

from academy.core.models import EarlierShortName
from academy.groups.models import Acceptance
from academy.people.models import Consent, Volunteer
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


def test_the_back_office_has_people_to_sort_out_consents_and_an_earlier_short_name(running, db):
    assert set(Volunteer.objects.filter(provisional=True).values_list("name", flat=True)) == {"何桂芳", "欧阳明"}
    kinds = set(Consent.objects.filter(granted=True).values_list("kind", flat=True))
    assert {Consent.Kind.PHOTOS, Consent.Kind.MESSAGES} <= kinds
    assert [one.slug for one in EarlierShortName.objects.all()] == ["yshequ"]
