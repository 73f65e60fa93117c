"""Service that checks members of a unit in or out together, by name (C5)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from academy.activities.models import Shift
from academy.checkin.models import Method
from academy.checkin.refusals import leader_refusal, refusal_for
from academy.checkin.services import scanning
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.groups.selectors import UnitAtShift
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class TogetherResult:
    """The scans that one tap made, and the people whom it did not scan, each with the reason."""

    scans: tuple[UUID, ...]
    refused: tuple[tuple[Volunteer, Refusal], ...]


def record_together(
    *, part: UnitAtShift, people: Iterable[int], direction: str, batch: UUID, by: User, at: dt.datetime
) -> TogetherResult:
    """Tick these people (ids) of the unit in or out at the shift; each gets a scan of their own.

    Ids of other people are left out. The same `batch` has the same scans, so that a form sent twice counts once; no
    transaction spans them, since each scan is a fact. Leaders cannot tick themselves: `own_scan`. Other refusals are
    those of `record_for`, which raises `PermissionDenied` for a user who may not lead the activity.
    """
    wanted = set(people)
    chosen = sorted((one.person for one in part.answers if one.person.pk in wanted), key=lambda person: person.pk)
    own = own_people(by, chosen)
    scans, refused = [], []
    for person in chosen:
        if person.pk in own:
            refused.append((person, refusal_for("own_scan", at=at)))
            continue
        answer = scanning.record_for(
            scan_id=uuid5(batch, f"{person.pk}:{direction}"),
            activity=part.shift.activity,
            volunteer=person,
            method=Method.TICK,
            by=by,
            direction=direction,
            at=at,
            shift_id=part.shift.pk,
        )
        if answer.accepted:
            scans.append(answer.scan_id)
        elif answer.refusal is not None:
            refused.append((person, leader_refusal(answer.refusal.code, at=answer.at)))
    return TogetherResult(tuple(scans), tuple(refused))


def expects_by_name(part: UnitAtShift) -> bool:
    """Return whether a leader sees the unit's members: a link that holds asked the unit (ADR 37)."""
    return part.link is not None


def shift_now(shifts: Iterable[Shift], at: dt.datetime) -> Shift | None:
    """Return the shift that runs or comes next; after the last one, the last."""
    ordered = sorted(shifts, key=lambda shift: shift.starts_at)
    return next((shift for shift in ordered if at < shift.end_with_overtime), ordered[-1] if ordered else None)
