"""The stars that time and quality allow (S1, S2). Pure: the standard library only."""

from dataclasses import dataclass

MINUTES = (0, 6_000, 18_000, 36_000, 60_000, 90_000)  # 100, 300, 600, 1000, 1500 hours
LEAST_AVERAGE = 4.0
MOST = len(MINUTES) - 1


@dataclass(frozen=True)
class Progress:
    """The way of effective service time to the next star."""

    reached: int  # stars that the time allows, or that were awarded
    missing: int | None  # minutes to the next star; None with all stars
    share: float  # of the way between two stars, from 0 to 1


def by_time(minutes: int) -> int:
    """Return the stars that these effective minutes allow (S1)."""
    return max(stars for stars, least in enumerate(MINUTES) if minutes >= least)


def progress(minutes: int, awarded: int) -> Progress:
    """Return the way to the next star, from effective minutes and the stars awarded so far."""
    reached = max(by_time(minutes), awarded)
    if reached == MOST:
        return Progress(reached, None, 1.0)
    start, end = MINUTES[reached], MINUTES[reached + 1]
    return Progress(reached, max(0, end - minutes), max(0, minutes - start) / (end - start))


@dataclass(frozen=True)
class Standing:
    """The facts that decide about a star rating. Minutes are effective service time only (T2)."""

    minutes: int
    evaluations: int
    average: float | None  # None: not evaluated yet
    complaints: int  # upheld within the last twelve months
    stars: int  # awarded so far

    @property
    def by_time(self) -> int:
        """The stars that the time allows."""
        return by_time(self.minutes)

    @property
    def is_good(self) -> bool:
        """The quality that stars require (S2): an average of at least four, and no upheld complaint."""
        return self.average is not None and self.average >= LEAST_AVERAGE and not self.complaints

    @property
    def may_ask_for(self) -> int:
        """The stars that the volunteer may apply for now; 0: no more than the awarded ones."""
        return self.by_time if self.is_good and self.by_time > self.stars else 0

    @property
    def minutes_to_next(self) -> int | None:
        """The minutes that are missing to the next star; None with all stars."""
        return progress(self.minutes, self.stars).missing
