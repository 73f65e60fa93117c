"""Two phones at the same moment at a unit's link, on two real connections."""

import pytest

from academy.activities import services
from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.groups.models import Acceptance, GroupLink
from academy.groups.services import links
from academy.people.models import Volunteer
from tests.at_once import at_once
from tests.factories import VolunteerFactory
from tests.groups.samples import BEFORE, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def accept(group, name, phone):
    return lambda: links.accept(link=GroupLink.objects.get(pk=group.link.pk), name=name, phone=phone, at=BEFORE)


def test_the_last_place_goes_to_one_of_two():
    group = build(capacity=1)

    answers = at_once(accept(group, "李建国", "13800000002"), accept(group, "陈静", "13800000003"))

    assert sorted(type(answer).__name__ for answer in answers) == ["Acceptance", "Refusal"]
    assert SignUp.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.parametrize("_time", range(3))
def test_the_last_place_goes_to_one_of_two_people_and_a_member_of_a_unit(_time):
    group = build(capacity=1)
    people = [VolunteerFactory(community=group.home, name=name, at=BEFORE) for name in ("周杰", "唐小玲")]

    def take(person):
        return lambda: services.sign_up(volunteer=person, shift=group.shift, role=group.role, by=None, at=BEFORE)

    answers = at_once(*map(take, people), accept(group, "陈静", "13800000003"))

    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["shift_full"] * 2
    assert SignUp.objects.filter(cancelled_at=None).count() == 1


def test_a_newcomer_who_sends_the_form_twice_is_one_person():
    group = build()

    first, second = at_once(*[accept(group, "周强", "13900000009")] * 2)

    assert first == second == Acceptance.objects.get()
    assert Volunteer.objects.filter(phone="13900000009").count() == 1


def test_two_contacts_get_the_same_link():
    group = build()
    links.withdraw_link(link=group.link, by=group.worker, at=BEFORE)

    def make():
        return links.make_link(
            unit=group.unit, shift=group.shift, role=group.role, places=5, by=group.worker, at=BEFORE
        )

    first, second = at_once(make, make)

    assert first == second
