"""Take back one act of a leader: the scans that it made, or the claims that it declined."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin.models import Checkpoint, Claim, Method, Scan, Visit
from academy.checkin.refusals import refusal_for
from academy.checkin.services import claims as asking
from academy.checkin.services.leading import ANNULLED_WITHIN, annul, is_recent
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.people.models import User, Volunteer

TOO_LATE_TO_REOPEN = Refusal(
    "too_late_to_reopen",
    _("An answer can be taken back for 15 minutes only. Check the person in on the roster, or let them ask again."),
)


@dataclass(frozen=True)
class UndoResult:
    """The scans that no longer count, and the people whose scans stay, with the reasons."""

    scans: tuple[Scan, ...]
    claims: tuple[Claim, ...]  # that the scans answered and that wait again
    refused: tuple[tuple[Volunteer, Refusal], ...]

    @property
    def people(self) -> list[Volunteer]:
        """The people whose scans no longer count, each once."""
        return list(dict.fromkeys(scan.known_volunteer.stays for scan in self.scans))


@transaction.atomic
def annul_scans(*, scans: Collection[Scan], by: User, at: dt.datetime) -> UndoResult | Refusal:
    """Annul the scans of one act, of each person all or none: no check-out is left alone.

    A claim that one of the scans answered is open again: its person still stands at the gate. A second call has no
    effect. `scans` come with their checkpoint and its activity. Refuses like `leading.annul` if no person's scans can
    be annulled.
    """
    # The claim before the person, as `claims.vouch` locks them. Without a join, PostgreSQL reads the row again.
    answered = list(Claim.objects.select_for_update().filter(scan__in=scans).order_by("pk"))
    of_person: dict[int, list[Scan]] = defaultdict(list)
    for scan in sorted(scans, key=lambda scan: scan.volunteer_id or 0):
        of_person[scan.volunteer_id or 0].append(scan)
    annulled: list[Scan] = []
    refused: list[tuple[Volunteer, Refusal]] = []
    for own in of_person.values():
        refusal = _annul_together(own, by, at)
        if refusal is None:
            annulled += own
        elif own[0].volunteer is None:
            return refusal
        else:
            refused.append((own[0].volunteer.stays, refusal))
    if refused and not annulled:
        return refused[0][1]
    kept = {scan.pk for scan in annulled}
    reopened = [claim for claim in answered if claim.scan_id in kept]
    for claim in reopened:
        _reopen(claim)
    return UndoResult(tuple(annulled), tuple(reopened), tuple(refused))


def _annul_together(scans: list[Scan], by: User, at: dt.datetime) -> Refusal | None:
    """Annul these scans of one person, or none of them; return why they stay."""
    with transaction.atomic():
        # The check-out of a visit goes before its check-in.
        for scan in sorted(scans, key=lambda scan: scan.happened_at, reverse=True):
            outcome = annul(scan=scan, by=by, at=at)
            if isinstance(outcome, Refusal):
                transaction.set_rollback(True)
                return outcome
    return None


def check_outs_to_take_back(visits: Iterable[Visit], *, by: User, at: dt.datetime) -> dict[int, Scan]:
    """Return the check-outs that `by`, who leads the activity, can take back at `at`, by visit (id).

    Not among them: a check-out of `by` or of a person close to them, and one keyed in from paper, which goes with its
    check-in. `visits` come with `closed_by` and the volunteer. Takes two statements at most.
    """
    recent = {
        visit.pk: visit
        for visit in visits
        if visit.closed_by is not None
        and visit.sealed_at is None
        and visit.closed_by.method != Method.PAPER
        and is_recent(visit.closed_by, at)
    }
    own = own_people(by, [visit.volunteer for visit in recent.values()]) if recent else set()
    return {
        pk: visit.closed_by for pk, visit in recent.items() if visit.closed_by and visit.volunteer.stays.pk not in own
    }


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
