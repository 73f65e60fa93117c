"""Constraints of the waiting list: one seat, one entry, one outcome."""

import pytest
from django.db import IntegrityError, transaction

from academy.activities.models import SignUp
from academy.activities.waiting.models import WaitingEntry
from tests.activities.test_waiting import NOW, full, made

__all__ = ["full", "made"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]


def test_a_kept_place_counts_against_the_seat_and_is_no_sign_up(full):
    full.join(full.first)
    full.withdraw()
    held = SignUp.objects.get(held_until__isnull=False)

    with pytest.raises(IntegrityError), transaction.atomic():  # the same seat
        SignUp.objects.create(shift=full.shift, role=full.role, volunteer=full.third, seat=held.seat, signed_up_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():  # a live place is not held
        SignUp.objects.filter(pk=held.pk).update(cancelled_at=None)
    SignUp.objects.filter(pk=held.pk).update(cancelled_at=None, held_until=None)


@pytest.mark.parametrize(
    "given", [{"ended_at": NOW}, {"outcome": "left"}, {"offered_at": NOW}, {"answer_by": NOW}], ids=str
)
def test_an_entry_ends_with_an_outcome_and_is_offered_until_a_moment(full, given):
    entry = full.join(full.first)

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingEntry.objects.filter(pk=entry.pk).update(**given)
    WaitingEntry.objects.filter(pk=entry.pk).update(ended_at=NOW, outcome="left", offered_at=NOW, answer_by=NOW)


def test_a_person_waits_once_for_a_shift(full):
    entry = full.join(full.first)

    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingEntry.objects.create(shift=full.shift, role=full.role, volunteer=full.first, key="OTHER", joined_at=NOW)
    WaitingEntry.objects.filter(pk=entry.pk).update(ended_at=NOW, outcome="left")
    full.join(full.first)
