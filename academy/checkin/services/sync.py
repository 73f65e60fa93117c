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

from django.db import transaction
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.checkin.choice import IN, OUT, shift_at
from academy.checkin.clocks import FoundTime, Proof, Reading, ScanClocks, find_times
from academy.checkin.context import Gate, read_gate
from academy.checkin.flags import current_flags
from academy.checkin.models import Checkpoint, Device, Method, Scan, Visit
from academy.checkin.rows import find_people
from academy.checkin.services import devices, readings
from academy.checkin.services.devices import key_of
from academy.checkin.services.places import take_place
from academy.checkin.services.visits import rebuild_visits
from academy.checkin.wire import DeviceScan, SteadyClock, id_of, read_scan
from academy.core.keys import normalise_key
from academy.core.sql import insert_if_absent
from academy.people import ages
from academy.people.models import Card, User, Volunteer

logger = logging.getLogger(__name__)

ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"
MOST_AT_ONCE = 500  # scans in one request
OFFLINE_AFTER = dt.timedelta(minutes=1)  # a scan received so much later was made without a network
YEARS = range(2000, 2100)  # of a scan
_KEY = re.compile(r"[0-9A-Z]{1,16}")


@dataclass(frozen=True)
class Result:
    """The result of one scan. `code`: why it was refused, or the first flag for the leader to look at."""

    id: str
    outcome: str
    code: str = ""
    flags: tuple[str, ...] = ()
    visit: Visit | None = None


def receive_scans(
    *,
    device: Device,
    scans: Iterable[Any],
    sent_at: dt.datetime | None,
    at: dt.datetime,
    steady: SteadyClock | None = None,
    by: User | None = None,
) -> list[Result]:
    """Store the scans of one device, received at `at`. Return one result for each, in their order.

    `sent_at` and `steady`: the device's clocks at sending. Both are None for a file that `by` imports: then earlier
    contacts correct the times. A repeated scan is a duplicate, and its first answer stands. A bad scan does not affect
    the others.

    Refused are `unknown_checkpoint`, `id_reused`, `device_refused` (these are not stored), `unknown_card`,
    `card_revoked`, `minor_not_allowed` (N3; stored with their reason, C8). Any other code becomes a flag. A time that
    the clocks do not prove carries the flag `clock`; a scan that is not proven to come before the end of the device's
    pass carries `no_longer_leader`.
    """
    scans = list(scans)
    devices.note_end(device)
    sending = readings.read_clocks(at=at, said=sent_at, steady=steady) if sent_at else None
    read_scans = [read_scan(sent, device.key, key_of(device)) for sent in scans]
    ticked = find_people(device.activity, [one.tick for one in read_scans if one and one.tick])
    times = _find_times(read_scans, device, sending=sending, at=at)
    results = []
    for sent, one, found in zip(scans, read_scans, times, strict=True):
        if one is None or found is None or _is_after_token(found, device, at):
            results.append(Result(id_of(sent), REFUSED, "device_refused"))
            continue
        scan = Scan(
            id=one.id,
            direction=one.direction,
            method=Method.CARD if one.card else Method.TICK,
            operator=device.operator,
            device=device,
            place=one.place,
            happened_at=found.at.astimezone(dt.UTC),
            device_at=one.at,
            sent_at=sent_at,
            clock=one.steady and one.steady.as_json(),
            received_at=at,
            flags=_time_flags(found, device, at, brought=by is not None),
        )
        with transaction.atomic():
            results.append(_receive(scan, one, device, ticked))
    if sending is not None:
        readings.note(device=device, reading=sending)
    return results


# Time


def _find_times(
    read_scans: list[DeviceScan | None], device: Device, *, sending: Reading | None, at: dt.datetime
) -> list[FoundTime | None]:
    """Return each scan's time; None for one that no calendar has. Scans stored before keep their time."""
    stored = Scan.objects.in_bulk([one.id for one in read_scans if one])
    clocks_read = readings.readings_of(device, until=at)
    if sending is not None:
        clocks_read.append(sending)
    times: list[FoundTime | None] = [None] * len(read_scans)
    told: dict[int, ScanClocks] = {}
    for index, one in enumerate(read_scans):
        if one is not None and one.id in stored:
            times[index] = FoundTime(stored[one.id].happened_at, Proof.DOUBTED)
        elif one is not None and _is_in_calendar(one.clocks, clocks_read):
            told[index] = one.clocks
    known = readings.trusted_scans(device)
    found = find_times(list(told.values()), clocks_read, until=at, known=known)
    for index, time in zip(told, found, strict=True):
        times[index] = time if time.at.astimezone(dt.UTC).year in YEARS else None
    return times


def _is_in_calendar(told: ScanClocks, clocks_read: Iterable[Reading]) -> bool:
    """Return whether the device's time remains a time, however it is corrected."""
    try:
        return all((told.said - reading.ahead).astimezone(dt.UTC) for reading in clocks_read)
    except OverflowError:
        return False


def _is_after_token(found: FoundTime, device: Device, at: dt.datetime) -> bool:
    """Return whether the token had expired before the scan. A time in doubt is no proof (C7)."""
    return bool(found.proof) and device.expires_at < found.at and device.expires_at < at


def _time_flags(found: FoundTime, device: Device, at: dt.datetime, *, brought: bool) -> list[str]:
    flags = []
    if at - found.at > OFFLINE_AFTER:
        flags.append("offline")
    if found.proof is Proof.DOUBTED or not device.issued_at <= found.at <= at:
        flags.append("clock")
    if device.expires_at < at:
        flags.append("token_expired")
    if device.ended_at is not None and (found.at > device.ended_at or found.proof is Proof.DOUBTED):
        flags.append("no_longer_leader")
    if brought:
        flags.append("brought")
    return flags


# One scan


def _receive(scan: Scan, sent: DeviceScan, device: Device, ticked: dict[str, Volunteer]) -> Result:
    checkpoint = _find_checkpoint(device.activity, sent.checkpoint)
    if checkpoint is None:
        logger.warning("unknown_checkpoint: %.16s from device %s", sent.checkpoint, device.key)
        return Result(str(scan.id), REFUSED, "unknown_checkpoint")
    scan.checkpoint = checkpoint
    scan.refusal = _find_person(scan, sent, device, ticked)
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


def _find_person(scan: Scan, sent: DeviceScan, device: Device, ticked: dict[str, Volunteer]) -> str:
    """Set the scan's volunteer. Return the code of the refusal, or an empty text."""
    key = normalise_key(sent.card or sent.tick)
    if sent.tick:
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
            without_place = take_place(
                volunteer=volunteer,
                shift_id=scan.shift_id,
                activity_id=device.activity_id,
                walk_ins=shift is None or shift.walk_ins,
                by=device.operator,
                at=scan.received_at,
            )
            if without_place:
                scan.flags.append(without_place)
    elif not is_inside:
        scan.flags.append("not_checked_in")


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
