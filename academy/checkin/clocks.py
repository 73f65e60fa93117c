"""The time of a staff scanner's scan, found from clocks that may be wrong, set or asleep (C7).

Pure: standard library only. A device has two clocks. Its wall clock tells the date, and may be wrong or be set at any
moment. Its steady clock counts the milliseconds of one run of the page: nobody can set it, but it may stand still while
the device sleeps, and each run begins a new one. At each contact the server reads both.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

NEAR = dt.timedelta(minutes=1)  # times so near are the same: a slow network delays a request by half of it
DRIFT = dt.timedelta(minutes=3)  # a clock may gain or lose so much in a day without having been set
MOST_DRIFT = dt.timedelta(minutes=10)  # and so much in all, however late the scans are sent
DAY = dt.timedelta(days=1)
_NONE = dt.timedelta()


class Proof(IntEnum):
    """The proof of a time, the best last. A time in doubt carries the flag `clock`."""

    DOUBTED = 0
    AGREED = 1  # the wall clock was right by the contacts before and after the scan
    STEADY = 2  # by the steady clock


@dataclass(frozen=True)
class Reading:
    """Both clocks of a device at one moment of ours.

    `steady`: milliseconds since `run` began; None from a page of 0.1.0.
    """

    at: dt.datetime
    said: dt.datetime
    run: str = ""
    steady: int | None = None

    @property
    def ahead(self) -> dt.timedelta:
        return self.said - self.at


@dataclass(frozen=True)
class ScanClocks:
    """The clocks of a device at a scan.

    `place`: the scan's number; `seen`: the time of the roster that the page had, by our clock; `set_back`: the page saw
    that the wall clock was set back between the contacts around the scan, so that it is no proof that they agree.
    """

    said: dt.datetime
    place: int
    run: str = ""
    steady: int | None = None
    seen: dt.datetime | None = None
    set_back: bool = False


@dataclass(frozen=True)
class FoundTime:
    """The most credible time of a scan."""

    at: dt.datetime
    proof: Proof


@dataclass(frozen=True)
class _Fit:
    """A time that a reading of the wall clock gives, and how far from that reading it lies."""

    at: dt.datetime
    proof: Proof
    far: dt.timedelta


@dataclass(frozen=True)
class _Within:
    """The earliest and the latest time that a scan can have, where they are known."""

    low: dt.datetime | None = None
    high: dt.datetime | None = None

    def has(self, at: dt.datetime) -> bool:
        return (self.low is None or self.low - NEAR <= at) and (self.high is None or at <= self.high + NEAR)

    def nearest(self, at: dt.datetime) -> dt.datetime:
        at = at if self.low is None else max(at, self.low)
        return at if self.high is None else min(at, self.high)

    @property
    def is_possible(self) -> bool:
        return self.low is None or self.high is None or self.low <= self.high + NEAR

    @property
    def is_exact(self) -> bool:
        return self.low is not None and self.high is not None and abs(self.high - self.low) <= NEAR


def find_times(
    scans: Sequence[ScanClocks],
    readings: Sequence[Reading],
    *,
    until: dt.datetime,
    known: Sequence[tuple[ScanClocks, dt.datetime]],
) -> list[FoundTime]:
    """Return the time of each scan of one device, received at `until`.

    `readings` are in time order; the last is that of the sending, if they were sent. `known`: earlier scans whose time
    was not in doubt, with that time. A time that the numbers of the scans or the steady clock contradict is in doubt.
    Raises `OverflowError` for times that no calendar has.
    """
    found = [_find_time(scan, readings, until=until, between=_Within()) for scan in scans]
    facts = [*((told, FoundTime(at, Proof.AGREED)) for told, at in known), *zip(scans, found, strict=True)]
    contradicted = [_is_contradicted(scan, one, facts) for scan, one in zip(scans, found, strict=True)]
    sure = list(known)
    sure += [
        (scan, one.at)
        for scan, one, is_contradicted in zip(scans, found, contradicted, strict=True)
        if one.proof and not is_contradicted
    ]
    times = []
    for scan, one, is_contradicted in zip(scans, found, contradicted, strict=True):
        if is_contradicted or not one.proof:
            one = _find_time(scan, readings, until=until, between=_neighbours(scan, sure))
        times.append(replace(one, proof=Proof.DOUBTED) if is_contradicted else one)
    return times


def _is_contradicted(scan: ScanClocks, one: FoundTime, facts: Iterable[tuple[ScanClocks, FoundTime]]) -> bool:
    """Return whether a fact that is proven at least as well leaves no room for this time."""
    if not one.proof:
        return False
    for told, other in facts:
        if other.proof < one.proof:
            continue
        is_low, bound = _bound(scan, told, other.at)
        if bound is not None and (one.at < bound - NEAR if is_low else one.at > bound + NEAR):
            return True
    return False


def _neighbours(scan: ScanClocks, sure: Iterable[tuple[ScanClocks, dt.datetime]]) -> _Within:
    """Return the bounds by other scans."""
    bounds = [_bound(scan, told, at) for told, at in sure]
    low = [bound for is_low, bound in bounds if is_low and bound is not None]
    high = [bound for is_low, bound in bounds if not is_low and bound is not None]
    return _Within(max(low, default=None), min(high, default=None))


def _bound(scan: ScanClocks, told: ScanClocks, at: dt.datetime) -> tuple[bool, dt.datetime | None]:
    """Return whether another scan bounds this one from below, and the bound.

    The steady clock of a common run gives it, else the order of numbers.
    """
    passed = _passed(scan, told)
    if passed is not None:
        return passed >= _NONE, at + passed
    return told.place < scan.place, None if told.place == scan.place else at


def _find_time(scan: ScanClocks, readings: Sequence[Reading], *, until: dt.datetime, between: _Within) -> FoundTime:
    """Return the time of one scan, which lies `between` its neighbours in the order of numbers."""
    steady = _by_steady_clock(scan, readings)
    if not readings:
        return FoundTime(scan.said, Proof.DOUBTED)
    if not steady.is_possible:  # a steady clock that follows the wall clock, or our own clock was set
        steady, doubted = _Within(), True
    elif steady.is_exact and steady.high is not None:
        return FoundTime(_by_wall_clock(scan, readings, near=steady.high), Proof.STEADY)
    else:
        doubted = False
    fits = [
        fit
        for fit in _fits(scan, readings, until)
        if steady.has(fit.at) and between.has(fit.at) and fit.at <= until + NEAR
    ]
    if not fits:
        return FoundTime(steady.nearest(scan.said - readings[-1].ahead), Proof.DOUBTED)
    best = max(fit.proof for fit in fits)
    doubted = doubted or (scan.set_back and best is not Proof.STEADY)
    rivals = [fit for fit in fits if best is not Proof.STEADY or fit.proof is best]
    is_one = max(fit.at for fit in rivals) - min(fit.at for fit in rivals) <= NEAR
    # The longer the way to a reading, the likelier the clock was set on it.
    chosen = min((fit for fit in fits if fit.proof is best), key=lambda fit: fit.far)
    return FoundTime(chosen.at, best if is_one and not doubted else Proof.DOUBTED)


def _by_steady_clock(scan: ScanClocks, readings: Iterable[Reading]) -> _Within:
    """Return the bounds by the steady clock: at least as much time has passed as it counted."""
    low: list[dt.datetime] = []
    high: list[dt.datetime] = []
    for reading in readings:
        passed = _passed(scan, reading)
        if passed is not None:
            (low if passed >= _NONE else high).append(reading.at + passed)
    return _Within(max(low, default=None), min(high, default=None))


def _passed(scan: ScanClocks, reading: Reading | ScanClocks) -> dt.timedelta | None:
    """Return the steady time from a reading or another scan to the scan; None without a common run."""
    if not scan.run or scan.run != reading.run or scan.steady is None or reading.steady is None:
        return None
    return dt.timedelta(milliseconds=scan.steady - reading.steady)


def _by_wall_clock(scan: ScanClocks, readings: Iterable[Reading], *, near: dt.datetime) -> dt.datetime:
    """Return the time by the wall clock if one of its readings agrees with `near`; else `near`."""
    closest = min((scan.said - reading.ahead for reading in readings), key=lambda at: abs(at - near))
    return closest if abs(closest - near) <= NEAR else near


def _fits(scan: ScanClocks, readings: Sequence[Reading], until: dt.datetime) -> Iterator[_Fit]:
    """Yield the times by the wall clock that lie between the contacts around them."""
    for one, next_one in pairwise(readings):
        yield from _between(scan, one, next_one)
    last = readings[-1]
    if last.at < until:  # a file: no contact after the scans is known
        begins = max(last.at, scan.seen or last.at)
        at = scan.said - last.ahead
        if begins - NEAR <= at:
            yield _Fit(at, _leg(scan, last), abs(at - last.at))


def _between(scan: ScanClocks, one: Reading, next_one: Reading) -> Iterator[_Fit]:
    """Yield the times between two contacts: one if the clock was not set meanwhile, else one by each."""
    begins = max(one.at, scan.seen or one.at) - NEAR
    ends = next_one.at + NEAR
    times = [(scan.said - reading.ahead, reading) for reading in (one, next_one)]
    if abs(one.ahead - next_one.ahead) <= _allowed(next_one.at - one.at):
        at = _share_drift(times[0][0], times[1][0], one, next_one)
        if begins <= at <= ends:
            yield _Fit(at, max(Proof.AGREED, _leg(scan, one), _leg(scan, next_one)), _NONE)
        return
    for at, reading in times:
        if begins <= at <= ends:
            yield _Fit(at, _leg(scan, reading), abs(at - reading.at))


def _allowed(span: dt.timedelta) -> dt.timedelta:
    """Return by how much a clock may change in `span` without having been set."""
    return min(NEAR + DRIFT * (span / DAY), MOST_DRIFT)


def _share_drift(first: dt.datetime, second: dt.datetime, one: Reading, next_one: Reading) -> dt.datetime:
    """Return the time between two readings of a clock that goes too fast or too slow."""
    span = next_one.at - one.at
    share = (first - one.at) / span if span else 1.0
    return first + (second - first) * min(max(share, 0.0), 1.0)


def _leg(scan: ScanClocks, reading: Reading) -> Proof:
    """Return whether wall clock and steady clock agree on the time between scan and reading."""
    passed = _passed(scan, reading)
    if passed is None or abs((scan.said - reading.said) - passed) > NEAR:
        return Proof.DOUBTED
    return Proof.STEADY
