"""Minors at the gate: what decides there is what decides at sign-up (N2), in one statement."""

import datetime as dt

import pytest

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.families import guardian_services, guardians
from academy.people.services import consents
from tests.checkin.scans import poster, scan
from tests.checkin.times import START, minutes
from tests.factories import ActivityFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 1, 10)
BEFORE = START - minutes(600)


@pytest.fixture
def activity():
    return ActivityFactory()


@pytest.fixture
def child(activity):
    return VolunteerFactory(community=activity.community, birth_date=dt.date(2009, 1, 1), at=START - minutes(9999))


def code_of(activity, child, *, at=START):
    answer = scan(poster(activity), child, at=at)
    return answer.refusal.code if answer.refusal else ""


def record(child, kind, granted, *, activity_id=None, minute=0, until=None):
    at = BEFORE + minutes(minute)
    if activity_id or kind == "guardian":
        guardian_services.record_at_desk(
            volunteer=child, granted=granted, evidence="表", activity_id=activity_id, valid_until=until, by=None, at=at
        )
    else:
        consents.record_consent(volunteer=child, kind=kind, granted=granted, evidence="表", by=None, at=at)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([("once", True, "here")], id="this activity"),
        pytest.param([("once", True, "elsewhere")], id="another activity"),
        pytest.param([("guardian", True, ""), ("once", False, "here")], id="the year, not this one"),
        pytest.param([("guardian", True, ""), ("once", False, "elsewhere")], id="the year, not another one"),
        pytest.param([("once", True, "here"), ("guardian", False, "")], id="this one, then all withdrawn"),
        pytest.param([("once", False, "here"), ("guardian", True, "")], id="not this one, then the year"),
        pytest.param([("own_labour", True, "")], id="own labour"),
        pytest.param([("own_labour", True, ""), ("own_labour", False, "")], id="own labour no longer"),
        pytest.param([("guardian", False, ""), ("own_labour", True, "")], id="withdrawn, on own labour"),
        pytest.param([("guardian_notice", True, "")], id="the notice is no consent to take part"),
    ],
)
def test_the_gate_decides_as_sign_up_does(activity, child, said):
    other = ActivityFactory(community=activity.community, title="图书整理")
    ids = {"here": activity.pk, "elsewhere": other.pk, "": None}
    for number, (kind, granted, where) in enumerate(said):
        record(child, kind, granted, activity_id=ids[where], minute=number)

    covered = guardians.covers(child, activity_id=activity.pk, day=DAY)

    assert code_of(activity, child) == ("" if covered else "needs_consent")


def test_a_consent_that_was_withdrawn_between_sign_up_and_the_day(activity, child):
    """The place was given back with the withdrawal; at the gate the sentence says what to do."""
    record(child, "guardian", True)
    shift, role = activity.shifts.get(), activity.roles.get()
    place = activities.sign_up(volunteer=child, shift=shift, role=role, by=None, at=BEFORE + minutes(1))
    assert isinstance(place, SignUp)
    record(child, "guardian", False, minute=2)

    answer = scan(poster(activity), child)

    place.refresh_from_db()
    assert place.cancelled_at is not None
    assert isinstance(answer.refusal, Refusal) and answer.refusal.code == "needs_consent"
    assert str(answer.refusal) == "还没有监护人的同意。请把链接发给监护人，或把签好字的同意书交到服务台。"


def test_a_consent_that_ends_between_sign_up_and_the_moved_day(activity, child):
    record(child, "guardian", True, until=DAY)
    shift, role = activity.shifts.get(), activity.roles.get()
    activities.sign_up(volunteer=child, shift=shift, role=role, by=None, at=BEFORE + minutes(1))
    shift.starts_at, shift.ends_at = (at + dt.timedelta(days=1) for at in (shift.starts_at, shift.ends_at))
    shift.save()

    assert code_of(activity, child, at=shift.starts_at) == "needs_consent"


@pytest.mark.parametrize(("born", "code"), [(dt.date(2008, 1, 10), ""), (dt.date(2008, 1, 11), "needs_consent")])
def test_who_turned_18_last_night_checks_in_without_a_consent(activity, child, born, code):
    child.birth_date = born
    child.save()

    assert code_of(activity, child) == code


def test_a_minor_who_is_in_may_always_leave(activity, child):
    record(child, "guardian", True)
    assert code_of(activity, child) == ""
    guardian_services.record_at_desk(volunteer=child, granted=False, evidence="电话", by=None, at=START + minutes(30))

    assert scan(poster(activity), child, "out", at=START + minutes(60)).accepted
