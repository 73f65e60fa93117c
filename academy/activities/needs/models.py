"""Fields for the needs of a role and the terms of an activity, and its private details.

`Activity` and `Role` take the fields from here; `needs` judges them, `private_details` hands out the last.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel

from academy.learning.models import Course, Tier
from academy.people.models import User

OLDEST = 120


class ActivityTerms(ClusterableModel):
    """Facts that people ask about before they sign up: where to meet, the cost, when minors go home."""

    meeting_point = models.CharField(
        _("meeting point"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Only if people meet elsewhere than at the place."),
    )
    cost = models.CharField(
        _("cost"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("The money that people spend themselves, as “bus fare, 4 yuan”. Empty: none."),
    )
    minors_until = models.TimeField(
        _("minors go home at"),
        null=True,
        blank=True,
        help_text=_("Minors cannot sign up for a shift that begins at this time or later."),
    )

    class Meta:
        abstract = True


class RoleNeeds(ClusterableModel):
    """The needs of a role: it asks for them beforehand, judged on the shift's date (T3, A2, A3)."""

    courses = ParentalManyToManyField(
        Course,
        blank=True,
        related_name="roles",
        verbose_name=_("courses to have completed"),
        help_text=_("An equivalent counts too. A course that expires must be valid on the day."),
    )
    tier = models.CharField(
        _("tier at least"), max_length=12, choices=Tier, blank=True, default="", db_default="", help_text=_("Optional.")
    )
    min_age = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True, help_text=_("Optional."))
    max_age = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True, help_text=_("Optional."))
    needs_agreement = models.BooleanField(
        _("asks for the signed agreement"),
        default=False,
        db_default=False,
        help_text=_("Also where the rules ask for none (A3)."),
    )
    # T5: the course whose practice a practicum is.
    practicum_of = models.ForeignKey(
        Course,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("practicum of the course"),
        help_text=_("Only for a practicum."),
    )

    asks_courses = True  # False where a query has found that the role asks for none (`cards.places_in`)

    class Meta:
        abstract = True

    @property
    def asks_something(self) -> bool:
        """True if the role may be closed to some adult: a walk-in gets it only after a look at the person."""
        return bool(self.asks_courses or self.tier or self.min_age or self.max_age or self.needs_agreement)


ROLE_NEEDS_CONSTRAINTS = [
    models.CheckConstraint(condition=Q(tier__in=["", *Tier.values]), name="role_tier_known"),
    models.CheckConstraint(
        condition=Q(min_age=None) | Q(max_age=None) | Q(min_age__lte=F("max_age")), name="role_ages_in_order"
    ),
    models.CheckConstraint(
        condition=(Q(min_age=None) | Q(min_age__lte=OLDEST)) & (Q(max_age=None) | Q(max_age__range=(1, OLDEST))),
        name="role_ages_of_people",
    ),
    models.CheckConstraint(condition=Q(practicum_of=None) | Q(practicum=True), name="role_course_of_a_practicum_alone"),
]


class PrivateDetails(models.Model):
    """A door code, the telephone of a served household: sealed, shown around the time alone, then erased.

    No list, search, export or history reads it; `private_details` is the only way in.
    """

    activity = models.OneToOneField(
        "activities.Activity", models.CASCADE, related_name="private_details", verbose_name=_("activity")
    )
    sealed = models.TextField(_("private details, encrypted"))
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("private details")
        verbose_name_plural = _("private details")
        constraints = [models.CheckConstraint(condition=~Q(sealed=""), name="private_details_not_empty")]

    def __str__(self) -> str:
        return f"{self.activity}"
