"""Services of the waiting list: join, leave, answer an offer; staff put people in and take them out."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities import placing, services
from academy.activities.models import Role, Shift, SignUp
from academy.activities.waiting import offering, terms
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.core.keys import random_key
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED

KEY_BITS = 100
PLACE_FREE = Refusal("place_free", _("A place has just become free. Take it now: nobody has to wait."))
ALREADY_WAITING = Refusal(
    "already_waiting", _("You wait for this shift already. We tell you when a place becomes free for you.")
)
LIST_CLOSED = Refusal(
    "list_closed", _("It begins within the hour, so the waiting list is closed. Ask the leader whether you can join.")
)
OFFER_OVER = Refusal(
    "offer_over", _("This offer is over, and the place went to the next. You can wait again on the activity's page.")
)
NO_OFFER = Refusal("no_offer", _("No place is free yet. You get a message when one is free for you."))

_FOR_STAFF = {
    "place_free": _("A place is free in this role. Sign the person up instead."),
    "already_waiting": _("This person waits for this shift already."),
    "list_closed": _("It begins within the hour, so the waiting list is closed. The leader can still let them in."),
}


@transaction.atomic
def join(*, volunteer: Volunteer, shift: Shift, role: Role, by: User | None, at: dt.datetime) -> WaitingEntry | Refusal:
    """Put the volunteer at the end of the waiting list of a full role (one list, by the time of joining).

    Refuses with `place_free`, `already_waiting`, `list_closed`, and as `services.sign_up` does: who could not take the
    place does not wait for it.
    """
    volunteer = volunteer.stays
    if shift.activity.cancelled_at is None and terms.closes_at(shift.starts_at) <= at < shift.starts_at:
        return LIST_CLOSED
    offering.lock_shift(shift.pk)  # a place that goes back at this moment waits, and then finds the entry
    if WaitingEntry.objects.open().of(volunteer).filter(shift=shift).exists():
        return ALREADY_WAITING
    refusal = _refuse(volunteer, shift, role, at)
    if refusal.code != "shift_full":
        return refusal
    entry = WaitingEntry(
        shift=shift, role=role, volunteer=volunteer, key=random_key(KEY_BITS), joined_at=at, joined_by=by
    )
    if not insert_if_absent(entry):
        return ALREADY_WAITING
    return WaitingEntry.objects.select_related("shift__activity", "role", "volunteer").get(key=entry.key)


def _refuse(volunteer: Volunteer, shift: Shift, role: Role, at: dt.datetime) -> Refusal:
    """Return why the person cannot take a place now: all checks of a sign-up, which is taken back."""
    with transaction.atomic():
        place = services.sign_up(volunteer=volunteer, shift=shift, role=role, by=None, at=at)
        if isinstance(place, SignUp):
            transaction.set_rollback(True)  # of this savepoint
    return place if isinstance(place, Refusal) else PLACE_FREE


@transaction.atomic
def answer(*, entry: WaitingEntry, takes: bool, by: User | None, at: dt.datetime) -> WaitingEntry | Refusal:
    """Take the place that is held for the person, or leave the list; then the next is asked.

    A second tap changes no row. Refuses with `offer_over`, `no_offer`, and as `services.sign_up` does: the offer then
    stays until its time is over.
    """
    offering.lock_shift(entry.shift_id)  # before the entry, as `settle` does
    entry = _locked(entry)
    if entry.ended_at is not None:
        is_same = takes == (entry.outcome == Outcome.TOOK) and entry.outcome != Outcome.LAPSED
        return entry if is_same else OFFER_OVER
    if not takes:
        offering.end(entry, Outcome.DECLINED if entry.is_offered else Outcome.LEFT, at=at)
        offering.settle(shift_id=entry.shift_id, at=at)
        return entry
    if entry.answer_by is None:
        return NO_OFFER
    if at >= entry.answer_by:
        return OFFER_OVER  # the clock gives it to the next
    place = services.sign_up(volunteer=entry.volunteer, shift=entry.shift, role=entry.role, by=by, at=at)
    if isinstance(place, Refusal):
        return place
    if offering.end(entry, Outcome.TOOK, at=at, place=place):
        offering.settle(shift_id=entry.shift_id, at=at)
    return entry


def _locked(entry: WaitingEntry) -> WaitingEntry:
    entries = WaitingEntry.objects.select_for_update(no_key=True, of=("self",))
    return entries.select_related("shift__activity", "role", "volunteer__merged_into").get(pk=entry.pk)


@transaction.atomic
def put_in(*, volunteer: Volunteer, shift: Shift, role: Role, by: User, at: dt.datetime) -> WaitingEntry | Refusal:
    """Put a person on the waiting list at their wish (R8), with a log.

    Refuses as `join` does, worded for staff, and with `not_allowed`, `other_community`.
    """
    if refusal := placing.refuse_place(volunteer=volunteer, shift=shift, by=by):
        return refusal
    entry = join(volunteer=volunteer, shift=shift, role=role, by=by, at=at)
    if isinstance(entry, Refusal):
        if said := _FOR_STAFF.get(entry.code):
            return Refusal(entry.code, said)
        return placing.for_staff(entry, volunteer.stays, shift, role)
    placing.log_act("activities.wait", entry.volunteer, shift, role=role.name, by=by, at=at)
    return entry


@transaction.atomic
def take_out(*, entry: WaitingEntry, by: User, at: dt.datetime) -> WaitingEntry | Refusal:
    """Take a person off the waiting list at their wish, with a log; an offer goes to the next.

    Refuses with `not_allowed`, and as `answer` does.
    """
    shift = entry.shift
    if not by.has_right(Right.RUN_ACTIVITIES, shift.activity.community):
        return NOT_ALLOWED
    was_open = entry.ended_at is None
    outcome = answer(entry=entry, takes=False, by=by, at=at)
    if was_open and isinstance(outcome, WaitingEntry):
        placing.log_act("activities.wait_no_more", entry.volunteer.stays, shift, role=entry.role.name, by=by, at=at)
    return outcome


@transaction.atomic
def leave_all(*, people: Iterable[Volunteer], at: dt.datetime) -> int:
    """Take people who leave off all waiting lists, and return the number of entries."""
    entries = list(WaitingEntry.objects.open().of_all(list(people)).select_for_update(no_key=True, of=("self",)))
    shifts = {entry.shift_id for entry in entries if offering.end(entry, Outcome.LEFT, at=at)}
    for shift_id in sorted(shifts):
        transaction.on_commit(partial(offering.settle, shift_id=shift_id, at=at), robust=True)
    return len(entries)
