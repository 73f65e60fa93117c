"""A tick whose clock jumped does nothing until a second witness agrees, or a person says so (ADR 42).

A tick by a clock that is two months ahead cannot be undone: everything on notice becomes effective. The witnesses
are the machine's steady clock, which cannot be set and runs until the machine restarts, and the kernel, which reports
whether a time server keeps its clock.
"""

import ctypes
import datetime as dt
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from academy.core.models import LastTick

TOLERANCE = dt.timedelta(hours=1)
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NOT_SYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


@dataclass(frozen=True)
class Reading:
    """The clocks of this machine at one moment."""

    at: dt.datetime
    boot: str  # which run of the machine; empty where the system does not name it
    steady: float  # seconds since the machine started, sleep included


def read(at: dt.datetime) -> Reading:
    """Return the clocks as they are now; `at` is what the wall clock says."""
    try:
        return Reading(at, _BOOT.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
    except (AttributeError, OSError):
        return Reading(at, "", 0)


def jump(last: Reading, now: Reading) -> dt.timedelta:
    """Return how far the clock is ahead of where the last reading lets expect it; behind if negative.

    After a restart of the machine, no steady clock says how long the pause was: all of it counts.
    """
    passed = now.steady - last.steady if now.boot and now.boot == last.boot else 0
    return now.at - last.at - dt.timedelta(seconds=passed)


def is_synchronised() -> bool:
    """Return whether the kernel says that a time server keeps this clock. Linux alone says so."""
    with suppress(AttributeError, OSError):
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(1024))  # zeros: it only reads
        return 0 <= state < _NOT_SYNCHRONISED
    return False


def accept(at: dt.datetime, *, told: bool = False) -> dt.timedelta | None:
    """Store this tick and return None, or return the jump for which it must not be done.

    `told`: a person looked at the clock. The first tick of a database has nothing to compare with.
    """
    now, stored = read(at), LastTick.objects.first()
    if stored is not None and not told:
        ahead = jump(Reading(stored.at, stored.boot, stored.steady), now)
        if abs(ahead) > TOLERANCE and not is_synchronised():
            return ahead
    LastTick.objects.update_or_create(pk=1, defaults={"at": now.at, "boot": now.boot, "steady": now.steady})
    return None


def last_tick() -> dt.datetime | None:
    """Return when the last tick was done; None if none ever was."""
    return LastTick.objects.values_list("at", flat=True).first()


def standing_since(at: dt.datetime) -> dt.datetime | None:
    """Return the last tick if it is longer ago than a tick may jump."""
    last = last_tick()
    return last if last is not None and at - last > TOLERANCE else None
