"""Forms of units in service."""

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.people.form_fields import NameField, PhoneField


class AcceptanceForm(forms.Form):
    """Name and phone: with them a member accepts by the unit's link (R8)."""

    name = NameField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": _("Type your name."),
            "max_length": _("This is too long for a name. Type your name alone."),
        },
    )
    phone = PhoneField(
        label=_("Your phone number"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        max_length=40,
        error_messages={"required": _("Type your phone number.")},
    )
