from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging, registration, slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory


@pytest.mark.django_db(transaction=True)
def test_a_slip_used_on_two_phones_at_once_signs_in_one():
    [(_slip, code)] = slips.print_slips(volunteers=[VolunteerFactory()], by=None, at=timezone.now())
    together = Barrier(2)

    def redeem(_phone):
        try:
            together.wait(timeout=10)
            return slips.redeem_slip(code=code, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as phones:
        answers = list(phones.map(redeem, range(2)))

    assert [type(answer) for answer in sorted(answers, key=lambda answer: isinstance(answer, User))] == [Refusal, User]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_somebody_marked_at_two_gates_at_once_is_one_person():
    community, leader = CommunityFactory(), UserFactory()
    together = Barrier(2)

    def mark(_phone):
        try:
            together.wait(timeout=10)
            return registration.register_at_gate(
                community=community, name="王秀英", phone="13800001234", by=leader, at=timezone.now()
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as phones:
        first, second = phones.map(mark, range(2))

    assert first == second
    assert Volunteer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_joined_both_ways_round_at_once_make_no_circle():
    community = CommunityFactory()
    first, second = VolunteerFactory.create_batch(2, community=community)
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    together = Barrier(2)

    def merge(pair):
        try:
            together.wait(timeout=10)
            return merging.merge(volunteer=pair[0], into=pair[1], by=worker, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as desks:
        answers = list(desks.map(merge, [(first, second), (second, first)]))

    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refusal.code == "merged"
    assert Volunteer.objects.present().count() == 1
    assert Volunteer.objects.filter(merged_into__merged_into=None).count() == 2
    Volunteer.objects.exclude(merged_into=None).update(merged_into=None)  # emptied afterwards, in any order
