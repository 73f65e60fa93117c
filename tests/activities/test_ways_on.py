"""Each reason why a person cannot sign up leads on, for the person and for staff."""

from copy import deepcopy
from typing import get_args

import pytest
import time_machine
from django.test import Client

from academy.activities.needs.judging import UnmetNeed, What
from academy.activities.needs.reasons import Wording
from academy.activities.needs.suitability import Suitability
from tests.activities.needing import NOW, Needing
from tests.agreements.texts import publish_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    return rows_of_module(Needing)


@pytest.fixture
def needing(needing_of_module, db):
    with time_machine.travel(NOW, tick=False):
        yield deepcopy(needing_of_module)


@pytest.mark.parametrize("for_staff", [False, True], ids=["person", "staff"])
@pytest.mark.parametrize("what", get_args(What))
def test_every_reason_leads_on(needing, what, for_staff):
    publish_text(needing.community, by=needing.worker)
    activity = needing.plan(title="夜巡", terms={"minors_until": "09:00"}, courses=[needing.aid], needs_agreement=True)
    activity.refresh_from_db()
    suitability = Suitability(activity, people=[needing.volunteer], roles=[needing.role(activity)])
    words = Wording(
        suitability, needing.volunteer, needing.shift(activity), needing.role(activity), for_staff=for_staff
    )

    (reason,) = words.reasons([UnmetNeed(what, course=needing.aid.pk, tier="beginner", age=16)])

    browser = Client()
    browser.force_login(needing.worker if for_staff else needing.volunteer.user)
    assert reason.links, what
    for address, said in reason.links:
        assert said and browser.get(address, follow=True).status_code == 200, address
