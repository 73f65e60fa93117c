"""Services that create, rename and hand out logins."""

import datetime as dt

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.core.keys import random_key
from academy.core.refusals import Refusal
from academy.people import former_address
from academy.people.backends import find_logins, normalise_login
from academy.people.logins import find_logins_for, is_free, may_hand_out
from academy.people.models import User, Volunteer
from academy.people.names import is_mobile, tidy_name, tidy_phone
from academy.people.permissions import Right
from academy.people.refusals import LOGIN_TAKEN, NOT_ALLOWED
from academy.people.services import sessions

USERNAME_BITS = 50


@transaction.atomic
def login_for(*, volunteer: Volunteer) -> User:
    """Return the volunteer's login; create a missing one, named by the number and without a password.

    A merged person has the login of the one who stays. Name and phone stay on the roll alone (ADR 23).
    """
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    if volunteer.merged_into is not None:
        return login_for(volunteer=volunteer.merged_into)
    if volunteer.user is not None:
        return volunteer.user
    user = User.objects.create_user(username=volunteer.number.lower())
    volunteer.user = user
    volunteer.save(update_fields=["user"])
    return user


@transaction.atomic
def add_staff_login(*, name: str, username: str, phone: str = "") -> User:
    """Create a login for a member of staff who is no volunteer. `password_link` lets them set a password."""
    return User.objects.create_user(username=username, phone=tidy_phone(phone) or None, **names_of(tidy_name(name)))


@transaction.atomic
def staff_login(*, name: str, phone: str = "", email: str = "", by: User | None) -> User:
    """Create a login without a password for a member of staff who is no volunteer.

    `password_link` lets them set one. The user name is random: a phone and an address may change, and then another
    person may have them.
    """
    user = User.objects.create_user(
        username=f"staff-{random_key(USERNAME_BITS).lower()}",
        email=email,
        phone=tidy_phone(phone) or None,
        **names_of(tidy_name(name)),
    )
    log(user, "wagtail.create", user=by)
    return user


@transaction.atomic
def login_of(*, contact: str, name: str, by: User | None) -> User | Refusal:
    """Return the login that `contact` names: a phone, an e-mail address or a volunteer number.

    Only logins and volunteers that `by` may know of are found. Create a missing login: for the volunteer with this
    number or this phone, else for a new member of staff called `name`. The caller makes sure that no two people share
    the phone or the e-mail address. Refuses with `login_taken`.
    """
    contact = normalise_login(contact)
    if (user := find_logins_for(contact, by=by).first()) is not None:
        return user
    if (volunteer := volunteers_named(contact, name=name, by=by).first()) is not None:
        return login_for(volunteer=volunteer)
    if by is not None and by.is_practising:
        return staff_login(name=name, by=by)  # an invented person keeps no contact of a real one
    others = find_logins(contact)
    # Volunteers share phones. Members of staff do not: the password could not decide between their logins.
    if (other := (others if "@" in contact else others.filter(volunteer=None)).first()) is not None:
        return other if other.get_full_name() == tidy_name(name) and is_free(other) else LOGIN_TAKEN
    return staff_login(name=name, by=by, **({"email": contact} if "@" in contact else {"phone": contact}))


def volunteers_named(contact: str, *, name: str = "", by: User | None = None) -> QuerySet[Volunteer]:
    """Return those without a login, of the people `by` manages, who have this number or phone.

    With a `name`, the phone must be that of a volunteer with this name: a new colleague may share one. A landline
    is no name.
    """
    contact = normalise_login(contact)
    named = Q(number=contact)
    if is_mobile(contact):
        named = Q(phone=contact, name=name) if name else Q(phone=contact)
    volunteers = Volunteer.objects.present().filter(named, user=None)
    return volunteers if by is None else volunteers.in_communities(by.communities_for(Right.MANAGE_PEOPLE))


@transaction.atomic
def rename_login(*, user: User, name: str, email: str) -> User:
    """Change the e-mail address of a login, which may be empty, and its name.

    The name of a volunteer's login is left unchanged: it is on the roll. The former address gets a mail.
    """
    if user.own_volunteer is None:
        for field, part in names_of(tidy_name(name)).items():
            setattr(user, field, part)
    before, user.email = user.email, email
    user.save(update_fields=["first_name", "last_name", "email"])
    text = gettext("This e-mail address no longer signs in to your account at the volunteer academy.")
    former_address.tell(before, new=email, text=text)
    return user


@transaction.atomic
def password_link(*, user: User, by: User | None) -> str | Refusal:
    """Return the path of a page on which `user` can set a password, for users without e-mail.

    It works once, within three days. Refuses with `not_allowed`.
    """
    if not may_hand_out(user, by=by):
        return NOT_ALLOWED
    log(user, "people.password_link", user=by)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )


@transaction.atomic
def remove_second_factor(*, user: User, by: User | None, at: dt.datetime) -> Refusal | None:
    """Remove the second factor of a login that lost it, and end its sessions. Refuses with `not_allowed`."""
    if not may_hand_out(user, by=by):
        return NOT_ALLOWED
    Authenticator.objects.filter(user=user).delete()
    log(user, "people.remove_second_factor", user=by, timestamp=at)
    sessions.end_all_sessions(user=user, reason="second_factor_removed", by=by, at=at)
    return None


def names_of(name: str) -> dict[str, str]:
    """Return the fields of a login that hold this name."""
    # A Chinese name is stored whole, since it does not show where the family name ends (欧阳…). It is stored as the
    # first name, which Wagtail uses in greetings.
    first, _separator, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last} if name.isascii() else {"first_name": name, "last_name": ""}
