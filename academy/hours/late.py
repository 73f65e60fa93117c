"""Shifts that were published after they began: a second person confirms their hours (C1, K9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F

from academy.activities.models import Shift
from academy.checkin.models import Scan
from academy.hours.models import ServiceRecord

PUBLISHED_LATE = "published_late"  # a remark on the record, computed whenever it is shown


def late_shifts(shifts: Collection[int]) -> set[int]:
    """Return the ids of those shifts that had begun when their activity was published."""
    if not shifts:
        return set()
    late = Shift.objects.filter(pk__in=shifts, activity__published_at__gt=F("starts_at"))
    return set(late.values_list("pk", flat=True))


def first_persons(records: Iterable[ServiceRecord]) -> dict[int, frozenset[int]]:
    """Return, by each record of a late shift, the users who are no second person for it (C1, K4).

    They are the user who published the activity and those who entered the scans behind the record. A record of a shift
    that was published in time is left out: any user may confirm it who may confirm at all.
    """
    records = list(records)
    late = late_shifts({record.shift_id for record in records})
    concerned = [record for record in records if record.shift_id in late]
    if not concerned:
        return {}
    publishers = dict(Shift.objects.filter(pk__in=late).values_list("pk", "activity__published_by"))
    scans = {UUID(scan): record.pk for record in concerned for scan in record.basis["scans"]}
    operators: dict[int, set[int | None]] = defaultdict(set)
    for pk, operator in Scan.objects.filter(pk__in=scans).values_list("pk", "operator"):
        operators[scans[pk]].add(operator)
    return {
        record.pk: frozenset(user for user in (publishers[record.shift_id], *operators[record.pk]) if user is not None)
        for record in concerned
    }
