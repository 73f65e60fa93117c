"""Booking a venue: nobody has it at the same time as another one."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people.permissions import DutyRole
from academy.units import services as units
from academy.venues import services
from academy.venues.models import BookedSlot, Booking, Venue
from tests.factories import ActivityFactory, CommunityFactory, UnitFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 9, 1, 0, tzinfo=dt.UTC)
NINE = dt.datetime(2026, 1, 10, 1, 0, tzinfo=dt.UTC)  # 9:00 in China


def at(hours: float) -> dt.datetime:
    return NINE + dt.timedelta(hours=hours - 9)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def venue(home):
    return Venue.objects.create(unit=UnitFactory(community=home, name="中心小学"), name="操场", place="松林路 8 号")


@pytest.fixture
def dancers(home):
    return UnitFactory(community=home, name="夕阳红广场舞队", kind="organisation")


@pytest.fixture
def book(venue, dancers, worker):
    def book(begins, ends, **given):
        given = {"venue": venue, "unit": dancers, "purpose": "排练", "by": worker, "at": NOW, **given}
        with time_machine.travel(NOW, tick=False):
            return services.book(starts_at=at(begins), ends_at=at(ends), **given)

    return book


def test_a_time_that_overlaps_is_refused_and_the_sentence_names_who_has_it(book, home):
    book(9, 11)

    for begins, ends in ((10, 12), (8, 9.5), (9.25, 9.75), (8, 12)):
        refusal = book(begins, ends, unit=UnitFactory(community=home))
        assert refusal.code == "venue_taken"
        assert "夕阳红广场舞队" in str(refusal) and "9:00–11:00" in str(refusal)


def test_times_that_touch_do_not_overlap(book):
    for begins, ends in ((9, 11), (11, 12), (8, 9)):
        assert isinstance(book(begins, ends), Booking)


def test_a_part_of_a_half_hour_takes_all_of_it(book):
    book(9, 10 + 10 / 60)

    assert book(10.25, 11).code == "venue_taken"
    assert isinstance(book(10.5, 11), Booking)


def test_another_venue_is_free(book, venue):
    book(9, 11)
    hall = Venue.objects.create(unit=venue.unit, name="礼堂", place="松林路 8 号")

    assert isinstance(book(9, 11, venue=hall), Booking)


def test_a_refused_booking_leaves_nothing(book):
    book(10, 11)
    book(8, 12)

    assert Booking.objects.count() == 1 and BookedSlot.objects.count() == 2


def test_a_cancelled_booking_gives_the_time_back(book, worker):
    booking = book(9, 11)

    services.cancel(booking=booking, by=worker, at=NOW)
    services.cancel(booking=booking, by=worker, at=NOW)

    assert booking.cancelled_by == worker and isinstance(book(9, 11), Booking)
    assert [entry.action for entry in log.get_logs_for_instance(booking)].count("venues.cancel") == 1


def test_a_booking_is_for_an_activity_too(book, home):
    activity = ActivityFactory(community=home)

    book(9, 11, unit=None, activity=activity)

    assert activity.title in str(book(9, 11))


def test_impossible_bookings_are_refused(book, venue, dancers, home):
    assert book(11, 9).code == book(-50, -48).code == book(9, 9 + 25).code == "bad_booking_time"
    assert book(9, 11, unit=UnitFactory()).code == "foreign_venue"
    assert book(9, 11, by=UserFactory()).code == "not_allowed"
    venue.is_offered = False
    assert book(9, 11).code == "venue_not_offered"


def test_the_contact_of_a_unit_books_for_it_alone(book, dancers, home):
    contact = VolunteerFactory(community=home, login=True)
    units.put_in_unit(volunteer=contact, unit=dancers, is_contact=True, by=None, at=NOW)

    booking = book(9, 11, by=contact.user)

    assert isinstance(booking, Booking)
    assert book(12, 13, by=contact.user, unit=UnitFactory(community=home)).code == "not_allowed"


def test_a_booking_that_is_over_stays(book, worker):
    booking = book(9, 11)

    assert services.cancel(booking=booking, by=worker, at=at(11)).code == "too_late"


def test_the_database_refuses_a_half_hour_twice(book, venue):
    booking = book(9, 10)

    with pytest.raises(IntegrityError), transaction.atomic():
        BookedSlot.objects.create(venue=venue, booking=booking, starts_at=at(9))

    BookedSlot.objects.create(venue=venue, booking=booking, starts_at=at(10))


@pytest.mark.parametrize("given", [{}, {"unit": True, "activity": True}])
def test_the_database_wants_a_unit_or_an_activity(venue, dancers, home, given):
    holder = {"unit": dancers, "activity": ActivityFactory(community=home)} if given else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(venue=venue, **holder, starts_at=at(9), ends_at=at(10), purpose="排练", booked_at=NOW)


def test_staff_book_in_the_back_office_and_see_who_has_it(client, worker, venue, dancers, home):
    client.force_login(worker)
    other = UnitFactory(community=home)
    data = {"venue": venue.pk, "day": "2026-01-10", "begins": "900", "ends": "11点", "purpose": "排练"}
    with time_machine.travel(NOW, tick=False):
        client.post(reverse("booking:add"), {**data, "unit": dancers.pk})
        again = client.post(reverse("booking:add"), {**data, "unit": other.pk})
        neither = client.post(reverse("booking:add"), data)
        booking = Booking.objects.get()
        client.post(reverse("booking:cancel", args=[booking.pk]))

    booking.refresh_from_db()
    assert (booking.starts_at, booking.ends_at) == (at(9), at(11)) and booking.cancelled_at == NOW
    assert "夕阳红广场舞队" in str(again.context["form"].errors["begins"])
    assert 'value="排练"' in again.content.decode()
    assert "unit" in neither.context["form"].errors


def test_a_units_contact_has_a_limited_number_of_bookings_to_come(book, dancers, home, worker, monkeypatch):
    monkeypatch.setattr(services, "MOST_TO_COME", 2)
    contact = VolunteerFactory(community=home, login=True)
    units.put_in_unit(volunteer=contact, unit=dancers, is_contact=True, by=None, at=NOW)
    first = book(9, 10, by=contact.user)
    book(10, 11, by=contact.user)

    answer = book(11, 12, by=contact.user)
    assert answer.code == "too_many_bookings" and "2" in str(answer)
    assert isinstance(book(11, 12, by=worker), Booking), "the social worker is asked"
    for booking in Booking.objects.filter(unit=dancers).exclude(pk=first.pk):
        services.cancel(booking=booking, by=worker, at=NOW)
    assert isinstance(book(13, 14, by=contact.user), Booking)


def test_the_title_of_an_unpublished_activity_is_not_named(book, home):
    activity = ActivityFactory(community=home, title="换届会议", published=None)
    book(9, 11, unit=None, activity=activity, purpose="换届")

    answer = book(10, 12)
    assert answer.code == "venue_taken" and "换届" not in str(answer)
    assert Booking.objects.get().is_unannounced
