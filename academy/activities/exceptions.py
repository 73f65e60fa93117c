"""Exceptions: one person takes one role of one activity although something is missing (T3).

Asked for by the person, or made by staff at once; either way a decision with its reason. It lifts courses, tiers and
ages, never danger (N3), a guardian's consent (N2), a signature (A3) or insurance (V1).
"""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.exception_models import NeedException
from academy.activities.fitting import Fitting
from academy.activities.models import Role, Shift
from academy.activities.reasons import Wording
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

    An open request of the person is answered by it. Refuses with `not_allowed`, `needs_reason`, `nothing_missing`,
    `no_exception`, `too_late`, `own_matter`.
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
    person, role = request.volunteer.stays, request.role
    data = {"what": role.activity.title, "role": role.name, "reason": request.reason, "yes": bool(request.accepted)}
    log(person, "activities.except", user=by, timestamp=at, data=data)
    log(role.activity, "activities.except", user=by, timestamp=at, data={**data, "what": person.number})
    if request.accepted:
        text = _("An exception was made for you: you can take the role “%(role)s” in “%(title)s”.")
        text = messaging.fill_in(text, role=role.name, title=role.activity.title)
    else:
        text = _("No exception for the role “%(role)s” in “%(title)s”: %(answer)s")
        text = messaging.fill_in(text, role=role.name, title=role.activity.title, answer=request.answer)
    messaging.send(
        kind=ANSWER,
        volunteer=person,
        key=f"need-exception:{request.pk}",
        text=text,
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
    fitting = Fitting(shift.activity, people=[person], roles=[role])
    missing = fitting.missing(person, shift, role)
    if not missing:
        return NOTHING_MISSING
    if not all(one.is_liftable for one in missing):
        return NO_EXCEPTION  # the role would stay closed all the same
    with translation.override(settings.LANGUAGE_CODE):
        return [str(one.sentence) for one in Wording(fitting, person, shift, role, for_staff=True).reasons(missing)]


def _lock(volunteer: Volunteer) -> Volunteer:
    """Lock the person who stays, so that two requests at the same moment are one after the other."""
    return Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
