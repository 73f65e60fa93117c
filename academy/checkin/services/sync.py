"""Scans of a staff scanner, made with or without a network. Each is judged at its own time (C7).

They already happened, so that few reasons refuse them. Any other refusal at the gate becomes a flag here, for the
leader to look at.
"""

import datetime as dt
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.checkin import tokens
from academy.checkin.choice import IN, OUT, Candidate, shift_at
from academy.checkin.context import Gate, read_gate
from academy.checkin.flags import current_flags
from academy.checkin.models import Checkpoint, Device, Method, Scan, Visit
from academy.checkin.rows import find_people
from academy.checkin.services.devices import key_of
from academy.checkin.services.visits import rebuild_visits
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people import ages
from academy.people.models import Card, User, Volunteer

logger = logging.getLogger(__name__)

ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"
MOST_AT_ONCE = 500  # scans in one request
OFFLINE_AFTER = dt.timedelta(minutes=1)  # a scan received so much later was made without a network
LONGEST_TEXT = 64  # of any text in a scan
_YEARS = range(2000, 2100)
_KEY = re.compile(r"[0-9A-Z]{1,16}")


@dataclass(frozen=True)
class DeviceScan:
    """One scan as the device sent it, with a valid MAC."""

    id: UUID
    place: int
    checkpoint: str
    card: str
    tick: str
    direction: str
    at: dt.datetime


@dataclass(frozen=True)
class Result:
    """The result of one scan. `code`: why it was refused, or the first flag for the leader to look at."""

    id: str
    outcome: str
    code: str = ""
    flags: tuple[str, ...] = ()
    visit: Visit | None = None


def receive_scans(
    *, device: Device, scans: Iterable[Any], sent_at: dt.datetime | None, at: dt.datetime, by: User | None = None
) -> list[Result]:
    """Store the scans of one device, received at `at`. Return one result for each, in their order.

    `sent_at`: the device's clock at sending, which corrects its times. It is None for a file that `by` imports: then
    the clock's error at the roster's download corrects them. A repeated scan is a duplicate. A bad scan does not affect
    the others.

    Refused are `unknown_checkpoint`, `id_reused`, `device_refused` (these are not stored), `unknown_card`,
    `card_revoked`, `minor_not_allowed` (N3; stored with their reason, C8). Any other code becomes a flag.
    """
    behind = at - sent_at if sent_at else dt.timedelta(seconds=-device.ahead)
    scans = list(scans)
    read_scans = [_read(sent, device) for sent in scans]
    ticked = find_people(device.activity, [read_scan.tick for read_scan in read_scans if read_scan and read_scan.tick])
    results = []
    for sent, read_scan in zip(scans, read_scans, strict=True):
        happened_at = _correct(read_scan.at, behind) if read_scan else None
        if read_scan is None or happened_at is None or _is_after_token(happened_at, device, at):
            results.append(Result(_id_of(sent), REFUSED, "device_refused"))
            continue
        scan = Scan(
            id=read_scan.id,
            direction=read_scan.direction,
            method=Method.CARD if read_scan.card else Method.TICK,
            operator=device.operator,
            device=device,
            place=read_scan.place,
            happened_at=happened_at,
            device_at=read_scan.at,
            sent_at=sent_at,
            received_at=at,
            flags=_time_flags(happened_at, device, at, brought=by is not None),
        )
        with transaction.atomic():
            results.append(_receive(scan, read_scan, device, ticked))
    return results


# Reading


def _read(sent: Any, device: Device) -> DeviceScan | None:
    """Return the scan if it has the agreed form and the device's MAC; else None."""
    if not isinstance(sent, dict):
        return None
    kind = "card" if "card" in sent else "tick"
    texts: list[Any] = [sent.get(name) for name in ("id", "checkpoint", kind, "direction", "at", "mac")]
    place = sent.get("n")
    if not all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in texts):
        return None
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < 2**31:
        return None
    scan_id, checkpoint, value, direction, written_at, mac = texts
    parts = (device.key, scan_id, str(place), checkpoint, kind, value, direction, written_at)
    if not tokens.is_same(tokens.scan_mac(key_of(device), *parts), mac):
        logger.warning("A scan of device %s has a wrong MAC", device.key)
        return None
    try:
        moment = dt.datetime.fromisoformat(written_at)
        scan_uuid = UUID(scan_id)
    except ValueError:
        return None
    if moment.tzinfo is None or direction not in (IN, OUT) or not value.strip():
        return None
    card, tick = (value, "") if kind == "card" else ("", value)
    return DeviceScan(scan_uuid, place, normalise_key(checkpoint), card, tick, direction, moment)


def _id_of(sent: Any) -> str:
    """Return the id that a refused scan was sent with."""
    named = sent.get("id") if isinstance(sent, dict) else None
    return named[:LONGEST_TEXT] if isinstance(named, str) else ""


# Time


def _correct(moment: dt.datetime, behind: dt.timedelta) -> dt.datetime | None:
    """Return the device's time, corrected; None if it is out of range."""
    try:
        corrected = (moment + behind).astimezone(dt.UTC)
    except OverflowError:
        return None
    return corrected if corrected.year in _YEARS else None


def _is_after_token(happened_at: dt.datetime, device: Device, at: dt.datetime) -> bool:
    return device.expires_at < happened_at and device.expires_at < at


def _time_flags(happened_at: dt.datetime, device: Device, at: dt.datetime, *, brought: bool) -> list[str]:
    flags = []
    if at - happened_at > OFFLINE_AFTER:
        flags.append("offline")
    if not device.issued_at <= happened_at <= at:
        flags.append("clock")
    if device.expires_at < at:
        flags.append("token_expired")
    if brought:
        flags.append("brought")
    return flags


# One scan


def _receive(scan: Scan, read_scan: DeviceScan, device: Device, ticked: dict[str, Volunteer]) -> Result:
    checkpoint = _find_checkpoint(device.activity, read_scan.checkpoint)
    if checkpoint is None:
        logger.warning("unknown_checkpoint: %.16s from device %s", read_scan.checkpoint, device.key)
        return Result(str(scan.id), REFUSED, "unknown_checkpoint")
    scan.checkpoint = checkpoint
    scan.refusal = _find_person(scan, read_scan, device, ticked)
    gate = read_gate(scan.checkpoint.key, volunteer=scan.volunteer, at=scan.happened_at, scan_id=scan.id)
    assert gate is not None
    if gate.stored is not None:
        return _repeat_answer(scan)
    if scan.volunteer is not None and not scan.refusal:
        _judge(scan, gate, scan.volunteer, device)
    if not insert_if_absent(scan):
        return _repeat_answer(scan)
    if scan.refusal:
        return Result(str(scan.id), REFUSED, scan.refusal)
    return _accept(scan)


def _find_checkpoint(activity: Activity, key: str) -> Checkpoint | None:
    return Checkpoint.objects.filter(activity=activity, key=key).first() if _KEY.fullmatch(key) else None


def _find_person(scan: Scan, read_scan: DeviceScan, device: Device, ticked: dict[str, Volunteer]) -> str:
    """Set the scan's volunteer. Return the code of the refusal, or an empty text."""
    key = normalise_key(read_scan.card or read_scan.tick)
    if read_scan.tick:
        scan.volunteer = ticked.get(key)
    elif _KEY.fullmatch(key):
        cards = Card.objects.select_related("volunteer__merged_into")
        scan.card = cards.filter(key=key, volunteer__community=device.activity.community_id).first()
        scan.volunteer = scan.card.volunteer.stays if scan.card else None
    if scan.volunteer is None:
        scan.presented = "".join(character for character in key if character.isascii() and character.isalnum())
        return "unknown_card"
    return "card_revoked" if scan.card and scan.card.revoked_at else ""


def _judge(scan: Scan, gate: Gate, volunteer: Volunteer, device: Device) -> None:
    """Set the scan's shift and flags, and the one refusal that holds even without a network (N3)."""
    shift = shift_at(gate.shifts, direction=scan.direction, at=scan.happened_at)
    scan.shift_id = shift.id if shift else _nearest_shift(device.activity, scan.happened_at)
    day = timezone.localdate(shift.starts_at if shift else scan.happened_at)
    if device.activity.dangerous and ages.is_minor(volunteer.birth_date, day):
        scan.refusal = activities.MINOR_NOT_ALLOWED.code
        return
    if device.activity.cancelled_at is not None:
        scan.flags.append("cancelled")
    cannot = activities.cannot_take_part(volunteer, day=day, dangerous=False)
    if cannot is not None:
        scan.flags.append(cannot.code)
    outside = shift.refusal(scan.direction, scan.happened_at) if shift else "too_late"
    if outside:
        scan.flags.append(outside)
    elif shift and scan.direction == OUT and scan.happened_at > shift.late_after:
        scan.flags.append("late_scan")
    inside = Visit.objects.filter(volunteer=volunteer, shift=scan.shift_id, opened_at__lt=scan.happened_at)
    is_inside = inside.exclude(closed_at__lte=scan.happened_at).exists()
    if scan.direction == IN:
        if is_inside:
            scan.flags.append("already_checked_in")
        elif shift is None or not shift.signed_up:
            scan.flags += _take_place(scan, shift, volunteer, device)
    elif not is_inside:
        scan.flags.append("not_checked_in")


def _take_place(scan: Scan, shift: Candidate | None, volunteer: Volunteer, device: Device) -> list[str]:
    """Give a walk-in a place in the shift. Return the flag for the reason if that fails."""
    if shift is not None and not shift.walk_ins:
        return ["not_signed_up"]
    assert scan.shift_id is not None
    place = activities.place_walk_in(
        volunteer=volunteer,
        shift_id=scan.shift_id,
        activity_id=device.activity_id,
        by=device.operator,
        at=scan.received_at,
    )
    return ["shift_full"] if isinstance(place, Refusal) and place is activities.SHIFT_FULL else []


def _nearest_shift(activity: Activity, at: dt.datetime) -> int:
    nearest: Shift = min(activity.shifts.all(), key=lambda shift: (abs(shift.starts_at - at), shift.pk))
    return int(nearest.pk)


def _accept(scan: Scan) -> Result:
    assert scan.volunteer_id is not None and scan.shift_id is not None
    visits = rebuild_visits(volunteer_id=scan.volunteer_id, shift_id=scan.shift_id)
    mine = next((visit for visit in visits if scan.id in (visit.opened_by_id, visit.closed_by_id)), None)
    return Result(str(scan.id), ACCEPTED, _first_code(scan), tuple(scan.flags), mine)


def _repeat_answer(scan: Scan) -> Result:
    """Return the answer of the stored scan with this id if it is the same act; else refuse `id_reused`."""
    stored = Scan.objects.with_person().get(pk=scan.id)
    same_act = (
        stored.checkpoint_id == scan.checkpoint_id
        and stored.direction == scan.direction
        and stored.person == scan.volunteer_id
        and stored.presented == scan.presented
    )
    if not same_act:
        logger.warning("id_reused by device %s", scan.device)
        return Result(str(scan.id), REFUSED, "id_reused")
    if stored.refusal:
        return Result(str(scan.id), DUPLICATE, stored.refusal)
    visits = Visit.objects.filter(opened_by=stored) | Visit.objects.filter(closed_by=stored)
    return Result(str(scan.id), DUPLICATE, _first_code(stored), tuple(current_flags(stored.flags)), visits.first())


def _first_code(scan: Scan) -> str:
    """Return the first flag that is also the code of a refusal at the gate."""
    return next((flag for flag in current_flags(scan.flags) if flag not in ("offline", "brought", "late_scan")), "")
