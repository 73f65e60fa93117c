"""A phone for tests, with a wall clock that is wrong, set or drifts, and a steady clock that sleeps."""

import datetime as dt
from dataclasses import dataclass, field

from academy.checkin.clocks import Reading, ScanClocks

DAY = dt.timedelta(days=1)


@dataclass
class Phone:
    """Its clocks at each true moment.

    `sets`: moments at which somebody set the clock, and how far ahead it was then.
    `sleeps`: begin and end of sleep, in which the steady clock stands still. `loads`: moments at which the page was
    loaded again. `drift`: what the wall clock gains in a day after `bought`.
    """

    bought: dt.datetime
    ahead: dt.timedelta = dt.timedelta()
    sets: list[tuple[dt.datetime, dt.timedelta]] = field(default_factory=list)
    sleeps: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    loads: list[dt.datetime] = field(default_factory=list)
    drift: dt.timedelta = dt.timedelta()
    has_steady: bool = True  # a page of 0.1.0 does not tell it

    def wall(self, at: dt.datetime) -> dt.datetime:
        ahead = next((ahead for moment, ahead in reversed(self.sets) if moment <= at), self.ahead)
        return at + ahead + self.drift * ((at - self.bought) / DAY)

    def run(self, at: dt.datetime) -> str:
        return f"run-{sum(moment <= at for moment in self.loads)}" if self.has_steady else ""

    def steady(self, at: dt.datetime) -> int | None:
        if not self.has_steady:
            return None
        begins = max((moment for moment in self.loads if moment <= at), default=self.bought)
        slept = sum(
            (max(min(end, at) - max(begin, begins), dt.timedelta()) for begin, end in self.sleeps), dt.timedelta()
        )
        return round((at - begins - slept) / dt.timedelta(milliseconds=1))

    def reading(self, at: dt.datetime) -> Reading:
        return Reading(at, self.wall(at), self.run(at), self.steady(at))

    def told(self, at: dt.datetime, place: int, seen: dt.datetime | None) -> ScanClocks:
        return ScanClocks(self.wall(at), place, self.run(at), self.steady(at), seen if self.has_steady else None)
