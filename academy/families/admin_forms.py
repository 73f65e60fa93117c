"""The back office's form for consents."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from academy.core.forms import CommunityModelForm
from academy.people import choosers as _choosers  # noqa: F401  (registers the widget of the form below)
from academy.people.logins import find_logins_for
from academy.people.models import Consent, User


class ConsentForm(CommunityModelForm):
    """A consent or a withdrawal of a volunteer; `other` is the guardian or the agent."""

    other = forms.CharField(
        label=_("guardian or agent"),
        required=False,
        max_length=254,
        help_text=_("Their phone, volunteer number or e-mail address; only for those two kinds."),
    )

    granted = forms.TypedChoiceField(
        label=_("what they said"),
        choices=[("yes", _("Yes, I consent")), ("no", _("No, or no longer"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )

    class Meta(CommunityModelForm.Meta):
        model = Consent
        fields = ["volunteer", "kind", "granted", "evidence", "valid_until"]

    field_order = ["volunteer", "kind", "other", "granted", "evidence", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        # A consent for one activity begins at the activity, and one for an employer at the unit: both name theirs.
        elsewhere = (Consent.Kind.GUARDIAN_ONCE, Consent.Kind.EMPLOYER)
        shown = [(value, label) for value, label in kind.choices if value not in elsewhere]
        kind.choices = [(value, capfirst(label)) for value, label in shown]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.other_user: User | None = None
        kind, granted = self.cleaned_data.get("kind"), self.cleaned_data.get("granted")
        is_named = granted or (kind == Consent.Kind.GUARDIAN and self.cleaned_data.get("other"))
        if kind in (Consent.Kind.GUARDIAN, Consent.Kind.AGENCY) and is_named:
            self.other_user = self._other()
        return cleaned

    def _other(self) -> User | None:
        name = self.cleaned_data.get("other", "")
        found = list(find_logins_for(name, by=self.for_user)[:2]) if name else []
        if len(found) == 1:
            return found[0]
        self.add_error(
            "other",
            _("No single sign-in fits this. Give the volunteer number, or give the person a slip to sign in with."),
        )
        return None
