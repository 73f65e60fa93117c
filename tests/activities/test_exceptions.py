"""An exception opens one role to one person, with a reason; the law knows none (T3, N3, V1, K4)."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.activities import services
from academy.activities.models import Activity, SignUp
from academy.activities.needs import exceptions
from academy.activities.needs.exception_models import NeedException
from academy.core.refusals import Refusal
from academy.decisions.services import OWN_MATTER, decide
from academy.messaging.models import Message
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties
from tests.activities.needing import NOW, START, Needing
from tests.factories import CommunityFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

WHY = "做过二十年护士"


@pytest.fixture(autouse=True)
def _two_days_before(without_pages):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    return rows_of_module(Needing)


@pytest.fixture
def needing(needing_of_module, db):
    return deepcopy(needing_of_module)


def make(needing, volunteer=None, activity=None, *, reason=WHY, by=None, at=NOW):
    return exceptions.make(
        volunteer=volunteer or needing.volunteer,
        shift=needing.shift(activity),
        role=needing.role(activity),
        reason=reason,
        by=by or needing.worker,
        at=at,
    )


def ask(needing, activity=None, *, reason=WHY, by=None, at=NOW):
    return exceptions.ask(
        volunteer=needing.volunteer,
        shift=needing.shift(activity),
        role=needing.role(activity),
        reason=reason,
        by=by or needing.volunteer.user,
        at=at,
    )


def take(needing, volunteer=None, activity=None):
    return services.sign_up(
        volunteer=volunteer or needing.volunteer,
        shift=needing.shift(activity),
        role=needing.role(activity),
        by=None,
        at=NOW,
    )


def code_of(outcome):
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_staff_open_the_role_to_this_person_alone(needing):
    made = make(needing)
    assert (made.accepted, made.decided_by, made.answer) == (True, needing.worker, WHY)
    assert made.missing and "心肺复苏" in made.missing[0]
    assert isinstance(take(needing), SignUp)
    assert code_of(take(needing, needing.person())) == "needs_course"
    other_day = needing.plan(title="下一次值守", courses=[needing.aid])
    assert code_of(take(needing, activity=other_day)) == "needs_course"


def test_it_is_logged_at_the_person_and_at_the_activity_and_told(needing):
    make(needing)
    logged = ModelLogEntry.objects.filter(action="activities.except").values_list("content_type__model", flat=True)
    assert sorted(logged) == ["activity", "volunteer"]
    assert WHY in str(ModelLogEntry.objects.filter(action="activities.except")[0].message)
    assert Message.objects.filter(volunteer=needing.volunteer, key__startswith="need-exception:").count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_exception_has_a_reason(needing, reason):
    assert code_of(make(needing, reason=reason)) == "needs_reason"
    assert not NeedException.objects.exists()


def test_no_exception_lifts_danger_consent_or_signature(needing):
    """N3, N2: while such a reason stands, there is nothing to decide, if a course is missing too or not."""
    child = needing.person("小明", birth_date=dt.date(2011, 1, 1))
    dangerous = needing.plan(title="清淤", dangerous=True, insurance="P-1", courses=[needing.aid])
    assert code_of(make(needing, child, dangerous)) == "no_exception"
    assert code_of(make(needing, child)) == "no_exception"  # the guardian's consent is missing
    consents.record_consent(volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence="", by=None, at=NOW)
    assert code_of(make(needing, child, dangerous)) == "no_exception"
    make(needing, child)
    assert isinstance(take(needing, child), SignUp)


def test_an_exception_that_stands_opens_no_activity_marked_as_dangerous_later(needing):
    child = needing.person("小明", birth_date=dt.date(2011, 1, 1))
    consents.record_consent(volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence="", by=None, at=NOW)
    make(needing, child)
    Activity.objects.filter(pk=needing.activity.pk).update(dangerous=True, insurance="P-1")
    assert code_of(take(needing, child)) == "minor_not_allowed"


def test_where_nothing_is_missing_nothing_is_decided(needing):
    assert code_of(make(needing, activity=needing.plan(title="引导"))) == "nothing_missing"


def test_who_may_not_run_activities_makes_none(needing):
    approver = UserFactory(duties=[(needing.community, DutyRole.APPROVER)])
    foreign = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    for by in (approver, needing.volunteer.user, foreign):
        assert code_of(make(needing, by=by)) == "not_allowed"


def test_staff_make_none_for_themselves(needing):
    user = needing.volunteer.user
    duties.grant_duty(user=user, community=needing.community, role=DutyRole.SOCIAL_WORKER, by=None)
    user.refresh_from_db()
    assert make(needing, by=user) == OWN_MATTER


def test_after_the_shift_begins_there_is_nothing_to_open(needing):
    assert code_of(make(needing, at=START)) == "too_late"


# Asked for


def test_a_person_asks_and_staff_decide_at_once(needing):
    asked = ask(needing)
    assert asked.accepted is None and code_of(take(needing)) == "needs_course"
    decided = decide(request=asked, by=needing.worker, at=NOW, accepted=True)
    assert not isinstance(decided, Refusal), decided
    assert isinstance(take(needing), SignUp)


def test_a_no_has_a_reason_that_the_person_reads(needing):
    asked = ask(needing)
    assert code_of(decide(request=asked, by=needing.worker, at=NOW, accepted=False)) == "needs_reason"
    decide(request=asked, by=needing.worker, at=NOW, accepted=False, answer="这次要现场急救")
    assert "这次要现场急救" in Message.objects.get(volunteer=needing.volunteer).texts["zh-hans"]
    assert code_of(take(needing)) == "needs_course"
    assert code_of(ask(needing)) == "already_asked"


def test_making_it_answers_what_was_asked(needing):
    asked = ask(needing)
    make(needing)
    asked.refresh_from_db()
    assert asked.accepted is True and NeedException.objects.count() == 1


@pytest.mark.parametrize("twice", [True, False])
def test_the_database_holds_one_open_and_one_accepted_exception(needing, twice):
    fields = {"role": needing.role(), "volunteer": needing.volunteer, "reason": WHY, "asked_at": NOW}
    decided = {"decided_by": needing.worker, "decided_at": NOW, "accepted": True, "answer": WHY}
    NeedException.objects.create(**fields)
    NeedException.objects.create(**fields, **decided)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedException.objects.create(**fields, **(decided if twice else {}))


def test_an_exception_without_a_reason_is_not_stored(needing):
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedException.objects.create(role=needing.role(), volunteer=needing.volunteer, asked_at=NOW)


def test_somebody_else_asks_for_no_person(needing):
    assert code_of(ask(needing, by=needing.person("刘伟", login=True).user)) == "not_allowed"


# On the pages


def test_the_page_asks_and_says_that_it_was_asked(needing):
    phone, page = Client(), reverse("activities:detail", args=[needing.activity.pk])
    phone.force_login(needing.volunteer.user)
    form = {"shift": needing.shift().pk, "role": needing.role().pk, "volunteer": needing.volunteer.pk}
    assert f"{page}exception/" in phone.get(page).content.decode()
    assert phone.post(f"{page}exception/", {**form, "reason": WHY}, follow=True).status_code == 200
    assert NeedException.objects.get().reason == WHY
    assert f"{page}exception/" not in phone.get(page).content.decode()
    again = phone.post(f"{page}exception/", {**form, "reason": WHY})
    assert 'data-refusal="already_asked"' in again.content.decode()


def test_a_signed_out_visitor_signs_in_first(needing, client):
    page = reverse("activities:detail", args=[needing.activity.pk])
    assert client.post(f"{page}exception/")["Location"] == f"{reverse('account_login')}?next={page}"


def test_the_card_says_what_is_missing_and_why(needing, client):
    ask(needing)
    client.force_login(needing.worker)
    card = BeautifulSoup(client.get(reverse("decisions:list")).content, "html.parser").select_one("article.decision")
    assert all(words in card.text for words in (needing.volunteer.name, "急救值守", "急救员", "心肺复苏", WHY))


def test_staff_make_it_on_the_page_that_says_why_not(needing, client):
    client.force_login(needing.worker)
    page = reverse("why_not", args=[needing.activity.pk, needing.volunteer.pk])
    assert client.post(page, {"role": needing.role().pk, "reason": ""}).status_code == 200
    assert client.post(page, {"role": needing.role().pk, "reason": WHY})["Location"] == page
    after = BeautifulSoup(client.get(page).content, "html.parser")
    assert after.select("[data-reason]") == [] and after.select_one("table s") is not None
    assert isinstance(take(needing), SignUp)
