"""Keys with which recording units sign their PDF files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.people.models import Issuer, User


class FileSigner(models.Model):
    """A recording unit's own key for signing PDF files (ADR 138).

    A unit has one at most that has not ended. The certificate stays when the key ends, so that files that were signed
    with it are still known.
    """

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="file_signers", verbose_name=_("recording unit"))
    certificate = models.BinaryField(_("certificate of the key"))  # public, DER
    sealed = models.TextField(_("private key, encrypted"), blank=True)  # with a master key; empty once it ended
    name = models.CharField(_("name on the certificate"), max_length=200)
    valid_until = models.DateTimeField(_("valid until"))
    begun_at = models.DateTimeField(_("in use from"))
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    ended_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken away by")
    )

    wagtail_reference_index_ignore = True
    append_only_once = "ended_at"

    class Meta:
        verbose_name = _("key of a unit that signs files")
        verbose_name_plural = _("keys of units that sign files")
        constraints = [
            models.UniqueConstraint(fields=["issuer"], condition=Q(ended_at=None), name="file_signer_one_of_a_unit"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) & ~Q(sealed="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, sealed=""),
                name="file_signer_ended_without_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name
