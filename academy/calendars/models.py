"""Secret addresses by which a calendar program reads the dates of a person or a unit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson
from academy.units.models import Unit


class AddressQuerySet(OfPerson["CalendarAddress"]):
    def live(self) -> "AddressQuerySet":
        return self.filter(ended_at=None)


class CalendarAddress(models.Model):
    """The address of a calendar. Who knows it reads the dates, until it ends (ADR 122)."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, null=True, blank=True, related_name="feeds", verbose_name=_("volunteer")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="feeds", verbose_name=_("local unit")
    )
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = AddressQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q(volunteer=None, unit__isnull=False) | Q(volunteer__isnull=False, unit=None),
                name="feed_of_a_person_or_a_unit",
            ),
            models.UniqueConstraint(
                fields=["volunteer", "made_by"],
                condition=Q(ended_at=None, volunteer__isnull=False),
                name="feed_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "made_by"], condition=Q(ended_at=None, unit__isnull=False), name="feed_of_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.volunteer or self.unit)
