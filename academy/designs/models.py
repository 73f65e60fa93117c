"""Templates of papers, in versions: a published version never changes (ADR 127)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.designs import wording
from academy.people.models import Issuer, User


class PaperKind(models.TextChoices):
    """The kinds of `wording.Kind`, in words."""

    SERVICE = wording.Kind.SERVICE.value, _("service-record certificate")
    COMPLETION = wording.Kind.COMPLETION.value, _("completion certificate")
    TIER = wording.Kind.TIER.value, _("certificate of a tier")
    STARS = wording.Kind.STARS.value, _("certificate of stars")
    COMMENDATION = wording.Kind.COMMENDATION.value, _("certificate of a commendation")
    THANKS = wording.Kind.THANKS.value, _("letter of thanks")


class DesignQuerySet(models.QuerySet["Design"]):
    def published(self) -> "DesignQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "DesignQuerySet":
        return self.filter(published_at=None)

    def without_pictures(self) -> "DesignQuerySet":
        """Leave the pictures in the database: lists do not show them."""
        return self.defer("seal", "signature")

    def for_paper(self, issuer: Issuer, kind: str) -> "list[Design]":
        """Return the latest published version of each template that fits, the one published last first."""
        fitting = self.published().filter(Q(issuer=None) | Q(issuer=issuer), community=issuer.community_id, kind=kind)
        latest: dict[str, Design] = {}
        for one in fitting.order_by("version"):
            latest[one.name] = one
        return sorted(latest.values(), key=lambda one: (one.published_at, one.pk), reverse=True)


class Design(models.Model):
    """One version of a community's template for a kind of paper. A published version never changes."""

    class Border(models.TextChoices):
        DOUBLE = "double", _("double line")
        FRET = "fret", _("fret corners")
        LETTER = "letter", _("letterhead with a red line")

    community = models.ForeignKey(Community, models.PROTECT, related_name="designs", verbose_name=_("community"))
    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind)
    name = models.CharField(_("name of the template"), max_length=60)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)  # given when it is published
    heading = models.CharField(_("heading"), max_length=24)
    body = models.TextField(_("text"), max_length=2000)
    border = models.CharField(_("border"), max_length=8, choices=Border, default=Border.DOUBLE)
    is_landscape = models.BooleanField(_("landscape"), default=False)
    issuer = models.ForeignKey(
        Issuer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="designs",
        verbose_name=_("recording unit"),
        help_text=_("Choose one if the seal belongs to it alone. Without one, every recording unit uses the template."),
    )
    seal = models.BinaryField(_("picture of the seal"), blank=True, default=b"")  # PNG
    signature = models.BinaryField(_("picture of the signature"), blank=True, default=b"")  # PNG
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    objects = DesignQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only_once = "published_at"

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["kind", "name", "-version"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="design_kind_known"),
            models.CheckConstraint(condition=Q(border__in=["double", "fret", "letter"]), name="design_border_known"),
            models.CheckConstraint(
                condition=Q(published_at=None, version=None) | Q(published_at__isnull=False, version__isnull=False),
                name="design_published_has_a_version",
            ),
            models.UniqueConstraint(fields=["community", "kind", "name", "version"], name="design_version_once"),
            models.UniqueConstraint(
                fields=["community", "kind", "name"], condition=Q(published_at=None), name="design_one_draft"
            ),
        ]

    def __str__(self) -> str:
        if self.version is None:
            return f"{self.name} ({_('draft')})"
        return _("%(title)s, version %(version)s") % {"title": self.name, "version": self.version}

    def frozen(self) -> dict[str, Any]:
        """Return what a certificate keeps of the template; the pictures stay in this version."""
        return {
            "version": self.pk,
            "heading": self.heading,
            "body": self.body,
            "border": self.border,
            "is_landscape": self.is_landscape,
        }
