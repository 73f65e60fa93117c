"""The back office's screen of what a community asks of volunteers who lead what they proposed."""

from django.utils.translation import gettext_lazy as _

from academy.core.viewsets import CommunityViewSet
from academy.people.permissions import Right
from academy.proposals.models import LeadingTerms


class LeadingTermsViewSet(CommunityViewSet):
    model = LeadingTerms
    rights = dict.fromkeys(("view", "add", "change"), Right.RUN_ACTIVITIES)
    icon = "user"
    menu_label = _("Terms for leading")
    menu_order = 206
    add_to_settings_menu = True
    list_display = ["community", "course"]
    form_fields = ["community", "course"]
