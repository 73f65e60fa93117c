"""“我来了”: a person without a sign-in asks, and the leader taps “是她” or adds a newcomer (C5).

The scan gets the time at which the person asked. Leaders cannot vouch for themselves.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin.choice import IN, OUT, SURE_AFTER, fitting_direction
from academy.checkin.context import RECENT, Gate, read_gate
from academy.checkin.models import Checkpoint, Claim, Method, Scan, Visit, VisitQuerySet
from academy.checkin.refusals import refusal_for
from academy.checkin.services.codes import checkpoint_for, judge_code
from academy.checkin.services.scanning import Answer, record_for, stored_answer, unstored_answer
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.decisions.second_person import own_people
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name
from academy.people.services import registration

logger = logging.getLogger(__name__)

CLAIM_BITS = 80
MOST_WAITING = 300  # at one checkpoint
# Limits of a poster, whose address anybody can send from home. The code on the leader's screen has none.
MOST_OF_A_BROWSER = 10
MOST_OF_A_NETWORK = 30  # a whole room may share one network: people whom a leader knew before do not count
WAITS_AT_LEAST, WAITS_AT_MOST = dt.timedelta(hours=1), dt.timedelta(hours=12)


# Asking


@transaction.atomic
def ask(
    *,
    key: str,
    checkpoint: str,
    code: str | None,
    name: str,
    phone_tail: str,
    at: dt.datetime,
    grace: bool = False,
    browser: str = "",
    network: str = "",
) -> Claim | Refusal:
    """Store a claim for the leader to answer. The same `key` is the same claim.

    `phone_tail`: four digits; `network`: a name of the phone's network (`people.http.network_of`). A phone that repeats
    its waiting claim gets that claim again. The claim waits until its gate closes, for 1 to 12 hours.

    Refusals: `unknown_checkpoint`, `id_reused`, `bad_code`, `code_expired`, `cancelled`, `too_early`, `too_late`,
    `too_many_waiting`.
    """
    name, key = tidy_name(name), normalise_key(key)
    gate = read_gate(normalise_key(checkpoint), volunteer=None, at=at)
    if gate is None:
        return refusal_for("unknown_checkpoint", at=at)
    content = (gate.checkpoint_id, name, phone_tail)
    if (stored := Claim.objects.filter(key=key).first()) is not None:
        return stored if _content(stored) == content else refusal_for("id_reused", at=at)
    refusal = _cannot_ask(gate, None if grace else code, at, grace=grace)
    if refusal is not None:
        return refusal
    waiting = Claim.objects.filter(_waits(at), checkpoint=gate.checkpoint_id)
    if browser:
        again = waiting.filter(name=name, phone_tail=phone_tail, browser=browser).first()
        if again is not None:
            return again
    if _is_full(gate, waiting, browser, network):
        return refusal_for("too_many_waiting", at=at)
    insert_if_absent(
        Claim(
            checkpoint_id=gate.checkpoint_id,
            key=key,
            name=name,
            phone_tail=phone_tail,
            browser=browser,
            network=network,
            asked_at=at,
            waits_until=_waits_until(gate, at),
        )
    )
    stored = Claim.objects.get(key=key)
    return stored if _content(stored) == content else refusal_for("id_reused", at=at)


def _content(claim: Claim) -> tuple[int, str, str]:
    return (claim.checkpoint_id, claim.name, claim.phone_tail)


def _is_full(gate: Gate, waiting: QuerySet[Claim], browser: str, network: str) -> bool:
    """Return whether the checkpoint, or this browser or network at a poster, has too many waiting claims."""
    if waiting.count() >= MOST_WAITING:
        return True
    if gate.rotating:
        return False
    if browser and waiting.filter(browser=browser).count() >= MOST_OF_A_BROWSER:
        return True
    is_crowded = bool(network) and waiting.filter(network=network).count() >= MOST_OF_A_NETWORK
    return is_crowded and not _is_known(gate, browser)


def _is_known(gate: Gate, browser: str) -> bool:
    """Return whether a leader of this community vouched for a person with this browser before."""
    home = Activity.objects.filter(pk=gate.activity_id).values("community")
    vouched = Claim.objects.filter(browser=browser, scan__isnull=False, checkpoint__activity__community__in=home)
    return bool(browser) and vouched.exists()


def _waits_until(gate: Gate, at: dt.datetime) -> dt.datetime:
    closes_at = max(shift.closes_at for shift in gate.shifts if shift.opens_at <= at <= shift.closes_at)
    return min(max(closes_at, at + WAITS_AT_LEAST), at + WAITS_AT_MOST)


def _cannot_ask(gate: Gate, code: str | None, at: dt.datetime, *, grace: bool) -> Refusal | None:
    """Return why the leader cannot be asked: the code is wrong, or no shift takes scans now."""
    verdict = "" if grace else judge_code(gate, code, at)
    if not verdict and gate.cancelled:
        verdict = "cancelled"
    if verdict:
        return refusal_for(verdict, at=at)
    if any(shift.opens_at <= at <= shift.closes_at for shift in gate.shifts):
        return None
    coming = [shift.opens_at for shift in gate.shifts if at < shift.opens_at]
    if coming:
        return refusal_for("too_early", at=at, opens_at=min(coming))
    return refusal_for("too_late", at=at)


@dataclass(frozen=True, slots=True)
class Inside:
    """A person who is in, and whose claim tells their phone so. `may_leave`: long enough to check out."""

    name: str
    phone_tail: str
    since: dt.datetime
    may_leave: bool


def people_inside(*, gate: Gate, browser: str, at: dt.datetime) -> list[Inside]:
    """Return the people who are in at this gate and for whom a leader confirmed a claim of this browser.

    They have the name that was typed. Two statements, none without a browser's id.
    """
    if not browser:
        return []
    vouched = Claim.objects.filter(
        browser=browser, scan__isnull=False, checkpoint__activity=gate.activity_id, asked_at__gt=at - RECENT
    ).select_related("scan__volunteer__merged_into")
    latest = {claim.scan.known_volunteer.stays: claim for claim in vouched if claim.scan}
    open_shifts = [shift.id for shift in gate.shifts if shift.is_open(OUT, at)]
    visits = Visit.objects.open().filter(volunteer__in=latest, shift__in=open_shifts).order_by("opened_at")
    return [
        Inside(claim.name, claim.phone_tail, visit.opened_at, at - visit.opened_at >= SURE_AFTER)
        for visit in visits.select_related("volunteer")
        if (claim := latest.get(visit.volunteer))
    ]


def waiting_claims(activity: Activity, *, at: dt.datetime) -> QuerySet[Claim]:
    """Return the claims that the leader has not answered yet, the oldest first."""
    return Claim.objects.filter(_waits(at), checkpoint__activity=activity).order_by("asked_at", "pk")


def _waits(at: dt.datetime) -> Q:
    in_time = Q(waits_until__gt=at) | Q(waits_until=None, asked_at__gt=at - WAITS_AT_MOST)
    return Q(answered_at=None) & in_time


def has_expired(claim: Claim, *, at: dt.datetime) -> bool:
    """Return whether the claim was not answered in time."""
    return claim.answered_at is None and (claim.waits_until or claim.asked_at + WAITS_AT_MOST) <= at


# Answering


@transaction.atomic
def vouch(*, claim: Claim, volunteer: Volunteer, by: User, at: dt.datetime, shift_id: int | None = None) -> Answer:
    """Make the claim a scan of `volunteer`, at the time of the claim (“是她”). The first answer stands.

    The scan is a check-out if the volunteer was in then, else a check-in; a claim repeated a few minutes after a
    check-in is no check-out. `shift_id` answers `Answer.asks`; until then the claim waits. Refusals: `own_scan`,
    `claim_answered`, `claim_expired`, none of them stored, and those of `record_for`. Raises `PermissionDenied` for a
    user who may not lead the activity.
    """
    claim = _lock(claim, by)
    if claim.scan is not None and claim.scan.known_volunteer.stays == volunteer.stays:
        return stored_answer(claim.scan)
    if (refusal := _cannot_answer(claim, at)) is not None:
        return unstored_answer(uuid4(), IN, claim.asked_at, refusal)
    if own_people(by, [volunteer]):
        return unstored_answer(uuid4(), IN, claim.asked_at, refusal_for("own_scan", at=at))
    return _record_vouched(uuid4(), claim.checkpoint.activity, volunteer, claim, by, at, claim.asked_at, shift_id)


@transaction.atomic
def decline(*, claim: Claim, by: User, at: dt.datetime) -> Claim | Refusal:
    """Decline the claim (“不认识”): the phone sends the person to the leader. A second call has no effect.

    Refusals: `claim_answered`, `claim_expired`. Raises `PermissionDenied` for a user who may not lead the activity.
    """
    claim = _lock(claim, by)
    if claim.answered_at is not None and claim.scan is None:
        return claim
    if (refusal := _cannot_answer(claim, at)) is not None:
        return refusal
    _store_answer(claim, by, at)
    return claim


@transaction.atomic
def decline_all(*, activity: Activity, until: int, by: User, at: dt.datetime) -> list[int]:
    """Decline all waiting claims up to the id `until`, the last one that the leader saw.

    Returns their ids. Each phone offers to ask again. Raises `PermissionDenied` for a user who may not lead the
    activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    # Without a join: after waiting for a lock, PostgreSQL looks at the row again, and an answered claim stays.
    places = list(Checkpoint.objects.filter(activity=activity).values_list("pk", flat=True))
    waiting = Claim.objects.select_for_update().filter(_waits(at), checkpoint__in=places, pk__lte=until)
    declined = list(waiting.order_by("pk").values_list("pk", flat=True))
    Claim.objects.filter(pk__in=declined).update(answered_at=at, answered_by=by)
    logger.info("Login %s declined %s claims at activity %s", by.pk, len(declined), activity.pk)
    return declined


@transaction.atomic
def add_newcomer(
    *,
    scan_id: UUID,
    activity: Activity,
    name: str,
    phone: str,
    by: User,
    at: dt.datetime,
    happened_at: dt.datetime | None = None,
    claim: Claim | None = None,
    shift_id: int | None = None,
) -> Answer:
    """Register a person who is not on the roll yet, and check them in (or out if they are in).

    `phone`: 11 digits. `happened_at`: when the person asked, if before `at`; for a `claim`, which this answers, it is
    the claim's time. The same `scan_id` has the same answer. Refusals, not stored: those of
    `registration.register_at_gate`, `own_scan`, `id_reused`, `claim_answered`, `claim_expired`; and those of
    `record_for`. Raises `PermissionDenied` for a user who may not lead the activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    if claim is not None:
        claim = _lock(claim, by)
        happened_at = claim.asked_at
    moment = happened_at or at
    scan = Scan.objects.select_related("checkpoint", "volunteer").filter(pk=scan_id).first()
    if scan is not None:
        if scan.checkpoint.activity_id == activity.pk and scan.operator_id == by.pk:
            return stored_answer(scan)
        return unstored_answer(scan_id, IN, moment, refusal_for("id_reused", at=at))
    if claim is not None and (refusal := _cannot_answer(claim, at)) is not None:
        return unstored_answer(scan_id, IN, moment, refusal)
    volunteer = registration.register_at_gate(community=activity.community, name=name, phone=phone, by=by, at=at)
    if isinstance(volunteer, Refusal):
        return unstored_answer(scan_id, IN, moment, volunteer)
    if own_people(by, [volunteer]):
        return unstored_answer(scan_id, IN, moment, refusal_for("own_scan", at=at))
    return _record_vouched(scan_id, activity, volunteer, claim, by, at, moment, shift_id)


def _record_vouched(
    scan_id: UUID,
    activity: Activity,
    volunteer: Volunteer,
    claim: Claim | None,
    by: User,
    at: dt.datetime,
    moment: dt.datetime,
    shift_id: int | None,
) -> Answer:
    """Store the scan on the leader's word, and the answer to the claim."""
    answer = record_for(
        scan_id=scan_id,
        activity=activity,
        volunteer=volunteer,
        method=Method.VOUCHED,
        by=by,
        direction=_direction(activity, volunteer, moment),
        at=at,
        happened_at=moment,
        shift_id=shift_id,
    )
    if claim is not None and answer.stored:
        claim.scan_id = answer.scan_id
        _store_answer(claim, by, at)
    return answer


def _direction(activity: Activity, volunteer: Volunteer, at: dt.datetime) -> str:
    """Return out if the volunteer was in at `at`, whether or not they left since, else in.

    A check-in only minutes before `at` does not count: the claim is the same act.
    """
    visits = was_in(Visit.objects.of(volunteer), activity.pk, at)
    if visits.filter(closed_at__gt=at).exists():
        return OUT
    if not visits.exists():
        return IN
    gate = read_gate(checkpoint_for(activity, rotating=True).key, volunteer=volunteer, at=at)
    assert gate is not None
    return fitting_direction(gate.shifts, at)  # in, if check-out is over: an old open visit must not block a new one


def was_in(visits: VisitQuerySet, activity_id: int, at: dt.datetime) -> VisitQuerySet:
    """Filter the visits at the activity of people who were in at `at`, and not only for some minutes."""
    open_then = Q(closed_at=None) | Q(closed_at__gt=at)
    return visits.filter(open_then, shift__activity=activity_id, opened_at__lte=at - SURE_AFTER)


def _lock(claim: Claim, by: User) -> Claim:
    """Lock the claim, so that it gets one answer at a time, and read it again."""
    checkpoint = Checkpoint.objects.select_related("activity__leader", "activity__community").get(
        pk=claim.checkpoint_id
    )
    if not may_lead(by, checkpoint.activity):
        raise PermissionDenied
    # Without a join to the scan: after waiting for the lock, a joined row would still be the old one.
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    claim.checkpoint = checkpoint
    return claim


def _cannot_answer(claim: Claim, at: dt.datetime) -> Refusal | None:
    if claim.answered_at is not None:
        return refusal_for("claim_answered", at=at)
    return refusal_for("claim_expired", at=at) if has_expired(claim, at=at) else None


def _store_answer(claim: Claim, by: User, at: dt.datetime) -> None:
    claim.answered_at, claim.answered_by = at, by
    claim.save(update_fields=["answered_at", "answered_by", "scan"])
