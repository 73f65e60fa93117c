"""An exception is taken back with a reason, and can be made again (T3, ADR 150); the log of needs."""

from copy import deepcopy

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from academy.activities import changing, services
from academy.activities.models import Activity, SignUp
from academy.activities.needs import exceptions
from academy.activities.needs import history as need_history
from academy.activities.needs.exception_models import NeedException, RevokedException
from academy.core.refusals import Refusal
from academy.decisions.services import OWN_MATTER
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.activities.needing import NOW, Needing, complete
from tests.factories import CommunityFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

WHY = "证书已过期，先复训"


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


def make(needing, reason="做过二十年护士", at=NOW):
    made = exceptions.make(
        volunteer=needing.volunteer,
        shift=needing.shift(),
        role=needing.role(),
        reason=reason,
        by=needing.worker,
        at=at,
    )
    assert isinstance(made, NeedException), made
    return made


def take(needing):
    return services.sign_up(
        volunteer=needing.volunteer, shift=needing.shift(), role=needing.role(), by=needing.worker, at=NOW
    )


def revoke(needing, made, *, reason=WHY, by=None, at=NOW):
    return exceptions.revoke(exception=made, reason=reason, by=by or needing.worker, at=at)


def code_of(outcome):
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_a_revoked_exception_opens_nothing_and_its_place_goes_back(needing):
    made = make(needing)
    place = take(needing)

    revoked = revoke(needing, made)

    assert (revoked.reason, revoked.revoked_by) == (WHY, needing.worker)
    assert SignUp.objects.get(pk=place.pk).cancelled_at == NOW
    assert code_of(take(needing)) == "needs_course"
    logged = ModelLogEntry.objects.filter(action=exceptions.REVOKED)
    assert sorted(logged.values_list("content_type__model", flat=True)) == ["activity", "volunteer"]
    assert WHY in str(logged[0].message)
    assert f"your place went back: {WHY}" in Message.objects.of(needing.volunteer).latest("pk").texts["en"]


def test_a_place_stays_with_who_has_the_course_by_now(needing):
    made = make(needing)
    place = take(needing)
    complete(needing.volunteer, needing.aid)

    revoke(needing, made)

    assert SignUp.objects.get(pk=place.pk).cancelled_at is None
    assert f"holds no longer: {WHY}" in Message.objects.of(needing.volunteer).latest("pk").texts["en"]


def test_a_revoked_exception_can_be_made_again(needing):
    made = make(needing)
    revoke(needing, made)

    again = make(needing, "复训通过")

    assert again == made and not RevokedException.objects.exists()
    assert isinstance(take(needing), SignUp)
    reasons = [str(entry.message) for entry in ModelLogEntry.objects.for_instance(needing.volunteer)]
    assert any("复训通过" in reason for reason in reasons) and any(WHY in reason for reason in reasons)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_revocation_has_a_reason(needing, reason):
    made = make(needing)
    assert code_of(revoke(needing, made, reason=reason)) == "needs_reason"
    with pytest.raises(IntegrityError), transaction.atomic():
        RevokedException.objects.create(exception=made, reason="", revoked_by=needing.worker, revoked_at=NOW)


def test_it_is_revoked_once(needing):
    made = make(needing)
    revoke(needing, made)
    assert code_of(revoke(needing, made)) == "already_done"


def test_who_may_not_run_activities_there_revokes_none(needing):
    made = make(needing)
    elsewhere = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    assert code_of(revoke(needing, made, by=elsewhere)) == "not_allowed"
    duties.grant_duty(user=needing.volunteer.user, community=needing.community, role="social_worker", by=None)
    assert revoke(needing, made, by=needing.volunteer.user) is OWN_MATTER
    assert not RevokedException.objects.exists()


def test_staff_revoke_it_from_the_page_that_says_why_not(needing, client):
    made = make(needing)
    take(needing)
    client.cookies["django_language"] = "en"
    client.force_login(needing.worker)
    page = reverse("why_not", args=[needing.activity.pk, needing.volunteer.pk])
    address = reverse("revoke_exception", args=[made.pk])
    links = BeautifulSoup(client.get(page).content, "html.parser").select("td a.button")
    assert [link["href"] for link in links] == [address]

    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": WHY})["Location"] == page

    after = BeautifulSoup(client.get(page).content, "html.parser")
    assert [one["data-reason"] for one in after.select("[data-reason]")] == ["needs_course"]
    again = client.post(address, {"reason": WHY})
    assert "does not hold any more" in again.content.decode()


def test_a_change_of_what_a_role_asks_for_stands_in_the_history(needing):
    activity = Activity.objects.get(pk=needing.activity.pk)
    [role] = activity.roles.all()
    role.courses, role.min_age, role.needs_agreement = [needing.visits], 18, True
    activity.roles = [role]
    changing.save_activity(activity=activity, by=needing.worker, at=NOW)

    [entry] = ModelLogEntry.objects.filter(action=need_history.CHANGED)

    assert entry.user == needing.worker
    with translation.override("en"):
        said = str(entry.message)
    assert said == (
        "Needs of roles changed · 急救员: completed: “心肺复苏” → "
        "completed: “上门礼仪”, 18 years or older, the signed agreement"
    )


def test_a_save_that_changes_no_need_logs_none(needing):
    activity = Activity.objects.get(pk=needing.activity.pk)
    activity.place = "西门"
    changing.save_activity(activity=activity, by=needing.worker, at=NOW)
    assert not ModelLogEntry.objects.filter(action=need_history.CHANGED).exists()

    [role] = activity.roles.all()
    role.courses, role.tier = [], "beginner"
    activity.roles = [role]
    changing.save_activity(activity=activity, by=needing.worker, at=NOW)
    [role] = activity.roles.all()
    role.tier = ""
    activity.roles = [role]
    changing.save_activity(activity=activity, by=needing.worker, at=NOW)
    entries = ModelLogEntry.objects.filter(action=need_history.CHANGED).order_by("pk")
    with translation.override("en"):
        said = [str(entry.message) for entry in entries]
    assert said[0].endswith(" or higher") and said[1].endswith("→ no requirement")
