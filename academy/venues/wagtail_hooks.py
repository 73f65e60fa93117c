from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.venues.viewsets import BookingViewSet, VenueViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("venues.cancel", _("Cancel a booking"), _("Booking cancelled"))


hooks.register("register_admin_viewset", lambda: VenueViewSet("venue"))
hooks.register("register_admin_viewset", lambda: BookingViewSet("booking"))
