"""Venues on the phone of a unit's contact: what is free, book for the unit, give back."""

import datetime as dt
from collections import defaultdict

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.core.http import form_page
from academy.core.look import period
from academy.core.refusals import Refusal, add_to_form
from academy.home.unit_views import unit_or_404
from academy.people.http import user_of
from academy.units.models import Unit
from academy.venues import services
from academy.venues.forms import BookedTime
from academy.venues.models import Booking, Venue

BOOKINGS_SHOWN = 200


class UnitBookingForm(BookedTime):
    """A booking for the contact's unit."""

    venue = forms.ModelChoiceField(Venue.objects.none(), label=gettext_lazy("Venue"), empty_label=None)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=100)

    field_order = ["venue", "day", "begins", "ends", "purpose"]

    def __init__(self, unit: Unit, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        venue: forms.ModelChoiceField[Venue] = self.fields["venue"]  # type: ignore[assignment]
        venue.queryset = venues_for(unit)
        self.fields["day"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for name in ("begins", "ends"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"


def venues_for(unit: Unit) -> QuerySet[Venue]:
    """Return the venues of the unit's community that can be booked."""
    offered = Venue.objects.filter(unit__community=unit.community_id, is_offered=True)
    return offered.select_related("unit").order_by("unit__name", "name")


@login_required
@never_cache
@form_page
def show_venues(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show the venues with who has them when; on POST, book one for the unit."""
    unit = unit_or_404(request, unit_id)
    now = timezone.now()
    form = UnitBookingForm(unit, request.POST or None)
    status = 200
    if form.is_valid():
        data, (starts_at, ends_at) = form.cleaned_data, form.times()
        answer = services.book(
            venue=data["venue"],
            unit=unit,
            purpose=data["purpose"],
            starts_at=starts_at,
            ends_at=ends_at,
            by=user_of(request),
            at=now,
        )
        if isinstance(answer, Booking):
            messages.success(request, _("Booked: %(what)s.") % {"what": f"{answer.venue.name} · {period(answer)}"})
            return redirect("home:unit_venues", unit.pk)
        add_to_form(form, answer, field="begins")
        status = 409
    context = {"unit": unit, "form": form, "venues": _taken_times(unit, now)}
    return render(request, "home/venues.html", context, status=status)


def _taken_times(unit: Unit, at: dt.datetime) -> list[tuple[Venue, list[tuple[Booking, bool]]]]:
    """Return each venue with its coming bookings, and whether the unit can give each back."""
    coming = Booking.objects.filter(venue__in=venues_for(unit), cancelled_at=None, ends_at__gt=at)
    found: dict[int, list[tuple[Booking, bool]]] = defaultdict(list)
    for booking in coming.select_related("unit", "activity").order_by("starts_at", "pk")[:BOOKINGS_SHOWN]:
        found[booking.venue_id].append((booking, booking.unit_id == unit.pk))
    return [(venue, found[venue.pk]) for venue in venues_for(unit)]


@login_required
@require_POST
def cancel_booking(request: HttpRequest, unit_id: int, booking_id: int) -> HttpResponse:
    """Give back a venue that was booked for the unit."""
    unit = unit_or_404(request, unit_id)
    booking = get_object_or_404(Booking.objects.select_related("venue__unit", "unit"), unit=unit, pk=booking_id)
    answer = services.cancel(booking=booking, by=user_of(request), at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
    else:
        messages.success(request, _("The venue is free again."))
    return redirect("home:unit_venues", unit.pk)
