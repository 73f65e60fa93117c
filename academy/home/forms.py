"""Forms of a volunteer who asks for hours or objects to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.core.keys import normalise_number
from academy.hours.forms import REASON, TimesForm
from academy.people.models import Volunteer


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; the cleaned value is their list."""

    widget = _ManyFiles(attrs={"accept": "image/*,.pdf", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class MakeUpForm(TimesForm):
    reason = forms.CharField(label=_("The reason"), max_length=200, widget=REASON)
    witness = forms.CharField(
        label=_("Who saw it"),
        required=False,
        max_length=20,
        help_text=_("The volunteer number of another person. You need it within seven days if nothing was scanned."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    evidence = FilesField(
        label=_("Picture of the sheet or another proof"),
        required=False,
        help_text=_("A photo or a PDF: the signed sheet, a chat, a slip of paper. A make-up entry needs at least one."),
    )

    field_order = ("came", "left", "day", "absent", "reason", "witness", "evidence")

    def clean_witness(self) -> Volunteer | None:
        number = normalise_number(self.cleaned_data["witness"])
        if not number:
            return None
        found = Volunteer.objects.filter(community=self.shift.activity.community_id, number=number).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody here has this volunteer number. Find it on the card: V and ten or eleven characters."),
                code="unknown_witness",
            )
        return found.stays


class ObjectionForm(forms.Form):
    reason = forms.CharField(label=_("The mistake"), max_length=200, widget=REASON)
    objector = forms.CharField(label=_("Who objects"), max_length=60, required=False)
