"""Entries, totals, records and scans agree after any acts in any order."""

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.audit import services as audit
from academy.hours.day_limits import all_excess
from academy.hours.models import ServiceRecord
from tests.examples import examples
from tests.hours.scene import AUDITED, Scene
from tests.hours.world import ACTS, PLACES, World
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]

acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, PLACES - 1), st.integers(1, 180)),
    min_size=4,
    max_size=20,
)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=examples(14, whole=200), deadline=None)
@given(acts=acts)
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
