"""The hands through which hours went: who entered times afterwards, who decided about them (K4, C5)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from academy.activities import plans
from academy.activities.models import PlanChange
from academy.checkin.models import Method, Scan
from academy.hours.late import first_persons
from academy.hours.models import CorrectionProposal, DailyApproval, MakeUp, Overtime, ServiceRecord
from academy.people.models import User

# Entered after the fact by one person's hand. A tick or a vouched scan was made on the spot, in the hours of the gate.
BY_HAND = (Method.PAPER, Method.CORRECTION)
_PLANNED = ("kind", "starts_at", "ends_at", "breaks", "counts_as", "rule_set", "preparation")  # the plan in a basis
OWN_DECISION = "own_decision"  # remark: the volunteer decided about these hours, before they were theirs


def entered_by(user: User, records: Iterable[ServiceRecord]) -> dict[int, dt.datetime]:
    """Return, by record id, when `user` last entered a time that the record rests on.

    These are rows of a signed sheet and corrections; the hours that rest on a request which the user made and the
    volunteer decided: no second person has decided it; and those of a shift that was published late, if the user
    published it or entered any scan (C1). Takes seven statements at most.
    """
    records = list(records)
    of_scan = {UUID(scan): record.pk for record in records for scan in record.basis["scans"]}
    entered: dict[int, dt.datetime] = {}
    if of_scan:
        mine = Scan.objects.filter(pk__in=of_scan, method__in=BY_HAND, operator=user)
        for scan_id, received_at in mine.order_by("received_at").values_list("pk", "received_at"):
            entered[of_scan[scan_id]] = received_at
    for pk, requests in decided_by_themselves(records).items():
        for request in requests:
            if request.asked_by_id == user.pk:
                entered[pk] = max(request.decided_at, entered.get(pk, request.decided_at))
    late = first_persons(records)
    for record in records:
        if user.pk in late.get(record.pk, ()):
            published_at = record.activity.published_at
            assert published_at is not None
            entered[record.pk] = max(published_at, entered.get(record.pk, published_at))
    return entered


def decided_by_themselves(records: Iterable[ServiceRecord], *, logins: Collection[int] = ()) -> dict[int, list[Any]]:
    """Return, by record id, the accepted requests behind it that its volunteer or one of `logins` decided.

    Nobody decides their own matter; but an approver may come to a shift after approving its overtime, and two rows of
    one person may be merged afterwards. Takes three statements at most.
    """
    records = list(records)
    own: dict[int, list[Any]] = defaultdict(list)
    approved = {pk for record in records for pk in _approvals_of(record)}
    extended = [record for record in records if record.basis.get("overtime_until")]
    entered = [record for record in records if {"make_up", "correction"} & {*record.scan_flags}]

    def note(request: Any, behind: Iterable[ServiceRecord]) -> None:
        for record in behind:
            if request.decided_by_id in {record.volunteer.user_id, record.volunteer.stays.user_id, *logins}:
                own[record.pk].append(request)

    if approved:
        for approval in DailyApproval.objects.filter(pk__in=approved):
            note(approval, [one for one in records if approval.pk in _approvals_of(one)])
    if extended:
        shifts = {record.shift_id for record in extended}
        for overtime in Overtime.objects.accepted().filter(shift__in=shifts):
            note(overtime, (record for record in extended if record.shift_id == overtime.shift_id))
    if entered:
        people = [record.volunteer for record in entered]
        asked = MakeUp.objects.accepted().of_all(people).filter(shift__in={record.shift_id for record in entered})
        for make_up in asked.select_related("volunteer"):
            pair = (make_up.shift_id, make_up.volunteer.merged_into_id or make_up.volunteer_id)
            note(make_up, (record for record in entered if (record.shift_id, record.volunteer.stays.pk) == pair))
    return own


def behind_correction(proposal: CorrectionProposal) -> set[int | None]:
    """Return the users (ids) by whose hands the facts of a proposed correction came.

    They entered scans afterwards, or changed the plan since the record settled: none is a second person (K4).
    """
    record = proposal.record
    basis = record.basis
    counted = (proposal.content or {}).get("basis", {})
    late = {UUID(scan) for scan in counted.get("scans", ())} - {UUID(scan) for scan in basis["scans"]}
    users: set[int | None] = set()
    if late:
        users |= set(Scan.objects.filter(pk__in=late, method__in=BY_HAND).values_list("operator", flat=True))
    if counted and any(counted.get(name) != basis.get(name) for name in _PLANNED):
        since = {"activity": record.activity_id, "decided_at__gte": record.confirmed_at}
        for pair in PlanChange.objects.accepted().filter(**since).values_list("asked_by", "decided_by"):
            users |= set(pair)
        users |= plans.changed_by(record.activity_id, since=record.confirmed_at)
    return users


def _approvals_of(record: ServiceRecord) -> set[int]:
    return {one["id"] for one in record.basis.get("approvals", ())}
