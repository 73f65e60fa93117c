"""A community in which hours were settled in every way, for the tests of the audit."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from academy.activities.models import Role
from academy.certificates import services as certificates
from academy.certificates.models import Certificate
from academy.checkin.models import Device, Method
from academy.checkin.services import correcting
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, ServiceRecord
from academy.hours.services import approvals, confirmation, evaluation, make_ups, notices, objections, roles
from academy.people import cards
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.factories import UserFactory, compute_records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.transfers.lists import import_list, row

LAST = dt.date(2026, 2, 1)  # of the notices that are over
CERTIFIED = moment("09:00", dt.date(2026, 2, 2))


def taken(answer: Any) -> Any:
    assert not isinstance(answer, Refusal), answer
    return answer


class Settled:
    """One record settled in each way, two certificates, and one record still on notice."""

    def __init__(self) -> None:
        self.scene = Scene(values={"daily_minutes": 240})
        Scene(has_rules=False)  # another community, where a changed row could point
        self.approver = UserFactory(duties=[(self.scene.community, DutyRole.APPROVER)])
        self.person = self.scene.volunteer(login=True)
        self.witness = self.scene.volunteer("李建国", login=True)
        Device.objects.create(
            activity=self.scene.activity(),
            operator=self.scene.leading,
            key="DEVICE",
            issued_at=moment("08:00"),
            expires_at=moment("20:00"),
        )
        cards.card_for(volunteer=self.person, by=self.scene.social_worker, at=moment("08:00"))
        self.day = SATURDAY
        self._make_up()
        self._long_day()
        self._overtime()
        self._merged()
        self._correction()
        self._named_role()
        notices.end_notices(at=moment("00:05", LAST))
        self.zero = self.scene.serve(self.person, "09:00", "10:00", day=self._next_day(), counts_as="attendee")
        import_list(self.scene, row(self.person.number))
        self.certificate, revoked = self._certify(), self._certify(self.witness)
        at = CERTIFIED + dt.timedelta(hours=1)
        certificates.revoke(certificate=revoked, note="打印错了", by=self.scene.social_worker, at=at)
        self._on_notice()

    def _next_day(self) -> dt.date:
        self.day += dt.timedelta(days=1)
        return self.day

    def _decide(self, request: Any, at: dt.datetime, accepted: bool = True, **what: Any) -> None:
        taken(decide(request=taken(request), by=self.approver, at=at, accepted=accepted, answer="核对过", **what))

    def _confirm(self, activity: Any, at: dt.datetime) -> None:
        records = ServiceRecord.objects.awaiting_confirmation().filter(activity=activity)
        taken(confirmation.confirm(activity=activity, by=self.scene.leading, at=at, records=records, heads=1))

    def _make_up(self) -> None:
        shift = self.scene.activity(day=self.day, breaks=(("10:00", "10:15"),)).shifts.get()
        asked = make_ups.ask_make_up(
            volunteer=self.person,
            shift=shift,
            came_at=moment("09:00", self.day),
            left_at=moment("12:00", self.day),
            reason="手机没电了",
            by=self.person.user,
            at=moment("18:00", self.day),
            witness=self.witness,
            evidence=[SimpleUploadedFile("合影.jpg", b"picture")],
        )
        self._decide(asked, moment("19:00", self.day))
        self._confirm(shift.activity, moment("20:00", self.day))
        self.record = ServiceRecord.objects.get(shift=shift)

    def _long_day(self) -> None:
        day = self._next_day()
        shift = self.scene.activity(("08:00", "14:00"), day=day).shifts.get()
        self.scene.attend(self.witness, shift, "08:00", "14:00")
        asked = approvals.ask_daily_approval(
            volunteer=self.witness,
            date=day,
            minutes=360,
            reason="人手不足",
            by=self.scene.social_worker,
            at=moment("15:00", day),
        )
        self._decide(asked, moment("16:00", day))
        self._confirm(shift.activity, moment("17:00", day))

    def _overtime(self) -> None:
        day = self._next_day()
        shift = self.scene.activity(day=day).shifts.get()
        self.scene.attend(self.person, shift, "09:00", "12:30")
        until = moment("12:30", day)
        asked = approvals.ask_overtime(
            shift=shift, until=until, reason="收尾", by=self.scene.leading, at=moment("14:00", day)
        )
        self._decide(asked, moment("15:00", day))
        self._confirm(shift.activity, moment("16:00", day))
        taken(evaluation.evaluate(activity=shift.activity, by=self.scene.leading, at=moment("16:00", day)))

    def _correction(self) -> None:
        """Correct an effective record by a late sheet, which annuls a scan."""
        day = self._next_day()
        record = self.scene.serve(self.person, "09:00", "12:00", day=day)
        at = moment("09:00", dt.date(2026, 1, 25))
        times = (moment("09:00", day), moment("11:00", day))
        correcting.set_right(
            volunteer=self.person,
            shift=record.shift,
            times=times,
            method=Method.PAPER,
            by=self.scene.leading,
            at=at,
        )
        compute_records(volunteer=self.person, shift=record.shift, at=at)
        self._decide(CorrectionProposal.objects.get(record=record), at + dt.timedelta(hours=1))

    def _merged(self) -> None:
        goes = self.scene.volunteer("王秀英（重复）")
        self.scene.serve(goes, "14:00", "16:00", day=self._next_day())
        at = moment("09:00", dt.date(2026, 1, 26))
        taken(merging.merge(volunteer=goes, into=self.person, by=self.scene.social_worker, at=at))
        self.person.refresh_from_db()

    def _named_role(self) -> None:
        """Name the role of somebody who came without a place to an activity with two kinds of roles."""
        day = self._next_day()
        activity = self.scene.activity(day=day)
        Role.objects.create(activity=activity, name="学员", counts_as="learner", capacity=5)
        shift, at = activity.shifts.get(), moment("18:00", day)
        times = (moment("09:00", day), moment("11:00", day))
        by = self.scene.social_worker
        correcting.set_right(volunteer=self.witness, shift=shift, times=times, method=Method.PAPER, by=by, at=at)
        compute_records(volunteer=self.witness, shift=shift, at=at)
        role = activity.roles.get(counts_as="volunteer")
        taken(roles.name_role(volunteer=self.witness, shift=shift, role=role, by=by, at=at))
        self._confirm(activity, at)

    def _certify(self, volunteer: Volunteer | None = None) -> Certificate:
        certificate: Certificate = taken(
            certificates.issue(
                issuer=self.scene.issuer,
                volunteer=volunteer or self.person,
                period_from=dt.date(2026, 1, 1),
                period_to=dt.date(2026, 1, 31),
                by=self.scene.social_worker,
                at=CERTIFIED,
            )
        )
        return certificate

    def _on_notice(self) -> None:
        """Confirm a record, and dismiss the objection to it."""
        day = dt.date(2026, 2, 7)
        shift = self.scene.activity(day=day).shifts.get()
        self.scene.attend(self.witness, shift)
        self._confirm(shift.activity, moment("13:00", day))
        self.on_notice = ServiceRecord.objects.get(shift=shift)
        asked = objections.object_to(record=self.on_notice, reason="没来", by=self.person.user, at=moment("14:00", day))
        self._decide(asked, moment("15:00", day), accepted=False)
