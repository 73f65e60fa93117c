"""Promotions, star ratings, commendations, and complaints with their outcome."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.look import day_of
from academy.decisions.models import Request
from academy.learning.models import Tier
from academy.people.models import User, Volunteer
from academy.units.models import Unit


class Promotion(Request):
    """A tier that the clock proposes for a volunteer with all that it asks for, with the evidence (T5)."""

    community_path = "volunteer__community"

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="promotions", verbose_name=_("volunteer"))
    tier = models.CharField(_("tier"), max_length=12, choices=Tier)
    evidence = models.JSONField(_("rests on"))  # courses, class hours, minutes, practica, led, taught

    class Meta(Request.Meta):
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            *Request.Meta.constraints,
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="promotion_tier_known"),
            models.UniqueConstraint(fields=["volunteer"], condition=Q(decided_at=None), name="promotion_one_open"),
            models.UniqueConstraint(fields=["volunteer", "tier"], condition=Q(accepted=True), name="promotion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_tier_display()}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class StarRating(Request):
    """An application for stars (S1), with the facts that supported it at that moment."""

    community_path = "volunteer__community"

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="star_ratings", verbose_name=_("volunteer"))
    stars = models.PositiveSmallIntegerField(_("stars"))
    standing = models.JSONField(_("rests on"))  # minutes, evaluations, average, complaints

    class Meta(Request.Meta):
        db_table = "recognition_starrating"  # the app's earlier name
        verbose_name = _("star rating")
        verbose_name_plural = _("star ratings")
        constraints = [
            *Request.Meta.constraints,
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="star_rating_one_to_five"),
            models.UniqueConstraint(fields=["volunteer"], condition=Q(decided_at=None), name="star_rating_one_open"),
            models.UniqueConstraint(fields=["volunteer", "stars"], condition=Q(accepted=True), name="star_rating_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.stars}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class Complaint(Request):
    """A complaint about a volunteer. An upheld one counts against stars for twelve months (S2)."""

    community_path = "volunteer__community"

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="complaints", verbose_name=_("volunteer"))
    complainant = models.CharField(_("who complains"), max_length=60)

    veiled_as = {**Request.veiled_as, "complainant": ""}

    class Meta(Request.Meta):
        db_table = "recognition_complaint"
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            *Request.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="complaint_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {day_of(self.asked_at)}"

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class Commendation(models.Model):
    """Praise or an honour, for the volunteer to keep. Append-only."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="commendations", verbose_name=_("volunteer"))
    title = models.CharField(_("title"), max_length=60)
    text = models.CharField(_("what for"), max_length=200)
    given_on = models.DateField(_("given on"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    wagtail_reference_index_ignore = True
    append_only = True
    veiled_as = {"text": ""}

    class Meta:
        db_table = "recognition_commendation"
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering = ["-given_on", "-id"]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.title}"


class UnitCommendation(models.Model):
    """Praise or an honour for a unit or a social organisation, which its contact sees. Append-only."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="commendations", verbose_name=_("local unit"))
    title = models.CharField(_("title"), max_length=60)
    text = models.CharField(_("what for"), max_length=200)
    given_on = models.DateField(_("given on"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("commendation of a unit")
        verbose_name_plural = _("commendations of units")
        ordering = ["-given_on", "-id"]

    def __str__(self) -> str:
        return f"{self.unit} · {self.title}"
