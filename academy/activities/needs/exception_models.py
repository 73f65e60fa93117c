"""The models of exceptions: one person may take one role though a course or an age is missing (T3)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.decisions.models import Request
from academy.people.models import User, Volunteer


class NeedException(Request):
    """A request to let one person take one role although a course, a tier or an age is missing (T3).

    `missing` are the reasons of that moment, in words of the community's language. An exception never lifts a mark of
    danger (N3), insurance (V1), a guardian's consent (N2) or a signature (A3).
    """

    community_path = "role__activity__community"

    role = models.ForeignKey("activities.Role", models.PROTECT, related_name="exceptions", verbose_name=_("role"))
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="need_exceptions", verbose_name=_("volunteer")
    )
    missing = models.JSONField(_("missing at that time"), default=list)

    class Meta(Request.Meta):
        verbose_name = _("exception for a role")
        verbose_name_plural = _("exceptions for roles")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(
                fields=["role", "volunteer"], condition=Q(decided_at=None), name="need_exception_one_open"
            ),
            models.UniqueConstraint(
                fields=["role", "volunteer"], condition=Q(accepted=True), name="need_exception_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="need_exception_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.role.activity} · {self.role}"

    @property
    def parties(self) -> list[Volunteer]:
        """The person who would take the role."""
        return [self.volunteer]


class RevokedException(models.Model):
    """The mark of an exception that staff took back, with the reason. It goes when staff make it again.

    The histories of the activity and of the person keep both acts (ADR 150).
    """

    exception = models.OneToOneField(
        NeedException, models.PROTECT, related_name="revoked", verbose_name=_("exception for a role")
    )
    reason = models.CharField(_("reason"), max_length=200)
    revoked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("revoked by"))
    revoked_at = models.DateTimeField(_("revoked at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("revoked exception")
        verbose_name_plural = _("revoked exceptions")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revoked_exception_has_a_reason")]

    def __str__(self) -> str:
        return str(self.exception)
