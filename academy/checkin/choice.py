"""The choice of a scan's shift, or of the refusal (C2). Pure: the time and the shifts are arguments.

In this order: the shift with the volunteer's open visit; a shift with the volunteer's sign-up and an open window; an
open shift that takes walk-ins. Otherwise the refusal gives the time of the shift that the volunteer signed up for.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

IN, OUT = "in", "out"
SURE_AFTER = dt.timedelta(minutes=5)  # the opposite scan sooner than this may be a mistake: the gate asks first


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shift, with the facts about one volunteer that decide whether their scan can be for it."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime  # overtime included
    opens_at: dt.datetime
    closes_at: dt.datetime
    late_after: dt.datetime
    walk_ins: bool
    signed_up: bool
    guardian_consents: bool
    visit_id: int | None = None  # the open visit
    visit_opened_at: dt.datetime | None = None
    walked_in: bool = False  # the place was given at the gate
    left_at: dt.datetime | None = None  # a check-out of the last minutes, by `SURE_AFTER`
    scanned_after: bool = False  # the shift already has a later scan, of a device whose clock ran ahead

    def is_open(self, direction: str, at: dt.datetime) -> bool:
        return not self.refusal(direction, at)

    def refusal(self, direction: str, at: dt.datetime) -> str:
        """Return `too_early`, `too_late`, or an empty text.

        Check-in ends with the shift, check-out some time after.
        """
        if direction == IN and at < self.opens_at:
            return "too_early"
        if direction == IN and at >= self.ends_at:
            return "too_late"
        if direction == OUT and at > self.closes_at:
            return "too_late"
        return ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen shift, or several shifts to ask about, or no shift; and the code of a refusal, if any."""

    shift: Candidate | None = None
    refusal: str = ""
    among: tuple[Candidate, ...] = ()


def fitting_direction(shifts: Iterable[Candidate], at: dt.datetime) -> str:
    """Return the direction of the button: out for a volunteer who is in and can still check out, else in."""
    return OUT if _closable(shifts, at) else IN


def choose(shifts: Sequence[Candidate], *, direction: str, at: dt.datetime, wanted: int | None = None) -> Choice:
    """Return the shift for a scan. `wanted` is the answer to the question that `Choice.among` asks.

    Refusals: `too_early`, `too_late`, `not_signed_up`, `already_checked_in`, `not_checked_in`.
    """
    if wanted is not None:
        shifts = [shift for shift in shifts if shift.id == wanted] or shifts
    return _choose_out(shifts, at) if direction == OUT else _choose_in(shifts, at)


def shift_at(shifts: Sequence[Candidate], *, direction: str, at: dt.datetime) -> Candidate | None:
    """Return the shift of a scan that arrives late, by its time and by sign-ups made beforehand alone.

    Open visits are ignored, so that the same facts belong to the same shifts in any order of arrival.
    """
    open_then = [shift for shift in shifts if shift.is_open(direction, at)]
    mine = [shift for shift in open_then if shift.signed_up and not shift.walked_in]
    among = mine or [shift for shift in open_then if direction == OUT or shift.walk_ins] or open_then or shifts
    return min(among, key=lambda shift: (_distance(shift, direction, at), shift.id), default=None)


def _distance(shift: Candidate, direction: str, at: dt.datetime) -> dt.timedelta:
    return abs(at - (shift.starts_at if direction == IN else shift.ends_at))


def _choose_out(shifts: Sequence[Candidate], at: dt.datetime) -> Choice:
    if closable := _closable(shifts, at):
        return Choice(max(closable, key=lambda shift: (shift.visit_opened_at, shift.id)))
    if visited := [shift for shift in shifts if shift.visit_id is not None]:
        return Choice(_nearest(visited, at), "too_late")
    mine = [shift for shift in shifts if shift.signed_up]
    return Choice(_nearest(mine, at) if mine else None, "not_checked_in")


def _choose_in(shifts: Sequence[Candidate], at: dt.datetime) -> Choice:
    if closable := _closable(shifts, at):
        return Choice(closable[0], "already_checked_in")
    mine = [shift for shift in shifts if shift.signed_up]
    if mine_now := [shift for shift in mine if shift.is_open(IN, at)]:
        return Choice(_nearest(mine_now, at))
    others = [shift for shift in shifts if shift.walk_ins and not shift.signed_up]
    if others_now := [shift for shift in others if shift.is_open(IN, at)]:
        return Choice(others_now[0]) if len(others_now) == 1 else Choice(among=tuple(others_now))
    if mine:
        return _refused_by_time(mine, at)
    if closed := [shift for shift in shifts if shift.is_open(IN, at)]:
        return Choice(_nearest(closed, at), "not_signed_up")
    if others:
        return _refused_by_time(others, at)
    return Choice(refusal="not_signed_up" if shifts else "too_late")


def _closable(shifts: Iterable[Candidate], at: dt.datetime) -> list[Candidate]:
    return [shift for shift in shifts if shift.visit_id is not None and shift.is_open(OUT, at)]


def _refused_by_time(shifts: Iterable[Candidate], at: dt.datetime) -> Choice:
    # Between two shifts the refusal names the next one; it does not say that the last is over.
    coming = [shift for shift in shifts if shift.refusal(IN, at) == "too_early"]
    shift = _nearest(coming or shifts, at)
    return Choice(shift, shift.refusal(IN, at))


def _nearest(shifts: Iterable[Candidate], at: dt.datetime) -> Candidate:
    return min(shifts, key=lambda shift: (abs(shift.starts_at - at), shift.id))
