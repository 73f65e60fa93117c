"""Two bookings of a venue at the same moment, on two real connections."""

import datetime as dt

import pytest

from academy.people.permissions import DutyRole
from academy.venues import services
from academy.venues.models import BookedSlot, Booking, Venue
from tests.at_once import at_once
from tests.factories import CommunityFactory, UnitFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

NOW = dt.datetime(2026, 1, 9, 1, 0, tzinfo=dt.UTC)


def test_of_bookings_that_overlap_one_gets_the_venue():
    home = CommunityFactory()
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    venue = Venue.objects.create(unit=UnitFactory(community=home), name="操场", place="松林路 8 号")
    groups = UnitFactory.create_batch(4, community=home)

    def book(unit, hours):
        return lambda: services.book(
            venue=Venue.objects.select_related("unit").get(pk=venue.pk),
            unit=unit,
            starts_at=NOW + dt.timedelta(hours=24 + hours),
            ends_at=NOW + dt.timedelta(hours=26 + hours),
            purpose="排练",
            by=worker,
            at=NOW,
        )

    answers = at_once(*(book(unit, hours) for unit, hours in zip(groups, (0, 1, 0.5, 1.5), strict=True)))

    [booking] = [answer for answer in answers if isinstance(answer, Booking)]
    refusals = [answer for answer in answers if not isinstance(answer, Booking)]
    assert {refusal.code for refusal in refusals} == {"venue_taken"}
    assert all(booking.holder in str(refusal) for refusal in refusals)
    assert BookedSlot.objects.filter(venue=venue).count() == 4
