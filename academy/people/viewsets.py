"""The menu of people in the back office, and its small screens."""

from typing import Any

from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.core.actions import Refusable
from academy.core.viewsets import CommunityViewSet
from academy.people.admin_forms import ConsentForm
from academy.people.duty_viewsets import DutyViewSet
from academy.people.models import Consent, Issuer
from academy.people.permissions import Right
from academy.people.services import consents
from academy.people.views import user_of
from academy.people.volunteer_viewsets import VolunteerViewSet


class IssuerViewSet(CommunityViewSet):
    model = Issuer
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "doc-full"
    form_fields = ["community", "name", "credit_code", "person_responsible", "handler", "telephone"]
    list_display = ["name", "person_responsible", "telephone", "community"]
    list_filter = ["community"]
    search_fields = ["name", "credit_code"]


class ConsentCreateView(Refusable, generic.CreateView):
    success_message = _("Recorded: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: ConsentForm) -> Consent:
        data, by, at = form.cleaned_data, user_of(self.request), timezone.now()
        if data["kind"] == Consent.Kind.AGENCY and form.other_user is not None:
            return consents.allow_agent(
                volunteer=data["volunteer"], user=form.other_user, evidence=data["evidence"], by=by, at=at
            ).consent
        return consents.record_consent(
            volunteer=data["volunteer"],
            kind=data["kind"],
            granted=data["granted"],
            evidence=data["evidence"],
            valid_until=data["valid_until"],
            guardian=form.other_user,
            by=by,
            at=at,
        )


class ConsentViewSet(CommunityViewSet):
    """Append-only: a withdrawal is a new entry."""

    model = Consent
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = "volunteer__community"
    icon = "tick"
    inspect_view_enabled = True
    add_view_class = ConsentCreateView
    list_display = ["volunteer", "kind", "granted", "recorded_at", "recorded_by"]
    list_filter = ["kind", "granted"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-recorded_at"
    list_export = ["volunteer", "kind", "granted", "evidence", "recorded_at", "recorded_by", "valid_until"]
    export_filename = "consents"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ConsentForm


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 200
    submenu_hook = "register_people_menu_item"  # for what stands above people
    items = (
        VolunteerViewSet("volunteer", menu_order=10),
        IssuerViewSet("issuer", menu_order=40),
        ConsentViewSet("consent", menu_order=50),
        DutyViewSet("duty", menu_order=60),
    )
