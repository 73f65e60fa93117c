"""The back office's page about the user's own sign-in.

It is Wagtail's page, changed for people with a name in one field and perhaps no e-mail address.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import BaseSettingsPanel, NameEmailSettingsPanel, NotificationsSettingsPanel

from academy.people.form_fields import NameField
from academy.people.models import User
from academy.people.services import logins

NEEDS_PROOF = _(
    'A link to a new password goes to this address. First <a href="{}" target="_blank">show that it is you</a>, '
    "then save again."
)


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    name = NameField(label=pgettext_lazy("of a person", "name"))
    email = forms.EmailField(label=_("e-mail address"), required=False)

    class Meta:
        model = User
        fields = ["email"]

    field_order = ["name", "email"]

    page_of_proof = ""  # where to prove first who one is; empty with a proof of the last minutes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = self.instance.get_full_name()
        if self.instance.own_volunteer is not None:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("This name is on the roll. The desk corrects it there.")
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email != self.instance.email and self.page_of_proof:
            raise forms.ValidationError(format_html(str(NEEDS_PROOF), self.page_of_proof), code="needs_proof")
        if email and User.objects.exclude(pk=self.instance.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody else signs in with this address. Give another one."), code="taken")
        return email

    def save(self, commit: bool = True) -> User:
        data = self.cleaned_data
        return logins.rename_login(user=self.instance, name=data["name"], email=data["email"])


class NamePanel(BaseSettingsPanel):
    name = "name_email"
    order = NameEmailSettingsPanel.order
    title = _("Name and e-mail address")
    form_class = NameForm

    def get_form(self) -> NameForm:
        form: NameForm = super().get_form()
        adapter = get_adapter()
        if self.request.method == "POST" and adapter.is_reauthentication_required(app="account"):
            ways = adapter.get_reauthentication_methods(self.user)
            form.page_of_proof = redirect_to_login(self.request.path, ways[0]["url"]).url
        return form


class AccountView(WagtailAccountView):
    def get_panels(self) -> list[Any]:
        return [
            NamePanel(self.request, panel.user, panel.profile) if isinstance(panel, NameEmailSettingsPanel) else panel
            for panel in super().get_panels()
            # Without a mail server there is nothing to choose about messages by mail.
            if settings.HAS_MAIL_SERVER or not isinstance(panel, NotificationsSettingsPanel)
        ]

    def get_menu_items(self) -> list[dict[str, Any]]:
        """Return the links to our own pages of the sign-in, under “More actions”."""
        return [
            {"url": reverse("account_change_password"), "label": _("Change the password")},
            {"url": reverse("mfa_index"), "label": _("Second factor")},
            {"url": reverse("own_sessions"), "label": _("Where I am signed in")},
        ]


account = require_admin_access(AccountView.as_view())
