import pytest
from django.db import transaction

from academy.core.models import Sequence
from academy.core.sequences import next_number


@pytest.mark.django_db
def test_numbers_run_from_one_in_each_sequence():
    assert [next_number("volunteer:2026") for _ in range(3)] == [1, 2, 3]
    assert next_number("volunteer:2027") == 1
    assert Sequence.objects.get(name="volunteer:2026").last == 3


@pytest.mark.django_db
def test_a_number_of_a_rolled_back_transaction_is_given_again():
    with transaction.atomic():
        next_number("certificate:1")
        transaction.set_rollback(True)

    assert next_number("certificate:1") == 1
