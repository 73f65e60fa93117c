"""Entries, totals, records and scans agree after any acts in any order."""

import pytest
from django.db import connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from academy.audit import services as audit
from academy.hours.day_limits import all_excess
from academy.hours.models import ServiceRecord
from tests.examples import examples
from tests.hours.scene import AUDITED, Scene
from tests.hours.world import ACTS, PLACES, World
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]


def acts_of(kinds: list[str], *, at_least: int, at_most: int) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    act = st.tuples(st.sampled_from(kinds), st.integers(0, 1), st.integers(0, PLACES - 1), st.integers(1, 180))
    return st.lists(act, min_size=at_least, max_size=at_most)


# Most acts are about hours that somebody has already.
came = acts_of(["sheet", "scan"], at_least=1, at_most=4)
acts = st.builds(list.__add__, came, acts_of(ACTS, at_least=3, at_most=16))


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=examples(14, whole=200), deadline=None)
@given(acts=acts)
@example(acts=[("scan", 0, 0, 120), ("rows", 0, 0, 8)])  # another role to choose, after somebody came
def test_entries_totals_and_records_say_the_same(acts: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        world = World()
        for act in acts:
            world.act(*act)
            assert list(all_excess()) == []
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
