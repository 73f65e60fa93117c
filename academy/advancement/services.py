"""Star ratings on application (S1, S2), complaints with their outcome, and commendations."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction
from django.db.models import Avg, Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.advancement.models import Commendation, Complaint, StarRating, UnitCommendation
from academy.advancement.stars import Standing
from academy.core.links import link_to
from academy.core.months import months_before
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.decisions.services import NEEDS_REASON
from academy.families import belongings
from academy.hours.models import Evaluation
from academy.hours.services import totals
from academy.learning.message_kinds import HONOUR
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.units.models import Unit
from academy.units.selectors import contacts_of

COMPLAINT_MONTHS = 12
APPLY = "recognition.apply"
COMMEND = "recognition.commend"  # existing log entries hold this name

NOT_ALLOWED = Refusal(
    "not_allowed", _("You may apply for yourself and for people for whom you act. Ask the social worker for help.")
)
NOT_STAFF = Refusal("not_allowed", _("Only a social worker may do this."))
NOT_YET = Refusal("not_enough_hours", _("There are not enough effective hours yet for another star."))
NOT_EVALUATED = Refusal(
    "not_evaluated", _("Nobody has evaluated an activity of yours yet. Ask the social worker to do it.")
)
NOT_GOOD_ENOUGH = Refusal("average_too_low", _("The average evaluation has to be at least 4 of 5."))
COMPLAINT_UPHELD = Refusal("complaint_upheld", _("A complaint was upheld within the last twelve months."))
ALREADY_ASKED = Refusal("already_asked", _("You have asked for this already. It waits for the decision."))
NEEDS_COMPLAINANT = Refusal("needs_complainant", _("Write down who complains."))
OWN = Refusal("own_matter", _("This is about yourself or somebody you act for: somebody else does it."))


def standing_of(volunteer: Volunteer, *, at: dt.datetime) -> Standing:
    """Return the facts that decide about another star at this moment."""
    evaluated = Evaluation.objects.of(volunteer).aggregate(average=Avg("score"), count=Count("pk"))
    since = months_before(timezone.localdate(at), COMPLAINT_MONTHS)
    return Standing(
        minutes=totals.total_of(volunteer.stays).service_minutes,
        evaluations=evaluated["count"],
        average=evaluated["average"],
        complaints=Complaint.objects.of(volunteer).accepted().filter(decided_at__date__gt=since).count(),
        stars=stars_of(volunteer),
    )


def stars_of(volunteer: Volunteer) -> int:
    """Return how many stars the volunteer has been awarded."""
    awarded = StarRating.objects.of(volunteer).accepted()
    return int(awarded.aggregate(stars=Max("stars", default=0))["stars"])


@transaction.atomic
def apply_for_star(*, volunteer: Volunteer, by: User, at: dt.datetime) -> StarRating | Refusal:
    """Apply for the stars that the volunteer's time allows (S1), as the volunteer, an agent or a guardian.

    Refuses with `not_allowed`, `already_asked`, `not_enough_hours`, `not_evaluated`, `average_too_low`,
    `complaint_upheld`.
    """
    volunteer = volunteer.stays
    if not belongings.may(by, Right.PRINT_CERTIFICATE, volunteer=volunteer) and not by.has_right(
        Right.CONFIRM_HOURS, volunteer.community
    ):
        return NOT_ALLOWED
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if StarRating.objects.open().filter(volunteer=volunteer).exists():
        return ALREADY_ASKED
    standing = standing_of(volunteer, at=at)
    if refusal := _cannot(standing):
        return refusal
    log(volunteer, APPLY, user=by, timestamp=at, data={"stars": standing.may_ask_for})
    return StarRating.objects.create(
        volunteer=volunteer, stars=standing.may_ask_for, standing=asdict(standing), asked_by=by, asked_at=at
    )


def cannot_award(rating: StarRating, *, at: dt.datetime) -> Refusal | None:
    """Return why the conditions of the rating do not hold any more; the refusals of `apply_for_star`."""
    standing = standing_of(rating.volunteer, at=at)
    return _cannot(standing) or (NOT_YET if standing.by_time < rating.stars else None)


def send_star_answer(rating: StarRating, *, at: dt.datetime) -> None:
    """Send the volunteer the answer to their application."""
    if rating.accepted:
        text = messaging.fill_in(_("You have been awarded %(stars)s stars. Thank you."), stars=rating.stars)
    else:
        text = messaging.fill_in(_("Your stars were not awarded: %(answer)s"), answer=rating.answer)
    tone = Tone.GOOD if rating.accepted else Tone.PLAIN
    key = f"stars:{rating.pk}"
    path = link_to("stars")
    messaging.send(kind=HONOUR, volunteer=rating.volunteer, key=key, text=text, path=path, tone=tone, at=at)


@transaction.atomic
def record_complaint(
    *, volunteer: Volunteer, complainant: str, reason: str, by: User, at: dt.datetime
) -> Complaint | Refusal:
    """Record a complaint about the volunteer, written down by a social worker.

    Refuses with `not_allowed`, `own_matter` (K4), `needs_complainant`, `needs_reason`.
    """
    volunteer = volunteer.stays
    if not by.has_right(Right.MANAGE_PEOPLE, volunteer.community):
        return NOT_STAFF
    if own_people(by, [volunteer]):
        return OWN
    if not complainant.strip():
        return NEEDS_COMPLAINANT
    if not reason.strip():
        return NEEDS_REASON
    return Complaint.objects.create(
        volunteer=volunteer, complainant=complainant.strip(), reason=reason.strip(), asked_by=by, asked_at=at
    )


@transaction.atomic
def commend(
    *, volunteer: Volunteer, title: str, text: str, given_on: dt.date, by: User, at: dt.datetime
) -> Commendation | Refusal:
    """Record praise, which the volunteer sees on their page.

    Refuses with `not_allowed`, `own_matter` (K4), `needs_reason`.
    """
    volunteer = volunteer.stays
    if not by.has_right(Right.MANAGE_PEOPLE, volunteer.community):
        return NOT_STAFF
    if own_people(by, [volunteer]):
        return OWN
    if not title.strip() or not text.strip():
        return NEEDS_REASON
    commendation = Commendation.objects.create(
        volunteer=volunteer,
        title=title.strip(),
        text=text.strip(),
        given_on=given_on,
        recorded_by=by,
        recorded_at=at,
    )
    log(volunteer, COMMEND, user=by, timestamp=at, data={"title": commendation.title})
    messaging.send(
        kind=HONOUR,
        volunteer=volunteer,
        key=f"commendation:{commendation.pk}",
        text=messaging.fill_in(_("You have been commended: %(title)s"), title=commendation.title),
        path=link_to("stars"),
        tone=Tone.GOOD,
        at=at,
    )
    return commendation


@transaction.atomic
def commend_unit(
    *, unit: Unit, title: str, text: str, given_on: dt.date, by: User, at: dt.datetime
) -> UnitCommendation | Refusal:
    """Record praise for a unit or a social organisation, and tell the people who speak for it.

    Refuses with `not_allowed`, `own_matter` (K4: `by` speaks for the unit), `needs_reason`.
    """
    if not by.has_right(Right.MANAGE_PEOPLE, unit.community):
        return NOT_STAFF
    contacts = contacts_of(unit)
    if own_people(by, contacts):
        return OWN
    if not title.strip() or not text.strip():
        return NEEDS_REASON
    commendation = UnitCommendation.objects.create(
        unit=unit, title=title.strip(), text=text.strip(), given_on=given_on, recorded_by=by, recorded_at=at
    )
    log(unit, COMMEND, user=by, timestamp=at, data={"title": commendation.title})
    sentence = _("%(unit)s has been commended: %(title)s")
    for contact in contacts:
        messaging.send(
            kind=HONOUR,
            volunteer=contact,
            key=f"unit-commendation:{commendation.pk}:{contact.pk}",
            text=messaging.fill_in(sentence, unit=unit.name, title=commendation.title),
            path=link_to("my_unit", unit.pk),
            tone=Tone.GOOD,
            at=at,
        )
    return commendation


def _cannot(standing: Standing) -> Refusal | None:
    if standing.by_time <= standing.stars:
        return NOT_YET
    if standing.average is None:
        return NOT_EVALUATED
    if standing.complaints:
        return COMPLAINT_UPHELD
    return None if standing.is_good else NOT_GOOD_ENOUGH
