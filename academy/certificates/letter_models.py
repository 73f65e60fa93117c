"""Letters of thanks as they were issued."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.people.models import Issuer, User
from academy.units.models import Unit


class Letter(models.Model):
    """A letter of thanks to a unit or organisation, frozen as it was issued. Append-only.

    It bears a number of the unit's own row of certificates, and a code that anyone can verify.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="letters", verbose_name=_("community"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="letters", verbose_name=_("recording unit"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="letters", verbose_name=_("local unit"))
    number = models.CharField(_("certificate number"), max_length=30, unique=True)
    code = models.CharField(_("verification code"), max_length=20, unique=True)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    snapshot = models.JSONField(_("snapshot"))  # public: a unit is no person
    content_hash = models.CharField(_("content hash"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("letter of thanks")
        verbose_name_plural = _("letters of thanks")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="letter_period_in_order")
        ]

    def __str__(self) -> str:
        return self.number


class LetterClosure(models.Model):
    """The revocation of a letter of thanks, with its reason. Append-only."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="closure", verbose_name=_("letter of thanks"))
    note = models.CharField(_("reason"), max_length=200)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("closed by"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("revoked letter of thanks")
        verbose_name_plural = _("revoked letters of thanks")
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="letter_closure_has_a_reason")]

    def __str__(self) -> str:
        return str(self.letter)
