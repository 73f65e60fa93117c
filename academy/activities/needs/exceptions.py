"""Exceptions: one person takes one role of one activity although something is missing (T3).

Asked for by the person, or made by staff at once; either way a decision with its reason. It lifts courses, tiers and
ages, never danger (N3), a guardian's consent (N2), a signature (A3) or insurance (V1).
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities import services
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.needs.exception_models import NeedException, RevokedException
from academy.activities.needs.reasons import Wording
from academy.activities.needs.suitability import Suitability
from academy.activities.refusals import ASKED_BEFORE, NEEDS_WORDS, NO_EXCEPTION, NOTHING_MISSING
from academy.core.refusals import Refusal
from academy.decisions import services as decisions
from academy.decisions.second_person import own_people
from academy.families import belongings
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.people.models import User, Volunteer
from academy.people.permissions import Belonging, Right
from academy.people.refusals import NOT_ALLOWED

REASON_LENGTH = 200
REVOKED = "activities.revoke_exception"  # action in the log
ALREADY_REVOKED = Refusal("already_done", _("This exception does not hold any more: it was revoked in the meantime."))
TOO_LATE = Refusal("too_late", _("No shift of this activity is to come. An exception comes too late."))
GONE = Refusal("already_done", _("This request is gone: the data of its person was erased."))


@transaction.atomic
def ask(
    *, volunteer: Volunteer, shift: Shift, role: Role, reason: str, by: User, at: dt.datetime
) -> NeedException | Refusal:
    """Ask the social worker for an exception, as the person or one who acts for them.

    Refuses with `not_allowed`, `needs_reason`, `nothing_missing`, `no_exception`, `already_asked`, and `too_late` for
    a shift that has begun.
    """
    person, day = _lock(volunteer), shift.date
    if not belongings.belongings(by, volunteer=person, day=day) & {Belonging.SELF, Belonging.AGENT}:
        return NOT_ALLOWED
    missing = _liftable(person, shift, role, reason, at)
    if isinstance(missing, Refusal):
        return missing
    if NeedException.objects.of(person).filter(role=role).exists():
        return ASKED_BEFORE  # a no of the staff is an answer, too
    return NeedException.objects.create(
        role=role, volunteer=person, missing=missing, reason=reason.strip()[:REASON_LENGTH], asked_by=by, asked_at=at
    )


@transaction.atomic
def make(
    *, volunteer: Volunteer, shift: Shift, role: Role, reason: str, by: User, at: dt.datetime
) -> NeedException | Refusal:
    """Make an exception as staff, at once: T3 asks for a reason and a log, not for a second person (K4).

    An open request of the person is answered by it; an exception that was revoked holds again. Refuses with
    `not_allowed`, `needs_reason`, `nothing_missing`, `no_exception`, `too_late`, `own_matter`.
    """
    person, activity = _lock(volunteer), role.activity
    if not by.has_right(Right.RUN_ACTIVITIES, activity.community) or person.community_id != activity.community_id:
        return NOT_ALLOWED
    missing = _liftable(person, shift, role, reason, at)
    if isinstance(missing, Refusal):
        return missing
    if own_people(by, [person]):
        return decisions.OWN_MATTER
    words = reason.strip()[:REASON_LENGTH]
    asked = NeedException.objects.of(person).open().filter(role=role).first()
    if asked is not None and asked.asked_by_id != by.pk:
        return decisions.decide(request=asked, by=by, at=at, accepted=True, answer=words)
    earlier: NeedException | None = NeedException.objects.of(person).accepted().filter(role=role).first()
    if earlier is not None:
        RevokedException.objects.filter(exception=earlier).delete()
        _say_yes(earlier, words, by=by, at=at)
        return earlier
    made = NeedException(role=role, volunteer=person, missing=missing, reason=words, asked_by=by, asked_at=at)
    made.decided_by, made.decided_at, made.accepted, made.answer = by, at, True, words
    made.save()
    carry_out(made, by=by, at=at)
    return made


def cannot_accept(request: NeedException, *, at: dt.datetime) -> Refusal | None:
    """Refuse with `too_late` when no shift is to come or the activity is cancelled."""
    activity = request.role.activity
    if activity.cancelled_at is None and activity.shifts.filter(starts_at__gt=at).exists():
        return None
    return TOO_LATE


def carry_out(request: NeedException, *, by: User, at: dt.datetime) -> None:
    """Log the answer at the activity and at the person, and tell the person."""
    if request.accepted:
        _say_yes(request, request.reason, by=by, at=at)
        return
    _log(request, "activities.except", request.reason, yes=False, by=by, at=at)
    _tell(
        request,
        "no",
        _("No exception for the role “%(role)s” in “%(title)s”: %(answer)s"),
        answer=request.answer,
        at=at,
    )


@transaction.atomic
def revoke(*, exception: NeedException, reason: str, by: User, at: dt.datetime) -> RevokedException | Refusal:
    """Take an exception back, with a reason that the person reads (ADR 150).

    Places of this role to come for which something is missing without it go back at once. Refuses with `not_allowed`,
    `own_matter`, `needs_reason`, `already_done`.
    """
    # First the activity: the places that go back settle its waiting list.
    Activity.objects.select_for_update(no_key=True).get(pk=exception.role.activity_id)
    person, words = _lock(exception.volunteer), reason.strip()[:REASON_LENGTH]
    role, activity = exception.role, exception.role.activity
    if not by.has_right(Right.RUN_ACTIVITIES, activity.community):
        return NOT_ALLOWED
    if own_people(by, [person]):
        return decisions.OWN_MATTER
    if not words:
        return NEEDS_WORDS
    if not exception.accepted or RevokedException.objects.filter(exception=exception).exists():
        return ALREADY_REVOKED
    revoked = RevokedException.objects.create(exception=exception, reason=words, revoked_by=by, revoked_at=at)
    suitability = Suitability(activity, people=[person], roles=[role])
    coming = SignUp.objects.of(person).filter(role=role, cancelled_at=None, shift__starts_at__gt=at)
    lost = [one for one in coming.select_related("shift") if suitability.unmet_needs(person, one.shift, role)]
    for place in lost:
        services.cancel_sign_up(sign_up=place, by=by, at=at)
    _log(exception, REVOKED, words, by=by, at=at)
    if lost:
        text = _(
            "The exception for the role “%(role)s” in “%(title)s” holds no longer, and your place went back: %(answer)s"
        )
    else:
        text = _("The exception for the role “%(role)s” in “%(title)s” holds no longer: %(answer)s")
    _tell(exception, "revoked", text, answer=words, at=at)
    return revoked


def _say_yes(exception: NeedException, reason: str, *, by: User, at: dt.datetime) -> None:
    _log(exception, "activities.except", reason, yes=True, by=by, at=at)
    _tell(exception, "yes", _("An exception was made for you: you can take the role “%(role)s” in “%(title)s”."), at=at)


def _log(exception: NeedException, action: str, reason: str, *, by: User, at: dt.datetime, **more: bool) -> None:
    """Log the act at the person and at the activity."""
    person, role = exception.volunteer.stays, exception.role
    data = {"what": role.activity.title, "role": role.name, "reason": reason, **more}
    log(person, action, user=by, timestamp=at, data=data)
    log(role.activity, action, user=by, timestamp=at, data={**data, "what": person.number})


def _tell(exception: NeedException, said: str, text: Any, *, at: dt.datetime, **more: str) -> None:
    role = exception.role
    messaging.send(
        kind=ANSWER,
        volunteer=exception.volunteer.stays,
        key=f"need-exception:{exception.pk}:{said}:{int(at.timestamp())}",
        text=messaging.fill_in(text, role=role.name, title=role.activity.title, **more),
        at=at,
        path=reverse("activities:detail", args=[role.activity_id]),
    )


@transaction.atomic
def forget_open(*, people: Collection[Volunteer]) -> None:
    """Delete the open requests of people whose data is erased (V3). Decided ones are facts."""
    NeedException.objects.filter(volunteer__in=people, decided_at=None).delete()


def open_for(people: Collection[Volunteer], roles: Collection[Role]) -> set[tuple[int, int]]:
    """Return for which role and person (ids) an exception was asked for or answered already."""
    asked = NeedException.objects.of_all(people).filter(role__in=roles).with_person().order_by()
    return set(asked.values_list("role", "person"))


def _liftable(person: Volunteer, shift: Shift, role: Role, reason: str, at: dt.datetime) -> list[str] | Refusal:
    """Return what is missing in words of the site's first language, or why no exception helps."""
    if shift.activity.cancelled_at is not None or at >= shift.starts_at:
        return TOO_LATE
    if not reason.strip():
        return NEEDS_WORDS
    suitability = Suitability(shift.activity, people=[person], roles=[role])
    missing = suitability.unmet_needs(person, shift, role)
    if not missing:
        return NOTHING_MISSING
    if not all(one.is_liftable for one in missing):
        return NO_EXCEPTION  # the role would stay closed all the same
    with translation.override(settings.LANGUAGE_CODE):
        return [str(one.sentence) for one in Wording(suitability, person, shift, role, for_staff=True).reasons(missing)]


def _lock(volunteer: Volunteer) -> Volunteer:
    """Lock the person who stays, so that two requests at the same moment are one after the other."""
    return Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
