"""Scans by a volunteer's phone or by the leader. Refused scans are stored too, with a code (C8)."""

import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin.choice import IN, OUT, SURE_AFTER, Candidate, Choice, choose, fitting_direction
from academy.checkin.context import Gate, StoredScan, read_gate
from academy.checkin.models import AT_ONCE, Method, Scan, Visit
from academy.checkin.refusals import refusal_for
from academy.checkin.services.codes import checkpoint_for, judge_code
from academy.checkin.services.places import take_place
from academy.checkin.services.visits import rebuild_visits, signal_changes
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people.models import User, Volunteer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a scan: accepted, refused, or a question to answer before the scan is stored.

    `asks`: "sure" about a check-out soon after the check-in, "again" about a check-in soon after the check-out at
    `visit_closed_at`, or "shift" among `choices`. `stored`: the database has a scan with this id, so that the answer
    can be shown again. `repeated`: it had one before this call.
    """

    scan_id: UUID
    direction: str
    at: dt.datetime
    refusal: Refusal | None = None
    asks: str = ""
    choices: tuple[Candidate, ...] = ()
    shift_id: int | None = None
    visit_opened_at: dt.datetime | None = None
    visit_closed_at: dt.datetime | None = None
    flags: tuple[str, ...] = ()
    stored: bool = True
    repeated: bool = False

    @property
    def accepted(self) -> bool:
        return self.refusal is None and not self.asks


@dataclass(frozen=True, slots=True)
class Prospect:
    """The page behind a code for one person: the button's direction, or the refusal in its place."""

    gate: Gate
    volunteer: Volunteer | None
    direction: str
    choice: Choice
    refusal: Refusal | None

    @property
    def since(self) -> dt.datetime | None:
        """The check-in time of a volunteer who is in."""
        return self.choice.shift.visit_opened_at if self.choice.shift else None

    @property
    def left_at(self) -> dt.datetime | None:
        """The check-out time of a volunteer who left this activity moments ago."""
        return self.gate.left_at if self.direction == IN else None


# Scanning


def record_scan(
    *,
    scan_id: UUID,
    checkpoint: str,
    code: str | None,
    volunteer: Volunteer,
    operator: User | None,
    direction: str,
    at: dt.datetime,
    grace: bool = False,
    sure: bool = False,
    shift_id: int | None = None,
    browser: str = "",
) -> Answer:
    """Check `volunteer` in or out at the checkpoint with this key. `operator` holds the phone.

    `grace`: the browser proved within the last five minutes that it had seen a valid code. `sure` and `shift_id` answer
    `Answer.asks`. The same `scan_id` with the same volunteer, checkpoint and direction is the same scan and
    has the same answer.

    Refusals: `unknown_checkpoint`, `id_reused` (neither is stored), `bad_code`, `code_expired`, `cancelled`,
    `practice_only`, `suspended`, `minor_not_allowed` (N3), `needs_consent` (N2), `too_early`,
    `too_late` (C2), `not_signed_up`, `shift_full`, `already_checked_in`, `not_checked_in`.
    """
    key, volunteer = normalise_key(checkpoint), volunteer.stays
    gate = read_gate(key, volunteer=volunteer, at=at, scan_id=scan_id)
    if gate is None:
        logger.warning("unknown_checkpoint: %.16s", key)
        return unstored_answer(scan_id, direction, at, refusal_for("unknown_checkpoint", at=at))
    if gate.stored is not None:
        return _first_answer(gate, gate.stored, scan_id, volunteer, direction, at)

    verdict = judge_code(gate, code, at)
    flags: tuple[str, ...] = () if gate.rotating else ("static",)
    if verdict and grace:
        verdict, flags = "", ("grace",)
    if verdict:
        # The log and the stored scans count wrong codes; no person or phone is ever locked out.
        logger.warning("%s at checkpoint %s", verdict, key)
        choice = Choice(refusal=verdict)
    else:
        choice = _choose(gate, volunteer, direction, at, shift_id)
    scan = Scan(
        id=scan_id,
        direction=direction,
        method=Method.ROTATING if gate.rotating else Method.STATIC,
        happened_at=at,
        received_at=at,
        flags=list(flags),
        browser=browser,
    )
    return _record(scan, gate, choice, volunteer, operator, sure=sure)


def record_for(
    *,
    scan_id: UUID,
    activity: Activity,
    volunteer: Volunteer,
    method: Method,
    by: User,
    direction: str,
    at: dt.datetime,
    happened_at: dt.datetime | None = None,
    flags: tuple[str, ...] = (),
    sure: bool = True,
    shift_id: int | None = None,
) -> Answer:
    """Check `volunteer` in or out for the leader `by`, who ticked the roster or vouched for them (C5).

    `happened_at`: when the person asked, if before `at`; the scan is judged at that time. An early check-out asks only
    if not `sure`: a tap on the roster may have met the wrong row. Coming back at once asks no question. The same
    `scan_id` has the same answer. Refuses like `record_scan`, but never for a code. Raises `PermissionDenied` for a
    user who may not lead the activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    moment, volunteer = happened_at or at, volunteer.stays
    key = checkpoint_for(activity, rotating=True).key
    gate = read_gate(key, volunteer=volunteer, at=moment, scan_id=scan_id)
    assert gate is not None
    if gate.stored is not None:
        return _first_answer(gate, gate.stored, scan_id, volunteer, direction, moment)
    scan = Scan(id=scan_id, direction=direction, method=method, happened_at=moment, received_at=at, flags=list(flags))
    choice = _choose(gate, volunteer, direction, moment, shift_id)
    return _record(scan, gate, choice, volunteer, by, sure=sure or direction == IN)


def _record(
    scan: Scan, gate: Gate, choice: Choice, volunteer: Volunteer, operator: User | None, *, sure: bool
) -> Answer:
    """Return a question if one comes first; else store the scan with the chosen shift or refusal."""
    at = scan.happened_at
    if scan.direction == IN and not choice.refusal and not sure and gate.left_at is not None:
        return Answer(
            scan.id, scan.direction, at, asks="again", choices=choice.among, visit_closed_at=gate.left_at, stored=False
        )
    if choice.among:
        return Answer(scan.id, scan.direction, at, asks="shift", choices=choice.among, stored=False)
    inside = choice.shift
    if scan.direction == OUT and inside and not choice.refusal:
        since = inside.visit_opened_at
        assert since is not None
        if at - since < SURE_AFTER and not sure:
            return Answer(
                scan.id, scan.direction, at, asks="sure", shift_id=inside.id, visit_opened_at=since, stored=False
            )
        if at > inside.late_after:
            scan.flags.append("late_scan")
    scan.checkpoint_id = gate.checkpoint_id
    scan.volunteer_id = volunteer.pk
    scan.shift_id = inside.id if inside else None
    scan.operator_id = operator.pk if operator else None
    scan.refusal = choice.refusal
    if not _store(scan, gate, inside, volunteer, operator):
        # The same form was sent twice at the same moment, and the other request was first.
        return _answer_again(gate.key, scan.id, volunteer, scan.direction, at)
    return _answer(scan, inside)


def _choose(gate: Gate, volunteer: Volunteer, direction: str, at: dt.datetime, wanted: int | None) -> Choice:
    """Return the shift or the refusal. Eligibility is judged at check-in only: people may always leave."""
    choice = choose(gate.shifts, direction=direction, at=at, wanted=wanted)
    if gate.not_theirs:
        return Choice(choice.shift, "practice_only")
    if direction == OUT or choice.refusal == "already_checked_in":
        return choice
    if gate.cancelled:
        return Choice(choice.shift, "cancelled")
    for shift in (choice.shift, *choice.among):
        day = timezone.localdate(shift.starts_at if shift else at)
        refusal = activities.cannot_take_part(
            volunteer, day=day, dangerous=gate.dangerous, guardian_consents=bool(shift and shift.guardian_consents)
        )
        if refusal is not None and (shift is not None or refusal is activities.SUSPENDED):
            return Choice(shift, refusal.code)
    return choice


@transaction.atomic
def _store(scan: Scan, gate: Gate, shift: Candidate | None, volunteer: Volunteer, operator: User | None) -> bool:
    """Store the scan and its visit. Return False, and store no row, if the scan's id is already stored.

    The database decides between two scans at the same moment: the visit is inserted first, and the scan that finds an
    open visit is refused.
    """
    if not scan.refusal and shift is not None:
        if scan.direction == IN:
            scan.refusal = _open_visit(scan, gate, shift, volunteer, operator)
        else:
            scan.refusal = _close_visit(scan)
    if not insert_if_absent(scan):
        transaction.set_rollback(True)
        return False
    if not scan.refusal and shift is not None and shift.scanned_after:
        rebuild_visits(volunteer_id=volunteer.pk, shift_id=shift.id)
    elif scan.direction == OUT and not scan.refusal:
        signal_changes(volunteer_id=volunteer.pk, shift_id=scan.shift_id)
    return True


def _open_visit(scan: Scan, gate: Gate, shift: Candidate, volunteer: Volunteer, operator: User | None) -> str:
    if not shift.signed_up:
        without_place = take_place(
            volunteer=volunteer,
            shift_id=shift.id,
            activity_id=gate.activity_id,
            walk_ins=True,  # the choice of the shift has judged that
            by=operator,
            at=scan.happened_at,
        )
        if without_place:
            return without_place
    visit = Visit(volunteer_id=volunteer.pk, shift_id=shift.id, opened_by_id=scan.id, opened_at=scan.happened_at)
    return "" if insert_if_absent(visit) else "already_checked_in"


def _close_visit(scan: Scan) -> str:
    # A check-out sent before the check-in, or at the same moment, does not close its visit (H3, 2).
    inside = Visit.objects.open().filter(
        volunteer=scan.volunteer_id, shift=scan.shift_id, opened_at__lt=scan.happened_at
    )
    for _attempt in range(2):  # a late scan may just have replaced this visit's row by another
        if inside.update(closed_at=scan.happened_at, closed_by_id=scan.id, look_at=AT_ONCE):
            return ""
    return "not_checked_in"


# Answers


def unstored_answer(scan_id: UUID, direction: str, at: dt.datetime, refusal: Refusal) -> Answer:
    """Return the answer of a scan that is refused and not stored."""
    return Answer(scan_id, direction, at, refusal=refusal, stored=False)


def _first_answer(
    gate: Gate, stored: StoredScan, scan_id: UUID, volunteer: Volunteer, direction: str, at: dt.datetime
) -> Answer:
    """Return the stored scan's answer if it is the same act; else refuse with `id_reused`."""
    act = (gate.checkpoint_id, volunteer.pk, direction)
    if act != (stored.checkpoint_id, stored.volunteer_id, stored.direction):
        logger.warning("id_reused at checkpoint %s", gate.key)
        return unstored_answer(scan_id, direction, at, refusal_for("id_reused", at=at))
    shift = gate.shift(stored.shift_id)
    inside_since = shift.visit_opened_at if shift else None
    accepted_in = direction == IN and not stored.refusal
    closed_at = stored.happened_at if direction == OUT and not stored.refusal else None
    if stored.refusal == "not_checked_in":
        closed_at = gate.left_at  # a second tap in another tab: the first one checked out
    return Answer(
        scan_id,
        direction,
        stored.happened_at,
        refusal=_refusal(stored.refusal, stored.happened_at, shift, inside_since),
        shift_id=stored.shift_id,
        visit_opened_at=stored.happened_at if accepted_in else stored.visit_opened_at or inside_since,
        visit_closed_at=closed_at,
        flags=stored.flags,
        repeated=True,
    )


def _answer(scan: Scan, shift: Candidate | None) -> Answer:
    opened_at = shift.visit_opened_at if shift else None
    if scan.direction == IN and not scan.refusal:
        opened_at = scan.happened_at
    elif scan.refusal == "already_checked_in" and opened_at is None:
        # The other scan was faster by a moment: its time is the one to show.
        opened_at = _open_since(scan)
    return Answer(
        scan.id,
        scan.direction,
        scan.happened_at,
        refusal=_refusal(scan.refusal, scan.happened_at, shift, opened_at),
        shift_id=scan.shift_id,
        visit_opened_at=opened_at,
        visit_closed_at=scan.happened_at if scan.direction == OUT and not scan.refusal else None,
        flags=tuple(scan.flags),
    )


def _refusal(code: str, at: dt.datetime, shift: Candidate | None, since: dt.datetime | None) -> Refusal | None:
    return refusal_for(code, at=at, opens_at=shift.opens_at if shift else None, since=since) if code else None


def _open_since(scan: Scan) -> dt.datetime | None:
    visits = Visit.objects.open().filter(volunteer=scan.volunteer_id, shift=scan.shift_id)
    return visits.values_list("opened_at", flat=True).first()


def stored_answer(scan: Scan) -> Answer:
    """Return the answer of a stored scan, to show it again."""
    return _answer_again(scan.checkpoint.key, scan.pk, scan.known_volunteer.stays, scan.direction, scan.happened_at)


def _answer_again(key: str, scan_id: UUID, volunteer: Volunteer, direction: str, at: dt.datetime) -> Answer:
    gate = read_gate(key, volunteer=volunteer, at=at, scan_id=scan_id)
    if gate is None or gate.stored is None:
        raise Scan.DoesNotExist(scan_id)
    return _first_answer(gate, gate.stored, scan_id, volunteer, direction, at)


def seconds_today(*, volunteer: Volunteer, at: dt.datetime) -> int:
    """Return the seconds of the volunteer's closed visits on the day of `at`. They are not yet hours."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    visits = Visit.objects.of(volunteer).filter(closed_at__gt=midnight, closed_at__lte=at)
    spans = visits.values_list("opened_at", "closed_at")
    return int(sum((closed - max(opened, midnight)).total_seconds() for opened, closed in spans if closed))


def preview(
    *,
    checkpoint: str,
    code: str | None,
    volunteer: Volunteer | None,
    at: dt.datetime,
    grace: bool = False,
) -> Prospect | None:
    """Return the state of the page behind a code; None if no checkpoint has this key. Reads only."""
    volunteer = volunteer and volunteer.stays
    gate = read_gate(normalise_key(checkpoint), volunteer=volunteer, at=at)
    if gate is None:
        return None
    direction = fitting_direction(gate.shifts, at)
    choice = _choose(gate, volunteer, direction, at, None) if volunteer else choose(gate.shifts, direction=IN, at=at)
    code_refusal = "" if grace else judge_code(gate, code, at)
    refusal = code_refusal or (choice.refusal if volunteer else "cancelled" if gate.cancelled else "")
    return Prospect(gate, volunteer, direction, choice, _refusal(refusal, at, choice.shift, None))
