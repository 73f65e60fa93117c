"""Objections to what is on notice (K7): the contested record alone waits until somebody has decided."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.checkin.models import Method
from academy.checkin.services import set_right
from academy.core.refusals import Refusal
from academy.core.workdays import add_working_days
from academy.hours.counting import ALONE
from academy.hours.models import Objection, RecordState, ServiceRecord
from academy.hours.services.corrections import recount
from academy.hours.services.notices import move
from academy.hours.services.records import lock_volunteers
from academy.hours.services.telling import tell_objection
from academy.people.asked import NEEDS_REASON, decide
from academy.people.models import User
from academy.rulebook.services import patience

NOT_ON_NOTICE = Refusal(
    "not_on_notice", _("The notice of these hours is over or has not begun. Ask the social worker for a correction.")
)
ALREADY_CONTESTED = Refusal("already_contested", _("Somebody has objected already. It is being looked at."))
NEEDS_OBJECTOR = Refusal("needs_objector", _("Write down who objects."))
TIMES_REVERSED = Refusal("times_reversed", _("The end lies before the beginning. Compare both times."))
NEEDS_TIMES = Refusal("needs_times", _("Both times are needed, or none if the person was not there."))


@transaction.atomic
def object_to(
    *, record: ServiceRecord, reason: str, by: User, at: dt.datetime, objector: str = ""
) -> Objection | Refusal:
    """Contests a record on notice; it does not take effect until this is decided (K7).

    Anybody with a login may; at the desk `objector` names who came. Refuses with `needs_reason`, `needs_objector`,
    `already_contested` and `not_on_notice`.
    """
    reason, objector = reason.strip(), objector.strip()
    if not reason:
        return NEEDS_REASON
    if by.own_volunteer is None and not objector:
        return NEEDS_OBJECTOR
    lock_volunteers([record.volunteer_id])
    record = ServiceRecord.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=record.pk)
    if record.state == RecordState.CONTESTED:
        return ALREADY_CONTESTED
    if record.state != RecordState.ON_NOTICE:
        return NOT_ON_NOTICE
    move([record], RecordState.ON_NOTICE, RecordState.CONTESTED)
    days = record.rule_set.parameters["objection_working_days"]
    return Objection.objects.create(
        record=record,
        objector=objector,
        reason=reason,
        due_on=add_working_days(timezone.localdate(at), days),
        asked_by=by,
        asked_at=at,
    )


@transaction.atomic
def decide_objection(
    *,
    objection: Objection,
    by: User,
    at: dt.datetime,
    accepted: bool,
    answer: str = "",
    times: tuple[dt.datetime, dt.datetime] | None = None,
) -> Objection | Refusal:
    """Upheld, the visit is put right to `times` (without them: was not there) and what is left begins its notice anew;
    dismissed, the notice goes on.

    Refuses with `times_reversed` and as `people.asked.decide` does: who confirmed the hours is no second person.
    """
    lock_volunteers([objection.record.volunteer_id])
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("record__volunteer", "record__shift__activity", "record__community")
        .get(pk=objection.pk)
    )
    record = objection.record
    if accepted and times is not None and times[0] >= times[1]:
        return TIMES_REVERSED
    if refusal := decide(
        objection,
        by=by,
        at=at,
        accepted=accepted,
        answer=answer,
        community=record.community,
        concerns=[record.volunteer],
        patience=patience(record.community_id, at),
        first=[record.confirmed_by_id] if record.confirmed_by_id else [],
    ):
        return refusal
    if accepted:
        objection.came_at, objection.left_at = times or (None, None)
        objection.save(update_fields=["came_at", "left_at"])
        flags = [Method.CORRECTION.value, *([ALONE] if objection.alone else [])]
        volunteer = record.volunteer.stays
        set_right(
            volunteer=volunteer,
            shift=record.shift,
            times=times,
            method=Method.CORRECTION,
            by=by,
            at=at,
            flags=flags,
        )
        recount(
            volunteer_id=volunteer.pk,
            shift_id=record.shift_id,
            by=by,
            at=at,
            reason=objection.reason,
            clause="K7",
            alone=objection.alone,
        )
    _go_on(record, at)
    tell_objection(objection, at=at)
    return objection


def _go_on(record: ServiceRecord, at: dt.datetime) -> None:
    """Where the record still stands, its notice ends when it would have, tomorrow at the earliest."""
    left = ServiceRecord.objects.select_for_update().filter(pk=record.pk, state=RecordState.CONTESTED).first()
    if left is None:
        return
    assert left.effective_on is not None
    tomorrow = timezone.localdate(at) + dt.timedelta(days=1)
    move([left], RecordState.CONTESTED, RecordState.ON_NOTICE, effective_on=max(left.effective_on, tomorrow))
