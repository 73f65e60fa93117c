"""The model of the waiting list (候补): who waits for a place, in which order, and how it ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class Outcome(models.TextChoices):
    """The end of a wait."""

    TOOK = "took", pgettext_lazy("end of a wait", "has a place")
    DECLINED = "declined", pgettext_lazy("end of a wait", "did not want the place")
    LAPSED = "lapsed", pgettext_lazy("end of a wait", "did not answer in time")
    LEFT = "left", pgettext_lazy("end of a wait", "waits no longer")
    OVER = "over", pgettext_lazy("end of a wait", "no place became free")


class WaitingEntryQuerySet(OfPerson["WaitingEntry"]):
    """Entries, also those of a volunteer with everyone merged into them."""

    def open(self) -> "WaitingEntryQuerySet":
        """Return the entries of those who still wait, or have a place offered; the first comes first."""
        return self.filter(ended_at=None).order_by("joined_at", "pk")


class WaitingEntry(models.Model):
    """A person who waits for a place in a role of a full shift.

    An entry gets one offer: `place` is the held sign-up until `answer_by`, and after a yes the one that was taken.
    """

    shift = models.ForeignKey("activities.Shift", models.CASCADE, related_name="waiting", verbose_name=_("shift"))
    role = models.ForeignKey("activities.Role", models.CASCADE, related_name="+", verbose_name=_("role"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="waiting", verbose_name=_("volunteer"))
    key = models.CharField(max_length=30, unique=True, editable=False)  # of the page on which they answer
    joined_at = models.DateTimeField(_("waits since"))
    joined_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("put in by"))
    offered_at = models.DateTimeField(_("place offered at"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    place = models.OneToOneField(
        "activities.SignUp", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)

    objects = WaitingEntryQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(ended_at=None), name="waiting_once_for_a_shift"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=Outcome.values),
                name="waiting_ended_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(offered_at=None, answer_by=None) | Q(offered_at__isnull=False, answer_by__isnull=False),
                name="waiting_offered_until",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(ended_at=None), name="waiting_open"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.shift}"

    @property
    def is_offered(self) -> bool:
        """True while a place is held for the person."""
        return self.ended_at is None and self.offered_at is not None
