"""The forms of an accident record: one for the phone at the place, short ones for what follows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.accidents.accounts import Account
from academy.accidents.services import PHOTOS
from academy.core.opened_forms import OpenedForm
from academy.people import namesakes
from academy.people.form_fields import ManyFilesInput
from academy.people.models import Volunteer

_ISO = "%Y-%m-%dT%H:%M"


class _Moment(forms.DateTimeField):
    """Day and time in one field of the phone's own."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_ISO)
        super().__init__(widget=widget, **kwargs)


class AccountForm(OpenedForm):
    """The known facts of the accident. `key` is the id of the form, so that it can be sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    what = forms.CharField(
        label=_("What happened?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hurt = forms.ModelMultipleChoiceField(
        Volunteer.objects.none(), label=_("Who is hurt?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Somebody else, by name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    place = forms.CharField(label=_("Where?"), max_length=200, required=False)
    happened_at = _Moment(label=_("When?"))
    done = forms.CharField(
        label=_("What was done?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    ambulance = forms.BooleanField(label=_("An ambulance was called"), required=False)
    witnesses = forms.CharField(
        label=_("Who saw it? Name and telephone"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def edits_stored(self) -> bool:
        return not self.is_new

    def __init__(self, *args: Any, people: Sequence[Volunteer], is_new: bool = True, **kwargs: Any) -> None:
        self.is_new = is_new
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        hurt: Any = self.fields["hurt"]
        hurt.queryset = Volunteer.objects.filter(pk__in=[one.pk for one in people]).order_by("number")
        tails = namesakes.tails(people)
        hurt.label_from_instance = lambda person: namesakes.named(person, tails)

    @property
    def account(self) -> Account:
        """The account that a valid form holds."""
        names = ("what", "place", "others", "done", "ambulance", "witnesses")
        texts: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        given: dict[str, Any] = {name: one.strip() if isinstance(one, str) else one for name, one in texts.items()}
        return Account(**given)


PHOTO_INPUT = ManyFilesInput("image/jpeg,image/png,image/webp", **{"id": "id_photos", "class": "form-control"})
MOST_PHOTOS = PHOTOS


class InsurerForm(forms.Form):
    number = forms.CharField(label=_("Number of the report, or who took it"), max_length=60, required=False)
    told_at = _Moment(label=_("When?"))

    prefix = "insurer"


class PlatformForm(InsurerForm):
    prefix = "platform"


class FamilyForm(forms.Form):
    words = forms.CharField(label=_("Who was told, and by whom"), max_length=200, required=False)
    told_at = _Moment(label=_("When?"))

    prefix = "family"


class CloseForm(forms.Form):
    words = forms.CharField(
        label=_("How it ended"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as what the insurer paid, and whether the person is well again."),
    )

    prefix = "closed"
