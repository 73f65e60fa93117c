"""The second factor: a code of an app on the phone, or a recovery code on paper (ADR 38).

Pages and codes are allauth's; the words and the encryption are ours.
"""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.core import encryption
from academy.people.models import User


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit. Wait for the next one in the app, and type that."),
    }

    def get_totp_label(self, user: User) -> str:
        """Return the name that the app shows beside the code."""
        return user.get_full_name() or user.username

    def get_totp_issuer(self) -> str:
        return gettext("Volunteer academy")

    def encrypt(self, text: str) -> str:
        return encryption.seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        secret: str = encryption.unseal(encrypted_text)["secret"]
        return secret


class _OneCode:
    """A form's field for a code of the app: numbers on the phone's keyboard, and our words."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = pgettext_lazy("second factor", "Code")
        code.error_messages["required"] = _("Type the code.")
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs.update(inputmode="numeric", autofocus=True)


class CodeForm(_OneCode, AuthenticateForm):
    pass


class FreshCodeForm(_OneCode, ReauthenticateForm):
    pass


class FirstCodeForm(_OneCode, ActivateTOTPForm):
    pass
