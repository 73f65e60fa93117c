"""The role of a volunteer at a shift, as a person chose or named it. No role is the default (H9, T2).

A seat that the gate gave to a walk-in is a place, and no person chose its role: it holds only where all roles that are
open to walk-ins count as the same. Two merged rows that signed up for different roles name none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F, Value

from academy.activities.models import CountsAs, Role, Shift, SignUp
from academy.activities.seats import WALK_IN_COUNTS_AS
from academy.core.sql import AT_ONCE, batched
from academy.hours.models import OPEN_STATES, NamedRole, ServiceRecord
from academy.people.models import Volunteer

Pair = tuple[int, int]  # the ids of a volunteer and of a shift


def find_roles(pairs: Collection[Pair], stays: Mapping[int, int]) -> dict[Pair, str]:
    """Return what each volunteer's role at each shift counts as. A pair without a role is missing.

    In this order: the role that was named last; the role signed up for beforehand; the role that a settled record was
    counted with, since what is settled stands; the only role that is possible. `stays` maps a merged
    row to the row that stays. Takes one statement, and two more if a role is still missing then.
    """
    volunteers, shifts = {*stays, *(pk for pk, _ in pairs)}, {pk for _, pk in pairs}
    named: dict[Pair, str] = {}
    chosen: dict[Pair, set[str]] = defaultdict(set)
    walked_in: set[Pair] = set()
    for _seq, volunteer_id, shift_id, by_name, walk_in, counts_as in _read(volunteers, shifts):
        pair = (stays.get(volunteer_id, volunteer_id), shift_id)
        if by_name:
            named[pair] = counts_as
        elif walk_in:
            walked_in.add(pair)
        else:
            chosen[pair].add(counts_as)
    found = {pair: next(iter(roles)) for pair, roles in chosen.items() if len(roles) == 1} | named
    left = [pair for pair in pairs if pair not in found]
    if not left:
        return found
    found |= _settled_roles(left, volunteers, stays)
    possible = _possible_roles({shift_id for _, shift_id in left})
    for pair in left:
        roles = possible[pair[1]]
        if pair in walked_in:
            roles = roles & {*WALK_IN_COUNTS_AS}
        if len(roles) == 1 and pair not in chosen:
            found.setdefault(pair, next(iter(roles)))
    return found


def chosen_role(volunteer: Volunteer, shift: Shift) -> str:
    """Return what the role counts as that the person signed up for beforehand; empty without exactly one."""
    mine = SignUp.objects.of(volunteer).filter(shift=shift, cancelled_at=None, walk_in=False)
    roles = set(mine.values_list("role__counts_as", flat=True))
    return roles.pop() if len(roles) == 1 else ""


def without_role(records: Iterable[ServiceRecord]) -> set[int]:
    """Return the ids of the records whose role is still to be named, by what is known now."""
    records = list(records)
    rows = Volunteer.objects.all_with(record.volunteer for record in records)
    stays = {pk: merged_into or pk for pk, merged_into in rows.values_list("pk", "merged_into")} if records else {}
    pairs = {(stays[record.volunteer_id], record.shift_id) for record in records}
    known = find_roles(pairs, stays) if records else {}
    return {
        record.pk
        for record in records
        if record.role_missing or (stays[record.volunteer_id], record.shift_id) not in known
    }


def _read(volunteers: Collection[int], shifts: Collection[int]) -> list[tuple[Any, ...]]:
    """Return the places and the named roles of these people at these shifts, the oldest first."""
    columns = ("seq", "volunteer_id", "shift_id", "by_name", "is_walk_in", "role__counts_as")
    yes, no = Value(True), Value(False)
    places = SignUp.objects.filter(cancelled_at=None).annotate(seq=F("pk"), by_name=no, is_walk_in=F("walk_in"))
    names = NamedRole.objects.annotate(seq=F("pk"), by_name=yes, is_walk_in=no)
    wanted = [_of(facts, volunteers, shifts).values_list(*columns) for facts in (places, names)]
    return sorted(wanted[0].union(wanted[1], all=True))


def _of(facts: Any, volunteers: Collection[int], shifts: Collection[int]) -> Any:
    facts = facts.filter(volunteer_id__in=volunteers)
    return facts.filter(shift_id__in=shifts) if len(shifts) <= AT_ONCE else facts


def _possible_roles(shifts: Collection[int]) -> dict[int, set[str]]:
    """Return what the roles of each shift's activity count as."""
    possible: dict[int, set[str]] = defaultdict(set)
    for some in batched(sorted(shifts)):
        roles = Role.objects.filter(activity__shifts__in=some).values_list("activity__shifts", "counts_as")
        for shift_id, counts_as in roles:
            possible[shift_id].add(counts_as)
    return possible


def _settled_roles(pairs: Collection[Pair], volunteers: Collection[int], stays: Mapping[int, int]) -> dict[Pair, str]:
    """Return the roles that settled records of these pairs were counted with. Imported ones are service."""
    if not pairs:
        return {}
    settled = _of(ServiceRecord.objects.live().exclude(state__in=OPEN_STATES), volunteers, {pk for _, pk in pairs})
    roles: dict[Pair, str] = {}
    for volunteer_id, shift_id, counts_as, imported in settled.values_list(
        "volunteer_id", "shift_id", "basis__counts_as", "basis__imported"
    ):
        known = CountsAs.VOLUNTEER.value if imported else counts_as
        roles[stays.get(volunteer_id, volunteer_id), shift_id] = known
    return {pair: roles[pair] for pair in pairs if roles.get(pair)}
