"""A hundred thousand forged codes, tokens, signatures and scans, of each kind of attack."""

import random

import pytest

from tests.checkin import test_forged

MANY = 100_000


@pytest.mark.parametrize(
    "attempt",
    [
        test_forged.test_no_forged_code_opens_a_gate,
        test_forged.test_no_forged_token_names_a_device,
        test_forged.test_no_forged_signature_is_right,
        test_forged.test_forged_scans_are_not_stored,
    ],
    ids=lambda attempt: attempt.__name__.removeprefix("test_"),
)
@pytest.mark.django_db
def test_of_a_hundred_thousand_none_is_accepted(attempt):
    attempt(random.Random(20260110), many=MANY)
