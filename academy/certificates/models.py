"""Issued certificates: frozen snapshots that anyone can verify."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.certificates import batch_models as _batch_models  # noqa: F401  (models of this app)
from academy.certificates import file_signer_models as _file_signer_models  # noqa: F401
from academy.certificates import letter_models as _letter_models  # noqa: F401
from academy.certificates import statement_models as _statement_models  # noqa: F401
from academy.core.models import Community
from academy.designs.models import PaperKind
from academy.hours.models import LedgerEntry
from academy.people.models import Issuer, User, Volunteer
from academy.people.querysets import OfPerson


class Certificate(models.Model):
    """A certificate of a person as it was issued (P1–P3, P6). Append-only: a `Closure` ends it.

    One of another kind than service has no minutes, rows or entries. `source` names the fact that it states, such as
    ``tier:beginner``.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="certificates", verbose_name=_("community"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="certificates", verbose_name=_("recording unit"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="certificates", verbose_name=_("volunteer"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=PaperKind, default=PaperKind.SERVICE, db_default=PaperKind.SERVICE.value
    )
    source = models.CharField(max_length=60, blank=True, default="", db_default="")
    number = models.CharField(_("certificate number"), max_length=30, unique=True)
    code = models.CharField(_("verification code"), max_length=20, unique=True)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    minutes = models.PositiveIntegerField(_("service minutes"))
    snapshot = models.JSONField(_("snapshot"))  # public
    personal = models.TextField(_("personal data, encrypted"))  # under the volunteer's personal key
    content_hash = models.CharField(_("content hash"), max_length=64)
    entries = models.ManyToManyField(LedgerEntry, related_name="certificates", verbose_name=_("ledger entries"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))

    objects = OfPerson["Certificate"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_to__gte=models.F("period_from")), name="certificate_period_in_order"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=PaperKind.values), name="certificate_kind_known"),
            models.CheckConstraint(
                condition=models.Q(kind="service") | models.Q(minutes=0), name="certificate_hours_of_service_alone"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_of_service(self) -> bool:
        """True if it states service hours."""
        return self.kind == PaperKind.SERVICE

    @property
    def title(self) -> str:
        """The heading and the subject of a certificate without hours, for lists."""
        return " · ".join(filter(None, (self.snapshot["design"]["heading"], self.snapshot["subject"])))


class Closure(models.Model):
    """The end of a certificate: it was revoked, or replaced by a newer one (P5, P6). Append-only."""

    class Reason(models.TextChoices):
        REVOKED = "revoked", _("revoked")
        REPLACED = "replaced", _("replaced")

    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="closure", verbose_name=_("certificate")
    )
    reason = models.CharField(_("what happened"), max_length=10, choices=Reason)
    replacement = models.OneToOneField(
        Certificate, models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    note = models.CharField(_("reason"), max_length=200)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("closed by"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("closed certificate")
        verbose_name_plural = _("closed certificates")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason="revoked", replacement=None)
                | models.Q(reason="replaced", replacement__isnull=False),
                name="closure_replaced_names_the_new_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} · {self.get_reason_display()}"


class Receipt(models.Model):
    """The receipt of a check (查验回执): what was found at a moment, signed. Append-only.

    Its lines name certificates by their numbers, and no person.
    """

    code = models.CharField(_("verification code"), max_length=20, unique=True)
    lines = models.JSONField(_("lines"))
    checked_at = models.DateTimeField(_("checked at"))
    key = models.CharField(_("signing key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=86)

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("receipt of a check")
        verbose_name_plural = _("receipts of checks")

    def __str__(self) -> str:
        return self.code
