"""The clock clears data that is older than its term, and the ledger stays provable (V3)."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from academy.agreements.models import Signature
from academy.audit.services import differences
from academy.core.files import private_files
from academy.core.models import Upkeep
from academy.hours.models import LedgerEntry
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Message
from academy.own_data import retention
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, personal_data
from tests.agreements.texts import publish_text, sign_on_paper
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    RuleSetFactory,
    UserFactory,
    VolunteerFactory,
    effective_record,
    sign_up,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.slow]

NOW = dt.datetime(2036, 11, 30, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LONG_AGO = dt.datetime(2026, 11, 29, 2, tzinfo=dt.UTC)  # a day beyond ten years
KEPT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)  # ten years ago to the day


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


def volunteer_of(home, at, **facts):
    return VolunteerFactory(community=home, at=at, **facts)


def is_erased(volunteer):
    return Volunteer.objects.get(pk=volunteer.pk).erased_at is not None


def test_people_without_a_trace_for_ten_years_are_erased(home):
    gone, kept = volunteer_of(home, LONG_AGO), volunteer_of(home, KEPT)

    retention.clear_what_is_over(at=NOW)

    assert is_erased(gone) and not is_erased(kept)


def test_a_later_trace_of_any_app_keeps_a_person(home):
    active, member = volunteer_of(home, LONG_AGO), volunteer_of(home, LONG_AGO, login=True)
    activity = ActivityFactory(community=home, starts_at=KEPT + HOUR, ends_at=KEPT + 3 * HOUR)
    sign_up(active, activity.shifts.get(), at=KEPT)
    member.user.last_login = KEPT
    member.user.save()

    retention.clear_what_is_over(at=NOW)

    assert not is_erased(active) and not is_erased(member)


def test_staff_are_kept(home):
    worker = volunteer_of(home, LONG_AGO, login=True)
    duties.grant_duty(user=worker.user, community=home, role=DutyRole.SOCIAL_WORKER, by=None)

    retention.clear_what_is_over(at=NOW)

    assert not is_erased(worker)


def test_a_community_keeps_data_for_longer(home):
    RuleSetFactory(community=home, values={"retention_years": 15})
    volunteer = volunteer_of(home, LONG_AGO)

    retention.clear_what_is_over(at=NOW)

    assert not is_erased(volunteer)


def test_old_looks_and_photos_go_and_newer_ones_stay(home):
    volunteer, worker = volunteer_of(home, KEPT), UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    child = volunteer_of(home, KEPT, birth_date=dt.date(2018, 1, 1))
    for key, at in (("old", LONG_AGO), ("new", KEPT)):
        personal_data.log_view_of_minors(volunteers=[child.pk], page=f"/{key}/", by=worker, at=at)
    agreement = publish_text(home, by=worker)
    old, new = (sign_on_paper(agreement, one, by=worker, at=at) for one, at in ((volunteer, LONG_AGO), (child, KEPT)))

    with_commit(lambda: retention.clear_what_is_over(at=NOW - dt.timedelta(days=365)))
    assert private_files.exists(old.file.name)

    with_commit(lambda: retention.clear_what_is_over(at=NOW))
    assert retention_of("looks") == 1
    assert not private_files.exists(old.file.name) and private_files.exists(new.file.name)
    assert Signature.objects.count() == 2


def test_messages_go_after_a_year(home):
    volunteer = volunteer_of(home, KEPT)
    for key, days in (("old", 367), ("new", 364)):
        at = NOW - dt.timedelta(days=days)
        messaging.send(kind=ANSWER, volunteer=volunteer, key=key, text=key, at=at)

    retention.clear_what_is_over(at=NOW)

    assert list(Message.objects.values_list("key", flat=True)) == ["new"]
    assert retention_of("messages") == 1


def with_commit(act):
    with TestCase.captureOnCommitCallbacks(execute=True):
        act()


def retention_of(name):
    return Upkeep.objects.get(work=retention.RETENTION).facts["cleared"].get(name, 0)


def test_a_day_is_looked_at_once_and_by_parts(home, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    people = [volunteer_of(home, LONG_AGO) for _one in range(3)]

    assert retention.clear_what_is_over(at=NOW) is False
    assert sum(map(is_erased, people)) == 2
    assert retention.clear_what_is_over(at=NOW + dt.timedelta(minutes=1)) is True
    assert all(map(is_erased, people)) and retention_of("people") == 3

    late = volunteer_of(home, LONG_AGO)
    assert retention.clear_what_is_over(at=NOW + dt.timedelta(minutes=2)) is True
    assert not is_erased(late)
    retention.clear_what_is_over(at=NOW + dt.timedelta(days=1))
    assert is_erased(late)


def test_the_ledger_stays_provable_after_an_erasure(home):
    RuleSetFactory(community=home)
    activity = ActivityFactory(community=home)
    volunteer = VolunteerFactory(community=home, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    effective_record(volunteer, activity.shifts.get())
    entries = list(LedgerEntry.objects.values_list("hash", flat=True))

    retention.clear_what_is_over(at=timezone.now() + dt.timedelta(days=366 * 11))

    assert is_erased(volunteer)
    assert list(LedgerEntry.objects.values_list("hash", flat=True)) == entries
    assert not list(differences())
    call_command("audit_ledger")
