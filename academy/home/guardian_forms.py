"""Forms for a minor's guardian: whom to ask, the answer, and a form signed on paper (N2)."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.people.form_fields import NameField, PhoneField


class Relation:
    """The words for the guardian's relation to the minor."""

    CHOICES = [
        ("parent", _("father or mother")),
        ("grandparent", _("grandparent who is the guardian")),
        ("other", _("another guardian")),
    ]


class ScopeForm(forms.Form):
    """The scope of a consent: all activities of a year, or one activity to come."""

    activity = forms.ModelChoiceField(
        label=_("For what"), queryset=Activity.objects.none(), required=False, empty_label=_("all activities of a year")
    )

    def __init__(self, *args: Any, community_id: int, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["activity"]
        field.queryset = activities_to_ask_for(community_id, at)

    @property
    def activity_id(self) -> int | None:
        chosen = self.cleaned_data["activity"]
        return chosen.pk if chosen else None


class AskForm(ScopeForm):
    """The guardian's name and phone, and the scope of the consent."""

    name = NameField(label=_("Guardian's name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = PhoneField(
        label=_("Guardian's mobile phone"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Not the child's own number."),
    )

    field_order = ["name", "phone", "activity"]


class PaperForm(ScopeForm):
    """A form that the guardian signed on paper, photographed at the desk."""

    name = NameField(label=_("Guardian's name, as signed"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    form = forms.FileField(
        label=_("Photo of the signed form"),
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
        help_text=_("A photo or a PDF, 10 MB at most. Only staff who keep the roll can open it."),
    )

    field_order = ["name", "activity", "form"]


class AnswerForm(forms.Form):
    """The guardian's answer. Each consent is a tick of its own, and none is made beforehand (N4)."""

    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    relation = forms.ChoiceField(label=_("You are the child's"), choices=Relation.CHOICES)
    digits = forms.CharField(
        label=_("The last four digits of your phone"),
        max_length=4,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("We ask for those of the number that this link was made for. A no needs none."),
    )
    agrees = forms.BooleanField(
        label=_("I am the guardian, have read the above, and agree that the child takes part."), required=False
    )
    keep_data = forms.BooleanField(
        label=_("I agree that the child's data (under 14: sensitive) is kept for this."), required=False
    )
    notice = forms.BooleanField(
        label=_("Optional: the child's hours may stand in the public notice, with part of the name hidden."),
        required=False,
    )
    photos = forms.BooleanField(label=_("Optional: photos with the child may be shown in public."), required=False)

    def __init__(self, *args: Any, says_yes: bool = True, sensitive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.says_yes = says_yes
        if not sensitive:
            del self.fields["keep_data"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.says_yes and not self.cleaned_data.get("digits"):
            self.add_error("digits", _("Type the last four digits of your phone, or say no."))
        for name in ("agrees", "keep_data"):
            if self.says_yes and name in self.fields and not self.cleaned_data.get(name):
                self.add_error(name, _("Without this tick the child cannot take part. Tick it, or say no."))
        return cleaned

    @property
    def relation_in_words(self) -> str:
        return str(dict(Relation.CHOICES)[self.cleaned_data["relation"]])


def activities_to_ask_for(community_id: int, at: dt.datetime) -> Any:
    """Return the community's published activities to come, without dangerous ones (N3)."""
    coming = Activity.objects.filter(community=community_id, dangerous=False, shifts__ends_at__gt=at)
    return coming.filter(published_at__isnull=False, cancelled_at=None).distinct().order_by("title")
