"""Two desks at one thread, two people at the last place by their calls: on two real connections."""

import datetime as dt

import pytest

from academy.activities import calling, placing, thread_signing
from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.at_once import at_once
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)


def build(capacity):
    home = CommunityFactory()
    activity = ActivityFactory(community=home, capacity=capacity)
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    return home, activity.shifts.get(), activity.roles.get(), worker


def test_two_desks_with_one_thread_sign_each_person_up_once():
    home, shift, role, worker = build(5)
    person = VolunteerFactory(community=home, name="王秀英", at=NOW)

    def known():
        return placing.sign_up(volunteer=person, shift=shift, role=role, by=worker, at=NOW, said="1. 王秀英")

    def new():
        return thread_signing.sign_up_new(
            name="孟丽君", phone="13512340000", shift=shift, role=role, said="2. 孟丽君", by=worker, at=NOW
        )

    for act in (known, new):
        outcomes = at_once(act, act)
        assert sorted(type(one).__name__ for one in outcomes) == ["Refusal", "SignUp"]
    assert SignUp.objects.filter(cancelled_at=None).count() == 2
    assert Volunteer.objects.filter(name="孟丽君").count() == 1


def test_the_last_place_goes_to_one_of_two_who_answer_at_once():
    home, shift, role, worker = build(1)
    people = [VolunteerFactory(community=home, name=name, at=NOW) for name in ("王秀英", "刘芳")]
    calls = calling.call(people=people, shift=shift, role=role, by=worker, at=NOW)

    outcomes = at_once(*[lambda call=call: calling.answer(call=call, comes=True, at=NOW) for call in calls])

    assert sorted(one.code if isinstance(one, Refusal) else "yes" for one in outcomes) == ["shift_full", "yes"]
    assert SignUp.objects.filter(cancelled_at=None).count() == 1


def test_one_person_who_taps_twice_takes_one_place():
    home, shift, role, worker = build(5)
    person = VolunteerFactory(community=home, name="王秀英", at=NOW)
    (call,) = calling.call(people=[person], shift=shift, role=role, by=worker, at=NOW)

    at_once(*[lambda: calling.answer(call=call, comes=True, at=NOW)] * 2)

    assert SignUp.objects.filter(cancelled_at=None).count() == 1
