"""Key in the signed paper roster: full evidence, with the times that people wrote themselves (C5)."""

import datetime as dt
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from academy.activities.belongings import may_lead
from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.context import shift_window
from academy.checkin.models import Annulment, Direction, Method, Scan, Visit
from academy.checkin.refusals import keying_refusal
from academy.checkin.services.codes import checkpoint_for
from academy.checkin.services.places import take_place
from academy.checkin.services.visits import lock_person, rebuild_visits
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.families import guardians
from academy.people import ages
from academy.people.models import User, Volunteer


@transaction.atomic
def key_in(
    *,
    scan_ids: tuple[UUID, UUID],
    activity: Activity,
    shift: Shift,
    volunteer: Volunteer,
    arrived: dt.datetime,
    left: dt.datetime,
    by: User,
    at: dt.datetime,
) -> tuple[Scan, Scan] | Refusal:
    """Store two scans for one signed row, with the times on the sheet as `happened_at`.

    A person without a place gets one; if none is left, or the shift takes no walk-ins, the check-in
    carries the flag `shift_full` or `not_signed_up`. The same `scan_ids` with the same row have the same answer.

    A refusal is not stored: the sheet is still there. Refuses with `id_reused`, `times_reversed`, `in_the_future`,
    `outside_shift` (C2), `cancelled`, `suspended`, `minor_not_allowed` (N3), `needs_consent` (N2), `confirmed`,
    `already_scanned`, and `taken_back` for a page that stored this row before it was taken back. Raises
    `PermissionDenied` for a user who may not lead the activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    if shift.activity_id != activity.pk:
        raise ValueError(f"shift {shift.pk} is not one of activity {activity.pk}")
    volunteer = lock_person(volunteer.pk)  # the checks below stay true until the scans are stored
    if (stored := _find_stored(scan_ids, volunteer, shift, arrived, left)) is not None:
        return stored
    if refusal := (
        _judge_times(activity, shift, arrived, left, at)
        or judge(activity, shift, volunteer, arrived, left)
        or _find_conflict(volunteer, shift, arrived, left)
    ):
        return refusal
    flags = []
    if not SignUp.objects.of(volunteer).filter(shift=shift, cancelled_at=None).exists():
        without_place = take_place(
            volunteer=volunteer,
            shift_id=shift.pk,
            activity_id=activity.pk,
            walk_ins=shift.walk_ins or activity.leader_id == volunteer.pk,
            by=by,
            at=arrived,
        )
        flags = [without_place] if without_place else []
    scans = tuple(
        Scan(
            id=scan_id,
            checkpoint=checkpoint_for(activity, rotating=True),
            volunteer=volunteer,
            shift=shift,
            direction=direction,
            method=Method.PAPER,
            operator=by,
            happened_at=moment,
            received_at=at,
            flags=flags if direction == Direction.IN else [],
        )
        for scan_id, direction, moment in zip(scan_ids, (Direction.IN, Direction.OUT), (arrived, left), strict=True)
    )
    if not all(insert_if_absent(scan) for scan in scans):
        transaction.set_rollback(True)  # the ids belong to another row
        return keying_refusal("id_reused")
    rebuild_visits(volunteer_id=volunteer.pk, shift_id=shift.pk)
    return scans[0], scans[1]


def _find_stored(
    scan_ids: tuple[UUID, UUID], volunteer: Volunteer, shift: Shift, arrived: dt.datetime, left: dt.datetime
) -> tuple[Scan, Scan] | Refusal | None:
    """Return the scans of this row if it was stored before; `id_reused` if the ids belong to another row."""
    known = Scan.objects.in_bulk(scan_ids)
    if not known:
        return None
    if Annulment.objects.filter(scan__in=known).exists():
        return keying_refusal("taken_back")
    same = Scan.objects.of(volunteer).filter(shift=shift, method=Method.PAPER)
    row = Q(pk=scan_ids[0], direction=Direction.IN, happened_at=arrived) | Q(
        pk=scan_ids[1], direction=Direction.OUT, happened_at=left
    )
    if same.filter(row).count() == 2:
        return known[scan_ids[0]], known[scan_ids[1]]
    return keying_refusal("id_reused")


def _judge_times(
    activity: Activity, shift: Shift, arrived: dt.datetime, left: dt.datetime, at: dt.datetime
) -> Refusal | None:
    """Return why these times cannot be on this shift's sheet."""
    if arrived >= left:
        return keying_refusal("times_reversed")
    if left > at:
        return keying_refusal("in_the_future")
    window = shift_window(shift, activity.community_id)
    if arrived < window.opens_at or left > window.closes_at:
        return keying_refusal("outside_shift", window=(window.opens_at, window.closes_at))
    return None


def judge(
    activity: Activity, shift: Shift, volunteer: Volunteer, arrived: dt.datetime, left: dt.datetime
) -> Refusal | None:
    """Return why this person could not take part, as the gate would have judged at the time and not today."""
    if activity.cancelled_at is not None and activity.cancelled_at <= arrived:
        return keying_refusal("cancelled")
    if volunteer.suspended_at is not None and volunteer.suspended_at < left:
        return keying_refusal("suspended")
    if ages.is_minor(volunteer.birth_date, shift.date):
        if activity.dangerous:
            return keying_refusal("minor_not_allowed")
        if not guardians.covers(volunteer, activity_id=activity.pk, day=shift.date):
            return keying_refusal("needs_consent")
    return None


def _find_conflict(volunteer: Volunteer, shift: Shift, arrived: dt.datetime, left: dt.datetime) -> Refusal | None:
    """Return what prevents two more scans: confirmed hours, or a visit or scan within this time."""
    visits = list(Visit.objects.of(volunteer).filter(shift=shift))
    if any(visit.sealed_at for visit in visits):
        return keying_refusal("confirmed")
    overlapping = [
        (visit.opened_at, visit.closed_at)
        for visit in visits
        if visit.opened_at < left and (visit.closed_at is None or visit.closed_at > arrived)
    ]
    scans = Scan.objects.accepted().of(volunteer).filter(shift=shift)
    alone = scans.filter(happened_at__gt=arrived, happened_at__lt=left).order_by("happened_at")
    overlapping = overlapping or [(moment, moment) for moment in alone.values_list("happened_at", flat=True)]
    return keying_refusal("already_scanned", overlapping=overlapping) if overlapping else None
