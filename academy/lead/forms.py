"""Forms that the leader fills in on the phone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.hours.forms import REASON, ClockField
from academy.people.form_fields import NameField, PhoneField


class NewcomerForm(forms.Form):
    """A newcomer who is not on the roll: name and phone are enough (R1).

    `scan` is the id of the scan, so that a form sent twice stores one scan.
    """

    scan = forms.UUIDField(widget=forms.HiddenInput)
    name = NameField(
        label=_("Name of the person"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the person's name.")},
    )
    phone = PhoneField(
        label=_("Phone of the person"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Type the person's phone number.")},
    )


class OvertimeForm(forms.Form):
    """The end of the overtime and its reason."""

    until = ClockField(label=_("Until"), help_text=_("905 is enough for 9:05."))
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=REASON)


class LongDayForm(forms.Form):
    hours = forms.DecimalField(label=_("Hours of the day"), min_value=0, max_value=24, decimal_places=1)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=REASON)
