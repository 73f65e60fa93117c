import datetime as dt
from copy import deepcopy
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from academy.hours.days import Facts
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation, records
from academy.hours.services.storing import Outcome
from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = [pytest.mark.slow, pytest.mark.both]

SUNDAY = SATURDAY + dt.timedelta(days=1)
CONTENT = ("volunteer_id", "shift_id", "date", "category", "minutes", "flags", "steps", "basis", "rule_set_id", "state")


def recompute(*arguments: str, at: dt.datetime | None = None) -> str:
    out = StringIO()
    with time_machine.travel(at or moment("23:00", SUNDAY), tick=False):
        call_command("recompute_records", *arguments, stdout=out)
    return out.getvalue()


def contents() -> list[dict[str, Any]]:
    return list(ServiceRecord.objects.order_by("volunteer", "shift", "date").values(*CONTENT))


@pytest.fixture(scope="module")
def weekend_of_module(rows_of_module: Any) -> Any:
    return rows_of_module(_weekend)


@pytest.fixture
def weekend(weekend_of_module: Scene, db: None) -> Scene:
    return deepcopy(weekend_of_module)


def _weekend() -> Scene:
    """Create records of two people: an overlap, a night watch, a preparation, a forgotten check-out."""
    scene = Scene()
    people = [scene.volunteer(), scene.volunteer("李建国")]
    for person in people:
        scene.attend(person, scene.activity(("09:00", "12:00")).shifts.get())
        scene.attend(person, scene.activity(("11:00", "14:00")).shifts.get(), "11:00", "14:00")
        scene.attend(person, scene.activity(("22:00", "26:00")).shifts.get(), "22:00", "26:00")
        scene.attend(person, scene.activity(("15:00", "18:00"), kind="preparation").shifts.get(), "15:00", "18:00")
    forgotten = scene.activity(("09:00", "10:00"), day=SUNDAY).shifts.get()
    scene.scan(people[0], forgotten, "in", moment("09:00", SUNDAY))
    records.sweep_records(at=moment("20:00", SUNDAY))
    return scene


def test_records_lost_between_scan_and_record_come_back_the_same(weekend: Scene) -> None:
    before = contents()
    assert len(before) == 11
    ServiceRecord.objects.all().delete()
    said = recompute("--all")
    assert said == "created 11, changed 0, unchanged 0, withdrawn 0, settled that would differ 0\n"
    assert contents() == before


def test_counting_everything_again_changes_nothing(weekend: Scene) -> None:
    assert recompute() == "created 0, changed 0, unchanged 11, withdrawn 0, settled that would differ 0\n"


def test_a_record_that_somebody_changed_is_put_right(weekend: Scene) -> None:
    before = contents()
    record = ServiceRecord.objects.filter(minutes=180).first()
    assert record is not None
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=999)
    assert recompute().startswith("created 0, changed 1, unchanged 10")
    assert contents() == before


def test_a_dry_run_stores_no_change(weekend: Scene) -> None:
    ServiceRecord.objects.all().delete()
    assert recompute("--dry-run").startswith("created 11,")
    assert not ServiceRecord.objects.exists()


def test_since_leaves_earlier_days_alone_unless_they_are_joined(weekend: Scene) -> None:
    volunteer = weekend.volunteer("张桂兰")
    weekend.attend(volunteer, weekend.activity(("09:00", "12:00")).shifts.get())
    ServiceRecord.objects.all().delete()
    # Saturday is joined to Sunday by the night watch for two people; the third was there on Saturday alone.
    assert recompute("--since", "2026-01-11").startswith("created 11,")
    assert not ServiceRecord.objects.filter(volunteer=volunteer).exists()
    assert recompute("--since", "2026-01-10").startswith("created 1,")
    assert recompute("--since", "2026-02-01").startswith("created 0, changed 0, unchanged 0")


def test_settled_records_that_would_differ_are_listed(weekend: Scene) -> None:
    record = ServiceRecord.objects.filter(minutes=180).first()
    assert record is not None
    confirmation.confirm(activity=record.activity, by=weekend.leading, at=moment("23:00", SUNDAY))
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=200)
    said = recompute()
    assert f"record {record.pk} (on_notice): 200 min, now 180\n" in said
    assert said.endswith("settled that would differ 1\n")
    record.refresh_from_db()
    assert record.minutes == 200


def test_all_and_since_exclude_each_other(db: None) -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("recompute_records", "--all", "--since", "2026-01-10")


def test_an_invalid_date_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="invalid"):
        call_command("recompute_records", "--since", "yesterday")


def test_many_volunteers_share_their_statements(weekend: Scene, django_assert_max_num_queries: Any) -> None:
    pks = [weekend.volunteer(f"志愿者{n}").pk for n in range(8)]
    shift = weekend.activity(("19:00", "21:00")).shifts.get()
    for volunteer in Volunteer.objects.filter(pk__in=pks):
        weekend.scan(volunteer, shift, "in", moment("19:00"))
        weekend.scan(volunteer, shift, "out", moment("21:00"))
    facts = Facts()
    with django_assert_max_num_queries(12):
        outcome: Outcome = records.compute_many(volunteers=pks, at=moment("22:00"), facts=facts)
    assert len(outcome.created) == 8
