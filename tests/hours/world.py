"""A small community in which any act on hours may follow any other, for property tests."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Sum
from django.test import TestCase

from academy.activities import changing, plan_rows
from academy.activities.models import Activity, Break, CountsAs, Kind, PlanChange, Role, Shift
from academy.audit import services as audit
from academy.certificates import services as certificates
from academy.certificates.models import Certificate
from academy.checkin.models import Method
from academy.checkin.services import codes, correcting, scanning
from academy.core import formats
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.decisions.services import decide
from academy.hours.models import (
    Category,
    CorrectionProposal,
    Import,
    LedgerEntry,
    MakeUp,
    Objection,
    RecordState,
    ServiceRecord,
)
from academy.hours.services import (
    approvals,
    confirmation,
    make_ups,
    notices,
    objections,
    plans,
    records,
    roles,
    totals,
)
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from academy.transfers.services import importing, imports
from academy.transfers.services.import_lines import TEXTS
from tests.factories import RuleSetFactory, UserFactory, compute_records, photo
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment

SUNDAY = SATURDAY + dt.timedelta(days=1)
PLACES = 4  # the shifts where people may be


class World:
    """Two people at four shifts, and all users who may move their hours.

    Two shifts overlap; one has two kinds of roles. Two are one preparation, on either side of a change of rules.
    """

    def __init__(self) -> None:
        self.scene = Scene(values={"daily_minutes": 200, "preparation_minutes": 60})
        later = {"daily_minutes": 200, "preparation_minutes": 90, "rounding_minutes": 5}
        community, at = self.scene.community, moment("08:00")
        RuleSetFactory(community=community, values=later, effective_from=SUNDAY, at=at)
        self.people = [self.scene.volunteer(login=True), self.scene.volunteer("李建国", login=True)]
        times = (("09:00", "12:00"), ("11:00", "14:00"))
        self.shifts = [self.scene.activity(one).shifts.get() for one in times]
        Activity.objects.filter(pk=self.shifts[1].activity_id).update(kind=Kind.TRAINING)
        Role.objects.create(activity=self.shifts[1].activity, name="学员", counts_as="learner", capacity=9)
        preparation = self.scene.activity(("14:00", "15:00"), ("33:00", "35:00"), kind="preparation")
        self.shifts += preparation.shifts.order_by("starts_at")
        self.approver = UserFactory(duties=[(self.scene.community, DutyRole.APPROVER)])
        self.at = moment("15:00", SUNDAY)
        self.issued: dict[int, dict[str, Any]] = {}  # the certificates as they were issued

    def act(self, kind: str, who: int, where: int, minute: int) -> None:
        """Do one act of one person. A refusal is a valid result, too."""
        self.at += dt.timedelta(hours=9)
        volunteer, shift = self.people[who], self._place(where)
        if shift is None:
            return  # taken out of the plan
        times = (shift.starts_at, shift.starts_at + dt.timedelta(minutes=minute))
        record = ServiceRecord.objects.live().filter(volunteer=volunteer, shift=shift).first()
        match kind:
            case "sheet":
                by = self.scene.leading
                correcting.set_right(
                    volunteer=volunteer, shift=shift, times=times, method=Method.PAPER, by=by, at=self.at
                )
                compute_records(volunteer=volunteer, shift=shift, at=self.at)
            case "confirm":
                waiting = ServiceRecord.objects.awaiting_confirmation().filter(shift=shift)
                confirmation.confirm(activity=shift.activity, by=self.scene.leading, at=self.at, records=waiting)
            case "notice":
                self.at += dt.timedelta(days=30)
                notices.end_notices(at=self.at)
            case "ask":
                came, left = times if minute % 4 else (None, None)
                make_ups.ask_make_up(
                    volunteer=volunteer,
                    shift=shift,
                    came_at=came,
                    left_at=left,
                    reason="忘记签退",
                    by=volunteer.user,
                    at=self.at,
                    witness=self.people[1 - who],
                    evidence=[photo()],
                )
            case "object" if record is not None:
                objections.object_to(record=record, reason="没来", by=self.people[1 - who].user, at=self.at)
            case "long day":
                answer = approvals.ask_daily_approval(
                    volunteer=volunteer,
                    date=SATURDAY,
                    minutes=200 + minute,
                    reason="人手不足",
                    by=self.scene.social_worker,
                    at=self.at,
                )
                if not isinstance(answer, Refusal):
                    self._decide(answer)
            case "decide":
                for make_up in MakeUp.objects.open():
                    self._decide(make_up)
                for objection in Objection.objects.open():
                    came, left = times if minute % 4 else (None, None)
                    self._decide(objection, fields={"came_at": came, "left_at": left})
                for change in PlanChange.objects.open():
                    self._decide(change)
                for proposal in CorrectionProposal.objects.open():
                    self._decide(proposal)
            case "decide alone":
                for proposal in CorrectionProposal.objects.open():
                    self._decide(proposal, by=self.scene.social_worker)
                for make_up in MakeUp.objects.open():
                    self._decide(make_up, by=self.scene.social_worker)
            case "decline":
                for proposal in CorrectionProposal.objects.open():
                    decide(request=proposal, by=self.approver, at=self.at, accepted=False, answer="不改")
            case "annul":
                correcting.set_right(
                    volunteer=volunteer,
                    shift=shift,
                    times=None,
                    method=Method.PAPER,
                    by=self.scene.leading,
                    at=self.at,
                )
                compute_records(volunteer=volunteer, shift=shift, at=self.at)
            case "scan":
                self._scan(volunteer, shift, "in", times[0])
                self._scan(volunteer, shift, "out", times[1])
                compute_records(volunteer=volunteer, shift=shift, at=self.at)
            case "edit":
                self._edit(shift, minute)
            case "rows":
                self._edit_rows(shift, minute)
            case "kind":
                activity = self._plan_of(shift)
                activity.kind = [Kind.SERVICE, Kind.TRAINING, Kind.PREPARATION, Kind.OTHER][minute % 4]
                self._save(activity)
            case "name role":
                named = shift.activity.roles.all()[minute % shift.activity.roles.count()]
                roles.name_role(volunteer=volunteer, shift=shift, role=named, by=self.scene.leading, at=self.at)
            case "overtime":
                until = shift.ends_at + dt.timedelta(minutes=minute)
                by, at = self.scene.leading, self.at
                overtime = approvals.ask_overtime(shift=shift, until=until, reason="人多", by=by, at=at)
                if not isinstance(overtime, Refusal):
                    self._decide(overtime)
            case "correct":
                by, at = self.scene.leading, self.at
                make_ups.correct_visit(volunteer=volunteer, shift=shift, times=times, by=by, at=at)
                compute_records(volunteer=volunteer, shift=shift, at=self.at)
            case "import":
                self._import(volunteer, minute)
            case "take back":
                for done in Import.objects.filter(taken_back=None):
                    importing.take_back(done=done, reason="错了", by=self.scene.social_worker, at=self.at)
            case "tick":
                self._tick()
            case "certificate":
                self._certify(volunteer.stays)
            case "merge":
                with TestCase.captureOnCommitCallbacks(execute=True):
                    merging.merge(
                        volunteer=self.people[1], into=self.people[0], by=self.scene.social_worker, at=self.at
                    )

    def _scan(self, volunteer: Volunteer, shift: Shift, direction: str, at: dt.datetime) -> None:
        """Scan the activity's code at the gate."""
        checkpoint = codes.checkpoint_for(shift.activity, rotating=True)
        scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=checkpoint.key,
            code=codes.rotating_codes(checkpoint, at=at)[0].code,
            volunteer=volunteer,
            operator=volunteer.user,
            direction=direction,
            at=at,
            browser="",
            sure=True,
            shift_id=shift.pk,
        )

    def _edit(self, shift: Shift, minute: int) -> None:
        """Change the plan as its form does: a break, another end, another title."""
        activity = self._plan_of(shift)
        activity.title = f"第{minute}次"
        edited = next(one for one in activity.shifts.all() if one == shift)
        edited.ends_at = edited.starts_at + dt.timedelta(minutes=120 + minute)
        rest = Break(starts_at=edited.starts_at + dt.timedelta(minutes=30))
        rest.ends_at = rest.starts_at + dt.timedelta(minutes=1 + minute % 60)
        edited.breaks = [rest] if minute % 3 else []
        self._save(activity)

    def _edit_rows(self, shift: Shift, minute: int) -> None:
        """Change the rows of the plan: one more role, one role or one shift less."""
        activity = self._plan_of(shift)
        shifts, all_roles = list(activity.shifts.all()), list(activity.roles.all())
        match minute % 4:
            case 0 | 1:
                kinds = (CountsAs.ATTENDEE, CountsAs.LEARNER, CountsAs.ATTENDEE, CountsAs.VOLUNTEER)
                counts_as = kinds[minute // 4 % len(kinds)]
                activity.roles = [*all_roles, Role(name=f"岗位{self.at:%d%H}", counts_as=counts_as, capacity=minute)]
            case 2:
                gone = all_roles[minute % len(all_roles)]
                if len(all_roles) > 1 and not plan_rows.is_needed(gone):
                    activity.roles = [one for one in all_roles if one is not gone]
            case 3 if len(shifts) > 1 and not plan_rows.is_needed(shift):
                activity.shifts = [one for one in shifts if one != shift]
        self._save(activity)

    def _plan_of(self, shift: Shift) -> Activity:
        """Return the activity with its rows, as the form holds it."""
        activity = Activity.objects.get(pk=shift.activity_id)
        activity.shifts, activity.roles = list(activity.shifts.all()), list(activity.roles.all())
        return activity

    def _save(self, activity: Activity) -> None:
        changing.save_activity(activity=activity, reason="晚到", by=self.scene.social_worker, at=self.at)
        plans.sweep_plans(at=self.at)

    def _place(self, where: int) -> Shift | None:
        """Return the shift as it is planned now; None if it was taken out of its plan."""
        return Shift.objects.select_related("activity").filter(pk=self.shifts[where].pk).first()

    def _import(self, volunteer: Volunteer, minute: int) -> None:
        """Import a line of past service on the day of the shifts."""
        columns = {name: place for place, name in enumerate(("number", "date", "hours", *TEXTS))}
        line = [volunteer.number, SATURDAY.isoformat(), f"{minute}分钟", *("植树" for _ in TEXTS)]
        by, at = self.scene.social_worker, self.at
        upload = imports.keep_upload(
            community=self.scene.community,
            issuer=self.scene.issuer,
            leader=self.scene.leader,
            name="2025.csv",
            content=f"{','.join(columns)}\n{','.join(line)}\n".encode(),
            by=by,
            at=at,
        )
        assert not isinstance(upload, Refusal), upload
        upload = imports.choose_columns(upload=upload, header=1, columns=columns, by=by)
        assert not isinstance(upload, Refusal), upload
        run = imports.dry_run(upload=upload, by=by, at=at)
        assert not isinstance(run, Refusal), run
        importing.import_rows(upload=upload, mark=run.mark, only_if_all_are_good=False, by=by, at=at)

    def _tick(self) -> None:
        """Let the clock do what it does with hours and certificates."""
        plans.sweep_plans(at=self.at)
        records.sweep_records(at=self.at)
        notices.end_notices(at=self.at)
        certificates.follow_corrections(at=self.at)

    def _certify(self, volunteer: Volunteer) -> None:
        """Issue a certificate of all hours, and compare it with the ledger of that moment."""
        period = {"period_from": SATURDAY, "period_to": SUNDAY + dt.timedelta(days=1)}
        answer = certificates.issue(
            issuer=self.scene.issuer, volunteer=volunteer, **period, by=self.scene.social_worker, at=self.at
        )
        if not isinstance(answer, Refusal):
            assert answer.minutes == self._effective(volunteer), answer.snapshot
            assert self._printed(answer.snapshot) == self._of_records(volunteer)
            assert sum(minutes for _evidence, minutes, _hours in answer.snapshot["evidence"]) == answer.minutes
            self.issued.setdefault(answer.pk, answer.snapshot)

    @staticmethod
    def _printed(snapshot: dict[str, Any]) -> list[tuple[Any, ...]]:
        names = ("date", "activity", "place", "content", "minutes", "hours")
        return sorted(tuple(row[name] for name in names) for row in snapshot["rows"])

    @staticmethod
    def _of_records(volunteer: Volunteer) -> list[tuple[Any, ...]]:
        """Return the lines of a certificate of this moment: each effective record, as it was described."""
        effective = ServiceRecord.objects.effective().of(volunteer).filter(date=SATURDAY, minutes__gt=0)
        return sorted(
            (
                record.date.isoformat(),
                record.described.title,
                record.described.place,
                record.described.service_content,
                record.minutes,
                formats.hours(record.minutes, 6),
            )
            for record in effective
        )

    def _effective(self, volunteer: Volunteer) -> int:
        """Return the person's minutes of service in the ledger."""
        rows = Volunteer.objects.one_with(volunteer.pk)
        entries = LedgerEntry.objects.filter(volunteer__in=rows, category=Category.SERVICE)
        return int(entries.aggregate(minutes=Sum("minutes", default=0))["minutes"])

    def _decide(self, request: Request, *, by: User | None = None, **what: Any) -> None:
        decide(request=request, **what, by=by or self.approver, at=self.at, accepted=True, answer="同意")

    def adds_up(self) -> None:
        self._tick()
        with transaction.atomic():
            counted = records.compute_many(volunteers=[person.pk for person in self._distinct()], at=self.at)
            assert (counted.created, counted.changed, counted.withdrawn) == ([], [], [])
        decided = set(CorrectionProposal.objects.values_list("record", flat=True))
        assert {difference.record.pk for difference in counted.differing} <= decided
        assert list(audit.differences(at=AUDITED)) == list(audit.notes()) == []
        effective = ServiceRecord.objects.filter(state=RecordState.EFFECTIVE)
        of_records = effective.aggregate(minutes=Sum("minutes", default=0))["minutes"]
        of_entries = LedgerEntry.objects.aggregate(minutes=Sum("minutes", default=0))["minutes"]
        of_people = [totals.total_of(person) for person in self._distinct()]
        of_totals = sum(one.service_minutes + one.training_minutes for one in of_people)
        assert of_records == of_entries == of_totals
        self._certificates_are_true()

    def _certificates_are_true(self) -> None:
        """Compare each certificate with what it said at its issue, and a valid one with the ledger of today."""
        assert {one.pk: one.snapshot for one in Certificate.objects.filter(pk__in=self.issued)} == self.issued
        for one in Certificate.objects.filter(closure=None).prefetch_related("entries"):
            assert one.minutes == sum(entry.minutes for entry in one.entries.all())
            assert not LedgerEntry.objects.filter(reverses__in=one.entries.all()).exists()

    def _distinct(self) -> list[Any]:
        for person in self.people:
            person.refresh_from_db()
        return [person for person in self.people if person.merged_into_id is None]


ACTS = ["sheet", "sheet", "confirm", "confirm", "notice", "ask", "object", "long day", "decide", "decide", "merge"]
ACTS += ["decline", "annul", "scan", "scan", "edit", "import", "take back", "tick", "notice"]
ACTS += ["certificate", "certificate", "decide alone", "rows", "rows", "kind", "name role", "name role", "overtime"]
ACTS += ["correct"]
