"""Three places free at once, on several connections: no seat twice, no offer lost, the order kept."""

import datetime as dt

import pytest

from academy.activities import services
from academy.activities.models import SignUp
from academy.activities.waiting import offering
from academy.activities.waiting import services as waiting
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.core.refusals import Refusal
from academy.messaging.models import Message
from tests.at_once import at_once
from tests.factories import ActivityFactory, CommunityFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)


class Full:
    def __init__(self, capacity):
        home = CommunityFactory()
        activity = ActivityFactory(community=home, capacity=capacity)
        self.shift, self.role = activity.shifts.get(), activity.roles.get()
        self.home = home
        self.places = [sign_up(self.person(f"在册{n}"), self.shift, at=NOW) for n in range(capacity)]

    def person(self, name):
        return VolunteerFactory(community=self.home, name=name, at=NOW)

    def join(self, name):
        entry = waiting.join(volunteer=self.person(name), shift=self.shift, role=self.role, by=None, at=NOW)
        assert isinstance(entry, WaitingEntry), entry
        return entry

    def withdrawing(self, place):
        def withdraw():
            found = SignUp.objects.select_related("shift__activity").get(pk=place.pk)
            return services.cancel_sign_up(sign_up=found, by=None, at=NOW)

        return withdraw

    def taking(self, person):
        return lambda: services.sign_up(volunteer=person, shift=self.shift, role=self.role, by=None, at=NOW)


def seats():
    """Return all seats that are taken or kept; the database would not hold one twice."""
    found = SignUp.objects.filter(cancelled_at=None) | SignUp.objects.filter(held_until__isnull=False)
    return sorted(found.values_list("seat", flat=True))


def states(entries):
    found = WaitingEntry.objects.in_bulk([entry.pk for entry in entries])
    return ["offered" if found[entry.pk].is_offered else found[entry.pk].outcome for entry in entries]


def test_three_places_free_at_once_go_to_the_first_three_and_to_nobody_who_comes_by():
    full = Full(3)
    entries = [full.join(f"候补{n}") for n in range(4)]
    passers = [full.person(f"路过{n}") for n in range(2)]

    outcomes = at_once(*map(full.withdrawing, full.places), *map(full.taking, passers))

    assert [one.code for one in outcomes[3:] if isinstance(one, Refusal)] == ["shift_full", "shift_full"]
    assert states(entries) == ["offered", "offered", "offered", ""]
    assert seats() == [1, 2, 3]
    assert Message.objects.filter(key__startswith="place_free").count() == 3

    def saying_yes(entry):
        return lambda: waiting.answer(entry=entry, takes=True, by=None, at=NOW)

    at_once(*map(saying_yes, entries[:3]), *map(full.taking, passers))

    assert states(entries) == [Outcome.TOOK, Outcome.TOOK, Outcome.TOOK, ""]
    assert seats() == [1, 2, 3] and SignUp.objects.filter(cancelled_at=None).count() == 3


def test_a_person_who_joins_while_a_place_is_given_back_is_not_forgotten():
    for _try in range(3):
        full = Full(1)
        person = full.person("候补")

        def join(full=full, person=person):
            return waiting.join(volunteer=person, shift=full.shift, role=full.role, by=None, at=NOW)

        _place, joined = at_once(full.withdrawing(full.places[0]), join)

        if isinstance(joined, Refusal):
            assert joined.code == "place_free"
        else:
            assert states([joined]) == ["offered"]  # without waiting for the clock


def test_an_answer_at_the_last_moment_and_the_clock_agree():
    full = Full(1)
    first, second = full.join("第一"), full.join("第二")
    full.withdrawing(full.places[0])()
    until = WaitingEntry.objects.get(pk=first.pk).answer_by
    assert until is not None

    answer, _offers = at_once(
        lambda: waiting.answer(entry=first, takes=True, by=None, at=until - dt.timedelta(seconds=1)),
        lambda: offering.sweep(at=until),
    )

    offering.sweep(at=until)
    expected = [Outcome.LAPSED, "offered"] if isinstance(answer, Refusal) else [Outcome.TOOK, ""]
    assert states([first, second]) == expected
    assert seats() == [1]


def test_two_clocks_make_one_offer():
    full = Full(2)
    entries = [full.join("第一"), full.join("第二")]
    SignUp.objects.filter(pk=full.places[0].pk).update(cancelled_at=NOW)

    at_once(*[lambda: offering.sweep(at=NOW)] * 2)

    assert states(entries) == ["offered", ""] and seats() == [1, 2]
    assert Message.objects.filter(key__startswith="place_free").count() == 1


def test_one_person_who_says_yes_twice_at_once_has_one_place():
    full = Full(1)
    entry = full.join("第一")
    full.withdrawing(full.places[0])()

    at_once(*[lambda: waiting.answer(entry=entry, takes=True, by=None, at=NOW)] * 2, full.taking(entry.volunteer))

    assert SignUp.objects.filter(cancelled_at=None).count() == 1 and seats() == [1]
