"""Entries, totals, records and scans agree after any acts in any order."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.audit import services as audit
from academy.checkin.models import Method
from academy.checkin.services import correcting
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, LedgerEntry, MakeUp, Objection, RecordState, ServiceRecord
from academy.hours.services import approvals, confirmation, make_ups, notices, objections, records, totals
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.examples import examples
from tests.factories import UserFactory, compute_records, photo
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment
from tests.roles import unguarded_facts

pytestmark = pytest.mark.slow


class World:
    """Two people at two overlapping shifts, with everybody who may move their hours."""

    def __init__(self) -> None:
        self.scene = Scene(values={"daily_minutes": 200})
        self.people = [self.scene.volunteer(login=True), self.scene.volunteer("李建国", login=True)]
        times = (("09:00", "12:00"), ("11:00", "14:00"))
        self.shifts = [self.scene.activity(one).shifts.get() for one in times]
        self.approver = UserFactory(duties=[(self.scene.community, DutyRole.APPROVER)])
        self.at = moment("15:00")

    def act(self, kind: str, who: int, where: int, minute: int) -> None:
        """Do one act of one person. A refusal is a valid result, too."""
        self.at += dt.timedelta(hours=9)
        volunteer, shift = self.people[who], self.shifts[where]
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
                notices.end_notices(at=self.at + dt.timedelta(days=30))
            case "ask":
                make_ups.ask_make_up(
                    volunteer=volunteer,
                    shift=shift,
                    came_at=times[0],
                    left_at=times[1],
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
                    self._decide(objection, fields={"came_at": times[0], "left_at": times[1]})
                for proposal in CorrectionProposal.objects.open():
                    self._decide(proposal)
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
            case "merge":
                merging.merge(volunteer=self.people[1], into=self.people[0], by=self.scene.social_worker, at=self.at)
                records.sweep_records(at=self.at)

    def _decide(self, request: Request, **what: Any) -> None:
        decide(request=request, **what, by=self.approver, at=self.at, accepted=True, answer="同意")

    def adds_up(self) -> None:
        assert list(audit.differences(at=AUDITED)) == list(audit.notes()) == []
        effective = ServiceRecord.objects.filter(state=RecordState.EFFECTIVE)
        of_records = effective.aggregate(minutes=Sum("minutes", default=0))["minutes"]
        of_entries = LedgerEntry.objects.aggregate(minutes=Sum("minutes", default=0))["minutes"]
        of_totals = sum(totals.total_of(person).service_minutes for person in self._distinct())
        assert of_records == of_entries == of_totals

    def _distinct(self) -> list[Any]:
        for person in self.people:
            person.refresh_from_db()
        return [person for person in self.people if person.merged_into_id is None]


ACTS = ["sheet", "sheet", "confirm", "confirm", "notice", "ask", "object", "long day", "decide", "decide", "merge"]
ACTS += ["decline", "annul"]
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 1), st.integers(1, 180)), min_size=4, max_size=12
)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=examples(12), deadline=None)
@given(acts=acts)
def test_entries_totals_and_records_say_the_same(acts: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        world = World()
        for act in acts:
            world.act(*act)
        world.adds_up()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE checkin_scan SET direction = 'in'", "its scans make"),
        ("UPDATE hours_servicerecord SET flags = '[\"overlap\"]'", "flags ['overlap'], its scans make []"),
        ("UPDATE hours_servicerecord SET steps = '[]'", "steps [], its scans make"),
        ("UPDATE hours_servicerecord SET category = 'training'", "category training, its scans make service"),
    ],
)
def test_the_audit_counts_again_from_the_scans(scene: Scene, tampering: str, found: str) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    assert list(audit.differences(at=AUDITED)) == []
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute(tampering)
    assert any(found in difference for difference in audit.differences(at=AUDITED))
    assert record.state == "effective"


def test_the_audit_misses_a_scan_that_is_gone(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    lost = "00000000-0000-0000-0000-000000000000"
    ServiceRecord.objects.filter(pk=record.pk).update(basis={**record.basis, "scans": [lost]})
    assert f"record {record.pk}: it rests on scans that are not there: {lost}" in list(audit.differences(at=AUDITED))
