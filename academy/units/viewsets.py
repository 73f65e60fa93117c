"""The back office's screens about local units and their members."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core.viewsets import CommunityViewSet
from academy.people import choosers as _choosers  # noqa: F401  (registers the widget of the forms below)
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.units import services
from academy.units.models import Unit, UnitMembership


class UnitViewSet(CommunityViewSet):
    model = Unit
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "group"
    menu_hook = "register_people_menu_item"
    menu_order = 20
    form_fields = ["community", "name", "credit_code", "offers"]
    list_display = ["name", "credit_code", "offers", "community"]
    list_filter = ["community"]
    search_fields = ["name", "credit_code"]
    list_export = ["name", "credit_code", "offers", "community"]


class MembershipCreateView(generic.CreateView):
    def save_instance(self) -> UnitMembership:
        return services.put_in_unit(**self.form.cleaned_data, by=user_of(self.request), at=timezone.now())


class MembershipEditView(generic.EditView):
    def save_instance(self) -> UnitMembership:
        return services.correct_membership(
            membership=self.object, **self.form.cleaned_data, by=user_of(self.request), at=timezone.now()
        )


class UnitMembershipViewSet(CommunityViewSet):
    model = UnitMembership
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    community_path = "unit__community"
    icon = "group"
    menu_hook = "register_people_menu_item"
    menu_label = _("Members of units")
    menu_order = 30
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    form_fields = ["unit", "volunteer", "is_contact"]
    list_display = ["volunteer", "unit", "is_contact"]
    list_filter = ["unit", "is_contact"]
    search_fields = ["volunteer__name", "volunteer__number", "unit__name"]
    list_export = ["unit", *person_columns(), "is_contact"]
