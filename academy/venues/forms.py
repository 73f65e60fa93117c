"""The form of a booking: a day, and two times of that day."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.clock_fields import Clock, PlannedClockField, PlannedDateField
from academy.activities.models import Activity
from academy.core.forms import CommunityModelForm
from academy.venues.models import Booking


def moment_on(day: dt.date, clock: Clock) -> dt.datetime:
    """Return the moment on that local day; from 24:00 on it lies on the next day."""
    midnight = dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())
    return midnight + dt.timedelta(minutes=clock)


class BookedTime(forms.Form):
    """Day and times of a booking, as moments."""

    day = PlannedDateField(label=_("Day"))
    begins = PlannedClockField(label=_("From"), help_text=_("Such as 900 or 9:00."))
    ends = PlannedClockField(label=_("Until"))

    def times(self) -> tuple[dt.datetime, dt.datetime]:
        """Return when the booking of a valid form begins and ends."""
        data = self.cleaned_data
        return moment_on(data["day"], data["begins"]), moment_on(data["day"], data["ends"])


class BookingForm(BookedTime, CommunityModelForm):
    """The back office's form: for a unit or for an activity, one of them."""

    class Meta(CommunityModelForm.Meta):
        model = Booking
        fields = ["venue", "unit", "activity", "purpose"]

    field_order = ["venue", "unit", "activity", "day", "begins", "ends", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity: Any = self.fields["activity"]
        coming = Activity.objects.filter(shifts__ends_at__gt=timezone.now(), cancelled_at=None).values("pk")
        activity.queryset = activity.queryset.filter(pk__in=coming)
        venue: Any = self.fields["venue"]
        venue.queryset = venue.queryset.filter(is_offered=True).select_related("unit")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and (self.cleaned_data["unit"] is None) == (self.cleaned_data["activity"] is None):
            self.add_error("unit", _("Choose the unit or the activity that the venue is booked for: one of the two."))
        return cleaned
