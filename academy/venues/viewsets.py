"""The back office's screens about venues and bookings."""

from typing import Any

from django.forms import ModelForm
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core.actions import ActionView, Refusable
from academy.core.http import read_id
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.units.viewsets import ForUnit
from academy.venues import services
from academy.venues.forms import BookingForm
from academy.venues.models import Booking, Venue


class VenueCreateView(ForUnit, generic.CreateView):
    right = Right.RUN_ACTIVITIES


class VenueViewSet(CommunityViewSet):
    model = Venue
    rights = dict.fromkeys(("view", "add", "change"), Right.RUN_ACTIVITIES)
    community_path = "unit__community"
    icon = "home"
    add_view_class = VenueCreateView
    form_fields = ["unit", "name", "place", "note", "is_offered"]
    list_display = ["name", "unit", "place", "is_offered"]
    list_filter = ["unit", "is_offered"]
    search_fields = ["name", "place", "unit__name"]
    list_export = ["unit", "name", "place", "note", "is_offered"]


class BookingCreateView(ForUnit, Refusable, generic.CreateView):
    right = Right.RUN_ACTIVITIES
    refusal_field = "begins"
    success_message = _("Booked: %(object)s.")

    def get_initial(self) -> dict[str, Any]:
        communities = user_of(self.request).communities_for(self.right)
        venue = Venue.objects.filter(unit__community__in=communities, pk=read_id(self.request.GET.get("venue"))).first()
        return {**super().get_initial(), "venue": venue}

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: BookingForm) -> Booking | Refusal:
        data, (starts_at, ends_at) = form.cleaned_data, form.times()
        return services.book(
            venue=data["venue"],
            unit=data["unit"],
            activity=data["activity"],
            purpose=data["purpose"],
            starts_at=starts_at,
            ends_at=ends_at,
            by=user_of(self.request),
            at=timezone.now(),
        )


class CancelBookingView(ActionView):
    act = _("Cancel the booking")
    lead = _("The venue is free for others at once.")
    done = _("Cancelled: %(object)s.")
    permission_required = "add"
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = services.cancel(booking=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class BookingViewSet(CommunityViewSet):
    model = Booking
    rights = dict.fromkeys(("view", "add"), Right.RUN_ACTIVITIES)
    community_path = "venue__unit__community"
    icon = "calendar-check"
    add_view_class = BookingCreateView
    list_display = ["venue", "unit", "activity", "starts_at", "ends_at", "purpose", "cancelled_at"]
    list_filter = ["venue", "starts_at"]
    search_fields = ["venue__name", "purpose", "unit__name", "activity__title"]
    list_export = ["venue", "unit", "activity", "starts_at", "ends_at", "purpose", "booked_by", "cancelled_at"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return BookingForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("cancel/<int:pk>/", self.construct_view(CancelBookingView), name="cancel"),
        ]
