"""Service that stores how many people of a unit came without giving a name (G1)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from academy.activities.belongings import may_lead
from academy.activities.models import Shift
from academy.core.refusals import Refusal
from academy.groups.models import HeadsOfUnit
from academy.groups.refusals import BAD_HEADS, FOREIGN_UNIT
from academy.people.models import User
from academy.units.models import Unit

MOST = 2000


@transaction.atomic
def count_heads(*, unit: Unit, shift: Shift, people: int, by: User, at: dt.datetime) -> HeadsOfUnit | Refusal:
    """Store the number of the unit's people at the shift without names: person-times, no hours (G1).

    The latest count holds; the same number again adds no row. Refuses with `bad_unit_heads`, `foreign_unit`. Raises
    `PermissionDenied` for a user who may not lead the activity.
    """
    if not may_lead(by, shift.activity):
        raise PermissionDenied
    if not 0 <= people <= MOST:
        return BAD_HEADS
    if unit.community_id != shift.activity.community_id:
        return FOREIGN_UNIT
    latest = HeadsOfUnit.objects.filter(unit=unit, shift=shift).order_by("counted_at", "pk").last()
    if latest is not None and latest.people == people:
        return latest
    return HeadsOfUnit.objects.create(unit=unit, shift=shift, people=people, counted_by=by, counted_at=at)
