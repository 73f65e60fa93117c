"""Scans: every way in ends in one here. A "no" is an answer with a code, and is kept as a scan too (C8)."""

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache, partial
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.belongings import may_lead
from academy.activities.models import Activity, Shift
from academy.checkin import tokens
from academy.checkin.choice import IN, OUT, Candidate, Choice, choose, fitting_direction
from academy.checkin.context import Gate, StoredScan, read_gate
from academy.checkin.models import Checkpoint, Direction, Method, Scan, Visit
from academy.checkin.refusals import refusal as refusal_for
from academy.checkin.signals import visit_closed
from academy.checkin.sql import insert_if_absent
from academy.core.keys import normalise_key, random_key
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.rulebook import parameters
from academy.rulebook.models import RuleSet

logger = logging.getLogger(__name__)

CHECKPOINT_BITS = 50
SURE_AFTER = dt.timedelta(minutes=5)  # a check-out sooner than this asks first
_TYPED = re.compile(r"(?:(?:.*/)?c/)?([0-9a-z\s-]+)(?:/([0-9a-z\s-]+))?/?", re.IGNORECASE)  # an address, key or code
CODE_MINUTES = 10  # how far ahead the leader's page knows its codes, should the network fail


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scan came to: accepted, refused, or a question that comes first and stores nothing.

    `asks`: "sure" about a check-out soon after the check-in, or "shift" among `choices`. `stored`: a scan with this id
    stands in the database, so that the answer can be shown again. `repeated`: it stood there before.
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
    """What the page behind a code offers one person: the button's direction, or why there is none."""

    gate: Gate
    volunteer: Volunteer | None
    direction: str
    choice: Choice
    refusal: Refusal | None

    @property
    def since(self) -> dt.datetime | None:
        """When somebody who is in checked in."""
        return self.choice.shift.visit_opened_at if self.choice.shift else None


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
) -> Answer:
    """Checks `volunteer` in or out at the checkpoint with this key, `operator` holding the phone.

    `grace`: the browser proved within the last five minutes that it had seen a valid code. `sure` and `shift_id` answer
    what `Answer.asks` asked. The same `scan_id` with the same volunteer, checkpoint and direction is the same scan and
    has the same answer.

    Refusals: `unknown_checkpoint`, `id_reused` (neither is stored), `bad_code`, `code_expired`, `cancelled`,
    `suspended`, `minor_not_allowed` (N3), `needs_consent` (N2), `too_early`, `too_late` (C2), `not_signed_up`,
    `shift_full`, `already_checked_in`, `not_checked_in`.
    """
    key = normalise_key(checkpoint)
    gate = read_gate(key, volunteer=volunteer, at=at, scan_id=scan_id)
    if gate is None:
        logger.warning("unknown_checkpoint: %.16s", key)
        return _unstored(scan_id, direction, at, "unknown_checkpoint")
    if gate.stored is not None:
        return _first_answer(gate, gate.stored, scan_id, volunteer, direction, at)

    verdict = _judge_code(gate, code, at)
    flags: tuple[str, ...] = () if gate.rotating else ("static",)
    if verdict and grace:
        verdict, flags = "", ("grace",)
    if verdict:
        # Counted by the log and by the stored scans; nobody is ever locked out.
        logger.warning("%s at checkpoint %s", verdict, key)
        choice = Choice(refusal=verdict)
    else:
        choice = _choose(gate, volunteer, direction, at, shift_id)
    if choice.among:
        return Answer(scan_id, direction, at, asks="shift", choices=choice.among, stored=False)
    inside = choice.shift
    if direction == OUT and inside and not choice.refusal:
        assert inside.visit_opened_at is not None
        if at - inside.visit_opened_at < SURE_AFTER and not sure:
            since = inside.visit_opened_at
            return Answer(scan_id, direction, at, asks="sure", shift_id=inside.id, visit_opened_at=since, stored=False)
        if at > inside.late_after:
            flags += ("late_scan",)

    scan = Scan(
        id=scan_id,
        checkpoint_id=gate.checkpoint_id,
        volunteer_id=volunteer.pk,
        shift_id=choice.shift.id if choice.shift else None,
        direction=direction,
        method=Method.ROTATING if gate.rotating else Method.STATIC,
        operator_id=operator.pk if operator else None,
        happened_at=at,
        received_at=at,
        refusal=choice.refusal,
        flags=list(flags),
    )
    if not _keep(scan, gate, choice.shift, volunteer, operator):
        # The same form sent twice at the same moment: the other one was first.
        return _answer_again(key, scan_id, volunteer, direction, at)
    return _answer(scan, choice.shift)


def _choose(gate: Gate, volunteer: Volunteer, direction: str, at: dt.datetime, wanted: int | None) -> Choice:
    """The shift or the refusal. Whoever is in may always leave: only checking in asks who one is."""
    choice = choose(gate.shifts, direction=direction, at=at, wanted=wanted)
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
def _keep(scan: Scan, gate: Gate, shift: Candidate | None, volunteer: Volunteer, operator: User | None) -> bool:
    """Writes the scan with what follows from it; False, and nothing is written, where its id stands there already.

    The database decides between two scans at the same moment: the visit comes first, and who finds one open is refused.
    """
    if not scan.refusal and shift is not None:
        if scan.direction == IN:
            scan.refusal = _open_visit(scan, gate, shift, volunteer, operator)
        else:
            scan.refusal = _close_visit(scan, shift)
    if not insert_if_absent(scan):
        transaction.set_rollback(True)
        return False
    if scan.direction == OUT and not scan.refusal:
        _tell_closed(volunteer_id=scan.volunteer_id, shift_id=scan.shift_id)
    return True


def _open_visit(scan: Scan, gate: Gate, shift: Candidate, volunteer: Volunteer, operator: User | None) -> str:
    if not shift.signed_up:
        place = activities.place_walk_in(
            volunteer=volunteer, shift_id=shift.id, activity_id=gate.activity_id, by=operator, at=scan.happened_at
        )
        if place is activities.SHIFT_FULL:
            return "shift_full"
    visit = Visit(volunteer_id=scan.volunteer_id, shift_id=shift.id, opened_by_id=scan.id, opened_at=scan.happened_at)
    return "" if insert_if_absent(visit) else "already_checked_in"


def _close_visit(scan: Scan, shift: Candidate) -> str:
    # A check-out that was on its way when the check-in came closes nothing: no visit ends before it began.
    visits = Visit.objects.open().filter(pk=shift.visit_id or 0, opened_at__lte=scan.happened_at)
    closed = visits.update(closed_at=scan.happened_at, closed_by_id=scan.id)
    return "" if closed else "not_checked_in"


def _tell_closed(*, volunteer_id: int, shift_id: int | None) -> None:
    transaction.on_commit(
        partial(visit_closed.send_robust, sender=Visit, volunteer_id=volunteer_id, shift_id=shift_id), robust=True
    )


def _judge_code(gate: Gate, code: str | None, at: dt.datetime) -> str:
    """Why the code does not let anybody through: `bad_code`, `code_expired`, or nothing."""
    if not gate.rotating:
        return ""
    match tokens.judge(_secret(), gate.key, normalise_key(code or ""), at.timestamp()):
        case tokens.Verdict.VALID:
            return ""
        case tokens.Verdict.EXPIRED:
            return "code_expired"
        case _:
            return "bad_code"


# Answers


def _unstored(scan_id: UUID, direction: str, at: dt.datetime, code: str) -> Answer:
    return Answer(scan_id, direction, at, refusal=refusal_for(code, at=at), stored=False)


def _first_answer(
    gate: Gate, stored: StoredScan, scan_id: UUID, volunteer: Volunteer, direction: str, at: dt.datetime
) -> Answer:
    """What the scan with this id was answered, for the same act alone; anybody else learns nothing."""
    act = (gate.checkpoint_id, volunteer.pk, direction)
    if act != (stored.checkpoint_id, stored.volunteer_id, stored.direction):
        logger.warning("id_reused at checkpoint %s", gate.key)
        return _unstored(scan_id, direction, at, "id_reused")
    shift = gate.shift(stored.shift_id)
    inside_since = shift.visit_opened_at if shift else None
    accepted_in = direction == IN and not stored.refusal
    return Answer(
        scan_id,
        direction,
        stored.happened_at,
        refusal=_said(stored.refusal, stored.happened_at, shift, inside_since),
        shift_id=stored.shift_id,
        visit_opened_at=stored.happened_at if accepted_in else stored.visit_opened_at or inside_since,
        visit_closed_at=stored.happened_at if direction == OUT and not stored.refusal else None,
        flags=stored.flags,
        repeated=True,
    )


def _answer(scan: Scan, shift: Candidate | None) -> Answer:
    opened_at = shift.visit_opened_at if shift else None
    if scan.direction == IN and not scan.refusal:
        opened_at = scan.happened_at
    elif scan.refusal == "already_checked_in" and opened_at is None:
        # The other scan was faster by a moment: answer with the time of the first.
        opened_at = _open_since(scan)
    return Answer(
        scan.id,
        scan.direction,
        scan.happened_at,
        refusal=_said(scan.refusal, scan.happened_at, shift, opened_at),
        shift_id=scan.shift_id,
        visit_opened_at=opened_at,
        visit_closed_at=scan.happened_at if scan.direction == OUT and not scan.refusal else None,
        flags=tuple(scan.flags),
    )


def _said(code: str, at: dt.datetime, shift: Candidate | None, since: dt.datetime | None) -> Refusal | None:
    return refusal_for(code, at=at, opens_at=shift.opens_at if shift else None, since=since) if code else None


def _open_since(scan: Scan) -> dt.datetime | None:
    visits = Visit.objects.open().filter(volunteer=scan.volunteer_id, shift=scan.shift_id)
    return visits.values_list("opened_at", flat=True).first()


def stored_answer(scan: Scan) -> Answer:
    """The answer to a scan that was made before, to show it again."""
    return _answer_again(scan.checkpoint.key, scan.pk, scan.volunteer, scan.direction, scan.happened_at)


def _answer_again(key: str, scan_id: UUID, volunteer: Volunteer, direction: str, at: dt.datetime) -> Answer:
    gate = read_gate(key, volunteer=volunteer, at=at, scan_id=scan_id)
    if gate is None or gate.stored is None:
        raise Scan.DoesNotExist(scan_id)
    return _first_answer(gate, gate.stored, scan_id, volunteer, direction, at)


def seconds_today(*, volunteer: Volunteer, at: dt.datetime) -> int:
    """The seconds between the volunteer's scans on the local day of `at`, of closed visits: not yet hours."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    visits = Visit.objects.filter(volunteer=volunteer, closed_at__gt=midnight, closed_at__lte=at)
    spans = visits.values_list("opened_at", "closed_at")
    return int(sum((closed - max(opened, midnight)).total_seconds() for opened, closed in spans if closed))


def prospect(
    *,
    checkpoint: str,
    code: str | None,
    volunteer: Volunteer | None,
    at: dt.datetime,
    grace: bool = False,
) -> Prospect | None:
    """What the page behind a code offers; changes nothing. None where no checkpoint has this key."""
    gate = read_gate(normalise_key(checkpoint), volunteer=volunteer, at=at)
    if gate is None:
        return None
    direction = fitting_direction(gate.shifts, at)
    choice = _choose(gate, volunteer, direction, at, None) if volunteer else choose(gate.shifts, direction=IN, at=at)
    code_refusal = "" if grace else _judge_code(gate, code, at)
    refusal = code_refusal or (choice.refusal if volunteer else "cancelled" if gate.cancelled else "")
    return Prospect(gate, volunteer, direction, choice, _said(refusal, at, choice.shift, None))


# Checkpoints and their codes


@dataclass(frozen=True, slots=True)
class LiveCode:
    """A rotating code with the time in which the leader's screen shows it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    code: str


@transaction.atomic
def open_checkpoints(*, activity: Activity) -> None:
    """The activity's two checkpoints: one printed, one on the leader's screen."""
    for rotating in (False, True):
        checkpoint_for(activity, rotating=rotating)


def checkpoint_for(activity: Activity, *, rotating: bool) -> Checkpoint:
    """The activity's checkpoint of this kind, made where a crash left none."""
    checkpoint, _created = Checkpoint.objects.get_or_create(
        activity=activity, rotating=rotating, defaults={"key": random_key(CHECKPOINT_BITS)}
    )
    return checkpoint


def rotating_codes(checkpoint: Checkpoint, *, at: dt.datetime, minutes: int = CODE_MINUTES) -> list[LiveCode]:
    """The code shown at `at` and those of the minutes to come, so that a lost network stops no gate."""
    if not checkpoint.rotating:
        raise ValueError(f"checkpoint {checkpoint.pk} is printed: it has no rotating codes")
    first = tokens.step_at(at.timestamp())
    steps = range(first, tokens.step_at(at.timestamp() + 60 * minutes) + 1)
    return [
        LiveCode(
            starts_at=dt.datetime.fromtimestamp(step * tokens.STEP_SECONDS, dt.UTC),
            ends_at=dt.datetime.fromtimestamp((step + 1) * tokens.STEP_SECONDS, dt.UTC),
            code=tokens.code_for(_secret(), checkpoint.key, step),
        )
        for step in steps
    ]


def find_typed(*, text: str, at: dt.datetime) -> tuple[str, str | None] | Refusal:
    """Where a typed code, key or whole address leads: the checkpoint's key and, for a screen's code, that code.

    Refuses with `unknown_checkpoint`, `code_expired`.
    """
    read = _TYPED.fullmatch(text.strip())
    key, code = (normalise_key(part or "") for part in read.groups()) if read else ("", "")
    if not key:
        return refusal_for("unknown_checkpoint", at=at)
    if code:
        return key, code
    if Checkpoint.objects.filter(key=key).exists():
        return key, None
    return _find_screen(key, at)


def _find_screen(code: str, at: dt.datetime) -> tuple[str, str] | Refusal:
    """The screen that shows `code` alone, among those of the activities around now."""
    nearby = dt.timedelta(days=1)
    keys = (
        Checkpoint.objects.filter(
            rotating=True,
            activity__shifts__starts_at__lt=at + nearby,
            activity__shifts__ends_at__gt=at - nearby,
        )
        .values_list("key", flat=True)
        .distinct()
    )
    reason = "unknown_checkpoint"
    for key in keys:
        match tokens.judge(_secret(), key, code, at.timestamp()):
            case tokens.Verdict.VALID:
                return key, code
            case tokens.Verdict.EXPIRED:
                reason = "code_expired"
    logger.warning("%s: typed %.16s", reason, code)
    return refusal_for(reason, at=at)


def unknown_checkpoint(*, at: dt.datetime) -> Refusal:
    """What is said of a code of no checkpoint."""
    return refusal_for("unknown_checkpoint", at=at)


def _secret() -> bytes:
    return _derived(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _derived(secret_key: str) -> bytes:
    """A key of our own, so that no other use of the secret key can make a code."""
    return hashlib.sha256(b"academy.checkin.tokens:" + secret_key.encode()).digest()


# The leader's acts


@transaction.atomic
def check_everybody_out(*, activity: Activity, by: User, at: dt.datetime, staying: Collection[int] = ()) -> int:
    """Checks out whoever is in, now and at no other time (C10), but the volunteers (ids) who stay. Returns how many.

    Visits whose time to check out is over stay as they are: nothing is filled in from the plan (H6). Raises
    `PermissionDenied` for anybody but the leader and those who run the community's activities.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    windows = {shift.pk: _check_out_window(activity, shift) for shift in activity.shifts.all()}
    inside = [
        visit
        for visit in Visit.objects.open()
        .select_for_update()
        .filter(shift__in=windows, opened_at__lte=at)
        .exclude(volunteer__in=staying)
        if at <= windows[visit.shift_id][1]
    ]
    checkpoint = checkpoint_for(activity, rotating=True)
    scans = []
    for visit in inside:
        scan = Scan(
            id=uuid4(),
            checkpoint=checkpoint,
            volunteer_id=visit.volunteer_id,
            shift_id=visit.shift_id,
            direction=Direction.OUT,
            method=Method.EVERYBODY_OUT,
            operator=by,
            happened_at=at,
            received_at=at,
            flags=["late_scan"] if at > windows[visit.shift_id][0] else [],
        )
        visit.closed_by, visit.closed_at = scan, at
        scans.append(scan)
    Scan.objects.bulk_create(scans)
    Visit.objects.bulk_update(inside, ["closed_by", "closed_at"])
    for visit in inside:
        _tell_closed(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
    return len(inside)


def _check_out_window(activity: Activity, shift: Shift) -> tuple[dt.datetime, dt.datetime]:
    """From when a check-out is late, and until when there is one (C2)."""
    try:
        rules = RuleSet.objects.in_force(activity.community_id, shift.date).parameters
    except RuleSet.DoesNotExist:
        rules = parameters.complete({})
    end = shift.overtime_until or shift.ends_at
    return (
        end + dt.timedelta(minutes=rules["late_scan_minutes"]),
        end + dt.timedelta(minutes=rules["check_out_closes_minutes"]),
    )


def seal_visits(*, volunteer_id: int, shift_id: int, at: dt.datetime) -> int:
    """Marks the visits behind a record that is being confirmed: their scans can no longer be annulled."""
    return Visit.objects.filter(volunteer_id=volunteer_id, shift_id=shift_id, sealed_at=None).update(sealed_at=at)
