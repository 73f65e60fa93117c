"""Urgent calls: people asked to a shift, who answer by their own link with one tap (R8)."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities import services
from academy.activities.call_models import Call
from academy.activities.message_kinds import CALL
from academy.activities.models import Role, Shift, SignUp
from academy.core.keys import random_key
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED

KEY_BITS = 100
MOST_CALLS = 100  # at a time: as many as the page lists
CALL_OVER = Refusal("call_over", _("This call is over. Look for other activities under “Activities”."))
CALLED_NOBODY = Refusal("called_nobody", _("Choose the people whom you want to ask."))
CALLED_TOO_MANY = Refusal("called_too_many", _("You can ask 100 people at once. Choose fewer; nobody was asked yet."))
SHIFT_OVER = Refusal("too_late", _("This shift is over. Nobody needs to come any more."))


def address_of(call: Call) -> str:
    """Return the whole address by which the person answers."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("activities:answer_call", args=[call.key])


@transaction.atomic
def call(*, people: Collection[Volunteer], shift: Shift, role: Role, by: User, at: dt.datetime) -> list[Call] | Refusal:
    """Ask these people to the shift, each once: who was asked before is left out, with their answer.

    Each gets a message in the site with their link; the caller's page has it as text besides. While the shift runs,
    people are asked to come for those who did not (A4). Refuses with `not_allowed`, `called_nobody`,
    `called_too_many`, `not_published`, `cancelled`, `too_late` (the shift is over).
    """
    activity = shift.activity
    if not by.has_right(Right.RUN_ACTIVITIES, activity.community):
        return NOT_ALLOWED
    if role.activity_id != activity.pk:
        raise ValueError(f"role {role.pk} is not one of activity {activity.pk}")
    if activity.published_at is None:
        return services.NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return services.CANCELLED
    if at >= shift.ends_at:
        return SHIFT_OVER
    asked = [one.stays for one in people if one.community_id == activity.community_id]
    if not asked:
        return CALLED_NOBODY
    if len(asked) > MOST_CALLS:
        return CALLED_TOO_MANY
    made = []
    for volunteer in asked:
        one = Call(shift=shift, role=role, volunteer=volunteer, key=random_key(KEY_BITS), called_at=at, called_by=by)
        if insert_if_absent(one):
            made.append(Call.objects.get(key=one.key))
        elif again := _ask_again(shift, volunteer, by=by, at=at):
            made.append(again)
    messaging.send_all([_draft(one) for one in made], at=at)
    return made


def _ask_again(shift: Shift, volunteer: Volunteer, *, by: User, at: dt.datetime) -> Call | None:
    """Renew the call of a person who did not answer before the shift began, when somebody is missing now."""
    if at < shift.starts_at:
        return None
    unanswered = Call.objects.of(volunteer).filter(shift=shift, comes=None, called_at__lt=shift.starts_at)
    if not unanswered.update(called_at=at, called_by=by):
        return None
    return Call.objects.of(volunteer).filter(shift=shift, called_at=at).select_related("shift__activity").first()


def _draft(one: Call) -> messaging.Draft:
    text = messaging.fill_in(
        _("We urgently need people: “%(title)s”, %(when)s, %(place)s. Can you come? One tap is enough."),
        title=one.shift.activity.title,
        when=period(one.shift),
        place=one.shift.activity.place,
    )
    return messaging.Draft(
        CALL,
        one.volunteer,
        key=f"call:{one.pk}:{one.called_at:%y%m%d%H%M}",
        text=text,
        path=reverse("activities:answer_call", args=[one.key]),
        tone=Tone.TODO,
        event=f"call:{one.pk}",
        until=one.shift.ends_at,
    )


@transaction.atomic
def answer(*, call: Call, comes: bool, at: dt.datetime) -> Call | Refusal:
    """Store the person's answer: a yes takes a place, a no after a yes gives it back.

    A yes is taken while the shift runs, with every check of a sign-up. Refuses with `call_over` when the call or the
    activity is over, with `too_late` for a no after a yes once it has begun, and as `services.sign_up` does; a refused
    answer is not stored.
    """
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("shift__activity", "role", "volunteer")
        .get(pk=call.pk)
    )
    if is_over(call, at):
        return CALL_OVER
    place = SignUp.objects.of(call.volunteer).filter(shift=call.shift, cancelled_at=None).first()
    if comes and place is None:
        begun = at >= call.shift.starts_at
        outcome = services.sign_up(
            volunteer=call.volunteer, shift=call.shift, role=call.role, by=None, at=at, late=begun
        )
        if isinstance(outcome, Refusal):
            return outcome
    if not comes and place is not None:
        withdrawn = services.cancel_sign_up(sign_up=place, by=None, at=at)
        if isinstance(withdrawn, Refusal):
            return withdrawn
    call.comes, call.answered_at = comes, at
    call.save(update_fields=["comes", "answered_at"])
    return call


def is_over(call: Call, at: dt.datetime) -> bool:
    """Return whether the call is over: when its shift begins, or ends if it was made later."""
    shift = call.shift
    if shift.activity.cancelled_at is not None or shift.activity.published_at is None:
        return True
    return at >= (shift.starts_at if call.called_at < shift.starts_at else shift.ends_at)


def calls_for(shift: Shift) -> list[Call]:
    """Return the calls for the shift, open ones first, then the yes, then the no."""
    found = Call.objects.filter(shift=shift).select_related("volunteer__merged_into", "shift__activity")
    order = {None: 0, True: 1, False: 2}
    return sorted(found, key=lambda one: (order[one.comes], one.pk))
