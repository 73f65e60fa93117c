"""Services of guardians: the link to their phone, their consents, and the withdrawal of them (N2)."""

import datetime as dt
from collections.abc import Collection
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core import keys, quotas
from academy.core.files import delete_on_commit, is_photo
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.families import guardians
from academy.families.belongings import is_of_family
from academy.families.models import ActivityConsent, AgencyOffer, GuardianLink, SignedForm
from academy.families.refusals import (
    BAD_FORM,
    CHILDS_OWN_PHONE,
    GROWN_UP,
    LINK_CLOSED,
    LINK_EXPIRED,
    NEEDS_BIRTH_DATE,
    NOT_A_MINOR,
    NOT_OF_WORKING_AGE,
    NOTHING_TO_WITHDRAW,
    TOO_MANY_DIGITS,
    UNKNOWN_LINK,
    WRONG_DIGITS,
)
from academy.families.signals import guardian_withdrew
from academy.people import ages
from academy.people.models import Consent, User, Volunteer
from academy.people.services import consents

LINK_BITS = 100
WAITS = dt.timedelta(days=14)  # for an answer
FORGOTTEN = dt.timedelta(days=30)  # after its end
RENEWED = dt.timedelta(days=30)  # before its end, a consent can be given for the next year
TRIES = 3  # of the digits of the phone; then the link closes
STAYS = dt.timedelta(days=396)  # after an answer: the year of a consent, and a month
FORM_BYTES, FORM_BYTES_A_DAY = 10_000_000, 300_000_000  # of a signed form, and of a community's forms
ASKED, CLOSED = "families.ask_guardian", "families.close_link"

Kind = Consent.Kind


@transaction.atomic
def ask_guardian(
    *, volunteer: Volunteer, name: str, phone: str, activity_id: int | None = None, by: User, at: dt.datetime
) -> tuple[GuardianLink, str] | Refusal:
    """Make a link for the guardian's phone, for a year or for one activity; return it with its code.

    The caller has checked that `by` may ask. A minor, or a person who acts for one, gives another number than the
    child's own on the roll; the desk and a leader know whose phone that is. An earlier link to this phone without an
    answer is closed. Refuses with `needs_birth_date`, `not_a_minor`, `childs_own_phone`.
    """
    volunteer = volunteer.stays
    if (refusal := cannot_ask(volunteer, day=timezone.localdate(at))) is not None:
        return refusal
    if phone == volunteer.phone and is_of_family(by, volunteer):
        return CHILDS_OWN_PHONE
    earlier = GuardianLink.objects.of(volunteer).filter(phone=phone, activity_id=activity_id, answered_at=None)
    earlier.filter(closed_at=None).update(closed_at=at)
    code = keys.random_key(LINK_BITS)
    link = GuardianLink.objects.create(
        volunteer=volunteer,
        activity_id=activity_id,
        name=name,
        phone=phone,
        code_hash=link_hash(code),
        made_at=at,
        made_by=by,
        expires_at=at + WAITS,
    )
    log(volunteer, ASKED, user=by, timestamp=at, data={"phone": link.phone_end})
    return link, code


def cannot_ask(volunteer: Volunteer, *, day: dt.date) -> Refusal | None:
    """Return why no guardian is asked about this person; None for a minor."""
    if volunteer.birth_date is None:
        return NEEDS_BIRTH_DATE
    return None if ages.is_minor(volunteer.birth_date, day) else NOT_A_MINOR


def find_link(code: str, *, at: dt.datetime) -> GuardianLink | Refusal:
    """Return the link with this code.

    Refuses with `unknown_link`, `link_closed`, `link_expired`, `grown_up`.
    """
    link = link_with(code)
    if link is None or link.person.taken_back_at is not None:
        return UNKNOWN_LINK
    if link.closed_at is not None:
        return LINK_CLOSED
    if at >= link.expires_at:
        return LINK_EXPIRED
    if ages.is_of_age(link.person.birth_date, timezone.localdate(at)):
        return Refusal(GROWN_UP.code, str(GROWN_UP.message) % {"name": link.person.masked_name})
    return link


def link_with(code: str) -> GuardianLink | None:
    """Return the link with this code, also if it no longer opens; None for an unknown code."""
    people = ("volunteer__merged_into__community", "volunteer__community", "made_by__volunteer")
    return GuardianLink.objects.filter(code_hash=link_hash(code)).select_related(*people).first()


@transaction.atomic
def answer(
    *,
    code: str,
    granted: bool,
    name: str,
    relation: str,
    digits: str = "",
    notice: bool = False,
    photos: bool = False,
    signed_in_as: User | None = None,
    at: dt.datetime,
) -> GuardianLink | Refusal:
    """Record the guardian's answer on the link. The same answer again records no further fact.

    A yes names the last four `digits` of the phone that the link was made for: after three wrong ones it closes (ADR
    112). A no needs none.
    `signed_in_as`: the login on this phone; if it is the child's own, the evidence says so, for the desk to look at.
    A yes for a child under 14 covers the data too (N4): the page asks for that by a tick of its own. Refuses with
    `wrong_digits`, `too_many_digits`, and like `find_link`.
    """
    link = _held_link(code, at=at)
    if isinstance(link, Refusal):
        return link
    if granted and digits != link.phone_end:
        return _refuse_digits(link, at=at)
    person = link.person
    is_own = signed_in_as is not None and signed_in_as.pk == person.user_id
    said = _evidence(link, name=name, relation=relation, is_own=is_own, typed_digits=granted)
    kind = Kind.GUARDIAN_ONCE if link.activity_id else Kind.GUARDIAN
    wanted = {kind: granted}
    if granted:
        wanted |= {Kind.GUARDIAN_NOTICE: notice, Kind.GUARDIAN_PHOTOS: photos}
        if guardians.is_accompanied(person, timezone.localdate(at)):
            wanted[Kind.REGISTRATION] = True
    for each, yes in wanted.items():
        _record_once(person, each, yes, link.activity_id if each == kind else None, said, at)
    keep_link(link, stays=granted, at=at)
    return link


@transaction.atomic
def change_extra(*, code: str, kind: str, granted: bool, at: dt.datetime) -> GuardianLink | Refusal:
    """Turn the public notice or photos of the child on or off. Refuses like `find_link`."""
    assert kind in (Kind.GUARDIAN_NOTICE, Kind.GUARDIAN_PHOTOS)
    link = _held_link(code, at=at)
    if isinstance(link, Refusal):
        return link
    _record_once(link.person, kind, granted, None, _evidence(link), at)
    return link


@transaction.atomic
def withdraw(*, code: str, activity_id: int | None, at: dt.datetime) -> GuardianLink | Refusal:
    """Withdraw the consent for one activity, or without `activity_id` all that are in force.

    Refuses like `find_link`, and with `nothing_to_withdraw`.
    """
    link = _held_link(code, at=at)
    if isinstance(link, Refusal):
        return link
    person, today = link.person, timezone.localdate(at)
    in_force = [one for one in guardians.given(person, day=today) if activity_id in (None, one.activity_id)]
    if not in_force:
        return NOTHING_TO_WITHDRAW
    said = _evidence(link)
    if activity_id is None:
        _record(person, Kind.GUARDIAN, False, None, said, at)
        for kind in (Kind.GUARDIAN_NOTICE, Kind.GUARDIAN_PHOTOS):
            _record_once(person, kind, False, None, said, at)
    else:
        _record(person, Kind.GUARDIAN_ONCE, False, activity_id, said, at)
    keep_link(link, at=at)
    return link


@transaction.atomic
def record_at_desk(
    *,
    volunteer: Volunteer,
    granted: bool,
    evidence: str,
    activity_id: int | None = None,
    form: UploadedFile[Any] | None = None,
    guardian: User | None = None,
    valid_until: dt.date | None = None,
    by: User,
    at: dt.datetime,
) -> Consent | Refusal:
    """Record a guardian's word that came to the desk, with the photographed form if there is one.

    A consent is for a year at most; a form with a later date ends with that year. Refuses with `bad_form`,
    `quota_full`, `no_room`.
    """
    person = _locked(volunteer.stays)
    if form is not None and not is_photo(form, most=FORM_BYTES):
        return BAD_FORM
    if form is not None:
        quota = quotas.Quota(f"signed forms in community {person.community_id}", FORM_BYTES_A_DAY)
        if full := quotas.take(quota, size=form.size or 0, at=at):
            return full
    kind = Kind.GUARDIAN_ONCE if activity_id else Kind.GUARDIAN
    if granted:
        valid_until = min(filter(None, (valid_until, end_of_year(at))))
    consent = _record(
        person, kind, granted, activity_id, evidence, at, valid_until=valid_until, guardian=guardian, by=by
    )
    if form is not None:
        name = PurePath(str(form.name)).name[-120:]
        SignedForm.objects.create(consent=consent, file=form, name=name, added_by=by, added_at=at)
    return consent


@transaction.atomic
def declare_own_labour(
    *, volunteer: Volunteer, granted: bool, evidence: str, by: User, at: dt.datetime
) -> Consent | Refusal:
    """Record that a person of 16 or 17 lives on their own labour, or no longer does (N2).

    Refuses with `not_of_working_age`.
    """
    person, today = volunteer.stays, timezone.localdate(at)
    birth_date = person.birth_date
    is_of_working_age = birth_date is not None and guardians.WORKING_AGE <= ages.age_on(birth_date, today) < ages.ADULT
    if granted and not is_of_working_age:
        return NOT_OF_WORKING_AGE
    return _record(_locked(person), Kind.OWN_LABOUR, granted, None, evidence, at, valid_until=None, by=by)


@transaction.atomic
def close_link(*, link: GuardianLink, by: User, at: dt.datetime) -> None:
    """Close a link that came into wrong hands. The consents that it gave stay."""
    if GuardianLink.objects.filter(pk=link.pk, closed_at=None).update(closed_at=at):
        log(link.person, CLOSED, user=by, timestamp=at, data={"phone": link.phone_end})


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete links that ended a month ago, with the guardians' names and phones; return their number.

    The consents that they gave stay.
    """
    ended = GuardianLink.objects.filter(Q(expires_at__lt=at - FORGOTTEN) | Q(closed_at__lt=at - FORGOTTEN))
    return ended.delete()[0]


@transaction.atomic
def erase_links(*, people: Collection[Volunteer]) -> None:
    """Delete the links to these people's guardians and agents; on commit, photos of signed forms (V3).

    That a guardian consented stays a fact.
    """
    GuardianLink.objects.filter(volunteer__in=people).delete()
    AgencyOffer.objects.filter(volunteer__in=people).delete()
    delete_on_commit(SignedForm.objects.filter(consent__volunteer__in=people).values_list("file", flat=True))


def clear_old_forms(community: Community, before: dt.datetime, most: int) -> int:
    """Delete the photos of forms that are older than the community's term; the consents stay (V3)."""
    old = SignedForm.objects.filter(consent__volunteer__community=community, added_at__lt=before)
    return delete_on_commit(old.order_by("pk").values_list("file", flat=True), most=most)


def keep_link(link: GuardianLink, *, stays: bool = True, at: dt.datetime) -> None:
    """Note the answer; with a yes the link `stays`: as the guardian's page, and as the way to withdraw."""
    link.answered_at = link.answered_at or at
    if stays:
        link.expires_at = at + STAYS
    link.save(update_fields=["answered_at", "expires_at"])


def end_of_year(at: dt.datetime) -> dt.date:
    """Return the last day of a consent for a year that is given at `at`."""
    day = timezone.localdate(at)
    try:
        return day.replace(year=day.year + 1) - dt.timedelta(days=1)
    except ValueError:  # 29 February
        return dt.date(day.year + 1, 2, 28)


def link_hash(code: str) -> str:
    return keys.hash_of("academy.families.guardian_link", code)


def _held_link(code: str, *, at: dt.datetime) -> GuardianLink | Refusal:
    """Return the link while its child's row is locked: it may be closed, or the child erased, meanwhile."""
    link = find_link(code, at=at)
    if isinstance(link, Refusal):
        return link
    _locked(link.person)
    return find_link(code, at=at)


def _refuse_digits(link: GuardianLink, *, at: dt.datetime) -> Refusal:
    """Count the wrong digits; close the link after the last try."""
    link.tries += 1
    if link.tries >= TRIES:
        link.closed_at = at
    link.save(update_fields=["tries", "closed_at"])
    if link.closed_at is not None:
        log(link.person, CLOSED, timestamp=at, data={"phone": link.phone_end})
        return TOO_MANY_DIGITS
    return Refusal(WRONG_DIGITS.code, str(WRONG_DIGITS.message) % {"left": TRIES - link.tries})


def _locked(person: Volunteer) -> Volunteer:
    """Return the person, whose row waits for a sign-up at the same moment, or makes it wait."""
    return Volunteer.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)


def _record_once(
    person: Volunteer, kind: str, granted: bool, activity_id: int | None, said: str, at: dt.datetime
) -> None:
    """Record the answer unless the latest one says the same. A box never ticked is no withdrawal."""
    takes_part = kind in (Kind.GUARDIAN, Kind.GUARDIAN_ONCE)
    day = timezone.localdate(at)
    if takes_part:
        latest = guardians.deciding_consent(person, activity_id=activity_id)
        day += RENEWED
    else:
        latest = consents.latest_consent(person, kind)
    stands = latest is not None and latest.is_in_force(day)
    said_no = latest is not None and not latest.granted
    if stands if granted else (said_no or not (takes_part or stands)):
        return
    _record(person, kind, granted, activity_id, said, at)


def _record(
    person: Volunteer,
    kind: str,
    granted: bool,
    activity_id: int | None,
    evidence: str,
    at: dt.datetime,
    **more: Any,
) -> Consent:
    ends = kind in (Kind.GUARDIAN, Kind.GUARDIAN_ONCE) and granted
    values = {"valid_until": end_of_year(at) if ends else None, "guardian": None, "by": None, **more}
    consent = consents.record_consent(
        volunteer=person, kind=kind, granted=granted, evidence=evidence[:200], at=at, **values
    )
    if activity_id is not None:
        ActivityConsent.objects.create(consent=consent, activity_id=activity_id)
        if not granted:
            guardian_withdrew.send(sender=Volunteer, volunteer=person, at=at)
    return consent


def _evidence(
    link: GuardianLink, *, name: str = "", relation: str = "", is_own: bool = False, typed_digits: bool = False
) -> str:
    """Return in the first language who answered, on which phone, and who passed the link on."""
    with translation.override(settings.LANGUAGE_CODE):
        said = gettext("on the link to the phone ending in %(phone)s of %(name)s%(relation)s, passed on by %(by)s") % {
            "phone": link.phone_end,
            "name": name or link.name,
            "relation": f" ({relation})" if relation else "",
            "by": link.made_by.in_facts if link.made_by else "—",
        }
        if typed_digits:
            said += gettext("; the last four digits of that phone were typed")
        if link.made_by_id and link.made_by_id == link.person.user_id:
            said += gettext("; the child gave that number")
        elif link.phone == link.person.phone:
            said += gettext("; it is the child's number on the roll, too")
        return said + (gettext("; on a phone where the child is signed in") if is_own else "")
