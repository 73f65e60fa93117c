"""The leader's acts for other people. Each is stored with its operator (C5)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_lead
from academy.activities.models import Activity
from academy.checkin.context import shift_window
from academy.checkin.models import AT_ONCE, Annulment, Direction, Method, Scan, ScanQuerySet, Visit
from academy.checkin.services.codes import checkpoint_for
from academy.checkin.services.visits import lock_person, rebuild_visits, signal_changes
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.people.models import User, Volunteer

ANNULLED_WITHIN = dt.timedelta(minutes=15)  # of the scan's receipt

NOT_ALLOWED = Refusal("not_allowed", _("Only the activity's leader or a social worker does this. Ask one of them."))
OWN_SCAN = Refusal("own_scan", _("This scan is your own: ask somebody else to take it back."))
NOT_ACCEPTED = Refusal("not_accepted", _("This scan was refused, so you cannot take it back."))
CONFIRMED = Refusal("confirmed", _("These hours are confirmed already. Ask the social worker for a correction."))
LATER_SCAN = Refusal("later_scan", _("This visit has a check-out already. Take the check-out back first."))
NOTHING_TO_TAKE_BACK = Refusal("nothing_to_take_back", _("This has been taken back already."))
TOO_LATE_TO_ANNUL = Refusal(
    "too_late_to_annul", _("A scan can be taken back for 15 minutes only. Look at it when you confirm the hours.")
)


@transaction.atomic
def annul(*, scan: Scan, by: User, at: dt.datetime) -> Annulment | Refusal:
    """Annul a scan (撤回签到): it stays, but no longer counts. A second call returns the first annulment.

    Refuses with `not_allowed`, `own_scan`, `not_accepted`, `confirmed`, `later_scan`, `too_late_to_annul`.
    """
    if not may_lead(by, scan.checkpoint.activity):
        return NOT_ALLOWED
    if scan.refusal or scan.volunteer_id is None or scan.shift_id is None:
        return NOT_ACCEPTED
    stays = lock_person(scan.volunteer_id)
    if own_people(by, [stays]):
        return OWN_SCAN
    if done := Annulment.objects.filter(scan=scan).first():
        return done
    visits = Visit.objects.of(stays).filter(shift=scan.shift_id)
    if visits.filter(sealed_at__isnull=False).exists():
        return CONFIRMED
    if visits.filter(opened_by=scan, closed_at__isnull=False).exists():
        return LATER_SCAN
    if not is_recent(scan, at):
        return TOO_LATE_TO_ANNUL
    annulment = Annulment.objects.create(scan=scan, annulled_by=by, annulled_at=at)
    rebuild_visits(volunteer_id=stays.pk, shift_id=scan.shift_id)
    return annulment


def is_recent(scan: Scan, at: dt.datetime) -> bool:
    """Return whether the scan came so short a time before `at` that it can be annulled."""
    return at - scan.received_at <= ANNULLED_WITHIN


# 全部签退


@transaction.atomic
def check_everybody_out(*, activity: Activity, people: Collection[int], by: User, at: dt.datetime) -> int:
    """Check out those of `people` (ids, as the leader saw them) who are in, at the time `at` (C10).

    Return how many. A person who came since the leader's page was made stays in. Visits whose check-out window is over
    stay open: no time is filled in from the plan (H6). Raises `PermissionDenied` for a user who may not lead the
    activity.
    """
    if not may_lead(by, activity):
        raise PermissionDenied
    windows = {shift.pk: shift_window(shift, activity.community_id) for shift in activity.shifts.all()}
    open_visits = Visit.objects.open().filter(shift__in=windows, opened_at__lt=at, volunteer__in=people)
    _lock_people(open_visits.order_by().values("volunteer"))
    inside = [
        visit
        for visit in open_visits.select_for_update(of=("self",)).order_by("pk")
        if at <= windows[visit.shift_id].closes_at
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
            flags=["late_scan"] if at > windows[visit.shift_id].late_after else [],
        )
        visit.closed_by, visit.closed_at, visit.look_at = scan, at, AT_ONCE
        scans.append(scan)
    Scan.objects.bulk_create(scans)
    Visit.objects.bulk_update(inside, ["closed_by", "closed_at", "look_at"])
    # A device whose clock ran ahead may have sent scans that lie in the future.
    not_before = Q(happened_at__gt=at) | Q(happened_at=at, direction=Direction.IN)
    later = Scan.objects.accepted().filter(not_before, shift__in=windows).values_list("volunteer", "shift")
    scanned_later = set(later)
    for visit in inside:
        if (visit.volunteer_id, visit.shift_id) in scanned_later:
            rebuild_visits(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
        else:
            signal_changes(volunteer_id=visit.volunteer_id, shift_id=visit.shift_id)
    return len(inside)


def _lock_people(ids: Any) -> None:
    """Lock these volunteers until the transaction ends, before their visits and scans, as everywhere."""
    people = Volunteer.objects.filter(pk__in=ids)
    list(people.select_for_update(no_key=True).order_by("pk").values_list("pk"))


@dataclass(frozen=True)
class EverybodyOut:
    """One act of checking everybody out: its scans that still count."""

    scans: tuple[Scan, ...]

    @property
    def key(self) -> UUID:
        """The id of one of its scans, by which a form names the act."""
        return self.scans[0].pk

    @property
    def people(self) -> list[Volunteer]:
        return [scan.known_volunteer.stays for scan in self.scans]


def latest_everybody_out(*, activity: Activity, by: User, at: dt.datetime) -> EverybodyOut | None:
    """Return the last act of `by` at the activity that can still be taken back at `at`; None without one."""
    since = at - ANNULLED_WITHIN
    scans = list(_everybody_out(activity, by).filter(received_at__gte=since).order_by("-received_at", "pk"))
    act = tuple(scan for scan in scans if scan.received_at == scans[0].received_at)
    return EverybodyOut(act) if act else None


def scans_of_everybody_out(*, activity: Activity, scan_id: UUID, by: User) -> list[Scan]:
    """Return the check-outs of the act of `by` that made this scan, as far as they still count.

    None for any other id.
    """
    acts = Scan.objects.filter(pk=scan_id, method=Method.EVERYBODY_OUT, operator=by, checkpoint__activity=activity)
    act = acts.first()
    return [] if act is None else list(_everybody_out(activity, by).filter(received_at=act.received_at).order_by("pk"))


def _everybody_out(activity: Activity, by: User) -> ScanQuerySet:
    """Return the check-outs of `by`'s acts at the activity that still count, with their people."""
    scans = Scan.objects.accepted().filter(checkpoint__activity=activity, method=Method.EVERYBODY_OUT, operator=by)
    return scans.select_related("volunteer__merged_into", "checkpoint__activity")
