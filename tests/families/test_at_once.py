"""A guardian withdraws while the minor signs up: two real connections."""

import datetime as dt
from threading import Event

import pytest
from django.db import transaction

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.families import agency_services, guardian_services, guardians
from academy.families.models import Agency, AgencyOffer
from academy.people.models import Consent
from tests.at_once import at_once
from tests.factories import ActivityFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

NOW = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)
SAID = "还没有监护人的同意。请把链接发给监护人，或把签好字的同意书交到服务台。"


@pytest.fixture
def child(db):
    return VolunteerFactory(name="张小雨", birth_date=dt.date(2011, 5, 1), at=NOW - dt.timedelta(days=30))


def ask(child):
    return guardian_services.ask_guardian(volunteer=child, name="张强", phone="13900005678", by=None, at=NOW)[1]


def say_yes(code):
    return guardian_services.answer(code=code, granted=True, name="张强", relation="父亲", digits="5678", at=NOW)


def test_a_withdrawal_during_sign_up_leaves_no_place(child):
    """Either the sign-up is refused with the sentence, or the withdrawal gives its place back."""
    activity = ActivityFactory(community=child.community)
    shift, role = activity.shifts.get(), activity.roles.get()
    code = ask(child)
    say_yes(code)
    for minute in (1, 2, 3, 4):
        at = NOW + dt.timedelta(minutes=2 * minute)
        signed_up, _withdrawn = at_once(
            lambda at=at: activities.sign_up(volunteer=child, shift=shift, role=role, by=None, at=at),
            lambda at=at: guardian_services.withdraw(code=code, activity_id=None, at=at),
        )
        if isinstance(signed_up, Refusal):
            assert (signed_up.code, str(signed_up)) == ("needs_consent", SAID)
        assert not SignUp.objects.filter(cancelled_at=None).exists()
        assert not guardians.covers(child, activity_id=activity.pk, day=shift.date)
        guardian_services.answer(
            code=code, granted=True, name="张强", relation="父亲", digits="5678", at=at + dt.timedelta(minutes=1)
        )


@pytest.mark.parametrize("first", ["sign-up", "withdrawal"])
def test_the_second_of_both_waits_for_the_first(child, first):
    """The first one is still uncommitted when the second one begins."""
    activity = ActivityFactory(community=child.community)
    shift, role = activity.shifts.get(), activity.roles.get()
    code = ask(child)
    say_yes(code)
    at, has_acted, is_done = NOW + dt.timedelta(minutes=5), Event(), Event()

    def sign_up():
        return activities.sign_up(volunteer=child, shift=shift, role=role, by=None, at=at)

    def withdraw():
        return guardian_services.withdraw(code=code, activity_id=None, at=at)

    acts = {"sign-up": sign_up, "withdrawal": withdraw}
    begins = acts.pop(first)
    [(_name, follows)] = acts.items()

    def begin():
        with transaction.atomic():
            answer = begins()
            has_acted.set()
            is_done.wait(timeout=0.5)  # the other one is done at once if it does not wait
        return answer

    def follow():
        assert has_acted.wait(timeout=20)
        answer = follows()
        is_done.set()
        return answer

    answers = at_once(begin, follow)

    assert not SignUp.objects.filter(cancelled_at=None).exists()
    if first == "withdrawal":
        assert str(answers[1]) == SAID
    else:
        assert SignUp.objects.get().cancelled_at == at


def test_two_taps_on_yes_are_one_consent(child):
    code = ask(child)
    at_once(*[lambda: say_yes(code)] * 2)

    assert Consent.objects.filter(kind="guardian").count() == 1


def test_two_phones_that_open_one_offer_begin_one_agency(child):
    elder, one, other = (VolunteerFactory(community=child.community, login=True) for _ in range(3))
    code = agency_services.offer_agency(volunteer=elder, by=elder.user, at=NOW)
    answers = at_once(
        *(
            lambda user=user: agency_services.accept_offer(code=code, user=user, at=NOW)
            for user in (one.user, other.user)
        )
    )

    assert sorted(getattr(answer, "code", "") for answer in answers) == ["", "link_used"]
    assert Agency.objects.count() == AgencyOffer.objects.exclude(used_at=None).count() == 1
