"""Scans as a staff scanner sends them, with their MACs, in two forms, and its steady clock.

Pages of 0.1.0 send the first form, and phones keep scans of it in their queues. The second form (`"v": 2`) adds the
steady clock. Each form has its own text under the MAC, so that no scan of one can be turned into the other.
"""

import datetime as dt
import logging
import re
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

from academy.checkin import tokens
from academy.checkin.choice import IN, OUT
from academy.checkin.clocks import ScanClocks
from academy.core.keys import normalise_key

logger = logging.getLogger(__name__)

SECOND_FORM = 2
LONGEST_TEXT = 64  # of any text in a scan
_CALENDAR = range(1900, 2200)  # years of a device's clock, however wrong; beyond, differences leave the calendar
_RUN = re.compile(r"[0-9A-Za-z-]{1,16}")
_LARGEST_NUMBER = 2**53  # of milliseconds: JavaScript's largest exact integer


@dataclass(frozen=True)
class SteadyClock:
    """The steady clock of a page: `steady` milliseconds since its `run` began.

    `seen`: the time of the roster that the page had, by our clock.
    """

    run: str
    steady: int
    seen: dt.datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {"run": self.run, "steady": self.steady, "seen": self.seen and self.seen.isoformat()}


@dataclass(frozen=True)
class DeviceScan:
    """One scan as the device sent it, with a valid MAC.

    The MAC does not cover `set_back`, which the page learns later.
    """

    id: UUID
    place: int
    checkpoint: str
    card: str
    tick: str
    direction: str
    at: dt.datetime
    steady: SteadyClock | None
    set_back: bool = False

    @property
    def clocks(self) -> ScanClocks:
        if self.steady is None:
            return ScanClocks(said=self.at, place=self.place, set_back=self.set_back)
        steady = self.steady
        return ScanClocks(self.at, self.place, steady.run, steady.steady, steady.seen, self.set_back)


def read_scan(sent: Any, device: str, key: bytes) -> DeviceScan | None:
    """Return the scan if it has an agreed form and the MAC under the device's `key`; else None."""
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
    parts = [device, scan_id, str(place), checkpoint, kind, value, direction, written_at]
    steady = None
    if "v" in sent:
        steady = read_steady(sent)
        seen = sent.get("seen")
        if sent["v"] != SECOND_FORM or steady is None or steady.seen is None:
            return None
        parts = [str(SECOND_FORM), *parts, steady.run, str(steady.steady), str(seen)]
    if not tokens.is_same(tokens.scan_mac(key, *parts), mac):
        logger.warning("A scan of device %s has a wrong MAC", device)
        return None
    moment = read_moment(written_at)
    try:
        scan_uuid = UUID(scan_id)
    except ValueError:
        return None
    if moment is None or direction not in (IN, OUT) or not value.strip():
        return None
    card, tick = (value, "") if kind == "card" else ("", value)
    set_back = sent.get("set_back") is True
    return DeviceScan(scan_uuid, place, normalise_key(checkpoint), card, tick, direction, moment, steady, set_back)


def read_moment(written: Any) -> dt.datetime | None:
    """Return the time that a device wrote in ISO 8601; None without a zone, or if it is centuries away."""
    try:
        moment = dt.datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None and moment.year in _CALENDAR else None


def read_steady(sent: dict[str, Any]) -> SteadyClock | None:
    """Return the steady clock in a scan, a sending or a request for the roster; None where it has none."""
    run, steady = sent.get("run"), sent.get("steady")
    if not isinstance(run, str) or not _RUN.fullmatch(run) or not _is_count(steady):
        return None
    seen = sent.get("seen")
    return SteadyClock(run, steady, read_milliseconds(seen) if _is_count(seen) else None)


def id_of(sent: Any) -> str:
    """Return the id that a refused scan was sent with."""
    named = sent.get("id") if isinstance(sent, dict) else None
    return named[:LONGEST_TEXT] if isinstance(named, str) else ""


def _is_count(number: Any) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _LARGEST_NUMBER


def read_milliseconds(number: int) -> dt.datetime | None:
    """Return the time so many milliseconds after the epoch; None if it is centuries away."""
    try:
        moment = dt.datetime.fromtimestamp(number / 1000, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if moment.year in _CALENDAR else None
