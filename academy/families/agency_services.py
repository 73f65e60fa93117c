"""Services of agencies: the offer on the elder's phone, what an agent did, and the end by either side."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from wagtail.log_actions import log

from academy.core import keys
from academy.core.refusals import Refusal
from academy.families import services
from academy.families.models import Agency, AgencyOffer
from academy.families.refusals import LINK_EXPIRED, LINK_USED, OWN_OFFER, UNKNOWN_LINK
from academy.people.models import Consent, User, Volunteer
from academy.people.refusals import NOT_ALLOWED
from academy.people.services import consents

OFFER_BITS = 100
OFFER_WAITS = dt.timedelta(hours=24)
SIGNED_UP, GAVE_BACK, GUARDIAN_GAVE_BACK = "sign_up", "give_back", "guardian_give_back"
WAITS, WAITS_NO_MORE = "wait", "wait_no_more"
ACTS = {  # in words; the log keeps the code
    SIGNED_UP: gettext_lazy("sign-up made"),
    GAVE_BACK: gettext_lazy("sign-up given back"),
    GUARDIAN_GAVE_BACK: gettext_lazy("sign-up given back by the guardian"),
    WAITS: gettext_lazy("put on a waiting list"),
    WAITS_NO_MORE: gettext_lazy("taken off a waiting list"),
}
ACTED, ENDED = "families.act", "families.end_agency"


@transaction.atomic
def offer_agency(*, volunteer: Volunteer, by: User, at: dt.datetime) -> str | Refusal:
    """Make a link that lets the login which opens it act for this person; return its code.

    The person gives it away on their own phone, and so consents. An earlier link ends. Refuses with `not_allowed`.
    """
    if volunteer.user_id != by.pk:
        return NOT_ALLOWED
    AgencyOffer.objects.filter(volunteer=volunteer, used_at=None).delete()
    code = keys.random_key(OFFER_BITS)
    AgencyOffer.objects.create(volunteer=volunteer, code_hash=_hash(code), made_at=at, expires_at=at + OFFER_WAITS)
    return code


def find_offer(code: str, *, user: User, at: dt.datetime) -> AgencyOffer | Refusal:
    """Return the offer with this code, if `user` may take it.

    Refuses with `unknown_link`, `link_used`, `link_expired`, `own_offer`, and as `services.cannot_share` does.
    """
    offer = offer_with(code)
    if offer is None:
        return UNKNOWN_LINK
    if offer.used_at is not None:
        return LINK_USED
    if at >= offer.expires_at:
        return LINK_EXPIRED
    person = offer.volunteer.stays
    if person.user_id == user.pk:
        return OWN_OFFER
    return services.cannot_act(user, person) or offer


def offer_with(code: str) -> AgencyOffer | None:
    """Return the offer with this code, also if it no longer works; None for an unknown code."""
    return AgencyOffer.objects.filter(code_hash=_hash(code)).select_related("volunteer__merged_into").first()


@transaction.atomic
def accept_offer(*, code: str, user: User, at: dt.datetime) -> Agency | Refusal:
    """Let `user` act for the person who made the offer, which is used up. Refuses like `find_offer`."""
    offer = find_offer(code, user=user, at=at)
    if isinstance(offer, Refusal):
        return offer
    if not AgencyOffer.objects.filter(pk=offer.pk, used_at=None).update(used_at=at):
        return LINK_USED
    person = offer.volunteer.stays
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("link from their own phone, opened by %(name)s") % {"name": user.in_facts}
    return services.allow_agent(volunteer=person, user=user, evidence=evidence, by=person.user, at=at)


@transaction.atomic
def end_agency(*, agency: Agency, by: User, at: dt.datetime) -> None:
    """End one agency, by either side. With the last one the consent ends too."""
    person = agency.volunteer.stays
    agent, is_agent = agency.user, agency.user_id == by.pk
    agency.delete()
    log(person, ENDED, user=by, timestamp=at, data={"agent": agent.in_facts})
    if not Agency.objects.filter(volunteer=person).exists():
        with translation.override(settings.LANGUAGE_CODE):
            said = gettext("ended by the agent") if is_agent else gettext("ended by the person")
        consents.record_consent(volunteer=person, kind=Consent.Kind.AGENCY, granted=False, evidence=said, by=by, at=at)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> None:
    """Delete offers that have run out."""
    AgencyOffer.objects.filter(expires_at__lt=at).delete()


def log_act(*, volunteer: Volunteer, by: User | None, act: str, what: str, at: dt.datetime) -> None:
    """Log that `by` did one of `ACTS` for `volunteer`. A person's own act is no such entry."""
    if by is not None and volunteer.stays.user_id != by.pk:
        log(volunteer.stays, ACTED, user=by, timestamp=at, data={"act": act, "what": what})


def log_guardians_act(*, volunteer: Volunteer, what: str, at: dt.datetime) -> None:
    """Log that the guardian, who has a link and no login, gave a place of the child back."""
    log(volunteer.stays, ACTED, timestamp=at, data={"act": GUARDIAN_GAVE_BACK, "what": what})


def _hash(code: str) -> str:
    return keys.hash_of("academy.families.agency_offer", code)
