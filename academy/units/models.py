"""Local units that take part as a group: their members, teams and contributions."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.models import Community
from academy.core.text import identifier
from academy.people.models import Consent, User, Volunteer


class UnitKind(models.TextChoices):
    """The kind of a unit: a unit of the area (辖区单位), or a social organisation (广场舞队, 志愿服务队)."""

    UNIT = "unit", _("local unit")
    ORGANISATION = "organisation", _("social organisation")


class Registration(models.TextChoices):
    """The state in which a social organisation is known to the authorities."""

    NONE = "none", _("neither registered nor on file")
    FILED = "filed", _("on file with the street office")
    REGISTERED = "registered", _("registered with the civil affairs office")


class Unit(models.Model):
    """A local unit or a social organisation that takes part as a group (G2)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="units", verbose_name=_("community"))
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=12, choices=UnitKind, default=UnitKind.UNIT, db_default=UnitKind.UNIT.value
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    registration = models.CharField(
        _("registration"),
        max_length=10,
        choices=Registration,
        blank=True,
        default="",
        db_default="",
        help_text=_("For social organisations such as a dance group: whether it is registered or on file."),
    )
    offers = models.CharField(_("what it offers"), max_length=200, blank=True)
    needs = models.CharField(_("what it needs"), max_length=200, blank=True, default="", db_default="")
    reports_back = models.BooleanField(
        _("double report"),
        default=False,
        db_default=False,
        help_text=_("Members report to their employer and to the community where they live."),
    )

    plain_as = {"credit_code": identifier}

    class Meta:
        db_table = "people_unit"
        verbose_name = _("local unit")
        verbose_name_plural = _("local units")
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="unit_name_once"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
            models.CheckConstraint(
                condition=Q(registration__in=["", *Registration.values]), name="unit_registration_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitMembershipQuerySet(models.QuerySet["UnitMembership"]):
    def on(self, day: dt.date) -> "UnitMembershipQuerySet":
        """Filter the memberships that hold on `day`."""
        return self.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))

    def current(self) -> "UnitMembershipQuerySet":
        """Filter the memberships that hold today."""
        return self.on(timezone.localdate())


class UnitMembership(models.Model):
    """A person's membership in a unit: from `since`, until before `until`. A contact speaks for the unit.

    The sums of the unit count the records of these days alone (G1, ADR 109). Without `since` it goes back to the first
    record.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships", verbose_name=_("local unit"))
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, related_name="unit_memberships", verbose_name=_("volunteer")
    )
    is_contact = models.BooleanField(_("unit contact"), default=False)
    since = models.DateField(
        _("since"),
        null=True,
        blank=True,
        help_text=_("Hours from this day on count for the unit. Leave it empty if earlier hours count too."),
    )
    until = models.DateField(
        pgettext_lazy("a member of a unit or team", "until"),
        null=True,
        blank=True,
        help_text=_("Hours from this day on no longer count for the unit."),
    )

    objects = UnitMembershipQuerySet.as_manager()

    class Meta:
        db_table = "people_unitmembership"
        verbose_name = _("unit membership")
        verbose_name_plural = _("unit memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "volunteer"], condition=Q(until=None), name="unit_membership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="unit_membership_until_after_since",
                violation_error_message=_("The membership ends before it begins. Check the two days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.unit}"

    def covers(self, day: dt.date) -> bool:
        """Return whether the person is a member on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class EmployerConsent(models.Model):
    """The unit that a person's word about the sheet for their employer is for (双报到). Append-only."""

    consent = models.OneToOneField(Consent, models.PROTECT, primary_key=True, related_name="employer")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("local unit"))

    wagtail_reference_index_ignore = True
    append_only = True

    def __str__(self) -> str:
        return str(self.consent)


class Team(models.Model):
    """A team of a unit (志愿服务队)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="teams", verbose_name=_("local unit"))
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.name}"


class TeamPeriod(models.Model):
    """The days on which a person is in a team: from `since`, until before `until`.

    A person is in one team at a time, so that each record belongs to at most one team (G2, ADR 89).
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="periods", verbose_name=_("team"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="team_periods", verbose_name=_("volunteer"))
    since = models.DateField(_("since"))
    until = models.DateField(pgettext_lazy("a member of a unit or team", "until"), null=True, blank=True)

    class Meta:
        verbose_name = _("time in a team")
        verbose_name_plural = _("times in teams")
        constraints = [
            models.UniqueConstraint(fields=["volunteer"], condition=Q(until=None), name="team_one_at_a_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="team_until_after_since"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.team}"

    def covers(self, day: dt.date) -> bool:
        """Return whether the person is in the team on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


class ContributionKind(models.TextChoices):
    """The kind of a contribution (共建资源)."""

    VENUE = "venue", _("venue")
    INSTRUCTORS = "instructors", _("instructors")
    EQUIPMENT = "equipment", _("equipment")
    OTHER = "other", _("other")


class Contribution(models.Model):
    """A unit's contribution (共建资源): it is recorded, and gives no hours (T7)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contributions", verbose_name=_("local unit"))
    kind = models.CharField(_("kind"), max_length=12, choices=ContributionKind)
    word = models.CharField(
        _("what was given"), max_length=200, help_text=_("In a few words, as the letter of thanks will say it.")
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave empty for a single day."))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ContributionKind.values), name="contribution_kind_known"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="contribution_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.word}"

    @property
    def last_day(self) -> dt.date:
        return self.until or self.since
