"""Services by which a login acts for another person, and people share a phone."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.families.models import Agency
from academy.people.logins import is_staff
from academy.people.models import Consent, User, Volunteer
from academy.people.refusals import PRACTICE_PHONE, SLIP_USED, STAFF_AGENT, STAFF_LOGIN
from academy.people.services import consents, slips

BEGAN = "families.begin_agency"


@transaction.atomic
def allow_agent(
    *, volunteer: Volunteer, user: User, evidence: str, by: User | None, at: dt.datetime
) -> Agency | Refusal:
    """Let `user` act for `volunteer`, and record the volunteer's consent.

    Refuses with `staff_login` if either has a duty: staff act for people by their duty, in their own name.
    """
    if (refusal := cannot_act(user, volunteer)) is not None:
        return refusal
    consent = consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.AGENCY, granted=True, evidence=evidence, by=by, at=at
    )
    agency, _created = Agency.objects.update_or_create(user=user, volunteer=volunteer, defaults={"consent": consent})
    log(volunteer, BEGAN, user=by, timestamp=at, data={"agent": user.in_facts})
    return agency


@transaction.atomic
def end_agencies(*, volunteer: Volunteer) -> None:
    """Remove all agents of this person, who has withdrawn the consent."""
    Agency.objects.filter(volunteer=volunteer).delete()


@transaction.atomic
def end_agencies_in(*, community: Community) -> None:
    """Remove all agents of the people of a practice community, which closes."""
    Agency.objects.filter(volunteer__community=community).delete()


@transaction.atomic
def end_own_agency(*, volunteer: Volunteer) -> None:
    """Remove the agency of this person's own login over them."""
    Agency.objects.filter(volunteer=volunteer, user=volunteer.user_id).delete()


@transaction.atomic
def end_all_agencies(*, people: Collection[Volunteer]) -> None:
    """Remove the agents of these people, and what they do for others, as their data is erased (V3)."""
    logins = [person.user_id for person in people if person.user_id]
    Agency.objects.filter(Q(volunteer__in=people) | Q(user__in=logins)).delete()


@transaction.atomic
def unite_agencies(*, goes: Volunteer, stays: Volunteer) -> None:
    """Move agencies to the one who stays: those over the one who goes, and those of their login."""
    login = stays.user
    theirs = Q(volunteer=goes) | Q(user=goes.user) if goes.user is not None else Q(volunteer=goes)
    for agency in Agency.objects.filter(theirs):
        user = login if login is not None and agency.user_id == goes.user_id else agency.user
        person = stays if agency.volunteer_id == goes.pk else agency.volunteer
        agency.delete()
        if person.pk != stays.pk or user != login:
            Agency.objects.get_or_create(user=user, volunteer=person, defaults={"consent": agency.consent})
    if login is not None:
        Agency.objects.filter(user=login, volunteer=stays).delete()  # a person needs no agent for themselves


def cannot_act(user: User, volunteer: Volunteer) -> Refusal | None:
    """Return why `user` cannot act for `volunteer`; None if they can.

    Refuses with `practice_phone`, `staff_login`.
    """
    refusal = cannot_share(user, volunteer)
    return STAFF_AGENT if refusal == STAFF_LOGIN else refusal


def cannot_share(user: User, volunteer: Volunteer) -> Refusal | None:
    """Return why `volunteer` cannot share the phone of `user`; None if they can.

    Refuses with `practice_phone`, `staff_login`.

    A person with a duty shares neither their login nor a phone that is signed in with it.
    """
    if user.is_practising != is_practice(volunteer.community_id):
        return PRACTICE_PHONE
    return STAFF_LOGIN if any(is_staff(login) for login in (user, volunteer.user) if login is not None) else None


@transaction.atomic
def share_phone(*, user: User, code: str, at: dt.datetime) -> Volunteer | Refusal:
    """Use up the slip and let `user` act for its holder, who consented by handing it over.

    The phone stays signed in as `user`. Refuses like `find_slip`, and with `staff_login`; the slip then stays valid.
    """
    slip = slips.find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    volunteer = slips.slip_holder(slip)
    if (refusal := cannot_share(user, volunteer)) is not None:
        return refusal
    if not slips.use_up(slip, at=at):
        return SLIP_USED
    if volunteer.user_id != user.pk:
        with translation.override(settings.LANGUAGE_CODE):
            evidence = gettext("sign-in slip used on the phone of %(name)s") % {"name": user.in_facts}
        allow_agent(volunteer=volunteer, user=user, evidence=evidence, by=user, at=at)
    return volunteer


def slip_belongs_to(user: User, *, code: str) -> bool:
    """Return whether the slip belongs to the owner of this login, or to a person who shares its phone.

    The slip may be used up. The slip of a merged person belongs to the one who stays.
    """
    of_this_phone = Q()
    for person in ("volunteer", "volunteer__merged_into"):
        of_this_phone |= Q(**{f"{person}__user": user}) | Q(**{f"{person}__agencies__user": user})
    return slips.slips_with(code).filter(of_this_phone).exists()
