"""The back office's lists of stars, complaints and commendations."""

from typing import Any

from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.advancement import services
from academy.advancement.models import Commendation, Complaint, Promotion, StarRating, UnitCommendation
from academy.core.actions import Refusable
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.decisions.viewsets import DECISION, AsksForPerson
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.units.viewsets import ForUnit


class CommendView(Refusable, generic.CreateView):
    success_message = _("Recorded: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: ModelForm) -> Commendation | Refusal:
        data = {name: form.cleaned_data[name] for name in ("volunteer", "title", "text", "given_on")}
        return services.commend(**data, by=user_of(self.request), at=timezone.now())


class ComplainView(Refusable, generic.CreateView):
    success_message = _("Recorded: %(object)s. Somebody else decides whether it is upheld.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: ModelForm) -> Complaint | Refusal:
        data = {name: form.cleaned_data[name] for name in ("volunteer", "complainant", "reason")}
        return services.record_complaint(**data, by=user_of(self.request), at=timezone.now())


class CommendationViewSet(CommunityViewSet):
    """Commendations to read and add. They are append-only."""

    model = Commendation
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = "volunteer__community"
    icon = "pick"
    inspect_view_enabled = True
    add_view_class = CommendView
    form_fields = ["volunteer", "title", "text", "given_on"]
    list_display = ["volunteer", "title", "given_on", "recorded_by"]
    search_fields = ["volunteer__name", "volunteer__number", "title"]
    list_export = [*person_columns(), "title", "text", "given_on", "recorded_by", "recorded_at"]


class CommendUnitView(Refusable, ForUnit, generic.CreateView):
    success_message = _("Recorded: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_success_url(self) -> str:
        return link_to("unit_page", self.object.unit_id)

    def serve(self, form: ModelForm) -> UnitCommendation | Refusal:
        data = {name: form.cleaned_data[name] for name in ("unit", "title", "text", "given_on")}
        return services.commend_unit(**data, by=user_of(self.request), at=timezone.now())


class UnitCommendationViewSet(CommunityViewSet):
    """Commendations of units to read and add. They are append-only."""

    model = UnitCommendation
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = "unit__community"
    icon = "pick"
    inspect_view_enabled = True
    add_view_class = CommendUnitView
    form_fields = ["unit", "title", "text", "given_on"]
    list_display = ["unit", "title", "given_on", "recorded_by"]
    search_fields = ["unit__name", "title"]
    list_export = ["unit", "title", "text", "given_on", "recorded_by", "recorded_at"]


class ComplaintViewSet(CommunityViewSet):
    """Complaints to read and add. A second person decides them on the page of decisions."""

    model = Complaint
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = Complaint.community_path
    icon = "warning"
    inspect_view_enabled = True
    add_view_class = ComplainView
    form_fields = ["volunteer", "complainant", "reason"]
    list_display = ["volunteer", "asked_at", "accepted", "decided_by", "decided_at"]
    list_filter = ["accepted"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-asked_at"
    list_export = [*person_columns(), "complainant", *DECISION]


class StarRatingIndexView(AsksForPerson, generic.IndexView):
    chosen_for = "star-rating"
    ask_label = _("Apply for stars")


class StarRatingViewSet(CommunityViewSet):
    model = StarRating
    index_view_class = StarRatingIndexView
    rights = {"view": Right.VIEW_FIGURES}
    community_path = StarRating.community_path
    icon = "pick"
    inspect_view_enabled = True
    list_display = ["volunteer", "stars", "asked_at", "accepted", "decided_by", "decided_at"]
    list_filter = ["accepted", "stars"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-asked_at"
    list_export = [*person_columns(), "stars", *DECISION]


class PromotionViewSet(CommunityViewSet):
    """Promotions that the clock proposed, with their decisions. Deciding has its own page."""

    model = Promotion
    rights = {"view": Right.MANAGE_PEOPLE}
    community_path = Promotion.community_path
    icon = "pick"
    list_display = ["volunteer", "tier", "asked_at", "accepted", "decided_by", "decided_at"]
    list_filter = ["accepted", "tier"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-asked_at"
    list_export = [*person_columns(), "tier", *DECISION]


class AdvancementGroup(ModelViewSetGroup):
    menu_label = _("Recognition")
    menu_icon = "pick"
    menu_order = 350
    items = (
        PromotionViewSet("promotion"),
        StarRatingViewSet("star_rating"),
        CommendationViewSet("commendation"),
        UnitCommendationViewSet("unit_commendation"),
        ComplaintViewSet("complaint"),
    )
