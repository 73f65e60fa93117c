"""Time to think about an offer of a place. Pure: moments in, a moment out."""

import datetime as dt

QUIET_FROM, QUIET_UNTIL = 21, 8  # o'clock: nobody is expected to read a message in between
LAST_OFFER = dt.timedelta(hours=1)  # before the start: from then on a free place is for the first who comes first
LEAST = dt.timedelta(minutes=10)  # of waking time; a shorter offer would only keep the place from others

# Time until the shift, and the waking time in which to answer: the nearer the shift, the shorter.
TERMS = (
    (dt.timedelta(days=7), dt.timedelta(hours=13)),
    (dt.timedelta(days=2), dt.timedelta(hours=6)),
    (dt.timedelta(hours=12), dt.timedelta(hours=2)),
    (dt.timedelta(hours=3), dt.timedelta(hours=1)),
)
SHORTEST = dt.timedelta(minutes=20)


def closes_at(starts_at: dt.datetime) -> dt.datetime:
    """Return the moment at which the waiting list of a shift ends."""
    return starts_at - LAST_OFFER


def term(left: dt.timedelta) -> dt.timedelta:
    """Return the waking time for an answer, if the offer is read `left` before the shift begins."""
    return next((given for least, given in TERMS if left >= least), SHORTEST)


def answer_by(at: dt.datetime, starts_at: dt.datetime) -> dt.datetime | None:
    """Return until when a place that is offered at `at` is held; None if too little time is left to ask.

    `at` is a local time. Quiet hours do not count, and the offer never lasts beyond the end of the list.
    """
    last = closes_at(starts_at)
    begin = _waking(at)
    if last - begin < LEAST:
        return None
    return min(_add_waking(begin, term(starts_at - begin)), last)


def _waking(at: dt.datetime) -> dt.datetime:
    """Return `at`, or the end of the quiet hours in which it is."""
    if at.hour >= QUIET_FROM:
        at += dt.timedelta(days=1)
    elif at.hour >= QUIET_UNTIL:
        return at
    return at.replace(hour=QUIET_UNTIL, minute=0, second=0, microsecond=0)


def _add_waking(begin: dt.datetime, given: dt.timedelta) -> dt.datetime:
    """Return the moment at which `given` of waking time has passed since `begin`, which is one of it."""
    while True:
        night = begin.replace(hour=QUIET_FROM, minute=0, second=0, microsecond=0)
        if begin + given <= night:
            return begin + given
        given -= night - begin
        begin = _waking(night)
