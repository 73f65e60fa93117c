"""Units on the leader's phone: together by name (C5), and without names (G1)."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from academy.activities.models import SignUp
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.rows import row_key
from academy.groups.models import HeadsOfUnit
from academy.groups.services import links
from academy.hours.models import ServiceRecord
from academy.units import services as units
from tests.factories import UnitFactory, VolunteerFactory
from tests.groups.samples import BEFORE, START, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    with time_machine.travel(BEFORE, tick=False):
        return build()


@pytest.fixture
def page(client, group):
    client.force_login(group.leader.user)
    with time_machine.travel(START, tick=False):
        yield reverse("lead:unit", args=[group.activity.pk, group.unit.pk])


def keys(group, *people):
    return [row_key(group.activity, person.pk) for person in people]


def test_members_are_checked_in_together_each_with_a_scan(client, group, page):
    client.post(page, {"who": keys(group, group.one, group.two), "batch": uuid4(), "in": "1"})

    scans = Scan.objects.accepted()
    assert {(scan.volunteer, scan.method, scan.operator) for scan in scans} == {
        (person, Method.TICK, group.leader.user) for person in (group.one, group.two)
    }
    assert SignUp.objects.filter(walk_in=True).count() == 2  # R8: to come on the day is a yes


def test_a_form_sent_twice_makes_one_scan(client, group, page):
    data = {"who": keys(group, group.one), "batch": uuid4(), "in": "1"}
    client.post(page, data)
    client.post(page, data)

    assert Scan.objects.count() == 1


def test_members_are_checked_out_together(client, group, page):
    client.post(page, {"who": keys(group, group.one), "batch": uuid4(), "in": "1"})
    with time_machine.travel(START + dt.timedelta(hours=1), tick=False):
        client.post(page, {"who": keys(group, group.one, group.two), "batch": uuid4(), "out": "1"})
        shown = client.get(page).content.decode()

    assert Visit.objects.get().closed_at == START + dt.timedelta(hours=1)
    assert "陈静：" in shown  # she was not in, and the page says so


def test_the_leader_does_not_tick_themselves(client, group, page):
    units.put_in_unit(volunteer=group.leader, unit=group.unit, by=None, at=START)

    client.post(page, {"who": keys(group, group.leader), "batch": uuid4(), "in": "1"})

    assert not Scan.objects.exists()


def test_a_key_of_another_person_is_left_out(client, group, page):
    outsider = VolunteerFactory(community=group.home)

    client.post(page, {"who": keys(group, outsider), "batch": uuid4(), "in": "1"})

    assert not Scan.objects.exists()


def test_people_without_names_are_counted_and_get_no_hours(client, group, page):
    client.post(page, {"heads": "１５"})

    assert HeadsOfUnit.objects.get().people == 15
    assert not ServiceRecord.objects.exists()
    assert 'value="15"' in client.get(page).content.decode()


def test_a_wrong_number_gets_a_sentence_and_stays(client, group, page):
    response = client.post(page, {"heads": "很多"})

    assert (response.status_code, response.context["refusal"].code) == (409, "bad_unit_heads")
    assert 'value="很多"' in response.content.decode()


def test_members_of_a_unit_without_a_link_are_not_listed(client, group, page):
    other = UnitFactory(community=group.home)
    units.put_in_unit(volunteer=group.one, unit=other, by=None, at=START)
    address = reverse("lead:unit", args=[group.activity.pk, other.pk])

    assert "李建国" not in client.get(address).content.decode()
    client.post(address, {"who": keys(group, group.one), "batch": uuid4(), "in": "1"})
    assert not Scan.objects.exists()


def test_after_the_link_was_withdrawn_those_who_take_part_are_listed(client, group, page):
    links.accept(link=group.link, name="李建国", phone="13800000002", at=BEFORE)
    links.withdraw_link(link=group.link, by=group.worker, at=BEFORE)

    shown = client.get(page).content.decode()

    assert "李建国" in shown and "陈静" not in shown


def test_units_of_the_activity_are_found_and_others_are_chosen(client, group, page):
    other = UnitFactory(community=group.home)
    address = reverse("lead:units", args=[group.activity.pk])

    assert reverse("lead:unit", args=[group.activity.pk, group.unit.pk]) in client.get(address).content.decode()
    assert client.get(address, {"unit": other.pk}).url == reverse("lead:unit", args=[group.activity.pk, other.pk])
    foreign = reverse("lead:unit", args=[group.activity.pk, UnitFactory().pk])
    assert client.get(foreign).status_code == 404
