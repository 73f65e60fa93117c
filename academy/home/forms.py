"""Forms of a volunteer who asks for hours or objects to them."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.checkin.forms import DigitsField
from academy.core.keys import normalise_number
from academy.hours.forms import REASON, TimesForm
from academy.people.form_fields import FilesField
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name
from academy.people.querysets import phone_ends_with
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

_ATTEMPTS = Limit(free=10, half_life=30 * 60)  # of a login: digits cannot be tried one after the other
_TOO_MANY = _("There were too many attempts. Try again in %(minutes)s minutes, or type the volunteer number.")
_NEEDS_TAIL = _("Type the last four digits of this person's phone as well.")
_UNKNOWN_WITNESS = _(
    "This name and these digits do not lead to one volunteer here. Compare both, or type the number on the card."
)
_UNKNOWN_NUMBER = _("Nobody here has this volunteer number. Find it on the card: V and ten or eleven characters.")


class MakeUpForm(TimesForm):
    """The times that a volunteer was there, with a reason.

    With `needs_witness`, as a make-up entry does (K9), the form asks who saw it, and finds the witness in the
    activity's community by the whole name with the phone's last four digits, or by the volunteer number. It never says
    which of both was wrong. `user`: their attempts are counted (`too_many_attempts`).
    """

    reason = forms.CharField(label=_("The reason"), max_length=200, widget=REASON)
    witness = forms.CharField(
        label=_("Who saw it"),
        required=False,
        max_length=60,
        help_text=_("The whole name of another volunteer. The number on their card is enough as well."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    witness_tail = DigitsField(
        r"^[0-9]{4}$",
        label=_("The last four digits of their phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "tail-field"}),
        error_messages={"invalid": _("Type the last four digits of their phone number, e.g. 1234.")},
    )

    evidence = FilesField(
        label=_("Picture of the sheet or another proof"),
        required=False,
        help_text=_("A photo or a PDF: the signed sheet, a chat, a slip of paper. A make-up entry needs at least one."),
    )

    field_order = ("came", "left", "day", "absent", "reason", "witness", "witness_tail", "evidence")

    def __init__(self, *args: Any, needs_witness: bool, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["evidence"].widget.attrs["required"] = needs_witness
        if not needs_witness:
            del self.fields["witness"], self.fields["witness_tail"]
            self.fields["evidence"].help_text = _("A photo or a PDF, if you have one.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, tail = cleaned.get("witness", ""), cleaned.get("witness_tail", "")
        cleaned["witness"] = None
        if not name or not {"witness", "witness_tail"}.isdisjoint(self.errors):
            return cleaned
        number = normalise_number(name)
        if any(map(str.isdigit, number)):
            cleaned["witness"] = self._find(_UNKNOWN_NUMBER, number=number)
        elif not tail:
            self.add_error("witness_tail", forms.ValidationError(_NEEDS_TAIL, code="needs_digits"))
        elif wait := attempts.begin(sources=[Source("witness", str(self.user.pk), _ATTEMPTS)], at=timezone.now()):
            minutes = -(-wait // 60)
            self.add_error("witness", forms.ValidationError(_TOO_MANY % {"minutes": minutes}, code="too_many_attempts"))
        else:
            cleaned["witness"] = self._find(_UNKNOWN_WITNESS, phone_ends_with(tail), name=tidy_name(name))
        return cleaned

    def _find(self, sentence: Any, *conditions: Q, **facts: Any) -> Volunteer | None:
        people = Volunteer.objects.filter(*conditions, community=self.shift.activity.community_id, **facts)
        found = {person.stays.pk: person.stays for person in people.select_related("merged_into")[:5]}
        if len(found) == 1:
            return next(iter(found.values()))
        self.add_error("witness", forms.ValidationError(sentence, code="unknown_witness"))
        return None


class ObjectionForm(forms.Form):
    reason = forms.CharField(label=_("The mistake"), max_length=200, widget=REASON)
    objector = forms.CharField(label=_("Who objects"), max_length=60, required=False)
