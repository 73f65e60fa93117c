"""A sign-up and the decision that takes its role out, on two connections. Only PostgreSQL locks rows."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from academy.activities import changing, services
from academy.activities.models import Activity, PlanChange, Role, Shift, SignUp
from academy.activities.signing_alike import WantedPlace, sign_up_alike
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.activities.test_changing_rows import AFTER, HOUR, START, helper, roles, save
from tests.at_once import at_once
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.hours.test_lock_order import interleave

BEFORE = START - 24 * HOUR

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def a_role_that_goes() -> tuple[Activity, PlanChange, Callable[[], object]]:
    """Return a class, the waiting change that takes its listeners' role out, and the decision that agrees."""
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者"}])
    approver = UserFactory(duties=[(activity.community, DutyRole.APPROVER)])
    waiting = save(roles=roles()[1:], at=AFTER).waiting
    return activity, waiting, lambda: decide(request=waiting, by=approver, at=AFTER, accepted=True)


def take_place(person: Volunteer, shift: Shift, role: Role) -> SignUp | Refusal:
    return services.sign_up(volunteer=person, shift=shift, role=role, by=None, at=BEFORE)


def needs_row_locks() -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("this database locks no rows")  # SQLite has one writer; PostgreSQL runs it


def test_a_sign_up_waits_while_the_rows_that_go_are_looked_at(db: None) -> None:
    needs_row_locks()
    activity, waiting, agree = a_role_that_goes()
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    took = interleave(
        hold=lambda: changing.lock_plan(waiting), act=lambda: take_place(person, shift, listeners), then=agree
    )
    waiting.refresh_from_db()
    assert took == services.ROLE_GONE and waiting.accepted
    assert not SignUp.objects.exists() and [role.name for role in roles()] == ["志愿者"]


def test_of_a_sign_up_and_a_decision_at_once_one_comes_first(db: None) -> None:
    activity, waiting, agree = a_role_that_goes()
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    took, decided = at_once(lambda: take_place(person, shift, listeners), agree)
    waiting.refresh_from_db()
    if decided == changing.STILL_NEEDED:
        assert took == SignUp.objects.get() and waiting.decided_at is None
    else:
        assert took == services.ROLE_GONE and not SignUp.objects.exists() and waiting.accepted
        assert not Role.objects.filter(pk=listeners.pk).exists()


def test_a_sign_up_meets_the_form_that_takes_its_role_out(db: None) -> None:
    needs_row_locks()
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者"}])
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    took = interleave(
        hold=lambda: save(roles=roles()[1:], at=BEFORE),
        act=lambda: take_place(person, shift, listeners),
        then=lambda: None,
    )
    assert took == services.ROLE_GONE and not SignUp.objects.exists()
    assert [role.name for role in roles()] == ["志愿者"]


@pytest.mark.parametrize("goes", ["role", "shift"])
def test_the_form_waits_for_a_sign_up_and_keeps_what_it_needs(db: None, goes: str) -> None:
    needs_row_locks()
    spans = [{"starts_at": START + shift * 6 * HOUR, "ends_at": START + (shift * 6 + 3) * HOUR} for shift in (0, 1)]
    activity = ActivityFactory(shifts=spans, roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者"}])
    person, listeners = VolunteerFactory(community=activity.community), roles()[0]
    shift, other = activity.shifts.order_by("pk")
    rows = {"roles": roles()[1:]} if goes == "role" else {"shifts": [other]}
    answer = interleave(
        hold=lambda: take_place(person, shift, listeners),
        act=lambda: save(at=BEFORE, **rows),
        then=lambda: None,
    )
    assert answer == changing.NEEDED_MEANWHILE
    assert SignUp.objects.get().volunteer == person and len(roles()) == 2 and activity.shifts.count() == 2


def test_a_sign_up_for_a_role_or_shift_that_went_is_refused_in_words(db: None) -> None:
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}, {"name": "志愿者"}])
    person, shift, listeners = VolunteerFactory(community=activity.community), activity.shifts.get(), roles()[0]
    Role.objects.filter(pk=listeners.pk).delete()
    assert take_place(person, shift, listeners) == services.ROLE_GONE
    wanted = WantedPlace(person, shift, listeners, UserFactory())
    assert sign_up_alike(wanted=[wanted], at=BEFORE) == [services.ROLE_GONE]
    assert not SignUp.objects.exists()


def test_two_people_who_add_a_role_at_once_ask_once(db: None) -> None:
    activity = ActivityFactory(roles=[{"name": "听众", "counts_as": "learner"}])

    def ask() -> object:
        with transaction.atomic():
            return save(roles=[*roles(), helper()], at=AFTER)

    answers = at_once(ask, ask)
    assert answers.count(changing.ALREADY_ASKED) == 1
    assert PlanChange.objects.get().activity == activity and Role.objects.count() == 1
