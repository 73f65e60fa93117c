"""Services that link a login to a volunteer: a social worker who volunteers is one person (ADR 65)."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.logins import is_made_for_a_person, may_hand_out
from academy.people.models import User, Volunteer
from academy.people.names import is_mobile, tidy_name
from academy.people.permissions import Right
from academy.people.refusals import (
    ERASED,
    HAS_LOGIN,
    LOGIN_CLOSED,
    LOGIN_LINKED,
    MERGED,
    NO_LOGIN,
    NOT_ALLOWED,
    OTHER_NAME,
    OWN_LINK,
    PERSONAL_LOGIN,
)
from academy.people.services import registration, sessions
from academy.people.services.logins import names_of
from academy.people.signals import login_linked


@transaction.atomic
def link_login(*, volunteer: Volunteer, user: User, by: User, at: dt.datetime) -> Volunteer | Refusal:
    """Make `user`, a login without a volunteer, the login of this person. All its sessions end.

    From then on name and phone are the roll's (ADR 23); an entry without a phone gets the login's.

    Refuses with `not_allowed`: `by` must manage people in the person's community and be allowed to hand out a key to
    the login (ADR 36). Refuses with `other_name` if users link their own login to an entry of another name, and with
    `merged`, `has_login`, `login_linked`, `login_closed`.
    """
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("community").get(pk=volunteer.pk)
    user = User.objects.get(pk=user.pk)
    if refusal := _cannot_link(volunteer, user, by=by):
        return refusal
    volunteer.user = user
    volunteer.phone = volunteer.phone or user.phone or ""
    try:
        with transaction.atomic():
            volunteer.save(update_fields=["user", "phone"])
    except IntegrityError:  # another request linked this login at the same moment
        return LOGIN_LINKED
    before = str(user)
    user.first_name = user.last_name = ""
    user.phone = None
    user.save(update_fields=["first_name", "last_name", "phone"])
    user = User.objects.get(pk=user.pk)
    log(volunteer, "people.link_login", user=by, timestamp=at, data={"login": before})
    login_linked.send(sender=Volunteer, volunteer=volunteer, user=user, by=by, at=at)
    sessions.end_all_sessions(user=user, reason="linked", by=by, at=at)
    return volunteer


def _cannot_link(volunteer: Volunteer, user: User, *, by: User) -> Refusal | None:
    if not by.has_right(Right.MANAGE_PEOPLE, volunteer.community) or not may_hand_out(user, by=by):
        return NOT_ALLOWED
    if volunteer.merged_into_id is not None:
        return MERGED
    if volunteer.erased_at:
        return ERASED
    if volunteer.user_id is not None:
        return HAS_LOGIN
    if user.own_volunteer is not None:
        return LOGIN_LINKED
    if not user.is_active:
        return LOGIN_CLOSED
    # An administrator links the login of a colleague; nobody takes over another person's entry alone.
    return OTHER_NAME if user == by and user.get_full_name() != volunteer.name else None


@transaction.atomic
def unlink_login(*, volunteer: Volunteer, by: User, at: dt.datetime) -> Volunteer | Refusal:
    """Undo a link. The login keeps the name and the mobile that the roll has by now; all its sessions end.

    Refuses with `not_allowed`, `no_login`; with `own_link`, since nobody may confirm hours that were their own a moment
    ago (K4); and with `personal_login` if the login was made for this person and has no other purpose.
    """
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("community").get(pk=volunteer.pk)
    user = volunteer.user
    if not by.has_right(Right.MANAGE_PEOPLE, volunteer.community):
        return NOT_ALLOWED
    if user is None:
        return NO_LOGIN
    if user == by:
        return OWN_LINK
    if is_made_for_a_person(user):
        return PERSONAL_LOGIN
    volunteer.user = None
    volunteer.save(update_fields=["user"])
    user = User.objects.get(pk=user.pk)
    for field, part in names_of(volunteer.name).items():
        setattr(user, field, part)
    is_free = is_mobile(volunteer.phone) and not User.objects.filter(phone=volunteer.phone).exists()
    user.phone = volunteer.phone if is_free else None
    user.save(update_fields=["first_name", "last_name", "phone"])
    log(volunteer, "people.unlink_login", user=by, timestamp=at, data={"login": str(user)})
    sessions.end_all_sessions(user=user, reason="unlinked", by=by, at=at)
    return volunteer


@transaction.atomic
def register_oneself(
    *,
    user: User,
    community: Community,
    name: str = "",
    phone: str,
    birth_date: dt.date | None,
    agrees: Collection[str] = (),
    besides: Collection[int] = (),
    at: dt.datetime,
) -> Volunteer | Refusal:
    """Enter a member of staff on the roll under their own name, with their own login.

    `name` is asked of a login that has none. Refuses like `register_volunteer` and `link_login`.
    """
    if user.own_volunteer is not None:
        return LOGIN_LINKED
    if not user.has_right(Right.MANAGE_PEOPLE, community):
        return NOT_ALLOWED
    if not user.get_full_name():
        for field, part in names_of(tidy_name(name)).items():
            setattr(user, field, part)
        user.save(update_fields=["first_name", "last_name"])
    with translation.override(settings.LANGUAGE_CODE):
        evidence = gettext("registered by themselves, signed in as staff")
    volunteer = registration.register_volunteer(
        community=community,
        name=user.get_full_name(),
        phone=phone,
        birth_date=birth_date,
        agrees=agrees,
        evidence=evidence,
        besides=besides,
        by=user,
        at=at,
    )
    answer = volunteer if isinstance(volunteer, Refusal) else link_login(volunteer=volunteer, user=user, by=user, at=at)
    if isinstance(answer, Refusal):  # a login without a name keeps none: it could claim the entry of that name
        transaction.set_rollback(True)
    return answer
