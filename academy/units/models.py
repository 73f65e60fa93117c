"""Local units that take part as a group, and their members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.text import identifier
from academy.people.models import Volunteer


class Unit(models.Model):
    """A local unit that takes part as a group (G2)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="units", verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=100)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    offers = models.CharField(_("what it offers"), max_length=200, blank=True)

    plain_as = {"credit_code": identifier}

    class Meta:
        db_table = "people_unit"
        verbose_name = _("local unit")
        verbose_name_plural = _("local units")
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="unit_name_once")]

    def __str__(self) -> str:
        return self.name


class UnitMembership(models.Model):
    """A person's membership in a unit. A contact speaks for the unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships", verbose_name=_("local unit"))
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, related_name="unit_memberships", verbose_name=_("volunteer")
    )
    is_contact = models.BooleanField(_("unit contact"), default=False)

    class Meta:
        db_table = "people_unitmembership"
        verbose_name = _("unit membership")
        verbose_name_plural = _("unit memberships")
        constraints = [models.UniqueConstraint(fields=["unit", "volunteer"], name="unit_membership_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.unit}"
