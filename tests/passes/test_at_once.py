"""Two desks print into one passbook at the same moment: one continues, and no line is printed twice."""

from functools import partial

import pytest

from academy.core.refusals import Refusal
from academy.passes import books
from academy.passes.models import Passbook, PassbookLine, PassbookPrinting
from tests.at_once import at_once
from tests.hours.scene import ISSUED_AT, Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def test_two_printings_at_once_are_one() -> None:
    scene = Scene()
    person = scene.volunteer()
    scene.serve(person, "09:00", "10:00")

    def print_twice(seen: int | None) -> int:
        act = partial(books.print_next, volunteer=person, seen=seen, by=scene.social_worker, at=ISSUED_AT)
        answers = at_once(act, act)
        [made] = [one for one in answers if isinstance(one, PassbookPrinting)]
        assert [one.code for one in answers if isinstance(one, Refusal)] == ["passbook_printed_meanwhile"]
        return made.pk

    first = print_twice(None)
    scene.serve(person, "14:00", "15:00")
    print_twice(first)
    assert Passbook.objects.count() == 1
    assert list(PassbookLine.objects.values_list("page", "row", "total")) == [(1, 1, 60), (1, 2, 120)]
