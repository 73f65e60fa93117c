"""Services around a unit's link: make it, accept by it, withdraw it (R8)."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities import services as activities
from academy.activities.message_kinds import CHANGE
from academy.activities.models import Role, Shift, SignUp
from academy.core.keys import random_key
from academy.core.refusals import Refusal
from academy.groups.models import Acceptance, GroupLink
from academy.groups.refusals import (
    ASK_AT_DESK,
    FOREIGN_UNIT,
    LINK_FULL,
    LINK_OVER,
)
from academy.messaging import services as messaging
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name, tidy_phone
from academy.people.services import registration
from academy.units.belongings import NOT_THEIR_UNIT, may_speak_for
from academy.units.models import Unit

KEY_BITS = 80
MOST_NEWCOMERS = 30  # of one link: what a stranger can add, the social worker has to look at
SAYS_NOTHING_OF_A_PERSON = ("shift_full", "too_late", "cancelled", "not_published", "bad_name", "bad_phone")


@transaction.atomic
def make_link(*, unit: Unit, shift: Shift, role: Role, places: int, by: User, at: dt.datetime) -> GroupLink | Refusal:
    """Return the unit's live link to the shift. Create a missing one.

    Refuses with `not_allowed`, `foreign_unit`, `not_published`, `cancelled`, `too_late`.
    """
    activity = shift.activity
    if not may_speak_for(by, unit):
        return NOT_THEIR_UNIT
    if activity.community_id != unit.community_id:
        return FOREIGN_UNIT
    if role.activity_id != activity.pk:
        raise ValueError(f"role {role.pk} is not one of activity {activity.pk}")
    if activity.published_at is None:
        return activities.NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return activities.CANCELLED
    if at >= shift.starts_at:
        return activities.TOO_LATE_TO_SIGN_UP
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two contacts get the same link
    live = GroupLink.objects.filter(unit=unit, shift=shift, withdrawn_at=None).first()
    if live is not None:
        return live
    link = GroupLink.objects.create(
        unit=unit, shift=shift, role=role, key=random_key(KEY_BITS), places=places, made_by=by, made_at=at
    )
    log(link, "wagtail.create", user=by, timestamp=at)
    return link


@transaction.atomic
def withdraw_link(*, link: GroupLink, by: User, at: dt.datetime) -> GroupLink | Refusal:
    """End the link. People who accepted keep their places.

    Ignores a second call. Refuses with `not_allowed`.
    """
    if not may_speak_for(by, link.unit):
        return NOT_THEIR_UNIT
    if GroupLink.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by):
        log(link, "groups.withdraw_link", user=by, timestamp=at)
    link.refresh_from_db(fields=["withdrawn_at", "withdrawn_by"])
    return link


@transaction.atomic
def accept(*, link: GroupLink, name: str, phone: str, at: dt.datetime) -> Acceptance | Refusal:
    """Sign up the person who typed this name and phone: that is their acceptance (R8).

    A person who is not on the roll becomes provisional, as at the gate; none of the existing entries is joined, and
    nobody becomes a member of the unit. The same name and phone again have the same answer, and no answer says whether
    a person was known: a full link takes no name at all, and says so in one sentence to everybody (ADR 110).

    Refuses with `link_over`, `link_full`, `shift_full`, `too_late`, `bad_name`, `bad_phone`; with `ask_at_desk` for
    every reason that concerns the person.
    """
    # One after the other: the places and the newcomers of a link are counted.
    locked = GroupLink.objects.select_for_update(of=("self",))
    link = locked.select_related("unit__community", "shift__activity", "role").get(pk=link.pk)
    if not link.is_open(at):
        return LINK_OVER
    if full_links([link]):
        return LINK_FULL
    known = registration.find_entered(link.unit.community, tidy_name(name), tidy_phone(phone))
    if known is not None and (earlier := _acceptance_of(link, known)) is not None:
        return earlier
    with transaction.atomic():
        outcome = _sign_up(link, name, phone, at)
        if isinstance(outcome, Refusal):
            transaction.set_rollback(True)  # no entry of a newcomer without a place
    if isinstance(outcome, Refusal):
        return outcome if outcome.code in SAYS_NOTHING_OF_A_PERSON else ASK_AT_DESK
    volunteer, sign_up = outcome
    acceptance = Acceptance.objects.create(
        link=link, volunteer=volunteer, sign_up=sign_up, accepted_at=at, is_newcomer=volunteer.provisional
    )
    _tell(acceptance, at=at)
    return acceptance


def full_links(links: Collection[GroupLink]) -> set[int]:
    """Return which of these links (ids) take no more names. One statement.

    The places of such a link are taken, or half of them by unknown people: then the contact withdraws it and makes a
    new one, so that invented names leave room for the members.
    """
    given = Acceptance.objects.filter(link__in=[link.pk for link in links]).order_by().values("link")
    counted = given.annotate(
        taken=Count("pk", filter=Q(sign_up__cancelled_at=None)), newcomers=Count("pk", filter=Q(is_newcomer=True))
    )
    found = {row["link"]: row for row in counted}
    return {
        link.pk
        for link in links
        if link.pk in found
        and (
            found[link.pk]["taken"] >= link.places
            or found[link.pk]["newcomers"] >= min(MOST_NEWCOMERS, (link.places + 1) // 2)
        )
    }


def _acceptance_of(link: GroupLink, volunteer: Volunteer) -> Acceptance | None:
    """Return the person's acceptance that holds for the shift, by the link of any unit."""
    return Acceptance.objects.of(volunteer).filter(sign_up__shift=link.shift_id, sign_up__cancelled_at=None).first()


def _sign_up(link: GroupLink, name: str, phone: str, at: dt.datetime) -> tuple[Volunteer, SignUp] | Refusal:
    """Return the person, entered if unknown, and their place in the shift."""
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("typed name and phone at the link of %(unit)s") % {"unit": link.unit.name}
    volunteer = registration.register_at_gate(
        community=link.unit.community, name=name, phone=phone, by=None, at=at, evidence=evidence[:200]
    )
    if isinstance(volunteer, Refusal):
        return volunteer
    if volunteer.taken_back_at is not None:
        return ASK_AT_DESK
    if link.shift.activity.dangerous and volunteer.birth_date is None:
        return ASK_AT_DESK  # N3: whose age is not known may be a minor
    sign_up = activities.sign_up(volunteer=volunteer, shift=link.shift, role=link.role, by=None, at=at)
    if isinstance(sign_up, Refusal) and sign_up.code == "already_signed_up":
        return volunteer, SignUp.objects.of(volunteer).get(shift=link.shift, cancelled_at=None)
    return sign_up if isinstance(sign_up, Refusal) else (volunteer, sign_up)


def _tell(acceptance: Acceptance, *, at: dt.datetime) -> None:
    """Send the person a message: if another one typed the name, they see it and give the place back."""
    link = acceptance.link
    text = messaging.fill_in(
        _("You are signed up for “%(title)s” by the link of %(unit)s. Was it not you? Then withdraw on this page."),
        title=link.shift.activity.title,
        unit=link.unit.name,
    )
    messaging.send(
        kind=CHANGE,
        volunteer=acceptance.volunteer,
        key=f"group-link:{acceptance.sign_up_id}",
        text=text,
        at=at,
        path=reverse("activities:detail", args=[link.shift.activity_id]),
    )
