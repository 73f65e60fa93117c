"""The model of urgent calls: one person asked to one shift, who answers by a link with one tap."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class CallQuerySet(OfPerson["Call"]):
    """Calls, also those of a volunteer with everyone merged into them."""


class Call(models.Model):
    """A call to one person for one shift (R8).

    The link is theirs alone. After a no they are not asked to this shift again.
    """

    shift = models.ForeignKey("activities.Shift", models.CASCADE, related_name="calls", verbose_name=_("shift"))
    role = models.ForeignKey("activities.Role", models.CASCADE, related_name="+", verbose_name=_("role"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="calls", verbose_name=_("volunteer"))
    key = models.CharField(max_length=30, unique=True, editable=False)
    called_at = models.DateTimeField(_("called at"))
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("called by"))
    comes = models.BooleanField(_("comes"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = CallQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("urgent call")
        verbose_name_plural = _("urgent calls")
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], name="call_once_for_a_shift"),
            models.CheckConstraint(
                condition=Q(comes=None, answered_at=None) | Q(comes__isnull=False, answered_at__isnull=False),
                name="call_answered_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.shift}"
