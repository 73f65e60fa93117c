"""The back office's screen for a community's own facts."""

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core import services
from academy.core.actions import Refusable
from academy.core.forms import CommunityModelForm
from academy.core.models import Community
from academy.core.police_filing import read_police_filing
from academy.core.refusals import Refusal
from academy.core.short_names import is_short_name, suggest
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.permissions import Right

LOGO_BYTES = 2 * 1024 * 1024


class CommunityForm(CommunityModelForm):
    """The facts of a community that its pages and papers show."""

    logo = forms.ImageField(
        label=_("logo"),
        required=False,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"])],
        help_text=_("A picture of at most 2 MB, on the community's first page."),
    )

    # Not a field of the model for this form: the service words its refusals, and knows earlier short names too.
    slug = forms.CharField(label=_("short name"), max_length=50)
    field_order = ["name", "slug"]

    class Meta(CommunityModelForm.Meta):
        model = Community
        fields = [
            "name",
            "desk_address",
            "desk_hours",
            "desk_telephone",
            "logo",
            "platform",
            "notice_text",
            "filing_number",
            "police_filing_number",
            "quiet_from",
            "quiet_until",
        ]
        widgets = dict.fromkeys(("quiet_from", "quiet_until"), forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        help_texts = {
            "desk_hours": _("For example: Monday to Saturday 9:00–17:00."),
            "desk_telephone": _("A landline or a mobile phone."),
            "platform": _("The platform to which you hand records over; it is filled in for new forms."),
            "notice_text": _("For example: whom to tell if something is wrong. It stands above the public notice."),
            "filing_number": _("It stands at the foot of the community's pages, for example 湘ICP备2026000001号."),
            "police_filing_number": _(
                "For example 京公网安备11010502030000号; its 14 digits are enough. It stands beside the other number, "
                "with a link to the registry of the public security (beian.mps.gov.cn)."
            ),
            "quiet_from": _("In quiet hours no e-mail goes out, except urgent ones about the same day."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: Any = _("It stands in addresses and on papers. After a change the earlier one goes on leading here.")
        suggestion = suggest(self.instance.name)
        if not is_short_name(self.instance.slug) and suggestion:
            words = _("The present one fits no address, so that public notices cannot be opened. Use: %(slug)s") % {
                "slug": suggestion
            }
        self.fields["slug"].help_text, self.fields["slug"].initial = words, self.instance.slug

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if logo and "logo" in self.changed_data and logo.size > LOGO_BYTES:
            raise forms.ValidationError(_("The picture is larger than 2 MB. Choose a smaller one."), code="too_large")
        return logo or ""

    def clean_police_filing_number(self) -> str:
        typed = self.cleaned_data["police_filing_number"]
        number = read_police_filing(typed) if typed else ""
        if number is None:
            raise forms.ValidationError(
                _("This is no such number. Copy it from the registry's page, for example 京公网安备11010502030000号."),
                code="bad_police_filing",
            )
        return number


class CommunityEditView(Refusable, generic.EditView):
    refusal_field = "slug"
    success_message = _("Saved. The pages and papers show it from now on.")

    def serve(self, form: CommunityForm) -> Community | Refusal:
        # The form has changed its own instance; the service gets the stored one.
        stored = Community.objects.get(pk=form.instance.pk)
        return services.change_community(
            community=stored, by=user_of(self.request), at=timezone.now(), **form.cleaned_data
        )

    def get_success_url(self) -> str:
        return reverse("community_settings:edit", args=[self.object.pk])


class CommunityListView(generic.IndexView):
    """The communities; with a single one, its form at once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = list(user_of(request).communities_for(Right.KEEP_SETTINGS).values_list("pk", flat=True)[:2])
        if len(mine) == 1:
            return redirect("community_settings:edit", mine[0])
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class CommunitySettings(CommunityViewSet):
    model = Community
    rights = dict.fromkeys(("view", "change"), Right.KEEP_SETTINGS)
    community_path = "pk"
    url_prefix = "settings/community"
    icon = "home"
    menu_label = _("Community")
    menu_order = 10
    add_to_settings_menu = True
    index_view_class = CommunityListView
    edit_view_class = CommunityEditView
    list_display = ["name", "slug", "desk_telephone"]
    list_filter: list[str] = []
    search_fields = ["name"]
    base_form_class = CommunityForm

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Any]]:
        return CommunityForm
