from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import TitleColumn

from academy.core.viewsets import CommunityViewSet
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet


def _page(rule_set: RuleSet) -> str:
    return reverse("rulebook:rules", args=[rule_set.pk])


class RuleSetViewSet(CommunityViewSet):
    """Read only: a version is published once and for all."""

    model = RuleSet
    rights = {"view": Right.VIEW_FIGURES}
    icon = "list-ol"
    menu_label = _("Rules")
    menu_order = 800
    add_to_admin_menu = True
    inspect_view_enabled = True
    inspect_view_fields = ["community", "title", "version", "effective_from", "values", "published_at"]
    list_display: list[Any] = [
        "title",
        "version",
        "effective_from",
        "published_at",
        "community",
        TitleColumn("page", label=_("text"), accessor=lambda rule_set: _("Read"), get_url=_page),
    ]
    list_filter = ["community"]
    ordering = "-version"
