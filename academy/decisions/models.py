"""A request (K4): it has a reason, and a user whom it does not concern answers it once."""

from operator import attrgetter
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.models import Community
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class RequestQuerySet(OfPerson[Any]):
    """Requests. `of` and `of_all` serve the kinds with a field `volunteer`."""

    def open(self) -> "RequestQuerySet":
        """Return the requests without an answer."""
        return self.filter(decided_at=None)

    def accepted(self) -> "RequestQuerySet":
        return self.filter(accepted=True)

    def declined(self) -> "RequestQuerySet":
        """Return the requests that a decision refused, without those that their author took back."""
        return self.filter(accepted=False).exclude(answer="")


class RequestState(models.TextChoices):
    """The state of a request, as its author reads it. It is derived from the answer and never stored."""

    OPEN = "open", pgettext_lazy("a request", "waits for the decision")
    ACCEPTED = "accepted", pgettext_lazy("a request", "accepted")
    DECLINED = "declined", pgettext_lazy("a request", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("a request", "taken back")


class Request(models.Model):
    """The base of every request that one user makes and another user decides.

    A subclass defines its community (`community_path`) and the volunteers whom it concerns (`parties`); registering
    its kind (`academy.decisions.kinds`) checks both.
    """

    community_path: ClassVar[str]  # the ORM's path from the request to its community

    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )  # None: the system made the request
    asked_at = models.DateTimeField(_("asked for at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    answer = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    alone = models.BooleanField(_("handled by one person"), default=False)  # 单人经办

    objects = RequestQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only_once = "decided_at"
    veiled_as = {"reason": "", "answer": ""}

    class Meta:
        abstract = True
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, accepted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted__isnull=False),
                name="%(class)s_decided_by_somebody",
            ),
            models.CheckConstraint(condition=Q(alone=False) | ~Q(answer=""), name="%(class)s_alone_with_a_reason"),
        ]

    @property
    def community(self) -> Community:
        """The community that the request belongs to."""
        community: Community = attrgetter(self.community_path.replace("__", "."))(self)
        return community

    @property
    def state(self) -> RequestState:
        """The state of the request. A no always has a reason; without one, the author took the request back."""
        if self.decided_at is None:
            return RequestState.OPEN
        if self.accepted:
            return RequestState.ACCEPTED
        return RequestState.DECLINED if self.answer else RequestState.WITHDRAWN

    @property
    def parties(self) -> list[Volunteer]:
        """The volunteers whom the request concerns: none of them decides it."""
        raise NotImplementedError
