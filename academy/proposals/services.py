"""Services of proposals: write, hand in, talk, take back; and what the yes does."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from academy.activities import services as activities
from academy.activities.models import Kind
from academy.core.refusals import Refusal
from academy.decisions import services as decisions
from academy.families.belongings import is_of_family
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Tone
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import NOT_ALLOWED
from academy.proposals import leading, refusals
from academy.proposals.models import Proposal, ProposalNote, ProposalRequest

FIELDS = ("title", "what", "whom", "day", "begins", "ends", "place", "people", "risks", "help_needed")
ASKED = ("title", "what", "whom", "day", "begins", "ends", "place")  # before it is handed in
MOST_DRAFTS = 10
MOST_OPEN = 5  # handed in and not answered
MOST_NOTES = 60
USUAL_PEOPLE = 10


@transaction.atomic
def write(
    *, proposal: Proposal | None, volunteer: Volunteer, fields: Mapping[str, Any], by: User, at: dt.datetime
) -> Proposal | Refusal:
    """Store what was typed, complete or not, as the proposer or one who acts for them.

    Refuses with `not_allowed`, `too_many_drafts`, `ends_before_start`, and with `already_done` once it is accepted.
    """
    volunteer = volunteer.stays
    if not is_of_family(by, volunteer):
        return refusals.NOT_YOURS
    if proposal is None:
        if Proposal.objects.of(volunteer).filter(requests=None).count() >= MOST_DRAFTS:
            return refusals.TOO_MANY
        proposal = Proposal(community_id=volunteer.community_id, volunteer=volunteer, created_at=at)
    else:
        proposal = _locked(proposal)
        if not proposal.may_change:
            return refusals.STAYS
    for name in FIELDS:
        if name in fields:
            setattr(proposal, name, fields[name])
    if proposal.begins is not None and proposal.ends is not None and proposal.ends <= proposal.begins:
        return refusals.ENDS_FIRST
    proposal.changed_at = at
    proposal.full_clean()
    proposal.save()
    return proposal


@transaction.atomic
def hand_in(*, proposal: Proposal, by: User, at: dt.datetime) -> ProposalRequest | Refusal:
    """Ask the social worker to hold it. A declined or withdrawn proposal can be handed in again.

    A proposer who may not lead yet hands it in too: the talk says what is missing. Refuses with `not_allowed`,
    `already_done`, `already_asked`, `too_many_open`, `incomplete`, `day_past`.
    """
    if not is_of_family(by, proposal.volunteer):
        return refusals.NOT_YOURS
    held = _locked(proposal)
    if not held.may_change:
        return refusals.STAYS
    mine = Proposal.objects.of(held.volunteer).exclude(pk=held.pk)
    if ProposalRequest.objects.filter(proposal__in=mine, decided_at=None).count() >= MOST_OPEN:
        return refusals.TOO_MANY_OPEN
    last = held.last_request
    if last is not None and last.decided_at is None:
        return refusals.IN_TALK
    if refusal := cannot_be_held(held, at=at):
        return refusal
    return ProposalRequest.objects.create(proposal=held, reason=held.what[:200], asked_by=by, asked_at=at)


@transaction.atomic
def erase(*, people: list[Volunteer]) -> None:
    """Delete drafts, talk and open requests of erased people, and the words of the others (V3)."""
    own = Proposal.objects.filter(volunteer__in=people)
    ProposalNote.objects.filter(proposal__in=own).delete()
    ProposalRequest.objects.filter(proposal__in=own, decided_at=None).delete()
    own.filter(requests=None, activity=None).delete()
    own.update(risks="", help_needed="")


def cannot_be_held(proposal: Proposal, *, at: dt.datetime) -> Refusal | None:
    """Return what the proposal itself lacks: `incomplete`, `day_past`."""
    fields: list[Any] = [proposal._meta.get_field(name) for name in ASKED]
    missing = [field.verbose_name for field in fields if getattr(proposal, field.name) in (None, "")]
    if missing:
        return refusals.incomplete(missing)
    span = proposal.span
    return refusals.DAY_PAST if span is None or span[0] <= at else None


@transaction.atomic
def add_note(*, proposal: Proposal, text: str, by: User, at: dt.datetime) -> ProposalNote | Refusal:
    """Add a word to the talk, of staff or of the proposer, who gets a message about the staff's.

    Refuses with `not_allowed`, `needs_reason`, `not_open` for a draft, `already_done`, `talk_full`.
    """
    is_own = is_of_family(by, proposal.volunteer)
    if not is_own and not by.may(Right.RUN_ACTIVITIES, proposal.community_id):
        return NOT_ALLOWED
    words = text.strip()[:500]
    if not words:
        return refusals.NEEDS_WORDS
    held = _locked(proposal)
    if held.last_request is None:
        return refusals.NOT_IN_TALK
    if not held.may_change:
        return refusals.STAYS
    if held.notes.count() >= MOST_NOTES:
        return refusals.TALK_FULL
    note = ProposalNote.objects.create(proposal=held, author=by, of_staff=not is_own, text=words, written_at=at)
    if note.of_staff:
        _tell(
            held,
            f"proposal-note-{note.pk}",
            _("About your idea “%(title)s” you were asked: %(words)s"),
            at,
            words=words,
        )
    return note


@transaction.atomic
def take_back(*, proposal: Proposal, by: User, at: dt.datetime) -> ProposalRequest | Refusal:
    """Take the proposal back as the proposer; it can be handed in again.

    Refuses with `not_allowed`, `not_open`, and as `decisions.withdraw` does.
    """
    if not is_of_family(by, proposal.volunteer):
        return refusals.NOT_YOURS
    last = proposal.last_request
    if last is None or last.decided_at is not None:
        return refusals.NOT_IN_TALK
    return decisions.withdraw(request=last, by=by, at=at)


def cannot_accept(request: ProposalRequest, *, at: dt.datetime) -> Refusal | None:
    """Return why it cannot be planned: as `cannot_be_held` and `cannot_lead` say, or `needs_issuer`."""
    proposal = request.proposal
    if refusal := cannot_be_held(proposal, at=at):
        return refusal
    assert proposal.day is not None
    if refusal := leading.cannot_lead(proposal.volunteer, day=proposal.day):
        return refusal
    return None if _issuer_of(proposal) else refusals.NEEDS_ISSUER


def carry_out(request: ProposalRequest, *, by: User, at: dt.datetime) -> None:
    """Plan the accepted activity with the proposer as leader, not yet published; send the answer."""
    proposal = request.proposal
    if not request.accepted:
        _tell(
            proposal,
            f"proposal-no-{request.pk}",
            _("Your idea “%(title)s” is not taken up now: %(answer)s You can change it and hand it in again."),
            at,
            answer=request.answer,
        )
        return
    issuer, span = _issuer_of(proposal), proposal.span
    assert issuer is not None and span is not None
    with translation.override("zh-hans"):
        role = capfirst(gettext("volunteer"))
    proposal.activity = activities.plan_activity(
        community=proposal.community,
        title=proposal.title,
        kind=Kind.SERVICE,
        place=proposal.place,
        service_content=proposal.what[:200],
        leader=proposal.volunteer.stays,
        organiser=issuer.name,
        issuer=issuer,
        shifts=[{"starts_at": span[0], "ends_at": span[1]}],
        roles=[{"name": role, "capacity": proposal.people or USUAL_PEOPLE}],
        volunteer_initiated=True,
        by=by,
    )
    proposal.save(update_fields=["activity"])
    _tell(
        proposal,
        f"proposal-yes-{request.pk}",
        _("Your idea “%(title)s” is accepted, and you lead it. The social worker opens it for sign-up soon."),
        at,
        tone=Tone.GOOD,
    )


def lock(request: ProposalRequest) -> None:
    """Lock the proposal: a change of it waits for the decision."""
    Proposal.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.proposal_id)


def _locked(proposal: Proposal) -> Proposal:
    held = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "volunteer__merged_into", "activity", "community"
    )
    return held.get(pk=proposal.pk)


def _issuer_of(proposal: Proposal) -> Issuer | None:
    return Issuer.objects.filter(community=proposal.community_id).order_by("pk").first()


def _tell(
    proposal: Proposal, key: str, sentence: Any, at: dt.datetime, *, tone: Tone = Tone.PLAIN, **values: Any
) -> None:
    messaging.send(
        kind=ANSWER,
        volunteer=proposal.volunteer,
        key=key,
        text=messaging.fill_in(sentence, title=str(proposal), **values),
        at=at,
        path=reverse("proposals:proposal", args=[proposal.pk]),
        tone=tone,
    )
