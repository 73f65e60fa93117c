"""Forms of the back office for people and duties."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from academy.core.forms import CommunityModelForm
from academy.people import choosers as _choosers  # noqa: F401  (registers the widget of the forms below)
from academy.people.backends import normalise_login
from academy.people.form_fields import BirthDateField, FreeConsentsField, PhoneField
from academy.people.logins import find_logins_for
from academy.people.models import Duty, Volunteer
from academy.people.names import mobile_number, tidy_name
from academy.people.permissions import ROLE_SENTENCES, DutyRole, Right
from academy.people.services.logins import volunteers_named


class VolunteerForm(CommunityModelForm):
    """Form of a person on the roll."""

    phone = PhoneField(
        label=_("Phone"),
        required=False,
        help_text=_("A mobile, or a landline with its area code. Elders may share one."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    birth_date = BirthDateField(
        label=_("birth date"), required=False, help_text=_("The year first, such as 1958-3-5 or 58年3月5日.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if self.for_user.communities_for(Right.MANAGE_PEOPLE).count() == 1:
            self.fields["community"].widget = forms.HiddenInput()

    class Meta(CommunityModelForm.Meta):
        model = Volunteer
        fields = ["community", "name", "phone", "birth_date"]


class RegistrationForm(VolunteerForm):
    """Form of a new person, with their consent to the roll (R2) and those they may refuse (K6)."""

    evidence = forms.CharField(
        label=_("how they consented"),
        max_length=200,
        help_text=_("For example: registration form signed on 10 January 2026, kept in folder 3."),
    )
    agrees = FreeConsentsField(
        label=_("They also consent to"),
        help_text=_(
            "Tick only what they said yes to; they volunteer all the same. With the notice, their hours hang on the "
            "wall under a masked name; without it, the desk alone lists them. Minors also need their guardian's "
            "consent."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # else the reader begins above the form, with what is asked
            self.fields["name"].widget.attrs["autofocus"] = True


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=200)


class DutyForm(CommunityModelForm):
    """Form that grants a duty: to a person with a login, to a volunteer, or to a new person."""

    who = forms.CharField(
        label=_("Phone, volunteer number or e-mail"),
        max_length=254,
        help_text=_("The person may be a volunteer, a member of staff or new."),
    )
    name = forms.CharField(
        label=_("name, if new"),
        required=False,
        max_length=60,
        help_text=_("Leave it empty if the person has a sign-in."),
    )

    role = forms.ChoiceField(
        label=_("duty"),
        choices=[(role.value, format_lazy("{}：{}", role.label, ROLE_SENTENCES[role])) for role in DutyRole],
        widget=forms.RadioSelect,
    )
    field_order = ["community", "role", "who", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user.communities_for(Right.GRANT_DUTIES).count() == 1:
            self.fields["community"].widget = forms.HiddenInput()

    class Meta(CommunityModelForm.Meta):
        model = Duty
        fields = ["community", "role"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        who, name = normalise_login(self.cleaned_data.get("who", "")), self.cleaned_data.get("name", "")
        if not who:
            return cleaned
        logins = list(find_logins_for(who, by=self.for_user)[:2])
        found = len(logins) + len(volunteers_named(who, name=name, by=self.for_user)[:2])
        if found > 1:
            self.add_error("who", _("Several people have this phone or address. Give the volunteer number."))
        elif logins and name and logins[0].get_full_name() != tidy_name(name):
            self.add_error(
                "who", _("Somebody with another name signs in with this. Give another phone, an e-mail or the number.")
            )
        elif not found:
            self._check_new(who, name)
        return cleaned

    def _check_new(self, who: str, name: str) -> None:
        if not name:
            self.add_error(
                "name", _("Your community has no such sign-in. Give a name to create it, or correct the number.")
            )
        try:
            (validate_email if "@" in who else mobile_number)(who)
        except forms.ValidationError:
            self.add_error("who", _("A new sign-in needs a mobile number or an e-mail address."))
