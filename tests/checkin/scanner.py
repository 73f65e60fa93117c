"""A staff scanner for tests: a device with its key, a clock of its own, and numbered scans."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from academy.activities.models import Activity
from academy.checkin import tokens
from academy.checkin.models import Device, Scan
from academy.checkin.services import codes, devices, sync
from academy.checkin.services.codes import secret
from academy.checkin.wire import SteadyClock
from academy.core.keys import random_key
from academy.people.models import Card, User, Volunteer
from tests.checkin.phone import Phone


def card_of(volunteer: Volunteer, at: dt.datetime | None = None) -> Card:
    """Issue a card and return it."""
    return Card.objects.create(
        volunteer=volunteer, key=random_key(80), issued_at=at or volunteer.registered_at, issued_by=None
    )


@dataclass
class Scanner:
    """A device and its queue. `ahead`: how far its clock is ahead of ours."""

    activity: Activity
    operator: User
    issued_at: dt.datetime
    ahead: dt.timedelta = dt.timedelta()
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.device: Device = devices.issue_device(
            activity=self.activity, by=self.operator, at=self.issued_at, clock=self.issued_at + self.ahead
        )
        self.checkpoint = codes.checkpoint_for(self.activity, rotating=True).key

    def tick_of(self, volunteer: Volunteer) -> str:
        return tokens.row_key(secret(), self.activity.pk, volunteer.pk)

    def scan(self, direction: str, at: dt.datetime, **who: Any) -> dict[str, Any]:
        """Return a scan as the device queues it, of `card=` (a key) or `tick=` (a volunteer)."""
        if isinstance(who.get("tick"), Volunteer):
            who["tick"] = self.tick_of(who["tick"])
        sent = {
            "id": str(uuid4()),
            "n": next(self.numbers),
            "checkpoint": self.checkpoint,
            "direction": direction,
            "at": (at + self.ahead).astimezone(dt.UTC).isoformat(timespec="milliseconds"),
            **who,
        }
        return sent | {"mac": self.mac(sent)}

    def mac(self, sent: dict[str, Any]) -> str:
        kind = "card" if "card" in sent else "tick"
        parts = (sent["id"], str(sent["n"]), sent["checkpoint"], kind, sent[kind], sent["direction"], sent["at"])
        return tokens.scan_mac(devices.key_of(self.device), self.device.key, *parts)

    def send(self, *scans: dict[str, Any], at: dt.datetime) -> list[sync.Result]:
        return sync.receive_scans(device=self.device, scans=scans, sent_at=at + self.ahead, at=at)

    def body(self, *scans: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
        return {"device": self.device.key, "sent_at": (at + self.ahead).isoformat(), "scans": list(scans)}


class PhoneScanner(Scanner):
    """A scanner on a phone whose clocks are told: the second form of scans."""

    def __init__(self, activity: Activity, operator: User, phone: Phone, *, issued_at: dt.datetime) -> None:
        self.phone = phone
        self.activity, self.operator, self.issued_at = activity, operator, issued_at
        self.numbers = itertools.count(1)
        self.device = self.download(at=issued_at)
        self.checkpoint = codes.checkpoint_for(activity, rotating=True).key

    def steady(self, at: dt.datetime) -> SteadyClock | None:
        steady = self.phone.steady(at)
        return None if steady is None else SteadyClock(self.phone.run(at), steady)

    def download(self, *, at: dt.datetime) -> Device:
        self.seen = at
        return devices.issue_device(
            activity=self.activity,
            by=self.operator,
            at=at,
            clock=self.phone.wall(at),
            steady=self.steady(at),
            known=self.device.key if hasattr(self, "device") else "",
        )

    def scan(self, direction: str, at: dt.datetime, **who: Any) -> dict[str, Any]:
        self.ahead = self.phone.wall(at) - at
        steady = self.steady(at)
        clocks = {"v": 2, "run": steady.run, "steady": steady.steady, "seen": milliseconds(self.seen)} if steady else {}
        return super().scan(direction, at, **clocks, **who)

    def mac(self, sent: dict[str, Any]) -> str:
        if "v" not in sent:
            return super().mac(sent)
        kind = "card" if "card" in sent else "tick"
        names = ("id", "n", "checkpoint", kind, "direction", "at", "run", "steady", "seen")
        parts = [f"{kind}\n{sent[name]}" if name == kind else str(sent[name]) for name in names]
        return tokens.scan_mac(devices.key_of(self.device), "2", self.device.key, *parts)

    def send(self, *scans: dict[str, Any], at: dt.datetime) -> list[sync.Result]:
        return sync.receive_scans(
            device=self.device, scans=scans, sent_at=self.phone.wall(at), steady=self.steady(at), at=at
        )


def milliseconds(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


def flags_of(sent: dict[str, Any]) -> list[str]:
    return list(Scan.objects.get(pk=sent["id"]).flags)
