"""Correct scans: annul wrong ones, enter missing ones. All of them stay visible."""

import datetime as dt
from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from academy.activities.models import Shift
from academy.checkin.models import Annulment, Direction, Method, Scan
from academy.checkin.services.codes import checkpoint_for
from academy.checkin.services.visits import lock_person, rebuild_visits
from academy.people.models import User, Volunteer


@transaction.atomic
def set_right(
    *,
    volunteer: Volunteer,
    shift: Shift,
    times: tuple[dt.datetime, dt.datetime] | None,
    method: Method,
    by: User,
    at: dt.datetime,
    flags: Sequence[str] = (),
) -> list[Scan]:
    """Correct the volunteer's scans at `shift` to `times` (in, out); to no scans if `times` is None.

    Return the scans that were entered. A scan of the same minute stands; all other accepted scans of this person at
    this shift are annulled. The caller decides whether the correction is allowed; this does not seal the visits.
    """
    volunteer = lock_person(volunteer.pk)
    accepted = list(Scan.objects.accepted().of(volunteer).filter(shift=shift).order_by("happened_at"))
    standing, missing = set(), []
    for direction, moment in zip((Direction.IN, Direction.OUT), times or (), strict=False):
        same = [
            scan for scan in accepted if scan.direction == direction and _minute(scan.happened_at) == _minute(moment)
        ]
        if same:
            standing.add(same[0].pk)
        else:
            missing.append((direction, moment))
    wrong = [scan for scan in accepted if scan.pk not in standing]
    Annulment.objects.bulk_create(Annulment(scan=scan, annulled_by=by, annulled_at=at) for scan in wrong)
    checkpoint = checkpoint_for(shift.activity, rotating=True)
    entered = Scan.objects.bulk_create(
        Scan(
            id=uuid4(),
            checkpoint=checkpoint,
            volunteer=volunteer,
            shift=shift,
            direction=direction,
            method=method,
            operator=by,
            happened_at=moment,
            received_at=at,
            flags=[*flags],
        )
        for direction, moment in missing
    )
    rebuild_visits(volunteer_id=volunteer.pk, shift_id=shift.pk)
    return entered


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
