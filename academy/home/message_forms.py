"""The form of what a login gets by e-mail."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.messaging import kinds
from academy.messaging.models import MailSettings
from academy.people.models import User
from academy.people.names import tidy_email
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

_ADDRESSES = Limit(free=5, half_life=30 * 60)  # of a login: nobody fills foreign mailboxes from here
_TOO_MANY = _("There were too many attempts. Try again in %(minutes)s minutes.")


class MailForm(forms.Form):
    """Form with the kinds of messages that come by e-mail, and the address."""

    wants_mail = forms.BooleanField(label=_("Send me messages by e-mail"), required=False)
    address = forms.EmailField(
        label=_("e-mail address"),
        required=False,
        help_text=_("We send a link to a new address; messages go there once you have opened it."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Which messages?"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, user: User, chosen: MailSettings, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.known = user, address
        every = kinds.all_kinds()
        field: Any = self.fields["kinds"]
        field.choices = [(kind.slug, kind.label) for kind in every]
        self.initial = {
            "wants_mail": chosen.wants_mail,
            "address": address,
            "kinds": [kind.slug for kind in every if kind.slug not in chosen.muted],
        }

    def clean_address(self) -> str:
        """Return the address. Refuses with `too_many_attempts` who asks for links to ever other ones."""
        address = tidy_email(self.cleaned_data["address"])
        if address and address != self.known:
            source = Source("mail address", str(self.user.pk), _ADDRESSES)
            if seconds := attempts.begin(sources=[source], at=timezone.now()):
                raise forms.ValidationError(_TOO_MANY, code="too_many_attempts", params={"minutes": -(-seconds // 60)})
        return address

    @property
    def muted(self) -> list[str]:
        """The kinds that are not ticked."""
        return [kind.slug for kind in kinds.all_kinds() if kind.slug not in self.cleaned_data["kinds"]]
