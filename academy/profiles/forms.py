"""The forms of a person's details: of staff in sections, and of the volunteer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.opened_forms import OpenedForm
from academy.people.form_fields import NameField, PhoneField
from academy.profiles import words
from academy.profiles.documents import fault_of, tidy_number
from academy.profiles.models import DocumentType, OwnField, Sex, Word

_OWN = "own_"


class DocumentNumberField(forms.CharField):
    """Field for a document's number. A browser keeps no list of what was typed here."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"})

    def to_python(self, value: Any) -> str:
        return tidy_number(super().to_python(value) or "")


def document_choices() -> list[tuple[str, Any]]:
    return [("", "—"), *((kind.value, capfirst(kind.label)) for kind in DocumentType)]


@dataclass(frozen=True)
class Section:
    """A part of the form with its title."""

    title: Any
    lead: Any
    fields: list[BoundField]


class DetailsForm(forms.Form):
    """All details of a person, for staff. `own_fields` are those of the community."""

    sex = forms.ChoiceField(
        label=_("sex"), required=False, choices=[("", "—"), *((sex.value, capfirst(sex.label)) for sex in Sex)]
    )
    document_type = forms.ChoiceField(label=_("document"), required=False, choices=document_choices)
    document_number = DocumentNumberField(label=_("number of the document"), required=False, max_length=30)
    document_evidence = forms.CharField(
        label=_("how they consented to keeping the number"),
        required=False,
        max_length=200,
        help_text=_("Only with a new number. It needs a consent of its own, such as a tick on the form of 10 January."),
    )
    document_deleted = forms.BooleanField(label=_("delete the number that is kept"), required=False)
    area = forms.CharField(
        label=_("area of residence"),
        required=False,
        max_length=80,
        help_text=_("For example: Songlin estate, building 3. No door is needed."),
    )
    platform_number = forms.CharField(label=_("number on the higher platform"), required=False, max_length=40)
    emergency_name = NameField(label=_("emergency contact"), required=False)
    emergency_relation = forms.CharField(label=_("relation to the person"), required=False, max_length=20)
    emergency_phone = PhoneField(
        label=_("phone of the emergency contact"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    body = forms.CharField(
        label=_("what their body does not allow"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In their own words. Leaders of activities that they are signed up to read it before the start."),
    )

    def __init__(self, *args: Any, community: Community, kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = words.words_of(community)
        for kind in Word.Kind:
            chosen = list(self.initial.get(kind.value, []))
            texts = list(dict.fromkeys([*offered[kind.value], *chosen]))
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=kind.label,
                required=False,
                choices=[(text, text) for text in texts],
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"{kind.value}_more"] = forms.CharField(
                label=_("others, with 、 between them"), required=False, max_length=100
            )
        self.own_fields = list(OwnField.objects.filter(community=community))
        for field in self.own_fields:
            self.fields[f"{_OWN}{field.pk}"] = _own_field(field, self.initial.get(f"{_OWN}{field.pk}", ""))
        if kept:
            self.fields["document_number"].help_text = _("On file: %(kept)s. Leave it empty to keep it.") % {
                "kept": kept
            }
        else:
            del self.fields["document_deleted"]
        for one in self.fields.values():
            one.label = capfirst(one.label) if one.label else one.label

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, number = cleaned.get("document_type", ""), cleaned.get("document_number", "")
        if number and not kind:
            self.add_error("document_type", forms.ValidationError(_("Choose which document it is."), code="required"))
        elif number and (refusal := fault_of(kind, number)):
            self.add_error("document_number", forms.ValidationError(str(refusal), code=refusal.code))
        if number and not cleaned.get("document_evidence") and "document_evidence" not in self.errors:
            sentence = _("Write how this person consented to keeping the number (V2).")
            self.add_error("document_evidence", forms.ValidationError(sentence, code="needs_evidence"))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """The details as `save_details` takes them."""
        data = self.cleaned_data
        names = ("sex", "area", "platform_number", "emergency_name", "emergency_relation", "emergency_phone", "body")
        chosen = {
            kind: list(dict.fromkeys([*data[kind], *words.split(data[f"{kind}_more"])])) for kind in Word.Kind.values
        }
        own = {field.pk: _as_text(data[f"{_OWN}{field.pk}"]) for field in self.own_fields}
        return {**{name: data[name] for name in names}, "words": chosen, "own": own}

    @property
    def sections(self) -> Iterator[Section]:
        """Yield the parts of the form in their order."""
        yield self._section(
            _("Who they are"),
            _("Needed only before a certificate that prints the number. It is encrypted, and each look is logged."),
            "sex", "document_type", "document_number", "document_evidence", "document_deleted",
        )  # fmt: skip
        yield self._section(_("Where they live"), "", "area", "platform_number")
        yield self._section(_("In an emergency"), "", "emergency_name", "emergency_relation", "emergency_phone", "body")
        names = [f"{kind}{end}" for kind in Word.Kind.values for end in ("", "_more")]
        yield self._section(_("Skills, free times, interests"), "", *names)
        if self.own_fields:
            yield self._section(_("Your community's own"), "", *(f"{_OWN}{field.pk}" for field in self.own_fields))

    def _section(self, title: Any, lead: Any, *names: str) -> Section:
        return Section(title, lead, [self[name] for name in names if name in self.fields])


def own_name(field: OwnField) -> str:
    """Return the name of a community's own field in the form."""
    return f"{_OWN}{field.pk}"


def _own_field(field: OwnField, value: str) -> forms.Field:
    if field.kind == OwnField.Kind.DATE:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(label=field.label, required=False, widget=widget)
    if field.kind == OwnField.Kind.CHOICE:
        options = list(dict.fromkeys([*field.options, *([value] if value else [])]))
        return forms.ChoiceField(
            label=field.label, required=False, choices=[("", "—"), *zip(options, options, strict=True)]
        )
    return forms.CharField(label=field.label, required=False, max_length=200)


def _as_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else value.isoformat()


class ContactForm(OpenedForm):
    """A volunteer's own contact, which they change themselves."""

    phone = PhoneField(
        label=_("My phone"),
        required=False,
        help_text=_("A mobile, or a landline with its area code. You sign in with a mobile."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    emergency_name = NameField(label=_("In an emergency, call"), required=False)
    emergency_relation = forms.CharField(
        label=_("Who that is to me"), required=False, max_length=20, help_text=_("For example: daughter, neighbour.")
    )
    emergency_phone = PhoneField(
        label=_("Their phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    body = forms.CharField(
        label=_("My body does not allow"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For example: I cannot lift heavy things. The social worker reads it, and the leader of an activity that "
            "you are signed up to."
        ),
    )


class IdentityForm(forms.Form):
    """A volunteer's wish to change the name or the document on the roll."""

    name = NameField(label=_("My name in full"), required=False)
    document_type = forms.ChoiceField(label=_("Document"), required=False, choices=document_choices)
    document_number = DocumentNumberField(
        label=_("Number of the document"), required=False, max_length=30, help_text=_("Leave it empty to keep it.")
    )
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("For example: a new ID card, a mistake."))
