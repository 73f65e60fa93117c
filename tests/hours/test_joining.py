"""Shifts that share a date or a preparation are counted together, in any order of reading."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Case, When
from hypothesis import given
from hypothesis import strategies as st

from academy.hours import days
from academy.hours.models import ServiceRecord
from academy.hours.services import records
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = [pytest.mark.slow, pytest.mark.both]

SUNDAY = SATURDAY + dt.timedelta(days=1)
SHIFTS = st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=3), max_size=12)


def joined(shifts: list[set[int]]) -> set[frozenset[int]]:
    """Return the groups, each the places of its shifts in `shifts`."""
    attended: Any = [SimpleNamespace(join_keys=sorted(keys), place=place) for place, keys in enumerate(shifts)]
    groups = [[one.place for one in group] for group in days.join(attended)]
    assert sorted(place for group in groups for place in group) == list(range(len(shifts)))
    return {frozenset(group) for group in groups}


@given(SHIFTS)
def test_every_shift_is_in_one_group_and_groups_share_no_key(shifts: list[set[int]]) -> None:
    reached = [{key for place in group for key in shifts[place]} for group in joined(shifts)]
    assert sum(len(keys) for keys in reached) == len(set().union(*reached))


@given(SHIFTS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(shifts: list[set[int]], chance: Any) -> None:
    order = list(range(len(shifts)))
    chance.shuffle(order)
    other = joined([shifts[place] for place in order])
    assert {frozenset(order[place] for place in group) for group in other} == joined(shifts)


@given(SHIFTS)
def test_a_group_holds_no_two_sets_of_shifts_without_a_common_key(shifts: list[set[int]]) -> None:
    for group in joined(shifts):
        reached, near = set[int](), set(shifts[min(group)])
        while near > reached:
            reached = near
            near = near.union(*(shifts[place] for place in group if shifts[place] & reached))
        assert all(shifts[place] <= reached for place in group)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("last", ["evening", "night", "morning"])
def test_a_night_joins_two_days_also_when_its_scans_are_read_last(
    scene: Scene, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    volunteer = scene.volunteer()
    times = {
        "evening": (("18:00", "20:00"), SATURDAY),
        "night": (("22:00", "26:00"), SATURDAY),
        "morning": (("09:00", "10:00"), SUNDAY),
    }
    shifts = {name: scene.activity(plan, day=day).shifts.get() for name, (plan, day) in times.items()}
    for name, ((came, left), day) in times.items():
        scene.scan(volunteer, shifts[name], "in", moment(came, day))
        scene.scan(volunteer, shifts[name], "out", moment(left, day))
    read = days.scan_rows
    in_order = Case(When(shift=shifts[last], then=1), default=0)
    for room in (days, records):
        monkeypatch.setattr(room, "scan_rows", lambda ids: read(ids).order_by(in_order, "happened_at"))
    at = moment("12:00", SUNDAY)
    records.compute_one(volunteer_id=volunteer.pk, shift_id=shifts["night"].pk, at=at)
    expected = [120, 120, 120, 60]
    assert list(ServiceRecord.objects.order_by("date", "shift").values_list("minutes", flat=True)) == expected
    ServiceRecord.objects.all().delete()
    assert len(records.compute_many(volunteers=[volunteer.pk], at=at).created) == 4
