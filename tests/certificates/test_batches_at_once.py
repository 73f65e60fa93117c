"""Batches on several real connections: no double number, no gap, a clear state (P6)."""

import pytest

from academy.certificates import batches
from academy.certificates.models import Certificate
from academy.people.permissions import DutyRole
from tests.at_once import at_once
from tests.certificates.many import begin, issue_all, many_people
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def numbers() -> list[str]:
    return [number[-6:] for number in Certificate.objects.order_by("number").values_list("number", flat=True)]


def test_two_people_who_issue_the_same_list_at_once_give_one_certificate_to_each() -> None:
    many = many_people()
    colleague = UserFactory(duties=[(many.scene.community, DutyRole.SOCIAL_WORKER)])
    mine, theirs = begin(many), begin(many, by=colleague, people=many.people[::-1])

    left_out = at_once(lambda: issue_all(many, mine), lambda: issue_all(many, theirs, by=colleague))

    assert left_out == [[], []]
    assert numbers() == ["000001", "000002", "000003"]
    assert batches.missing_from(mine) == batches.missing_from(theirs) == 0
    assert mine.items.filter(was_there=False).count() + theirs.items.filter(was_there=False).count() == 3


def test_two_workers_at_one_batch_issue_it_once() -> None:
    many = many_people()
    batch = begin(many)

    at_once(*[lambda: issue_all(many, batch)] * 2)

    assert numbers() == ["000001", "000002", "000003"]
    assert list(batch.items.values_list("was_there", flat=True)) == [False] * 3


def test_two_clicks_at_once_begin_one_batch() -> None:
    many = many_people()

    first, second = at_once(*[lambda: begin(many, key="a" * 32)] * 2)

    assert first == second
