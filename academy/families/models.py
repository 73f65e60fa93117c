"""Agencies: a login may act for a person who is not its owner."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.people.models import Consent, User, Volunteer


class Agency(models.Model):
    """The right of a login to act for another person (child, spouse, elder), with that person's consent."""

    user = models.ForeignKey(User, models.CASCADE, related_name="agencies", verbose_name=_("login"))
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="agencies", verbose_name=_("volunteer"))
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", verbose_name=_("consent"))

    class Meta:
        db_table = "people_agency"
        verbose_name = _("acting for somebody")
        verbose_name_plural = _("acting for somebody")
        constraints = [models.UniqueConstraint(fields=["user", "volunteer"], name="agency_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.volunteer}"
