"""What a second person decides (K4): asked for with a reason, answered once, by somebody whom it does not concern."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.workdays import add_working_days
from academy.people.models import User
from academy.people.permissions import Right

NOT_ALLOWED = Refusal("not_allowed", _("Somebody with the duty of approver decides this. Ask one of them."))
OWN_MATTER = Refusal("own_matter", _("This is about yourself: somebody else decides it."))
WITNESS = Refusal("witness", _("You are the witness: somebody else decides it."))
DECIDED = Refusal("decided", _("This has been decided already."))
NEEDS_REASON = Refusal("needs_reason", _("Write down why."))


def not_yet_alone(day: dt.date) -> Refusal:
    """One person may act alone only after the others had their time to answer."""
    return Refusal(
        "not_yet_alone",
        _("A second person decides this. If nobody has answered by %(day)s, one person may act alone from then on.")
        % {"day": day.isoformat()},
    )


class AskedQuerySet(models.QuerySet[Any]):
    def open(self) -> "AskedQuerySet":
        """Those that nobody has answered yet."""
        return self.filter(decided_at=None)

    def accepted(self) -> "AskedQuerySet":
        return self.filter(accepted=True)


class Asked(models.Model):
    """The base of everything that somebody asks for and somebody else decides.

    Whoever derives from it says where (`community_id`) and whom it concerns (`concerns`).
    """

    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )  # none: the facts ask for it themselves
    asked_at = models.DateTimeField(_("asked for at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    answer = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    alone = models.BooleanField(_("handled by one person"), default=False)  # 单人经办

    objects = AskedQuerySet.as_manager()
    wagtail_reference_index_ignore = True

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


def decide(
    asked: Any,
    *,
    by: User,
    at: dt.datetime,
    accepted: bool,
    answer: str,
    community: Community,
    concerns: Any,
    patience: int,
    alone_right: Right = Right.CONFIRM_HOURS,
    witness: int | None = None,
    first: Collection[int] = (),
) -> Refusal | None:
    """Writes the decision on the request, which the caller has locked; what follows from it is the caller's.

    `concerns`: the volunteers whom it is about; `witness` and `first`, who had their part in it: logins (ids). Whoever
    may decide (`Right.DECIDE`) and neither asked for it nor is among them does so at once. After `patience` working
    days without an answer, anyone with that right or `alone_right` may do it alone, the one who asked included, with a
    reason; never the witness, and never in their own matter (K4).
    A no always has its reason. Refuses with `decided`, `not_allowed`, `own_matter`, `witness`,
    `not_yet_alone`, `needs_reason`.
    """
    if asked.decided_at is not None:
        return DECIDED
    decides = by.has_right(Right.DECIDE, community)
    if not decides and not by.has_right(alone_right, community):
        return NOT_ALLOWED
    if any(by.pk in (person.user_id, person.stays.user_id) for person in concerns):
        return OWN_MATTER
    if witness is not None and by.pk == witness:
        return WITNESS
    answer = answer.strip()
    alone = not decides or by.pk in (asked.asked_by_id, *first)
    if alone:
        last = add_working_days(timezone.localdate(asked.asked_at), patience)
        if timezone.localdate(at) <= last:
            return not_yet_alone(last)
    if not answer and (alone or not accepted):
        return NEEDS_REASON
    asked.decided_by, asked.decided_at, asked.accepted, asked.answer, asked.alone = by, at, accepted, answer, alone
    asked.save(update_fields=["decided_by", "decided_at", "accepted", "answer", "alone"])
    return None
