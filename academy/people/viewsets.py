"""The menu of people in the back office, and its small screens."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.core.viewsets import CommunityViewSet
from academy.people.models import Issuer
from academy.people.permissions import Right
from academy.people.volunteer_viewsets import VolunteerViewSet


class IssuerViewSet(CommunityViewSet):
    model = Issuer
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "doc-full"
    form_fields = ["community", "name", "credit_code", "person_responsible", "handler", "telephone"]
    list_display = ["name", "person_responsible", "telephone", "community"]
    list_filter = ["community"]
    search_fields = ["name", "credit_code"]
    add_to_settings_menu = True
    menu_order = 30


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 200
    submenu_hook = "register_people_menu_item"  # for apps above people
    items = (VolunteerViewSet("volunteer", menu_order=10),)
