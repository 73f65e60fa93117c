"""Two rows of the roll become one person.

Hours that one confirmed for the other were their own (K4), and what either holds is part of the other's days (H4, H5).
"""

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from academy.checkin.services.visits import unseal_visits
from academy.hours import hands, ledger, seals
from academy.hours.models import OPEN_STATES, RecordState, ServiceRecord
from academy.hours.services.corrections import correct
from academy.hours.services.notices import move
from academy.hours.services.records import compute_many
from academy.hours.services.storing import Difference
from academy.people.models import User, Volunteer

JOINED = gettext_noop("Confirmed by the volunteer, as joining two entries showed. Another person confirms it (K4).")


def take_back_own(
    *, goes: Volunteer, stays: Volunteer, by: User, at: dt.datetime, reason: str = JOINED
) -> list[ServiceRecord]:
    """Take back the records of either row that this person confirmed or decided about. Return them.

    Their scans are counted again after the merger, and the hours wait for another person's confirmation. A contested
    record stays: another person decides about it anyway. So does an imported one, which no scan could bring back. Runs
    in the merger's transaction.
    """
    logins = {pk for pk in (goes.user_id, stays.user_id) if pk is not None}
    if not logins:
        return []
    settled = ServiceRecord.objects.of_all([goes, stays]).filter(
        state__in=[RecordState.ON_NOTICE, RecordState.EFFECTIVE], imported_row__isnull=True
    )
    records = list(settled.select_related("volunteer__merged_into", "replaces"))
    decided = hands.decided_by_themselves(records, logins=logins)
    own = [record for record in records if record.confirmed_by_id in logins or decided.get(record.pk)]
    ledger.lock_all(own)
    waiting = [record for record in own if record.waits_to_replace]
    for record in waiting:  # the effective record under it stands
        move([record], RecordState(record.state), RecordState.WITHDRAWN, sealed=False)
        ServiceRecord.objects.filter(pk=record.pk).update(replaces=None)
    seals.seal(record.pk for record in waiting)
    with translation.override(settings.LANGUAGE_CODE):
        reason = gettext(reason)
    correct(
        [Difference(record, None) for record in own if record not in waiting], by=by, at=at, reason=reason, clause="K4"
    )
    for shift_id in sorted({record.shift_id for record in own}):
        for row in (goes, stays):
            unseal_visits(volunteer_id=row.pk, shift_id=shift_id)
    return own


def count_waiting(*, volunteer: Volunteer, at: dt.datetime) -> None:
    """Count the person's waiting records again, with imported hours and approved days of all rows (H4).

    The visits of the row that goes are rebuilt after the commit, and their days are then counted once more. Runs in the
    merger's transaction: until another scan, no later message or sweep would find these records.
    """
    waiting = ServiceRecord.objects.filter(state__in=OPEN_STATES).of(volunteer)
    first = waiting.order_by("date").values_list("date", flat=True).first()
    if first is not None:
        compute_many(volunteers=[volunteer.pk], since=first, at=at)
