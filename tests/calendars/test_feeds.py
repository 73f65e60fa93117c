"""Addresses of calendars: secret, of a person or a unit, ended at once; and the file of one activity."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from academy.activities import services as activities
from academy.calendars import services
from academy.calendars.models import CalendarAddress
from academy.families import services as families
from academy.groups.services import links
from academy.people.permissions import DutyRole
from academy.people.services import erasing
from academy.units import services as units
from academy.units.models import UnitMembership
from academy.venues import services as venues
from academy.venues.models import Venue
from tests.at_once import at_once
from tests.factories import ActivityFactory, CommunityFactory, UnitFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import Statements, markup_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, tzinfo=dt.UTC)
START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def person(home):
    return VolunteerFactory(community=home, name="王秀英", phone="13800000011", login=True, at=NOW)


@pytest.fixture
def unit(home, person):
    unit = UnitFactory(community=home, name="湘龙小学")
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    answer = units.put_in_unit(unit=unit, volunteer=person, is_contact=True, by=worker, at=NOW)
    assert isinstance(answer, UnitMembership), answer
    return unit


def phone_of(person) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(person.user)
    return client


def read(feed) -> str:
    """Return the calendar as a program without a login reads it."""
    answer = Client().get(f"/calendar/{feed.key}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return answer.content.replace(b"\r\n ", b"").decode()


def test_one_tap_makes_an_address_that_a_program_reads(home, person):
    activity = ActivityFactory(community=home, title="敬老院探访", place="敬老院, 东门")
    sign_up(person, activity.shifts.get())
    phone = phone_of(person)
    page = phone.post("/my/calendar/make/", {"kind": "person", "of": person.pk}, follow=True)
    feed = CalendarAddress.objects.get()
    assert f"/calendar/{feed.key}.ics" in markup_of(page)
    assert 'href="webcal://' in markup_of(page)
    text = read(feed)
    assert "SUMMARY:敬老院探访" in text
    assert "LOCATION:敬老院\\, 东门" in text
    assert "DTSTART:20260110T010000Z" in text
    assert "王" not in text and "13800000011" not in text


def test_a_place_given_back_leaves_and_a_cancelled_activity_says_so(home, person):
    one, other = (ActivityFactory(community=home, title=title) for title in ("探访", "清洁"))
    places = [sign_up(person, activity.shifts.get()) for activity in (one,)]
    later = ActivityFactory(
        community=home,
        title="巡逻",
        starts_at=START + dt.timedelta(days=1),
        ends_at=START + dt.timedelta(days=1, hours=2),
    )
    sign_up(person, later.shifts.get())
    feed = services.make_feed(of=person, by=person.user, at=NOW)
    assert "SUMMARY:清洁" not in read(feed) and other.pk
    activities.cancel_sign_up(sign_up=places[0], by=person.user, at=NOW)
    activities.cancel_activity(activity=later, by=None, at=NOW)
    text = read(feed)
    assert "探访" not in text
    assert "SUMMARY:巡逻" in text and "STATUS:CANCELLED" in text


def test_a_second_tap_gets_the_same_address(person):
    first = services.make_feed(of=person, by=person.user, at=NOW)
    assert services.make_feed(of=person, by=person.user, at=NOW) == first


def test_an_ended_address_reads_nothing_and_a_new_one_differs(person):
    feed = services.make_feed(of=person, by=person.user, at=NOW)
    phone = phone_of(person)
    answer = phone.post(f"/my/calendar/{feed.pk}/end/", follow=True)
    assert "The address has ended" in text_of(answer)
    assert Client().get(f"/calendar/{feed.key}.ics").status_code == 404
    assert services.make_feed(of=person, by=person.user, at=NOW).key != feed.key


def test_unknown_and_odd_addresses_are_not_found(person):
    for key in ("0" * 26, "o", "-"):
        assert Client().get(f"/calendar/{key}.ics").status_code == 404


def test_the_address_of_an_agent_ends_with_the_agency(home, person):
    elder = VolunteerFactory(community=home, name="李建国", login=True, at=NOW)
    families.allow_agent(volunteer=elder, user=person.user, evidence="电话", by=None, at=NOW)
    feed = services.make_feed(of=elder, by=person.user, at=NOW)
    assert isinstance(feed, CalendarAddress)
    read(feed)
    elder.agencies.all().delete()
    assert Client().get(f"/calendar/{feed.key}.ics").status_code == 404


def test_others_make_no_address(home, person, unit):
    stranger = VolunteerFactory(community=home, name="李建国", login=True, at=NOW)
    for of, kind in ((person, "person"), (unit, "unit")):
        assert services.make_feed(of=of, by=stranger.user, at=NOW).code == "not_allowed"
        answer = phone_of(stranger).post("/my/calendar/make/", {"kind": kind, "of": of.pk})
        assert answer.status_code == 404
    feed = services.make_feed(of=person, by=person.user, at=NOW)
    assert services.end_feed(feed=feed, by=stranger.user, at=NOW).code == "not_allowed"
    assert phone_of(stranger).post(f"/my/calendar/{feed.pk}/end/").status_code == 404


def test_a_unit_reads_its_activities_with_numbers_and_its_bookings_without_names(home, person, unit):
    activity = ActivityFactory(community=home, title="楼道清理")
    link = links.make_link(
        unit=unit, shift=activity.shifts.get(), role=activity.roles.get(), places=5, by=person.user, at=NOW
    )
    links.accept(link=link, name=person.name, phone=person.phone, at=NOW)
    venue = Venue.objects.create(unit=unit, name="礼堂", place="一楼")
    venues.book(
        venue=venue,
        unit=unit,
        starts_at=START + dt.timedelta(days=1),
        ends_at=START + dt.timedelta(days=1, hours=2),
        purpose="排练",
        by=person.user,
        at=NOW,
    )
    feed = services.make_feed(of=unit, by=person.user, at=NOW)
    text = read(feed)
    assert "SUMMARY:楼道清理" in text
    assert "1 " in text.split("DESCRIPTION:")[1][:12]
    assert "SUMMARY:排练" in text and "LOCATION:礼堂 一楼" in text
    assert "王" not in text


def test_the_file_of_an_activity_is_kept_by_anybody(home):
    activity = ActivityFactory(community=home, title="敬老院探访")
    page = Client().get(f"/activities/{activity.pk}/")
    assert f"/activities/{activity.pk}/calendar.ics" in markup_of(page)
    answer = Client().get(f"/activities/{activity.pk}/calendar.ics")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "SUMMARY:敬老院探访" in answer.content.decode()
    draft = ActivityFactory(community=home, published=None)
    assert Client().get(f"/activities/{draft.pk}/calendar.ics").status_code == 404


def test_many_dates_take_as_many_statements_as_few(home, person):
    feed = services.make_feed(of=person, by=person.user, at=NOW)

    def statements() -> int:
        read(feed)
        with Statements() as found:
            read(feed)
        return len(found.sql)

    sign_up(person, ActivityFactory(community=home).shifts.get())
    few = statements()
    for number in range(1, 20):
        start = START + dt.timedelta(days=number)
        activity = ActivityFactory(community=home, starts_at=start, ends_at=start + dt.timedelta(hours=1))
        sign_up(person, activity.shifts.get())
    assert statements() == few <= 8


def test_an_address_goes_with_the_data_of_its_person(person):
    feed = services.make_feed(of=person, by=person.user, at=NOW)
    erasing.erase(volunteer=person, by=None, at=NOW)
    assert not CalendarAddress.objects.exists()
    assert Client().get(f"/calendar/{feed.key}.ics").status_code == 404


def test_an_address_is_of_a_person_or_a_unit(person, unit):
    fields = {"key": "0" * 26, "made_by": person.user, "made_at": NOW}
    for wrong in ({}, {"volunteer": person, "unit": unit}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarAddress.objects.create(**fields, **wrong)
    CalendarAddress.objects.create(**fields, unit=unit)


@pytest.mark.django_db(transaction=True)
@pytest.mark.both
def test_two_taps_at_once_make_one_address():
    person = VolunteerFactory(name="王秀英", login=True, at=NOW)
    feeds = at_once(*[lambda: services.make_feed(of=person, by=person.user, at=NOW)] * 2)
    assert feeds[0] == feeds[1]
    assert CalendarAddress.objects.count() == 1
