"""The unit's page on the phone of its contact."""

import pytest
import time_machine
from django.urls import reverse

from academy.groups.models import GroupLink
from academy.groups.services import links
from academy.units import services as units
from academy.venues import services as venues
from academy.venues.models import Booking, Venue
from tests.factories import ActivityFactory, UnitFactory, VolunteerFactory
from tests.groups.samples import BEFORE, START, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    with time_machine.travel(BEFORE, tick=False):
        yield build()


@pytest.fixture
def page(client, group):
    client.force_login(group.contact.user)
    return reverse("home:unit", args=[group.unit.pk])


def test_the_contact_sees_who_accepted_and_who_did_not(client, group, page):
    links.accept(link=group.link, name="李建国", phone="13800000002", at=BEFORE)

    [invitation] = client.get(page).context["invitations"]

    assert [one.person for one in invitation.part.accepted] == [group.one]
    assert {one.person for one in invitation.part.open} == {group.contact, group.two}
    assert invitation.address.endswith(f"/u/{group.link.key}/") and invitation.address in invitation.text


def test_of_members_the_page_shows_name_and_state_alone(client, group, page):
    links.accept(link=group.link, name="周强", phone="13900000009", at=BEFORE)

    shown = client.get(page).content.decode()

    assert "李建国" in shown and "周强" in shown
    for text in (group.one.phone, group.one.number, "13900000009"):
        assert text not in shown


def test_a_member_does_not_see_the_page_of_the_contact(client, group, page):
    client.force_login(group.one.user)

    assert client.get(page).status_code == 404
    assert client.post(reverse("home:make_unit_link", args=[group.unit.pk])).status_code == 404


def test_the_own_page_leads_the_contact_alone_to_the_unit(client, group):
    address = reverse("home:units")
    client.force_login(group.contact.user)
    assert address in client.get(reverse("home:my")).content.decode()
    assert client.get(address).url == reverse("home:unit", args=[group.unit.pk])

    client.force_login(group.one.user)
    assert address not in client.get(reverse("home:my")).content.decode()


def test_a_contact_of_two_units_chooses(client, group):
    units.put_in_unit(
        volunteer=group.contact, unit=UnitFactory(community=group.home), is_contact=True, by=None, at=BEFORE
    )
    client.force_login(group.contact.user)

    assert len(client.get(reverse("home:units")).context["units"]) == 2


def test_the_contact_makes_and_withdraws_a_link(client, group, page):
    activity = ActivityFactory(community=group.home, starts_at=START)
    place = f"{activity.shifts.get().pk}:{activity.roles.get().pk}"

    client.post(reverse("home:make_unit_link", args=[group.unit.pk]), {"place": place, "places": "12"})
    link = GroupLink.objects.get(shift__activity=activity)
    client.post(reverse("home:withdraw_unit_link", args=[group.unit.pk, link.pk]))

    link.refresh_from_db()
    assert (link.places, link.made_by, link.withdrawn_by) == (12, group.contact.user, group.contact.user)


def test_a_wrong_number_of_places_stays_in_the_form(client, group, page):
    activity = ActivityFactory(community=group.home, starts_at=START)
    place = f"{activity.shifts.get().pk}:{activity.roles.get().pk}"

    answer = client.post(
        reverse("home:make_unit_link", args=[group.unit.pk]), {"place": place, "places": "0"}, follow=True
    )

    assert (answer.context["chosen"], answer.context["typed"]) == (place, "0")
    assert not GroupLink.objects.filter(shift__activity=activity).exists()


def test_no_link_leads_to_an_activity_of_another_community(client, group, page):
    foreign = ActivityFactory(starts_at=START)
    place = f"{foreign.shifts.get().pk}:{foreign.roles.get().pk}"

    response = client.post(reverse("home:make_unit_link", args=[group.unit.pk]), {"place": place, "places": "5"})

    assert response.status_code == 404


def test_staff_of_the_community_open_the_page_and_others_do_not(client, group, page):
    client.force_login(group.worker)
    assert client.get(page).status_code == 200
    client.force_login(VolunteerFactory(login=True).user)
    assert client.get(page).status_code == 404


# Venues


def book(client, group, venue, **given):
    data = {"venue": venue.pk, "day": "2026-01-10", "begins": "9:00", "ends": "11:00", "purpose": "排练", **given}
    return client.post(reverse("home:unit_venues", args=[group.unit.pk]), data)


@pytest.fixture
def hall(group):
    return Venue.objects.create(unit=UnitFactory(community=group.home, name="中心小学"), name="操场", place="校内")


def test_the_contact_books_a_venue_and_gives_it_back(client, group, page, hall):
    book(client, group, hall)
    booking = Booking.objects.get()
    assert (booking.unit, booking.booked_by, booking.starts_at) == (group.unit, group.contact.user, START)

    client.post(reverse("home:cancel_booking", args=[group.unit.pk, booking.pk]))

    booking.refresh_from_db()
    assert booking.cancelled_by == group.contact.user


def test_a_venue_that_is_taken_says_by_whom_and_keeps_the_form(client, group, page, hall):
    dancers = UnitFactory(community=group.home, name="夕阳红广场舞队")
    given = {"unit": dancers, "purpose": "排练", "by": group.worker, "at": BEFORE}
    venues.book(venue=hall, starts_at=START, ends_at=group.shift.ends_at, **given)

    response = book(client, group, hall)

    assert response.status_code == 409 and "夕阳红广场舞队" in str(response.context["form"].errors["begins"])
    assert 'value="9:00"' in response.content.decode()


def test_no_unit_gives_back_the_booking_of_another(client, group, page, hall):
    dancers = UnitFactory(community=group.home)
    booking = venues.book(
        venue=hall,
        unit=dancers,
        starts_at=START,
        ends_at=group.shift.ends_at,
        purpose="排练",
        by=group.worker,
        at=BEFORE,
    )

    assert client.post(reverse("home:cancel_booking", args=[group.unit.pk, booking.pk])).status_code == 404
