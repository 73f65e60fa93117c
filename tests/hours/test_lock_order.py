"""Requests lock in one order (docs/hours.md): each test holds a lock while a second connection works.

SQLite lets one connection write at a time, so only PostgreSQL can show this.
"""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from academy.activities.models import Activity
from academy.checkin.models import AT_ONCE, Visit
from academy.checkin.services.visits import lock_person, put_off_look
from academy.hours import ledger
from academy.hours.models import OpenDeadline, RecordState, ServiceRecord
from academy.hours.services import confirmation, evaluation, notices, unfinished
from academy.hours.services.records import lock_volunteers
from academy.people.models import Volunteer
from tests.everybody import check_everybody_out
from tests.hours.scene import Scene, moment

T = TypeVar("T")
THURSDAY = dt.date(2026, 1, 15)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _needs_row_locks(db: None) -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("this database locks no rows")  # SQLite has one writer; PostgreSQL runs it


def interleave(*, hold: Callable[[], Any], act: Callable[[], T], then: Callable[[], Any]) -> T:
    """Run `hold`, then `act` on a second connection until it waits or is done, then `then`."""

    def run() -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold()
            acting = pool.submit(run)
            while not acting.done() and not _is_awaited():
                pass
            then()
        return acting.result(timeout=60)


def _is_awaited() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def confirmed(scene: Scene, volunteer: Volunteer) -> ServiceRecord:
    activity = scene.activity()
    (record,) = scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    return record


def test_the_end_of_a_notice_waits_for_the_person_and_holds_no_record() -> None:
    scene = Scene()
    record = confirmed(scene, scene.volunteer())
    ended = interleave(
        hold=lambda: lock_volunteers([record.volunteer_id]),
        act=lambda: notices.end_notices(at=moment("00:00", THURSDAY)),
        then=lambda: ServiceRecord.objects.select_for_update(nowait=True).get(pk=record.pk, state="on_notice"),
    )
    assert ended == 1


def test_two_ledgers_are_locked_in_one_order_also_where_a_record_is_contested() -> None:
    scene = Scene()
    other = Scene()
    confirmed(scene, scene.volunteer())
    barred = confirmed(other, other.volunteer())
    Activity.objects.filter(pk=barred.activity_id).update(dangerous=True, insurance="PICC-1")
    Volunteer.objects.filter(pk=barred.volunteer_id).update(birth_date=dt.date(2010, 5, 1))
    ended = interleave(
        hold=lambda: ledger.lock(scene.community.pk),
        act=lambda: notices.end_notices(at=moment("00:00", THURSDAY)),
        then=lambda: ledger.lock(other.community.pk),
    )
    barred.refresh_from_db()
    assert (ended, barred.state) == (1, RecordState.CONTESTED)
    assert barred.seals.last().state == RecordState.CONTESTED


def test_a_tick_leaves_the_deadline_of_a_record_that_is_being_stored() -> None:
    scene = Scene()
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    evaluation.evaluate(activity=activity, by=scene.leading, at=moment("12:31"))
    late = scene.volunteer("李晓梅")
    interleave(
        hold=lambda: scene.attend(late, activity.shifts.get()),
        act=lambda: unfinished.look_at_unfinished(at=moment("09:00", THURSDAY)),
        then=lambda: None,
    )
    assert OpenDeadline.objects.filter(activity=activity).exists()


def test_checking_everybody_out_waits_for_the_people_and_holds_no_visit() -> None:
    scene = Scene()
    activity, volunteer = scene.activity(), scene.volunteer()
    scene.scan(volunteer, activity.shifts.get(), "in", moment("09:00"))
    out = interleave(
        hold=lambda: lock_person(volunteer.pk),
        act=lambda: check_everybody_out(activity=activity, by=scene.leading, at=moment("12:00")),
        then=lambda: Visit.objects.select_for_update(nowait=True).get(closed_at=None),
    )
    assert out == 1


def test_the_clock_passes_by_a_visit_that_is_changing() -> None:
    scene = Scene()
    scene.scan(scene.volunteer(), scene.activity().shifts.get(), "in", moment("09:00"))
    visit = Visit.objects.get()
    interleave(
        hold=lambda: Visit.objects.select_for_update().get(),
        act=lambda: put_off_look([visit.pk], until=moment("12:00")),
        then=lambda: None,
    )
    visit.refresh_from_db()
    assert visit.look_at == AT_ONCE
