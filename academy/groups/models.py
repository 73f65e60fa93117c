"""Units in service: their links to shifts, who accepted by them, and people counted without names."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Role, Shift, SignUp
from academy.core.look import moment
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson
from academy.units.models import Unit


class GroupLink(models.Model):
    """A unit's link to one shift: in the unit's chat, each member accepts by it with name and phone (R8)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="links", verbose_name=_("local unit"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="group_links", verbose_name=_("shift"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="group_links", verbose_name=_("role"))
    key = models.CharField(max_length=20, unique=True, editable=False)
    places = models.PositiveSmallIntegerField(_("places for the unit"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("unit's link")
        verbose_name_plural = _("units' links")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "shift"], condition=Q(withdrawn_at=None), name="group_link_one_live"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="group_link_has_places"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.shift}"

    def is_open(self, at: dt.datetime) -> bool:
        """Return whether the link leads to a sign-up: it ends with the activity, or is withdrawn before."""
        activity = self.shift.activity
        is_on = activity.published_at is not None and activity.cancelled_at is None
        return self.withdrawn_at is None and is_on and at < self.shift.ends_at


class AcceptanceQuerySet(OfPerson["Acceptance"]):
    """Acceptances, also those of a volunteer with everyone merged into them."""


class Acceptance(models.Model):
    """The yes that a person gave by a unit's link (R8). Append-only."""

    link = models.ForeignKey(GroupLink, models.PROTECT, related_name="acceptances", verbose_name=_("unit's link"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="acceptances", verbose_name=_("volunteer"))
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="acceptance", verbose_name=_("sign-up"))
    accepted_at = models.DateTimeField(_("accepted at"))
    is_newcomer = models.BooleanField(_("not on the roll then"), default=False)

    objects = AcceptanceQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")

    def __str__(self) -> str:
        return f"{self.volunteer} · {moment(self.accepted_at)}"


class HeadsOfUnit(models.Model):
    """A count of a unit's people without names at a shift: person-times, never hours (G1).

    The latest count holds.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="heads", verbose_name=_("local unit"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="heads_of_units", verbose_name=_("shift"))
    people = models.PositiveSmallIntegerField(_("people without names"))
    counted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("counted by"))
    counted_at = models.DateTimeField(_("counted at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("people of a unit counted")
        verbose_name_plural = _("people of units counted")
        indexes = [models.Index(fields=["unit", "shift", "-counted_at"], name="heads_of_unit_latest")]
        constraints = [models.CheckConstraint(condition=Q(people__lte=2000), name="heads_of_unit_plausible")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.shift}: {self.people}"
