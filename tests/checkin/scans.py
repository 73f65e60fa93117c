"""Scans at the poster and at the screen of an activity, for tests."""

import datetime as dt
from uuid import UUID, uuid4

from academy.activities.models import Activity
from academy.checkin.models import Checkpoint
from academy.checkin.services import codes, scanning
from academy.people.models import Volunteer
from tests.checkin.times import START


def poster(activity: Activity) -> Checkpoint:
    return codes.checkpoint_for(activity, rotating=False)


def screen(activity: Activity) -> Checkpoint:
    return codes.checkpoint_for(activity, rotating=True)


def scan(
    checkpoint: Checkpoint | str,
    volunteer: Volunteer,
    direction: str = "in",
    *,
    at: dt.datetime = START,
    code: str | None = None,
    scan_id: UUID | None = None,
    **more: object,
) -> scanning.Answer:
    return scanning.record_scan(
        scan_id=scan_id or uuid4(),
        checkpoint=checkpoint if isinstance(checkpoint, str) else checkpoint.key,
        code=code,
        volunteer=volunteer,
        operator=volunteer.user,
        direction=direction,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def live_code(activity: Activity, at: dt.datetime) -> str:
    return codes.rotating_codes(screen(activity), at=at)[0].code
