"""The form of a proposal: ten short fields, typed on a phone in a minute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.opened_forms import OpenedForm
from academy.proposals.models import Proposal
from academy.proposals.services import FIELDS

_AREA = {"rows": 2}


class ProposalForm(OpenedForm, forms.ModelForm[Proposal]):
    """Every field may stay empty: a draft is saved as it is."""

    @property
    def edits_stored(self) -> bool:
        return self.instance.pk is not None

    class Meta:
        model = Proposal
        fields = FIELDS
        labels = {
            "title": _("What do you call it?"),
            "what": _("What do we do?"),
            "whom": pgettext_lazy("a proposal", "For whom?"),
            "day": _("On which day?"),
            "begins": _("From"),
            "ends": _("Until"),
            "place": _("Where?"),
            "people": _("How many volunteers?"),
            "risks": _("What could go wrong?"),
            "help_needed": _("What help do you need?"),
        }
        widgets = {
            "what": forms.Textarea(attrs={**_AREA, "maxlength": 400}),
            "day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "begins": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "ends": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "people": forms.NumberInput(attrs={"min": 1, "max": 500, "inputmode": "numeric"}),
            "risks": forms.Textarea(attrs={**_AREA, "maxlength": 300}),
            "help_needed": forms.Textarea(attrs={**_AREA, "maxlength": 300}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        people = cleaned.get("people")
        if people is not None and not 1 <= people <= 500:
            self.add_error("people", _("Give a number between 1 and 500, or leave it empty."))
        return cleaned
