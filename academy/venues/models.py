"""Venues of units, and who has booked them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.look import moment, period
from academy.people.models import User
from academy.units.models import Unit


class Venue(models.Model):
    """A venue that a unit offers to others (场地)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="venues", verbose_name=_("local unit"))
    name = models.CharField(_("name"), max_length=60)
    place = models.CharField(_("place"), max_length=100)
    note = models.CharField(
        _("what to know"),
        max_length=200,
        blank=True,
        help_text=_("How many people fit in, who has the key, what is there."),
    )
    is_offered = models.BooleanField(_("can be booked"), default=True)

    shown_with = ("unit",)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["unit", "name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="venue_name_once")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.name}"


class Booking(models.Model):
    """A time at a venue for a unit, such as a dance group, or for an activity."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="bookings", verbose_name=_("venue"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("for the unit")
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("for the activity")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    purpose = models.CharField(_("what for"), max_length=100)
    booked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("booked by"))
    booked_at = models.DateTimeField(_("booked at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cancelled by")
    )

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"),
            models.CheckConstraint(
                condition=Q(unit=None, activity__isnull=False) | Q(unit__isnull=False, activity=None),
                name="booking_for_a_unit_or_an_activity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue} · {period(self)}"

    @property
    def is_unannounced(self) -> bool:
        """True for an activity that is not published: neither its title nor the purpose is shown to units."""
        return self.activity is not None and self.activity.published_at is None

    @property
    def holder(self) -> str:
        """The name of the unit or of the activity that has the venue; no title that is not published yet."""
        if self.is_unannounced:
            return gettext("an activity that is not published yet")
        return str(self.unit or self.activity)


class BookedSlot(models.Model):
    """Half an hour of a venue that is taken: the database lets one booking have it (ADR 88).

    A cancelled booking gives its slots back.
    """

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="slots", verbose_name=_("venue"))
    starts_at = models.DateTimeField(_("starts"))
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="slots", verbose_name=_("booking"))

    class Meta:
        verbose_name = _("half hour taken")
        verbose_name_plural = _("half hours taken")
        constraints = [models.UniqueConstraint(fields=["venue", "starts_at"], name="venue_slot_once")]

    def __str__(self) -> str:
        return f"{self.venue} · {moment(self.starts_at)}"
