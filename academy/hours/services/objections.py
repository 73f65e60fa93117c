"""Objections to records on notice (K7): only the contested record waits for the decision."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.decisions.services import NEEDS_REASON
from academy.hours.models import Objection, RecordState, ServiceRecord
from academy.hours.services.notices import due_on, move
from academy.hours.services.records import lock_volunteers
from academy.people.models import User

OBJECTED = "hours.object"  # action in the log
NOT_ON_NOTICE = Refusal(
    "not_on_notice", _("The notice of these hours is over or has not begun. Ask the social worker for a correction.")
)
ALREADY_CONTESTED = Refusal(
    "already_contested", _("Somebody has objected already. The objection waits for a decision.")
)
NEEDS_OBJECTOR = Refusal("needs_objector", _("Write down who objects."))


@transaction.atomic
def object_to(
    *, record: ServiceRecord, reason: str, by: User, at: dt.datetime, objector: str = ""
) -> Objection | Refusal:
    """Contest a record on notice; the record does not take effect until the objection is decided (K7).

    Any user with a login may object. At the desk, `objector` is the name of the person who came.

    Refuses with `needs_reason`, `needs_objector`, `already_contested` and `not_on_notice`.
    """
    reason, objector = reason.strip(), objector.strip()
    if not reason:
        return NEEDS_REASON
    if by.own_volunteer is None and not objector:
        return NEEDS_OBJECTOR
    lock_volunteers([record.volunteer_id])
    record = (
        ServiceRecord.objects.select_for_update(of=("self",))
        .select_related("rule_set", "volunteer__merged_into")
        .get(pk=record.pk)
    )
    if record.state == RecordState.CONTESTED:
        return ALREADY_CONTESTED
    if record.state != RecordState.ON_NOTICE:
        return NOT_ON_NOTICE
    move([record], RecordState.ON_NOTICE, RecordState.CONTESTED)
    log(record.volunteer.stays, OBJECTED, user=by, timestamp=at, data={"record": record.pk})
    return Objection.objects.create(
        record=record,
        objector=objector,
        reason=reason,
        due_on=due_on(record, at),
        asked_by=by,
        asked_at=at,
    )


def resume_notice(record: ServiceRecord, *, at: dt.datetime) -> None:
    """Put a record that is still contested on notice again.

    The notice ends on its former day, and not before tomorrow.
    """
    left = ServiceRecord.objects.select_for_update().filter(pk=record.pk, state=RecordState.CONTESTED).first()
    if left is None:
        return
    assert left.effective_on is not None
    tomorrow = timezone.localdate(at) + dt.timedelta(days=1)
    move([left], RecordState.CONTESTED, RecordState.ON_NOTICE, effective_on=max(left.effective_on, tomorrow))
