"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.people.holding import clear_after_term, hold, leave_out
from academy.people.models import Card, Consent, PersonalKey, Slip, User, Volunteer
from academy.people.services import consents, erasing, personal_data


def _of_login(user: User) -> dict[str, Any]:
    return {
        _("second factor"): Authenticator.objects.filter(user=user).exists(),
        _("sign-ins"): UserSession.objects.filter(user=user).count(),
    }


hold(
    Volunteer,
    gettext_lazy("My entry on the roll"),
    "number",
    "name",
    "phone",
    "birth_date",
    "community",
    "registered_at",
    "suspended_at",
    "suspended_reason",
    path="pk",
    order=10,
)
hold(
    User,
    gettext_lazy("My sign-in"),
    "username",
    "email",
    "date_joined",
    "last_login",
    path="volunteer",
    order=12,
    further=_of_login,
    is_own=False,
)


def _how_it_was_given(consent: Consent) -> dict[str, Any]:
    return {_("how it was given"): consents.evidence_of(consent)[consent.pk]}


hold(
    Consent,
    gettext_lazy("My consents"),
    "kind",
    "granted",
    "recorded_at",
    "valid_until",
    order=20,
    further=_how_it_was_given,
    moment="recorded_at",
)
hold(Card, gettext_lazy("My check-in cards"), "issued_at", "revoked_at", order=90, moment="issued_at")
hold(Slip, gettext_lazy("My sign-in slips"), "printed_at", "used_at", "replaced_at", order=91, moment="printed_at")
leave_out(PersonalKey, "It is the key that encrypts the data, and no data about the person.")
clear_after_term("people", gettext_lazy("people without a trace"), erasing.erase_without_trace)
clear_after_term("looks", gettext_lazy("entries about looks at data"), personal_data.clear_old_looks)
