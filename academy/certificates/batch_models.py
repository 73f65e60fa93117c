"""Certificates that were issued together, and who printed whose certificate."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core import formats
from academy.core.look import current_language
from academy.core.models import Community
from academy.designs.models import PaperKind
from academy.people.models import Issuer, User


class Batch(models.Model):
    """Certificates of many people, issued in one act with one template. Append-only.

    `people` are the ids of those who were chosen; `design` is the template as it was when the act began.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+", verbose_name=_("recording unit"))
    key = models.CharField(max_length=32, unique=True)  # of the form: a second click begins no second batch
    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    people = models.JSONField(_("people"))
    design = models.JSONField(_("template"))
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("begun by"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("batch of certificates")
        verbose_name_plural = _("batches of certificates")
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="batch_period_in_order"),
            models.CheckConstraint(
                condition=Q(kind__in=[one for one in PaperKind.values if one != "thanks"]), name="batch_kind_known"
            ),
        ]

    def __str__(self) -> str:
        first, last = (formats.day(day, current_language(), year=True) for day in (self.period_from, self.period_to))
        return f"{self.get_kind_display()} · {first} – {last}"


class BatchedCertificate(models.Model):
    """One certificate of a batch. Append-only."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items", verbose_name=_("batch of certificates"))
    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="batched", verbose_name=_("certificate")
    )
    was_there = models.BooleanField(_("stood before"))  # then the batch printed it, and did not issue it

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("certificate of a batch")
        verbose_name_plural = _("certificates of batches")
        constraints = [
            models.UniqueConstraint(fields=["batch", "certificate"], name="batched_once"),
        ]

    def __str__(self) -> str:
        return str(self.certificate)


class Printout(models.Model):
    """Somebody printed or saved a certificate on a day. Append-only.

    One row for each certificate, login, way and day. A guardian with a link alone has no login.
    """

    class Way(models.TextChoices):
        DESK = "desk", pgettext_lazy("printed", "at the desk")
        BATCH = "batch", pgettext_lazy("printed", "many at once")
        SELF = "self", pgettext_lazy("printed", "the person")
        FAMILY = "family", pgettext_lazy("printed", "a guardian or a person who acts for them")

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="printouts", verbose_name=_("certificate")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("printed by"))
    way = models.CharField(_("way"), max_length=6, choices=Way)
    day = models.DateField(_("day"), db_index=True)
    at = models.DateTimeField(_("first printed at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("printed certificate")
        verbose_name_plural = _("printed certificates")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "by", "way", "day"], name="printout_once_a_day"),
            models.UniqueConstraint(
                fields=["certificate", "day"], condition=Q(by=None), name="printout_by_link_once_a_day"
            ),
            models.CheckConstraint(condition=Q(by__isnull=False) | Q(way="family"), name="printout_names_its_login"),
            models.CheckConstraint(condition=Q(way__in=["desk", "batch", "self", "family"]), name="printout_way_known"),
        ]

    def __str__(self) -> str:
        return str(self.certificate)
