"""A sign-up and the decision that takes its role out, on two connections. Only PostgreSQL locks rows."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from academy.activities import changing
from academy.activities.models import Activity, PlanChange, Role, Shift, SignUp
from academy.decisions.services import decide
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.activities.test_changing_rows import AFTER, helper, roles, save
from tests.at_once import at_once
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up
from tests.hours.test_lock_order import interleave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def a_role_that_goes() -> tuple[Activity, PlanChange, Callable[[], object]]:
    """Return a class, the waiting change that takes its listeners' role out, and the decision that agrees."""
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者"}])
    approver = UserFactory(duties=[(activity.community, DutyRole.APPROVER)])
    waiting = save(roles=roles()[1:], at=AFTER).waiting
    return activity, waiting, lambda: decide(request=waiting, by=approver, at=AFTER, accepted=True)


def take_place(person: Volunteer, shift: Shift, role: Role) -> SignUp | None:
    try:
        return sign_up(person, shift, role)
    except (IntegrityError, AssertionError):
        return None  # the role went first


def test_a_sign_up_waits_while_the_rows_that_go_are_looked_at(db: None) -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("this database locks no rows")  # SQLite has one writer; PostgreSQL runs it
    activity, waiting, agree = a_role_that_goes()
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    took = interleave(
        hold=lambda: changing.lock_plan(waiting), act=lambda: take_place(person, shift, listeners), then=agree
    )
    waiting.refresh_from_db()
    assert took is None and waiting.accepted
    assert not SignUp.objects.exists() and [role.name for role in roles()] == ["志愿者"]


def test_of_a_sign_up_and_a_decision_at_once_one_comes_first(db: None) -> None:
    activity, waiting, agree = a_role_that_goes()
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    took, decided = at_once(lambda: take_place(person, shift, listeners), agree)
    waiting.refresh_from_db()
    if decided == changing.STILL_NEEDED:
        assert took == SignUp.objects.get() and waiting.decided_at is None
    else:
        assert took is None and not SignUp.objects.exists() and waiting.accepted
        assert not Role.objects.filter(pk=listeners.pk).exists()


def test_two_people_who_add_a_role_at_once_ask_once(db: None) -> None:
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}])

    def ask() -> object:
        with transaction.atomic():
            return save(roles=[*roles(), helper()], at=AFTER)

    answers = at_once(ask, ask)
    assert answers.count(changing.ALREADY_ASKED) == 1
    assert PlanChange.objects.get().activity == activity and Role.objects.count() == 1
