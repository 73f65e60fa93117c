"""The back office's screens for a community's words about people, and its own fields."""

from typing import Any

from django import forms
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column

from academy.core.forms import CommunityModelForm
from academy.core.viewsets import CommunityViewSet
from academy.people.permissions import Right
from academy.profiles.models import MOST_FIELDS, OwnField, Word


class WordViewSet(CommunityViewSet):
    """The words of a community. Until it has own words of a kind, the form offers the usual ones."""

    model = Word
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "tag"
    menu_hook = "register_people_menu_item"
    menu_label = _("Words about people")
    menu_order = 60
    form_fields = ["community", "kind", "text"]
    list_display = ["text", "kind", "community"]
    list_filter = ["kind"]
    search_fields = ["text"]
    list_export = ["kind", "text", "community"]


class OwnFieldForm(CommunityModelForm):
    """A field of the community's own: a choice needs at least two choices."""

    class Meta(CommunityModelForm.Meta):
        model = OwnField
        fields = ["community", "label", "kind", "choices", "place"]
        help_texts = {
            "label": _("For example: Party member, size of the vest, joined on."),
            "place": _("From 1 to 10: a community has ten own fields at most."),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        field = OwnField(choices=cleaned.get("choices", ""))
        if cleaned.get("kind") == OwnField.Kind.CHOICE and len(field.options) < 2:
            self.add_error("choices", forms.ValidationError(_("Write at least two choices."), code="required"))
        place = cleaned.get("place")
        if place is not None and not 1 <= place <= MOST_FIELDS:
            self.add_error("place", forms.ValidationError(_("Give a place from 1 to 10."), code="ten_at_most"))
        return cleaned


class OwnFieldViewSet(CommunityViewSet):
    """The own fields of a community. Deleting one deletes what it holds of all people."""

    model = OwnField
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.KEEP_SETTINGS)
    url_prefix = "settings/own-fields"
    icon = "list-ul"
    menu_label = _("Own fields about people")
    menu_order = 40
    add_to_settings_menu = True
    base_form_class = OwnFieldForm
    list_display = [
        Column("place", label=pgettext_lazy("rank", "Place")),
        "label",
        "kind",
        "community",
    ]
    search_fields = ["label"]
    list_export = ["place", "label", "kind", "choices", "community"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm[Any]]:
        return OwnFieldForm
