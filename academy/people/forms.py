"""Public forms: sign-in by password or by slip."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from academy.core import keys
from academy.people import limits
from academy.people.backends import find_logins, normalise_login
from academy.people.form_fields import CodeInput


class SignInForm(LoginForm):
    """Form with one field for phone, volunteer number or e-mail.

    allauth counts failed attempts by the normalised name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone, volunteer number or e-mail"),
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
            max_length=254,
            error_messages={"required": _("Type your phone number, your volunteer number or your e-mail address.")},
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].error_messages["required"] = _("Type your password.")
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        return normalise_login(self.cleaned_data["login"])


class ForgottenPasswordForm(ResetPasswordForm):
    """Form that mails a link to the logins with this address.

    allauth has a table of addresses of its own, and would also mail to one that a login has given up.
    """

    def clean_email(self) -> str:
        email: str = super().clean_email()
        limits.count_attempt(context.request, act="password link", name=normalise_login(email))
        self.users = list(find_logins(email).filter(is_active=True))
        return email


class SlipForm(forms.Form):
    """Form for the typed code of a sign-in slip."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        widget=CodeInput("one-time-code"),
        error_messages={"required": _("Type the code that is printed on the slip.")},
    )

    def clean_code(self) -> str:
        return keys.normalise_key(self.cleaned_data["code"])
