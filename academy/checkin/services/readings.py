"""Readings of the clocks of staff scanners: each contact shows what they said at a moment of ours."""

import datetime as dt

from academy.checkin.clocks import Reading, ScanClocks
from academy.checkin.models import ClockReading, Device, Scan
from academy.checkin.wire import SteadyClock

SAME = dt.timedelta(seconds=5)  # readings that differ by less are the same
YEARS = range(1900, 2200)  # of a device's clock, which may begin in 1970 after its battery was empty
NEW_AFTER = dt.timedelta(minutes=5)  # yet one is stored so often, to show until when the clock was right


def read_clocks(*, at: dt.datetime, said: dt.datetime, steady: SteadyClock | None) -> Reading | None:
    """Return what a device's clocks `said` at our moment `at`; None for a date that no clock shows."""
    if said.astimezone(dt.UTC).year not in YEARS:
        return None
    return Reading(at, said, steady.run, steady.steady) if steady else Reading(at, said)


def note(*, device: Device, reading: Reading) -> None:
    """Store a reading, unless the last one of the device shows the same."""
    last = ClockReading.objects.filter(device=device).last()
    if last is not None and _shows_the_same(_as_reading(last), reading):
        return
    ClockReading.objects.create(device=device, at=reading.at, said=reading.said, run=reading.run, steady=reading.steady)


def readings_of(device: Device, *, until: dt.datetime) -> list[Reading]:
    """Return the readings of a device in time order."""
    stored = ClockReading.objects.filter(device=device, at__lte=until)
    first = []
    if device.ahead is not None:  # handed out by 0.1.0, which stored no readings
        first = [Reading(device.issued_at, device.issued_at + dt.timedelta(seconds=device.ahead))]
    return [*first, *map(_as_reading, stored)]


def trusted_scans(device: Device) -> list[tuple[ScanClocks, dt.datetime]]:
    """Return the device's stored scans with their times, but for those whose time was in doubt."""
    rows = Scan.objects.filter(device=device).values_list("device_at", "place", "clock", "happened_at", "flags")
    return [
        (ScanClocks(said, place, clock["run"], clock["steady"]) if clock else ScanClocks(said, place), at)
        for said, place, clock, at, flags in rows
        if said is not None and place is not None and "clock" not in flags
    ]


def _as_reading(row: ClockReading) -> Reading:
    return Reading(row.at, row.said, row.run, row.steady)


def _shows_the_same(last: Reading, reading: Reading) -> bool:
    passed = reading.at - last.at
    if last.run != reading.run or passed > NEW_AFTER or abs(reading.ahead - last.ahead) > SAME:
        return False
    if last.steady is None or reading.steady is None:
        return True
    return abs(dt.timedelta(milliseconds=reading.steady - last.steady) - passed) <= SAME
