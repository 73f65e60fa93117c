"""What the leader does for others: each act is kept as a scan with its operator (C5)."""

import datetime as dt
from collections.abc import Collection
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from academy.activities.belongings import may_lead
from academy.activities.models import Activity, Shift
from academy.checkin.models import Direction, Method, Scan, Visit
from academy.checkin.services.codes import checkpoint_for
from academy.checkin.services.visits import rebuild_visits, tell_changed
from academy.people.models import User
from academy.rulebook import parameters
from academy.rulebook.models import RuleSet


@transaction.atomic
def check_everybody_out(*, activity: Activity, by: User, at: dt.datetime, staying: Collection[int] = ()) -> int:
    """Checks out whoever is in, now and at no other time (C10), but the volunteers (ids) who stay. Returns how many.

    Visits whose time to check out is over stay as they are: nothing is filled in from the plan (H6). Raises
    `PermissionDenied` for anybody but the leader and those who run the community's activities.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    windows = {shift.pk: _check_out_window(activity, shift) for shift in activity.shifts.all()}
    inside = [
        visit
        for visit in Visit.objects.open()
        .select_for_update()
        .filter(shift__in=windows, opened_at__lte=at)
        .exclude(volunteer__in=staying)
        if at <= windows[visit.shift_id][1]
    ]
    checkpoint = checkpoint_for(activity, rotating=True)
    scans = []
    for visit in inside:
        scan = Scan(
            id=uuid4(),
            checkpoint=checkpoint,
            volunteer_id=visit.volunteer_id,
            shift_id=visit.shift_id,
            direction=Direction.OUT,
            method=Method.EVERYBODY_OUT,
            operator=by,
            happened_at=at,
            received_at=at,
            flags=["late_scan"] if at > windows[visit.shift_id][0] else [],
        )
        visit.closed_by, visit.closed_at = scan, at
        scans.append(scan)
    Scan.objects.bulk_create(scans)
    Visit.objects.bulk_update(inside, ["closed_by", "closed_at"])
    # Where a device's clock ran ahead, a fact lies in the future already.
    later = Scan.objects.accepted().filter(shift__in=windows, happened_at__gt=at).values_list("volunteer", "shift")
    scanned_later = set(later)
    for visit in inside:
        if (visit.volunteer_id, visit.shift_id) in scanned_later:
            rebuild_visits(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
        else:
            tell_changed(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
    return len(inside)


def _check_out_window(activity: Activity, shift: Shift) -> tuple[dt.datetime, dt.datetime]:
    """From when a check-out is late, and until when there is one (C2)."""
    try:
        rules = RuleSet.objects.in_force(activity.community_id, shift.date).parameters
    except RuleSet.DoesNotExist:
        rules = parameters.complete({})
    end = shift.overtime_until or shift.ends_at
    return (
        end + dt.timedelta(minutes=rules["late_scan_minutes"]),
        end + dt.timedelta(minutes=rules["check_out_closes_minutes"]),
    )
