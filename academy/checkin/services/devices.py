"""Staff scanners: what a browser downloads, so that it can scan for an activity without a network."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from academy.activities import services as activities
from academy.activities.belongings import may_lead
from academy.activities.models import Activity, SignUp
from academy.checkin import tokens
from academy.checkin.context import read_gate
from academy.checkin.models import Device, Visit
from academy.checkin.rows import row_key
from academy.checkin.services import readings
from academy.checkin.services.codes import checkpoint_for, secret
from academy.checkin.wire import SteadyClock
from academy.core.keys import random_key
from academy.people.models import Card, User, Volunteer

DEVICE_BITS = 50
AT_LEAST = dt.timedelta(hours=12)  # a device is valid for so long, and until the last check-out of its activity


@dataclass(frozen=True)
class Person:
    """A volunteer on the scanner's roster, who may come to the gate."""

    volunteer: Volunteer
    row: str  # the roster row's key, which a tick carries
    card: str  # SHA-256 of the live card's key; empty without a card
    expected: bool
    since: dt.datetime | None
    no: str  # why a scan needs a look: `ask_desk`, `ask_desk_first`, `not_signed_up`; empty: it needs none


@dataclass(frozen=True)
class Roster:
    """The facts that a device needs about an activity, at the moment of its download."""

    people: list[Person]
    revoked: list[str]  # SHA-256 of the keys of cards no longer valid
    old_cards: dict[str, str]  # of merged people: SHA-256 of a card's key → roster row of the volunteer who stays


@transaction.atomic
def issue_device(
    *,
    activity: Activity,
    by: User,
    at: dt.datetime,
    clock: dt.datetime | None = None,
    steady: SteadyClock | None = None,
    known: str = "",
) -> Device:
    """Return the device with the key `known` if it is `by`'s and still valid; else create one.

    `clock`: the time by the device; `steady`: its steady clock. Raises `PermissionDenied` for a user who may not lead
    the activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    held = Device.objects.filter(activity=activity, operator=by, expires_at__gt=at, ended_at=None)
    device = held.filter(key=known).first()
    if device is None:
        device = _hand_out(activity, by, at)
    reading = readings.read_clocks(at=at, said=clock, steady=steady) if clock else None
    if reading is not None:
        readings.note(device=device, reading=reading)
    return device


def _hand_out(activity: Activity, by: User, at: dt.datetime) -> Device:
    gate = read_gate(checkpoint_for(activity, rotating=True).key, volunteer=None, at=at)
    closes = max((shift.closes_at for shift in gate.shifts), default=at) if gate else at
    return Device.objects.create(
        activity=activity,
        operator=by,
        key=random_key(DEVICE_BITS),
        issued_at=at,
        expires_at=max(closes, at + AT_LEAST),
    )


def token_of(device: Device) -> str:
    """Return the token that the device sends with its scans."""
    return tokens.device_token(secret(), device.key)


def key_of(device: Device) -> bytes:
    """Return the key with which the device authenticates its scans."""
    return tokens.device_key(secret(), device.key)


def device_with(*, token: str) -> Device | None:
    """Return the token's device; None for any other token.

    A device whose operator may no longer lead still sends its scans: `end_devices` notes from when on they are flagged.
    """
    key = tokens.device_of(secret(), token)
    devices = Device.objects.select_related("activity__leader", "activity__community", "operator")
    return devices.filter(key=key).first() if key else None


def end_devices(devices: QuerySet[Device], *, at: dt.datetime) -> None:
    """Note the end at `at` of those of `devices` whose operators may no longer lead their activities."""
    running = devices.filter(ended_at=None)
    for device in running.select_related("activity__leader__merged_into", "activity__community", "operator"):
        if not _may_scan(device):
            device.ended_at = at
            device.save(update_fields=["ended_at"])


def note_end(device: Device) -> None:
    """Note the end of a device whose operator may no longer lead, if no event told when that was.

    No scan of it is then known to have come before: all are flagged.
    """
    if device.ended_at is None and not _may_scan(device):
        device.ended_at = device.issued_at
        device.save(update_fields=["ended_at"])


def _may_scan(device: Device) -> bool:
    """Return whether the operator may lead the activity; after a merge, with the login that stays."""
    operator = device.operator
    volunteer = operator.own_volunteer
    if not operator.is_active and volunteer is not None and volunteer.merged_into is not None:
        operator = volunteer.merged_into.user or operator
    return may_lead(operator, device.activity)


def roster_of(*, activity: Activity, at: dt.datetime) -> Roster:
    """Return the community's volunteers for a scanner, those signed up first. Five statements."""
    day = timezone.localdate(at)
    everybody = list(Volunteer.objects.in_communities([activity.community_id]))
    stays = {person.pk: person.merged_into_id or person.pk for person in everybody}
    expected = SignUp.objects.filter(shift__activity=activity, cancelled_at=None).values_list("volunteer", flat=True)
    inside = dict(
        Visit.objects.open().filter(shift__activity=activity, opened_at__lte=at).values_list("volunteer", "opened_at")
    )
    cards = list(
        Card.objects.filter(volunteer__community=activity.community_id).values_list("volunteer", "key", "revoked_at")
    )
    live = {volunteer_id: key_hash(key) for volunteer_id, key, revoked_at in cards if revoked_at is None}
    signed_up = {stays.get(volunteer_id) for volunteer_id in expected}
    leader_id = activity.leader.stays.pk
    walk_ins = any(shift.walk_ins for shift in activity.shifts.all())
    # One state for all: a roster on a phone says of no person that they are suspended or a minor (ADR 37).
    asks = "ask_desk_first" if activity.dangerous else "ask_desk"
    people = []
    for volunteer in everybody:
        if volunteer.merged_into_id is not None:
            continue
        no = ""
        if activities.cannot_take_part(volunteer, day=day, dangerous=activity.dangerous) is not None:
            no = asks
        if not no and not walk_ins and volunteer.pk not in signed_up and volunteer.pk != leader_id:
            no = "not_signed_up"
        people.append(
            Person(
                volunteer=volunteer,
                row=row_key(activity, volunteer.pk),
                card=live.get(volunteer.pk, ""),
                expected=volunteer.pk in signed_up,
                since=inside.get(volunteer.pk),
                no=no,
            )
        )
    return Roster(
        people=sorted(people, key=lambda person: (not person.expected, person.volunteer.number)),
        revoked=[key_hash(key) for _, key, revoked_at in cards if revoked_at is not None],
        old_cards={
            key: row_key(activity, stays[volunteer_id])
            for volunteer_id, key in live.items()
            if stays[volunteer_id] != volunteer_id
        },
    )


def key_hash(key: str) -> str:
    """Return the hash of a card's key. A roster holds hashes, so that a found phone gives away no cards."""
    return hashlib.sha256(key.encode()).hexdigest()


def roster_as_json(*, device: Device, at: dt.datetime) -> dict[str, Any]:
    """Return everything that a device downloads, as docs/checkin.md describes it."""
    activity = device.activity
    checkpoint = checkpoint_for(activity, rotating=True)
    gate = read_gate(checkpoint.key, volunteer=None, at=at)
    roster = roster_of(activity=activity, at=at)
    return {
        "device": device.key,
        "token": token_of(device),
        "key": key_of(device).hex(),
        "issued": _milliseconds(device.issued_at),
        "expires": _milliseconds(device.expires_at),
        "now": _milliseconds(at),
        "checkpoint": checkpoint.key,
        "activity": {"id": activity.pk, "title": activity.title, "place": activity.place},
        "shifts": [
            {
                "id": shift.id,
                "starts": _milliseconds(shift.starts_at),
                "ends": _milliseconds(shift.ends_at),
                "opens": _milliseconds(shift.opens_at),
                "closes": _milliseconds(shift.closes_at),
            }
            for shift in (gate.shifts if gate else ())
        ],
        "people": [
            {
                "tick": person.row,
                "card": person.card or None,
                "name": person.volunteer.masked_name,
                "number": person.volunteer.number,
                "expected": person.expected,
                "since": _milliseconds(person.since) if person.since else None,
                "no": person.no,
            }
            for person in roster.people
        ],
        "revoked": roster.revoked,
        "old_cards": roster.old_cards,
    }


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
