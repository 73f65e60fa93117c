"""What is done to people and logins. Each verb is one transaction; a "no" is a `Refusal` that is returned."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import ModelLogEntry

from academy.core import encryption, keys
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.logins import is_staff, may_hand_out
from academy.people.merging import accept_provisional as accept_provisional
from academy.people.merging import merge as merge
from academy.people.merging import register_at_gate as register_at_gate
from academy.people.models import (
    Agency,
    Consent,
    Duty,
    Issuer,
    PersonalKey,
    Slip,
    Unit,
    UnitMembership,
    User,
    Volunteer,
)
from academy.people.permissions import DutyRole, Right, roles_with
from academy.people.refusals import (
    LAST_ADMINISTRATOR,
    LOGIN_CLOSED,
    MARKED_ALREADY,
    MERGED,
    NOT_ALLOWED,
    SLIP_REPLACED,
    SLIP_USED,
    STAFF_LOGIN,
    STAFF_SLIP,
    TOO_YOUNG,
    UNKNOWN_SLIP,
)
from academy.people.roll import enter, new_number
from academy.people.roll import record_consent as record_consent
from academy.people.roll import tidy_name as tidy_name
from academy.people.signals import duties_changed

SLIP_BITS = 50
MINOR_VIEWED = "people.view_minor"  # in Wagtail's log (N4)


# Volunteers


@transaction.atomic
def register_volunteer(
    *,
    community: Community,
    name: str,
    phone: str = "",
    birth_date: dt.date | None = None,
    by: User | None,
    at: dt.datetime,
    evidence: str,
    min_age: int | None = None,
) -> Volunteer | Refusal:
    """A new person on the roll, with number (R6), personal key and the consent that `evidence` tells of (R2).

    `min_age` in years; without it the community's own. Refuses with `too_young` (N1), which a birth date alone can
    tell: without one there is always a volunteer.
    """
    day = timezone.localdate(at)
    if birth_date is not None:
        needed = ages.youngest(community, day) if min_age is None else min_age
        if ages.age_on(birth_date, day) < needed:
            return TOO_YOUNG
    volunteer = Volunteer.objects.create(
        community=community,
        number=new_number(day.year),
        name=tidy_name(name),
        phone=phone,
        birth_date=birth_date,
        registered_at=at,
        registered_by=by,
    )
    enter(volunteer, evidence=evidence, by=by, at=at)
    return volunteer


@transaction.atomic
def login_for(*, volunteer: Volunteer) -> User:
    """The volunteer's login, made where there is none: named by the volunteer number, without a password. Of somebody
    who was merged, the login of the one who stays.

    The phone becomes a name to sign in with only for the first of those who share it (R4).
    """
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    if volunteer.merged_into is not None:
        return login_for(volunteer=volunteer.merged_into)
    if volunteer.user is not None:
        return volunteer.user
    shared = not volunteer.phone or User.objects.filter(phone=volunteer.phone).exists()
    user = User.objects.create_user(
        username=volunteer.number.lower(),
        phone=None if shared else volunteer.phone,
        **_names(volunteer.name),
    )
    volunteer.user = user
    volunteer.save(update_fields=["user"])
    return user


def _names(name: str) -> dict[str, str]:
    # A Chinese name is kept whole: where the family name ends cannot be told from it (欧阳…). It is kept as the first
    # name, since that is how Wagtail greets.
    first, _separator, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last} if name.isascii() else {"first_name": name, "last_name": ""}


@transaction.atomic
def correct_volunteer(
    *, volunteer: Volunteer, name: str, phone: str, birth_date: dt.date | None, by: User | None, at: dt.datetime
) -> Volunteer | Refusal:
    """Mends what stands on the roll about a person.

    Refuses with `merged`, with `too_young`, judged at their registration (N1), and with `marked_already` where this
    makes of somebody marked at the gate somebody else who was.
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    registered_on = timezone.localdate(volunteer.registered_at)
    if birth_date is not None and ages.age_on(birth_date, registered_on) < ages.youngest(
        volunteer.community, registered_on
    ):
        return TOO_YOUNG
    name = tidy_name(name)
    if volunteer.provisional:
        marked = Volunteer.objects.present().filter(community=volunteer.community_id, provisional=True)
        if marked.filter(name=name, phone=phone).exclude(pk=volunteer.pk).exists():
            return MARKED_ALREADY
    volunteer.name, volunteer.phone, volunteer.birth_date = name, phone, birth_date
    volunteer.save(update_fields=["name", "phone", "birth_date"])
    log(volunteer, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return volunteer


@transaction.atomic
def suspend(*, volunteer: Volunteer, reason: str, by: User | None, at: dt.datetime) -> Volunteer:
    """Keeps somebody from signing up and checking in, with a reason; again: the reason and the date are replaced."""
    volunteer.suspended_at = at
    volunteer.suspended_reason = reason
    volunteer.save(update_fields=["suspended_at", "suspended_reason"])
    log(volunteer, "people.suspend", user=by, timestamp=at, data={"reason": reason})
    return volunteer


@transaction.atomic
def reinstate(*, volunteer: Volunteer, reason: str = "", by: User | None, at: dt.datetime) -> Volunteer:
    """Ends a suspension."""
    volunteer.suspended_at = None
    volunteer.suspended_reason = ""
    volunteer.save(update_fields=["suspended_at", "suspended_reason"])
    log(volunteer, "people.reinstate", user=by, timestamp=at, data={"reason": reason})
    return volunteer


def log_view_of_minors(*, volunteers: Collection[int], page: str, by: User, at: dt.datetime) -> None:
    """Writes down that `by` was shown data of those of `volunteers`, by id, who are under 14 at `at` (N4).

    One entry in Wagtail's log for each, under the volunteer number, with the address of the page; all at once.
    """
    born_after = ages.last_birth_date(ages.SENSITIVE_UNDER, timezone.localdate(at))
    minors = Volunteer.objects.filter(birth_date__gt=born_after).in_bulk(volunteers).values()
    kind, uuid = ContentType.objects.get_for_model(Volunteer), get_active_log_context().uuid
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(minor.pk),
            label=minor.number,
            action=MINOR_VIEWED,
            data={"page": page},
            user=by,
            timestamp=at,
            uuid=uuid,
        )
        for minor in minors
    )


# Consents


def latest_consent(volunteer: Volunteer, kind: str) -> Consent | None:
    """What the person last said about `kind`: a yes or a withdrawal; `None` where they were never asked."""
    of_one_person = Consent.objects.filter(volunteer__in=Volunteer.objects.one_with(volunteer.pk), kind=kind)
    return of_one_person.order_by("-recorded_at", "-id").first()


@transaction.atomic
def allow_agent(*, volunteer: Volunteer, user: User, evidence: str, by: User | None, at: dt.datetime) -> Agency:
    """Lets `user` act for `volunteer`, who consented to it."""
    consent = record_consent(
        volunteer=volunteer, kind=Consent.Kind.AGENCY, granted=True, evidence=evidence, by=by, at=at
    )
    agency, _created = Agency.objects.update_or_create(user=user, volunteer=volunteer, defaults={"consent": consent})
    return agency


@transaction.atomic
def put_in_unit(*, volunteer: Volunteer, unit: Unit, is_contact: bool = False) -> UnitMembership:
    """A person's place in a unit (G2); its contact speaks for it."""
    membership, _created = UnitMembership.objects.update_or_create(
        unit=unit, volunteer=volunteer, defaults={"is_contact": is_contact}
    )
    return membership


@transaction.atomic
def add_issuer(
    *, community: Community, name: str, person_responsible: str, handler: str, telephone: str, credit_code: str = ""
) -> Issuer:
    """The community's recording unit of this registered name (P3), made where there is none."""
    issuer, _created = Issuer.objects.get_or_create(
        community=community,
        name=name,
        defaults={
            "credit_code": credit_code,
            "person_responsible": person_responsible,
            "handler": handler,
            "telephone": telephone,
        },
    )
    return issuer


@transaction.atomic
def add_staff_login(*, name: str, username: str, password: str) -> User:
    """A login of somebody who works in the back office and is no volunteer; duties are granted to it."""
    return User.objects.create_user(username=username, password=password, **_names(tidy_name(name)))


# Sign-in slips


@transaction.atomic
def print_slips(*, volunteers: Iterable[Volunteer], by: User | None, at: dt.datetime) -> list[tuple[Slip, str]]:
    """A new one-time code for each, which replaces the one not yet used; the codes are not kept.

    Those whom `cannot_have_slip` refuses are left out: compare with what was asked for.
    """
    slips = []
    for volunteer in volunteers:
        if cannot_have_slip(volunteer, by=by) is not None:
            continue
        Slip.objects.filter(volunteer=volunteer, used_at=None, replaced_at=None).update(replaced_at=at)
        code = keys.random_key(SLIP_BITS)
        slip = Slip.objects.create(volunteer=volunteer, code_hash=_slip_hash(code), printed_at=at, printed_by=by)
        log(volunteer, "people.print_slip", user=by, timestamp=at)
        slips.append((slip, code))
    return slips


def cannot_have_slip(volunteer: Volunteer, *, by: User | None) -> Refusal | None:
    """Why `by` may print this person no slip: `merged`, `staff_slip`; `None` if they may.

    Whoever holds a slip signs in with it. Without the second, printing one would be a way to anybody's duties.
    """
    if volunteer.merged_into_id is not None:
        return MERGED
    return None if volunteer.user is None or may_hand_out(volunteer.user, by=by) else STAFF_SLIP


def find_slip(code: str) -> Slip | Refusal:
    """The slip with this code, if it still signs in; changes nothing.

    Refuses with `unknown_slip`, `slip_used`, `slip_replaced`, `login_closed`.
    """
    slips = Slip.objects.select_related("volunteer__user", "volunteer__merged_into__user")
    slip = slips.filter(code_hash=_slip_hash(code)).first()
    if slip is None:
        return UNKNOWN_SLIP
    if slip.used_at is not None:
        return SLIP_USED
    if slip.replaced_at is not None:
        return SLIP_REPLACED
    user = slip_holder(slip).user
    return slip if user is None or user.is_active else LOGIN_CLOSED


def slip_holder(slip: Slip) -> Volunteer:
    """Whom the slip signs in: who was merged into somebody else comes in as the one who stays."""
    return slip.volunteer.merged_into or slip.volunteer


def slip_belongs_to(user: User, *, code: str) -> bool:
    """Whether the slip with this code, used or not, is this login's own, or of somebody who shares its phone.

    Of somebody who was merged it is the one's who stays.
    """
    of_this_phone = Q()
    for person in ("volunteer", "volunteer__merged_into"):
        of_this_phone |= Q(**{f"{person}__user": user}) | Q(**{f"{person}__agencies__user": user})
    return Slip.objects.filter(of_this_phone, code_hash=_slip_hash(code)).exists()


@transaction.atomic
def redeem_slip(*, code: str, at: dt.datetime) -> User | Refusal:
    """Uses up the slip and returns the login it signs in, of two at once the first. Refuses like `find_slip`."""
    slip = find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    live = Slip.objects.filter(pk=slip.pk, used_at=None, replaced_at=None)
    if not live.update(used_at=at):
        return SLIP_USED
    return login_for(volunteer=slip_holder(slip))


def cannot_share(user: User, volunteer: Volunteer) -> Refusal | None:
    """Why the phone that `user` is signed in on cannot be this person's too: `staff_login`; `None` if it can.

    A login that opens the back office stays with whoever has the duty; so does a phone that is signed in with it.
    """
    return STAFF_LOGIN if any(is_staff(login) for login in (user, volunteer.user) if login is not None) else None


@transaction.atomic
def share_phone(*, user: User, code: str, at: dt.datetime) -> Volunteer | Refusal:
    """Uses up the slip, and from then on `user` acts for its holder, who consented by handing it over.

    Nobody's sign-in changes. Refuses like `find_slip`, and with `staff_login`; then the slip stays good.
    """
    slip = find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    volunteer = slip_holder(slip)
    if (refusal := cannot_share(user, volunteer)) is not None:
        return refusal
    if not Slip.objects.filter(pk=slip.pk, used_at=None, replaced_at=None).update(used_at=at):
        return SLIP_USED
    if volunteer.user_id != user.pk:
        with translation.override(settings.LANGUAGE_CODE):
            evidence = gettext("sign-in slip used on the phone of %(name)s") % {"name": user}
        allow_agent(volunteer=volunteer, user=user, evidence=evidence, by=user, at=at)
    return volunteer


def _slip_hash(code: str) -> str:
    return salted_hmac("academy.people.slip", keys.normalise_key(code), algorithm="sha256").hexdigest()


# Duties


@transaction.atomic
def staff_login(*, name: str, phone: str = "", email: str = "", by: User | None) -> User:
    """A login for somebody who is no volunteer, without a password: `password_link` leads to one."""
    names = _names(tidy_name(name))
    user = User.objects.create_user(username=phone or email, email=email, phone=phone or None, **names)
    log(user, "wagtail.create", user=by)
    return user


@transaction.atomic
def rename_login(*, user: User, name: str, email: str) -> User:
    """Writes down how somebody is called and their e-mail address, if they have one."""
    for field, part in _names(tidy_name(name)).items():
        setattr(user, field, part)
    user.email = email
    user.save(update_fields=["first_name", "last_name", "email"])
    return user


@transaction.atomic
def password_link(*, user: User, by: User) -> str | Refusal:
    """The path of a page on which `user` sets a password, for whoever has no e-mail address; good for three days and
    until used. Refuses with `not_allowed`.
    """
    if not may_hand_out(user, by=by):
        return NOT_ALLOWED
    log(user, "people.password_link", user=by)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )


@transaction.atomic
def grant_duty(*, user: User, community: Community, role: str, by: User | None) -> Duty | Refusal:
    """Gives a duty and the membership in its group, which opens the admin. Refuses with `not_allowed`."""
    if by is not None and not by.has_right(Right.GRANT_DUTIES, community):
        return NOT_ALLOWED
    duty, created = Duty.objects.get_or_create(user=user, community=community, role=role)
    user.groups.add(duty_group(community=community, role=role))
    if created:
        log(user, "people.grant_duty", user=by, data={"community": community.name, "role": role})
    duties_changed.send(sender=User, user=user, community=community)
    return duty


@transaction.atomic
def revoke_duty(*, user: User, community: Community, role: str, by: User | None) -> Refusal | None:
    """Takes a duty away, and the group with it. Refuses with `not_allowed`, `last_administrator`."""
    if by is not None and not by.has_right(Right.GRANT_DUTIES, community):
        return NOT_ALLOWED
    administrators = Duty.objects.select_for_update().filter(community=community, role=DutyRole.ADMINISTRATOR)
    if by is not None and role == DutyRole.ADMINISTRATOR and not administrators.exclude(user=user).exists():
        return LAST_ADMINISTRATOR
    deleted, _models = Duty.objects.filter(user=user, community=community, role=role).delete()
    user.groups.remove(duty_group(community=community, role=role))
    if deleted:
        log(user, "people.revoke_duty", user=by, data={"community": community.name, "role": role})
    duties_changed.send(sender=User, user=user, community=community)
    return None


def duty_group(*, community: Community, role: str) -> Group:
    """The Django group of those with this duty: it opens the admin where the duty does, and carries page rights."""
    group, _created = Group.objects.get_or_create(name=f"{community.slug}:{role}")
    if role in roles_with(Right.OPEN_ADMIN):
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


# Personal data


def encrypt_for(volunteer: Volunteer, data: dict[str, Any]) -> str:
    """`data` as text that is readable as long as the person's key exists (V3)."""
    return encryption.encrypt(bytes(volunteer.personal_key.wrapped), data)


def decrypt_for(volunteer: Volunteer, text: str) -> dict[str, Any] | None:
    """The data again; `None` where the key was destroyed or is another one."""
    key = PersonalKey.objects.filter(volunteer=volunteer).first()
    if key is None:
        return None
    try:
        return encryption.decrypt(bytes(key.wrapped), text)
    except encryption.DecryptionError:
        return None
