"""Offers of free places to those who wait, in their order: after a place went back, and by the clock.

An offer takes the place through `services.sign_up`, with all its checks and the constraint, and holds it in the same
transaction. So nobody passes by, and who cannot take part is left out until they can.
"""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from academy.activities import seats, services
from academy.activities.cards import places_in
from academy.activities.message_kinds import PLACE
from academy.activities.models import Activity, Shift, SignUp
from academy.activities.waiting import terms
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.core import formats
from academy.core.look import current_language
from academy.core.one_by_one import each_alone
from academy.core.refusals import Refusal
from academy.messaging.models import Tone
from academy.messaging.services import Draft, fill_in, send_all

logger = logging.getLogger(__name__)


@transaction.atomic
def settle(*, shift_id: int, at: dt.datetime) -> list[WaitingEntry]:
    """End the offers that nobody answered, and offer the free places of this shift to the next who wait.

    Return the new offers. The shift is locked, so that no person who joins at this moment is missed.
    """
    shift = lock_shift(shift_id)
    if shift is None:
        return []
    found = WaitingEntry.objects.open().filter(shift=shift).select_related("volunteer__merged_into", "role")
    # An entry that its person is answering at this moment is left to them; their answer settles the shift again.
    entries = list(found.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    if not entries:
        return []
    drafts: list[Draft] = []
    waiting = _end(entries, shift, at, drafts)
    offered = _offer(waiting, shift, at)
    drafts += [_offer_draft(entry, shift) for entry in offered]
    if drafts:
        send_all(drafts, at=at)
    return offered


def lock_shift(shift_id: int) -> Shift | None:
    """Lock the shift against another change of its waiting list, and return it; None if it is gone.

    Its activity is locked first, in the order of `save_activity` and of changes of a standing shift.
    """
    Activity.objects.select_for_update(no_key=True, of=("self",)).filter(shifts=shift_id).first()
    shifts = Shift.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    shift: Shift | None = shifts.filter(pk=shift_id).first()
    return shift


def sweep(*, at: dt.datetime) -> int:
    """Settle each shift whose offers or list have ended, or that has a place for somebody who waits.

    Return the number of new offers. Without such a shift it takes four statements at most.
    """
    entries = WaitingEntry.objects.open().order_by("shift")
    closing = at + terms.LAST_OFFER
    own = SignUp.objects.filter(shift=OuterRef("shift"), volunteer=OuterRef("volunteer"), cancelled_at=None)
    is_over = Q(shift__starts_at__lte=closing) | Q(shift__activity__cancelled_at__isnull=False)
    due = set(entries.filter(Q(answer_by__lte=at) | is_over | Exists(own)).values_list("shift", flat=True))
    unasked = set(entries.filter(offered_at=None).values_list("shift", "role"))
    shifts = list(Shift.objects.filter(pk__in={shift for shift, _role in unasked} - due))
    free = {
        (shift, one.role.pk) for shift, places in places_in(shifts, people=()).items() for one in places if one.left
    }
    due |= {shift for shift, role in unasked if (shift, role) in free}
    offers = each_alone(
        sorted(due),
        lambda shift_id: settle(shift_id=shift_id, at=at),
        failed="The waiting list of shift %s is not settled yet",
        log=logger,
    )
    return sum(map(len, offers))


def end(entry: WaitingEntry, outcome: Outcome, *, at: dt.datetime, place: SignUp | None = None) -> bool:
    """End the wait, and free a place that was held. Return whether one is free now."""
    is_free = (place is None or entry.place_id != place.pk) and seats.release(entry.place_id)
    entry.ended_at, entry.outcome, entry.place = at, outcome, place
    entry.save(update_fields=["ended_at", "outcome", "place"])
    return is_free


def _end(entries: list[WaitingEntry], shift: Shift, at: dt.datetime, drafts: list[Draft]) -> list[WaitingEntry]:
    """End the entries whose time is over, with a message. Return those who wait for an offer."""
    people = [entry.volunteer for entry in entries]
    taken = SignUp.objects.of_all(people).filter(shift=shift, cancelled_at=None).select_related("volunteer")
    places = {place.volunteer.merged_into_id or place.volunteer_id: place for place in taken}
    is_cancelled, is_closed = shift.activity.cancelled_at is not None, at >= terms.closes_at(shift.starts_at)
    waiting, seen = [], set()
    for entry in entries:
        person = entry.volunteer.stays.pk
        if place := places.get(person):
            end(entry, Outcome.TOOK, at=at, place=place if place.pk == entry.place_id else None)
        elif person in seen:
            end(entry, Outcome.LEFT, at=at)  # two rows of one person, merged since
        elif is_cancelled:
            end(entry, Outcome.OVER, at=at)
            drafts.append(_draft(entry, shift, f"cancelled:{shift.activity_id}", CANCELLED))
        elif entry.answer_by is not None and (is_closed or at >= entry.answer_by):
            end(entry, Outcome.LAPSED, at=at)
            drafts.append(_draft(entry, shift, f"place_lapsed:{entry.pk}", LAPSED))
        elif is_closed:
            end(entry, Outcome.OVER, at=at)
            drafts.append(_draft(entry, shift, f"waiting_over:{entry.pk}", NO_PLACE))
        elif entry.answer_by is None:
            waiting.append(entry)
        seen.add(person)
    return waiting


def _offer(waiting: list[WaitingEntry], shift: Shift, at: dt.datetime) -> list[WaitingEntry]:
    """Hold the free places for the first of these who can take part; those who cannot keep waiting."""
    until = terms.answer_by(timezone.localtime(at), timezone.localtime(shift.starts_at))
    if until is None or not waiting:
        return []
    left = {one.role.pk: one.left for one in places_in([shift], people=())[shift.pk]}
    offered = []
    for entry in waiting:
        if not left.get(entry.role_id):
            continue
        place = services.sign_up(volunteer=entry.volunteer, shift=shift, role=entry.role, by=None, at=at)
        if isinstance(place, Refusal):
            if place.code == "shift_full":
                left[entry.role_id] = 0
            continue
        seats.hold(place, until=until, at=at)
        left[entry.role_id] -= 1
        entry.place, entry.offered_at, entry.answer_by = place, at, until
        entry.save(update_fields=["place", "offered_at", "answer_by"])
        offered.append(entry)
    return offered


# Messages

OFFERED = _("A place is free for you: “%(title)s”, %(when)s. Answer by %(until)s; it is kept for you until then.")
LAPSED = _(
    "“%(title)s”, %(when)s: you did not answer in time, so the place goes to the next. You can wait again on its page."
)
NO_PLACE = _("“%(title)s”, %(when)s: no place became free. Look for another activity.")
CANCELLED = _("“%(title)s”, %(when)s, is cancelled. You need not wait for a place any more.")


def _offer_draft(entry: WaitingEntry, shift: Shift) -> Draft:
    assert entry.answer_by is not None
    text = fill_in(OFFERED, title=shift.activity.title, when=_when(shift), until=_moment(entry.answer_by))
    return Draft(
        PLACE,
        entry.volunteer,
        f"place_free:{entry.pk}",
        text,
        page_of(entry),
        Tone.TODO,
        event=_event(entry),
        until=entry.answer_by,
    )


def _draft(entry: WaitingEntry, shift: Shift, key: str, sentence: Any) -> Draft:
    text = fill_in(sentence, title=shift.activity.title, when=_when(shift))
    path = reverse("activities:detail", args=[shift.activity_id])
    return Draft(PLACE, entry.volunteer, key, text, path, event=_event(entry), until=shift.starts_at)


def _event(entry: WaitingEntry) -> str:
    """Return what a message about this wait is about: the next one replaces an unread one."""
    return f"place:{entry.pk}"


def page_of(entry: WaitingEntry) -> str:
    """Return the path of the page on which the person answers, signed in or not."""
    return reverse("activities:answer_offer", args=[entry.key])


def _when_text(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    return formats.when(timezone.localtime(starts_at), timezone.localtime(ends_at), current_language())


def _moment_text(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{formats.day(local, current_language(), weekday=True)} {formats.clock(local)}"


def _when(shift: Shift) -> str:
    return _when_lazily(shift.starts_at, shift.ends_at)


# Lazy: each message is worded in its own language when it is sent.
_when_lazily = lazy(_when_text, str)
_moment = lazy(_moment_text, str)
