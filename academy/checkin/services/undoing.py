"""Take back one act of a leader: the scans that it made, or the claims that it declined."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin.models import Checkpoint, Claim, Scan
from academy.checkin.refusals import refusal_for
from academy.checkin.services import claims as asking
from academy.checkin.services.leading import ANNULLED_WITHIN, annul
from academy.core.refusals import Refusal
from academy.people.models import User

TOO_LATE_TO_REOPEN = Refusal(
    "too_late_to_reopen",
    _("An answer can be taken back for 15 minutes only. Check the person in on the roster, or let them ask again."),
)


@transaction.atomic
def annul_scans(*, scans: Collection[Scan], by: User, at: dt.datetime) -> list[Claim] | Refusal:
    """Annul all these scans of one act, or none of them. Return the claims that wait again.

    A claim that one of the scans answered is open again: its person still stands at the gate. A second call has no
    effect. `scans` come with their checkpoint and its activity. Refuses like `leading.annul`.
    """
    # The claim before the person, as `claims.vouch` locks them. Without a join, PostgreSQL reads the row again.
    answered = list(Claim.objects.select_for_update().filter(scan__in=scans).order_by("pk"))
    # The check-out of a visit goes before its check-in.
    latest_first = sorted(scans, key=lambda scan: scan.happened_at, reverse=True)
    for scan in sorted(latest_first, key=lambda scan: scan.volunteer_id or 0):
        outcome = annul(scan=scan, by=by, at=at)
        if isinstance(outcome, Refusal):
            transaction.set_rollback(True)
            return outcome
    for claim in answered:
        _reopen(claim)
    return answered


@transaction.atomic
def reopen_claims(*, activity: Activity, claims: Collection[int], by: User, at: dt.datetime) -> int | Refusal:
    """Let claims (ids) of the activity that `by` declined wait again. Return how many of them wait now.

    A second call has no effect, nor has one after the answer of another leader. Refuses with `too_late_to_reopen` after
    15 minutes, `claim_answered` if each has another answer by now, and `claim_expired` if none could wait any longer.
    Raises `PermissionDenied` for a user who may not lead the activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    places = list(Checkpoint.objects.filter(activity=activity).values_list("pk", flat=True))
    found = Claim.objects.select_for_update().filter(pk__in=claims, checkpoint__in=places).order_by("pk")
    declined = [claim for claim in found if claim.scan_id is None and claim.answered_by_id in (None, by.pk)]
    if not declined:
        return refusal_for("claim_answered", at=at)
    if any(claim.answered_at is not None and at - claim.answered_at > ANNULLED_WITHIN for claim in declined):
        return TOO_LATE_TO_REOPEN
    for claim in declined:
        _reopen(claim)
    waiting = asking.waiting_claims(activity, at=at).filter(pk__in=[claim.pk for claim in declined]).count()
    if not waiting:
        transaction.set_rollback(True)
        return refusal_for("claim_expired", at=at)
    return waiting


def _reopen(claim: Claim) -> None:
    claim.answered_at = claim.answered_by = claim.scan = None
    claim.save(update_fields=["answered_at", "answered_by", "scan"])
