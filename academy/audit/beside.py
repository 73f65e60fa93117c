"""Settled records, compared with the scans, rules, approvals, sign-ups and visits beside them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from wagtail.models import ModelLogEntry

from academy.activities.models import SignUp
from academy.checkin.flags import ALONE, current_flags
from academy.checkin.models import Direction, Scan, Visit
from academy.checkin.pairing import Fact, pair
from academy.hours import contents
from academy.hours.models import ROLE_MISSING, Confirmation, DailyApproval, Import, NamedRole, Overtime, ServiceRecord
from academy.hours.recount import shifts_of
from academy.rulebook.models import RuleSet

BESIDE_SCANS = {ALONE, ROLE_MISSING}  # flags of a record that a decision or a missing role gives, not a scan
Place = tuple[int, int]  # a person, who stays, and a shift


class Beside:
    """Some settled records with the rows beside them, read in a fixed number of statements."""

    def __init__(self, records: Sequence[ServiceRecord]) -> None:
        self.records = records
        self._stays = contents.stays_of({record.volunteer_id for record in records})
        rows, shifts = list(self._stays), {record.shift_id for record in records}
        named = {UUID(scan) for record in records for facts in shifts_of(record).values() for scan in facts["scans"]}
        self._scans = {scan.pk: scan for scan in Scan.objects.filter(pk__in=named)}
        approvals = {one["id"] for record in records for one in record.basis.get("approvals", ())}
        self._approvals = {one.pk: one for one in DailyApproval.objects.accepted().filter(pk__in=approvals)}
        rules = {limit["rule_set"] for record in records for limit in record.basis.get("limits", {}).values()}
        self._rules = {one.pk: one for one in RuleSet.objects.filter(pk__in=rules)}
        confirmed = Confirmation.objects.filter(activity__in={record.activity_id for record in records})
        self._confirmed = set(confirmed.values_list("activity_id", "confirmed_at", "confirmed_by_id"))
        sources = {record.basis["imported"]["import"] for record in records if "imported" in record.basis}
        self._imports = {one.pk: one for one in Import.objects.filter(pk__in=sources)}
        self._overtimes: dict[int, set[int]] = defaultdict(set)
        for shift_id, until in Overtime.objects.accepted().filter(shift__in=shifts).values_list("shift_id", "until"):
            self._overtimes[shift_id].add(int(until.timestamp()))
        self._roles: dict[Place, set[str]] = defaultdict(set)
        for facts in (SignUp.objects.all(), NamedRole.objects.all()):
            of_these = facts.filter(volunteer__in=rows, shift__in=shifts)
            for volunteer_id, shift_id, counts_as in of_these.values_list(
                "volunteer_id", "shift_id", "role__counts_as"
            ):
                self._roles[self._stays[volunteer_id], shift_id].add(counts_as)
        self._read_visits(rows, shifts)
        # A role may count as something else since then: the activity's history says so.
        activities = {str(record.activity_id) for record in records}
        changes = ModelLogEntry.objects.filter(
            content_type__app_label="activities", object_id__in=activities, action="activities.change_plan"
        )
        last = changes.order_by("timestamp").values_list("object_id", "timestamp")
        self._changed = {int(pk): moment for pk, moment in last}

    def _read_visits(self, rows: list[int], shifts: set[int]) -> None:
        self._facts: dict[Place, list[Fact]] = defaultdict(list)
        accepted = Scan.objects.accepted().filter(volunteer__in=rows, shift__in=shifts)
        for volunteer_id, shift_id, at, direction, pk in accepted.values_list(
            "volunteer_id", "shift_id", "happened_at", "direction", "pk"
        ):
            assert volunteer_id is not None and shift_id is not None
            self._facts[self._stays[volunteer_id], shift_id].append(Fact(at, direction == Direction.IN, pk))
        self._visits: dict[Place, set[tuple[Any, ...]]] = defaultdict(set)
        self._moving: set[Place] = set()  # visits of a merged row, which the sweep rebuilds
        for visit in Visit.objects.filter(volunteer__in=rows, shift__in=shifts):
            place = (self._stays[visit.volunteer_id], visit.shift_id)
            if self._stays[visit.volunteer_id] != visit.volunteer_id:
                self._moving.add(place)
            self._visits[place].add((visit.opened_by_id, visit.opened_at, visit.closed_by_id, visit.closed_at))

    def compare(self, record: ServiceRecord) -> Iterator[str]:
        """Yield how the record differs from the rows beside it."""
        for text in self._differences(record):
            yield f"record {record.pk}: {text}"

    def _differences(self, record: ServiceRecord) -> Iterator[str]:
        yield from self._compare_place(record)
        yield from self._compare_scans(record)
        yield from self._compare_rules(record)
        yield from self._compare_confirmation(record)
        yield from self._compare_visits(record)

    def _compare_place(self, record: ServiceRecord) -> Iterator[str]:
        activity, basis = record.shift.activity, record.basis
        roles = self._roles.get((self._stays[record.volunteer_id], record.shift_id))
        for name, stored, expected in (
            ("activity", record.activity_id, activity.pk),
            ("community", record.community_id, activity.community_id),
            ("rule set", record.rule_set_id, basis.get("rule_set", record.rule_set_id)),
            ("group", basis.get("group", str(activity.pk)), str(activity.pk)),
        ):
            if stored != expected:
                yield f"{name} {stored}, and not {expected}"
        counted, changed_at = basis.get("counts_as"), self._changed.get(activity.pk)
        is_newer = changed_at is not None and record.confirmed_at is not None and changed_at > record.confirmed_at
        if roles and counted and counted not in roles and not is_newer:
            yield f"counted as {counted}, its sign-up says {', '.join(sorted(roles))}"
        if until := basis.get("overtime_until"):
            moment = parse_datetime(until)
            if moment is None or int(moment.timestamp()) not in self._overtimes[record.shift_id]:
                yield f"overtime until {until}, which nobody approved"

    def _compare_scans(self, record: ServiceRecord) -> Iterator[str]:
        person = self._stays[record.volunteer_id]
        flags = set()
        for shift, facts in shifts_of(record).items():
            for key in facts["scans"]:
                scan = self._scans.get(UUID(key))
                if scan is None:
                    continue  # named by the count
                whose = self._stays.get(scan.volunteer_id or 0)
                if whose != person or str(scan.shift_id) != shift or scan.refusal:
                    yield f"scan {key} is not an accepted scan of this person at shift {shift}"
                if shift == str(record.shift_id):
                    flags |= set(scan.flags)
        if {*record.scan_flags} - BESIDE_SCANS != {*current_flags(flags)} - BESIDE_SCANS:
            yield f"flags of its scans {record.scan_flags}, the scans have {sorted(flags)}"
        if not record.alone and (ALONE in flags or any(one["alone"] for one in record.basis.get("approvals", ()))):
            yield "one person decided alone, and the record does not say so"

    def _compare_rules(self, record: ServiceRecord) -> Iterator[str]:
        for date, limit in record.basis.get("limits", {}).items():
            rules = self._rules.get(limit["rule_set"])
            values = rules.parameters if rules is not None and rules.published_at is not None else {}
            stored = {name: limit[name] for name in ("daily_minutes", "daily_hard_minutes")}
            if stored != {name: values.get(name) for name in stored}:
                yield f"limits of {date} {stored}, which rule set {limit['rule_set']} does not say"
        for one in record.basis.get("approvals", ()):
            approval = self._approvals.get(one["id"])
            if approval is None:
                yield f"longer day {one['date']}, and nobody approved it"
            elif (
                self._stays.get(approval.volunteer_id) != self._stays[record.volunteer_id]
                or (approval.date.isoformat(), approval.minutes) != (one["date"], one["daily_minutes"])
                or approval.alone != one["alone"]
            ):
                yield f"longer day {one['date']}, and approval {approval.pk} says otherwise"

    def _compare_confirmation(self, record: ServiceRecord) -> Iterator[str]:
        if record.clause or record.replaces_id is not None:
            return  # a decision settled it
        if "imported" in record.basis:
            source = self._imports.get(record.basis["imported"]["import"])
            if source is None or (source.imported_at, source.imported_by_id) != (
                record.confirmed_at,
                record.confirmed_by_id,
            ):
                yield "settled by another person or at another moment than its import says"
        elif (record.activity_id, record.confirmed_at, record.confirmed_by_id) not in self._confirmed:
            yield "no confirmation by this person at this moment"

    def _compare_visits(self, record: ServiceRecord) -> Iterator[str]:
        place = (self._stays[record.volunteer_id], record.shift_id)
        if place in self._moving:
            return
        expected = {
            (one.opened.id, one.opened.at, one.closed and one.closed.id, one.closed and one.closed.at)
            for one in pair(self._facts.get(place, ()))
        }
        if self._visits.get(place, set()) != expected:
            yield "the stored visits are not those of its scans"
