"""Forms at the gate: a typed code, and “I am here” without a sign-in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.checkin.services.claims import CLAIM_BITS
from academy.core.keys import BITS_PER_CHARACTER, is_key, normalise_key
from academy.core.text import identifier
from academy.people.form_fields import CodeInput, NameField


class CodeForm(forms.Form):
    """The code printed under a picture, for a phone that cannot scan it."""

    code = forms.CharField(
        label=_("The code on the poster or on the leader's screen"),
        max_length=200,
        widget=CodeInput(),
        error_messages={"required": _("Type the code printed under the picture.")},
    )


class DigitsField(forms.RegexField):
    """A field for digits, which accepts those of any keyboard."""

    def to_python(self, value: Any) -> str:
        return identifier(super().to_python(value) or "")


class ClaimForm(forms.Form):
    """“I am here”: the name and the end of the phone number. `key` makes the same tap the same claim."""

    key = forms.CharField(max_length=16, widget=forms.HiddenInput)
    code = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    name = NameField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": _("Type your name."),
            "max_length": _("This is too long for a name. Type your name alone."),
        },
    )
    phone_tail = DigitsField(
        r"^[0-9]{4}$",
        label=_("The last four digits of your phone"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "tail-field"}),
        error_messages={
            "required": _("Type the last four digits of your phone number."),
            "invalid": _("Type the last four digits of your phone number, e.g. 1234."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "claim_%s", **kwargs})  # the form of the slip is on the same page

    def clean_key(self) -> str:
        key = normalise_key(self.cleaned_data["key"])
        if len(key) * BITS_PER_CHARACTER < CLAIM_BITS or not is_key(key):
            raise forms.ValidationError("not a key of ours")  # a hidden field: the page makes another key
        return key
