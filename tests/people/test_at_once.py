"""Two requests at the same moment, on two real connections."""

import pytest
from django.db import connection
from django.utils import timezone

from academy.core.refusals import Refusal
from academy.people import cards
from academy.people import slips as paper
from academy.people.bulk_actions import print_slips_url
from academy.people.models import Card, Slip, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import attempts, linking, merging, registration, slips
from academy.people.services.attempts import Limit, Source
from academy.people.works import FEW
from academy.works import services as works
from academy.works.models import Work
from tests.at_once import at_once
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_slip_used_on_two_phones_at_once_signs_in_one():
    [(_slip, code)] = slips.print_slips(volunteers=[VolunteerFactory()], by=None, at=timezone.now())

    answers = at_once(*[lambda: slips.redeem_slip(code=code, at=timezone.now())] * 2)

    assert [type(answer) for answer in sorted(answers, key=lambda answer: isinstance(answer, User))] == [Refusal, User]
    assert User.objects.count() == 1


@pytest.mark.parametrize("people", [2, FEW + 1])
def test_slips_are_drawn_outside_of_the_transaction(client, monkeypatch, people):
    home, seen, draw = CommunityFactory(), [], paper.draw
    VolunteerFactory.create_batch(people, community=home)
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))

    def drawn(**given):
        seen.append(connection.in_atomic_block)
        return draw(**given)

    monkeypatch.setattr(paper, "draw", drawn)
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)  # not within `begin`, as tests do
    client.post(print_slips_url())
    for work in Work.objects.all():
        works.perform.func(work_id=work.pk)

    assert seen == [False]
    assert Slip.objects.count() == people


def test_two_at_once_get_the_same_card():
    volunteer = VolunteerFactory()

    found = at_once(*[lambda: cards.card_for(volunteer=volunteer, by=None, at=timezone.now())] * 4)

    assert set(found) == {Card.objects.get()}


def test_a_person_marked_at_two_gates_at_once_is_one_person_with_one_number():
    community, leader = CommunityFactory(), UserFactory()

    def mark(name="王秀英"):
        return registration.register_at_gate(
            community=community, name=name, phone="13800001234", by=leader, at=timezone.now()
        )

    first, second = at_once(mark, mark)

    assert first == second == Volunteer.objects.get()
    assert mark("李建国").number[5:11] == "000002"


def test_two_people_joined_both_ways_round_at_once_make_no_circle():
    community = CommunityFactory()
    first, second = VolunteerFactory.create_batch(2, community=community)
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])

    answers = at_once(
        *(
            lambda goes=goes, stays=stays: merging.merge(volunteer=goes, into=stays, by=worker, at=timezone.now())
            for goes, stays in [(first, second), (second, first)]
        )
    )

    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refusal.code == "merged"
    assert Volunteer.objects.present().count() == 1
    assert Volunteer.objects.filter(merged_into__merged_into=None).count() == 2
    Volunteer.objects.exclude(merged_into=None).update(
        merged_into=None
    )  # so that the test can delete them in any order


def test_guesses_at_the_same_moment_are_counted_one_by_one():
    source = Source("test", "王秀英", Limit(free=3, half_life=60))
    at = timezone.now()

    waits = at_once(*[lambda: attempts.begin(sources=[source], at=at)] * 6)

    assert sorted(waits) == [0, 0, 0, 5, 5, 5]


def test_r5_two_desks_that_register_one_person_at_once_make_one_entry():
    community = CommunityFactory()
    facts = {"community": community, "name": "王秀英", "phone": "13800001234", "evidence": "…", "by": None}

    answers = at_once(
        *[lambda: registration.register_volunteer(**facts, besides=(), at=timezone.now())] * 2  # type: ignore[arg-type]
    )

    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refusal.code == "looks_known"
    assert Volunteer.objects.get().number[5:11] == "000001"


def test_one_sign_in_linked_to_two_entries_at_once_belongs_to_one():
    community = CommunityFactory()
    first, second = VolunteerFactory.create_batch(2, community=community)
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    administrator = UserFactory(duties=[(community, DutyRole.ADMINISTRATOR), (community, DutyRole.SOCIAL_WORKER)])

    answers = at_once(
        *(
            lambda one=one: linking.link_login(volunteer=one, user=worker, by=administrator, at=timezone.now())
            for one in (first, second)
        )
    )

    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refusal.code == "login_linked"
    assert Volunteer.objects.filter(user=worker).count() == 1
