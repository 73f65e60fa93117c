"""The forms of the first set-up, one for each step."""

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core.sentences import join_sentences
from academy.core.services import BAD_SHORT_NAME
from academy.core.short_names import LONGEST, is_short_name, suggest
from academy.core.text import identifier
from academy.people.form_fields import CodeInput, NameField, PhoneField
from academy.people.names import mobile_number, phone_in_words
from academy.people.permissions import DutyRole
from academy.rulebook.chapters import CHAPTERS
from academy.rulebook.forms import parameter_field
from academy.rulebook.parameters import PARAMETERS, problems
from cms.founding import FirstStaff, FoundingFacts

_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}\Z")  # GB 32100: no I, O, S, V, Z
_QUIET = {"autocomplete": "off", "spellcheck": "false"}


def _phone(label: Any, *, mobile: bool = True, **kwargs: Any) -> PhoneField:
    if mobile:
        kwargs["validators"] = [mobile_number]
    return PhoneField(label=label, widget=forms.TextInput(attrs={"inputmode": "tel", **_QUIET}), **kwargs)


def _name(label: Any, **kwargs: Any) -> NameField:
    return NameField(label=label, widget=forms.TextInput(attrs=_QUIET), **kwargs)


def _text(label: Any, *, longest: int = 100, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, **kwargs)


class StepForm(forms.Form):
    """A step of the first set-up: an empty field that is needed says so in a sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")


class KeyForm(StepForm):
    """The key of the first set-up."""

    key = forms.CharField(label=_("Set-up key"), max_length=60, widget=CodeInput())


class CommunityForm(StepForm):
    """The community's name, and its short name in pinyin."""

    name = _text(
        _("Name of the community"),
        help_text=_("As it stands on your seal or at the door, for example 松林社区."),
    )
    slug = _text(
        _("Short name in Latin letters"),
        longest=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", **_QUIET}),
        help_text=_("It stands in addresses and sign-in names. Leave it empty to take the pinyin: 松林社区 → songlin."),
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        name, slug = self.cleaned_data.get("name", ""), self.cleaned_data.get("slug", "")
        if not name or "slug" not in self.cleaned_data:
            return cleaned
        suggestion = suggest(name)
        slug = identifier(slug).lower() or suggestion
        if not is_short_name(slug):
            self.add_error("slug", join_sentences([BAD_SHORT_NAME, suggestion or "songlin"]))
        self.cleaned_data["slug"] = slug
        return self.cleaned_data


class UnitForm(StepForm):
    """The recording unit."""

    issuer = _text(
        _("Registered name of the unit"),
        help_text=_("The unit that records hours and whose seal stands on certificates, for example the 居委会."),
    )
    credit_code = _text(
        _("Unified social credit code"),
        longest=30,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", **_QUIET}),
        help_text=_("18 digits and letters, on the unit's certificate. You can add it later."),
    )
    person_responsible = _name(_("Person responsible"))
    handler = _name(
        _("Handler"),
        help_text=_("Who prints certificates and answers questions about them; may be the same person."),
    )
    telephone = _phone(
        _("Telephone of the desk"),
        mobile=False,
        help_text=_("It stands on certificates and pages, for everybody to read. A landline or a mobile."),
    )

    def clean_credit_code(self) -> str:
        code = identifier(self.cleaned_data["credit_code"]).replace(" ", "").replace("-", "").upper()
        if code and not _CREDIT_CODE.match(code):
            raise forms.ValidationError(
                _("A credit code has 18 digits and letters, without I, O, S, V and Z. Compare it with the paper."),
                code="bad_credit_code",
            )
        return code


class DeskForm(StepForm):
    """The desk at which people ask."""

    address = _text(
        _("Address of the desk"),
        help_text=_("Street, number and room, so that an elder finds it."),
    )
    desk_hours = _text(
        _("Opening hours"),
        required=False,
        help_text=_("For example: Monday to Saturday 9:00–17:00."),
    )


class StaffForm(StepForm):
    """The first administrator, the first social worker and the second person."""

    administrator = _name(_("Administrator: name"))
    administrator_phone = _phone(_("Administrator: mobile"), help_text=_("The person signs in with this number."))
    social_worker = _name(
        _("Social worker: name"),
        required=False,
        help_text=_("Leave both fields empty if the administrator does this work too."),
    )
    social_worker_phone = _phone(_("Social worker: mobile"), required=False)
    approver = _name(_("Second person: name"), required=False)
    approver_phone = _phone(
        _("Second person: mobile"),
        required=False,
        help_text=_("May be the administrator, but not the social worker. Leave both empty to appoint one later."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for role in ("social_worker", "approver"):
            self._check_pair(role)
        named: dict[str, str] = {}
        for role in ("administrator", "social_worker", "approver"):
            name, phone = self.cleaned_data.get(role, ""), self.cleaned_data.get(f"{role}_phone", "")
            if phone and name and named.setdefault(phone, name) != name:
                self.add_error(
                    f"{role}_phone", _("Two people cannot sign in with one number. Give this person's own mobile.")
                )
        worker = self.cleaned_data.get("social_worker_phone") or self.cleaned_data.get("administrator_phone")
        if worker and self.cleaned_data.get("approver_phone") == worker and "approver_phone" not in self.errors:
            self.add_error(
                "approver_phone",
                _("This is the social worker, whose requests the second person decides. Name somebody else."),
            )
        return cleaned

    def _check_pair(self, role: str) -> None:
        name, phone = self.cleaned_data.get(role), self.cleaned_data.get(f"{role}_phone")
        if name and not phone and f"{role}_phone" not in self.errors:
            self.add_error(f"{role}_phone", _("Give the mobile number too: the person signs in with it."))
        elif phone and not name and role not in self.errors:
            self.add_error(role, _("Give the name too."))

    @property
    def staff(self) -> list[FirstStaff]:
        """The first staff; without a social worker of their own, the administrator does that work too."""
        data = self.cleaned_data
        administrator = (data["administrator"], data["administrator_phone"])
        worker = (data["social_worker"], data["social_worker_phone"]) if data["social_worker"] else administrator
        staff = [FirstStaff(DutyRole.ADMINISTRATOR, *administrator), FirstStaff(DutyRole.SOCIAL_WORKER, *worker)]
        if data["approver"]:
            staff.append(FirstStaff(DutyRole.APPROVER, data["approver"], data["approver_phone"]))
        return staff


class RulesForm(StepForm):
    """The first day of the rules, and each parameter with its default."""

    rules_from = forms.DateField(
        label=_("First day of the rules"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Hours count from this day on. Hours of before can be brought in later, from a list."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = {name: parameter_field(parameter, parameter.default) for name, parameter in PARAMETERS.items()}
        self.fields.update(fields)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = {name: self.cleaned_data[name] for name in PARAMETERS if name in self.cleaned_data}
        for name, sentence in problems(values).items():
            if name in values:
                self.add_error(name, sentence)
        return cleaned

    @property
    def values(self) -> dict[str, int]:
        """The parameters that differ from their defaults."""
        return {
            name: self.cleaned_data[name]
            for name, parameter in PARAMETERS.items()
            if self.cleaned_data[name] != parameter.default
        }

    @property
    def chapters(self) -> list[tuple[Any, list[Any], bool]]:
        """Each chapter's title, its fields, and whether one of them has an error."""
        letters = list(dict.fromkeys(parameter.clause[0] for parameter in PARAMETERS.values()))
        parted = []
        for letter in sorted(letters, key=list(CHAPTERS).index):
            fields = [self[name] for name, parameter in PARAMETERS.items() if parameter.clause[0] == letter]
            parted.append((CHAPTERS[letter], fields, any(field.errors for field in fields)))
        return parted


FORMS: dict[str, type[Any]] = {
    "community": CommunityForm,
    "unit": UnitForm,
    "desk": DeskForm,
    "staff": StaffForm,
    "rules": RulesForm,
}


def facts_of(forms_of_steps: dict[str, Any]) -> FoundingFacts:
    """Return the facts of the founding from the valid forms of all steps."""
    community, unit, desk, rules = (forms_of_steps[step] for step in ("community", "unit", "desk", "rules"))
    texts = {**community.cleaned_data, **unit.cleaned_data, **desk.cleaned_data}
    texts["telephone"] = phone_in_words(texts["telephone"])
    return FoundingFacts(**texts, rules_from=rules.cleaned_data["rules_from"], rules=rules.values)
