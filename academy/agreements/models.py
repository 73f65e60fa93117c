"""Agreements and pledges of a community, in versions, and who signed which version (A3)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.files import Unguessable, private_files
from academy.core.models import Community
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def published(self) -> "AgreementQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "AgreementQuerySet":
        return self.filter(published_at=None)

    def in_force(self, community_id: int) -> "list[Agreement]":
        """Return the latest published version of each kind: the text that people sign today."""
        latest: dict[str, Agreement] = {}
        for one in self.published().filter(community=community_id).order_by("version"):
            latest[one.kind] = one
        return [latest[kind] for kind in Agreement.Kind.values if kind in latest]


class Agreement(models.Model):
    """One version of a community's agreement or pledge. A published version never changes."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("agreement")
        PLEDGE = "pledge", _("pledge")

    community = models.ForeignKey(Community, models.PROTECT, related_name="agreements", verbose_name=_("community"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.AGREEMENT)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)  # given when it is published
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("text"), max_length=20_000)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    objects = AgreementQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only_once = "published_at"

    class Meta:
        verbose_name = _("agreement or pledge")
        verbose_name_plural = _("agreements and pledges")
        ordering = ["kind", "-version"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["agreement", "pledge"]), name="agreement_kind_known"),
            models.CheckConstraint(
                condition=Q(published_at=None, version=None) | Q(published_at__isnull=False, version__isnull=False),
                name="agreement_published_has_a_version",
            ),
            models.UniqueConstraint(fields=["community", "kind", "version"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["community", "kind"], condition=Q(published_at=None), name="agreement_one_draft"
            ),
        ]

    def __str__(self) -> str:
        if self.version is None:
            return f"{self.title} ({_('draft')})"
        return _("%(title)s, version %(version)s") % {"title": self.title, "version": self.version}

    @property
    def is_agreement(self) -> bool:
        return self.kind == self.Kind.AGREEMENT


class SignatureQuerySet(OfPerson["Signature"]):
    pass


class Signature(models.Model):
    """A person's signature under one version. Append-only; the name is encrypted, the photo is private."""

    class Way(models.TextChoices):
        PHONE = "phone", _("on the phone")
        PAPER = "paper", _("on paper")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures", verbose_name=_("version"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="signatures", verbose_name=_("volunteer"))
    way = models.CharField(_("way"), max_length=5, choices=Way)
    personal = models.TextField(_("name as signed, encrypted"), blank=True)  # under the volunteer's personal key
    by_agent = models.BooleanField(_("by the person who acts for them"), default=False)
    file = models.FileField(_("photo"), storage=private_files, upload_to=Unguessable("signatures"), blank=True)
    signed_on = models.DateField(_("signed on"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = SignatureQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "volunteer"], name="signature_once"),
            models.CheckConstraint(condition=Q(way__in=["phone", "paper"]), name="signature_way_known"),
            models.CheckConstraint(
                condition=Q(way="phone", file="") & ~Q(personal="") | Q(way="paper", personal="") & ~Q(file=""),
                name="signature_has_its_proof",
            ),
            models.CheckConstraint(condition=Q(by_agent=False) | Q(way="phone"), name="signature_of_agent_on_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.agreement}"
