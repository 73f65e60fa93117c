import datetime as dt
import hashlib
import json

import pytest
from django.db import IntegrityError, connection, transaction

from academy.hours import ledger, seals
from academy.hours.models import HoursTotal, LedgerEntry, LedgerHead, RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, totals
from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene, audit, moment
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]

THURSDAY = dt.date(2026, 1, 15)


def settle(scene: Scene, *people: Volunteer, day: dt.date = SATURDAY) -> list[ServiceRecord]:
    """Let each volunteer serve from 9:00 to 12:00 and the leader confirm; the notice is not over yet."""
    activity = scene.activity(day=day)
    records = [record for person in people for record in scene.attend(person, activity.shifts.get())]
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30", day))
    return records


# Notices


def test_a_notice_ends_on_its_day_and_not_before(scene: Scene) -> None:
    volunteer = scene.volunteer()
    settle(scene, volunteer)
    assert notices.end_notices(at=moment("23:59:59", dt.date(2026, 1, 14))) == 0
    assert totals.total_of(volunteer).service_minutes == 0
    assert notices.end_notices(at=moment("00:00", THURSDAY)) == 1
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
    assert totals.total_of(volunteer).service_minutes == 180
    assert notices.end_notices(at=moment("00:01", THURSDAY)) == 0
    assert LedgerEntry.objects.count() == 1


def test_only_records_on_notice_take_effect(scene: Scene) -> None:
    (record,) = settle(scene, scene.volunteer())
    ServiceRecord.objects.filter(pk=record.pk).update(state=RecordState.CONTESTED)
    assert notices.end_notices(at=moment("00:00", THURSDAY)) == 0


def test_a_record_of_no_minutes_takes_effect_without_an_entry(scene: Scene) -> None:
    volunteer = scene.volunteer()
    activity = scene.activity(counts_as="attendee")
    scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    assert notices.end_notices(at=moment("00:00", THURSDAY)) == 1
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
    assert not LedgerEntry.objects.exists()
    assert audit() == (0, "0 entries, no difference\n")


def test_service_and_learning_time_are_two_totals(scene: Scene) -> None:
    volunteer = scene.volunteer()
    settle(scene, volunteer)
    training = scene.activity(kind="training", counts_as="learner", day=dt.date(2026, 1, 11))
    scene.attend(volunteer, training.shifts.get(), "09:00", "10:00")
    confirmation.confirm(activity=training, by=scene.leading, at=moment("12:30"))
    notices.end_notices(at=moment("00:00", dt.date(2026, 1, 20)))
    total = totals.total_of(volunteer)
    assert (total.service_minutes, total.training_minutes) == (180, 60)


def test_many_notices_end_in_several_transactions(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "NOTICES_AT_ONCE", 2)
    people = [scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰", "刘伟", "陈静")]
    settle(scene, *people)
    assert notices.end_notices(at=moment("00:00", THURSDAY)) == 5
    assert list(LedgerEntry.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert audit() == (0, "5 entries, no difference\n")


def test_totals_take_one_statement(scene: Scene, django_assert_num_queries: object) -> None:
    volunteer = scene.volunteer()
    for week in range(3):
        settle(scene, volunteer, day=SATURDAY + dt.timedelta(weeks=week))
    notices.end_notices(at=moment("00:00", dt.date(2026, 3, 1)))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert totals.total_of(volunteer).service_minutes == 540


# The chain


def test_an_entry_says_what_it_rests_on(scene: Scene) -> None:
    (record,) = settle(scene, scene.volunteer())
    notices.end_notices(at=moment("00:05", THURSDAY))
    entry = LedgerEntry.objects.get()
    assert (entry.community, entry.seq, entry.volunteer, entry.record) == (
        scene.community,
        1,
        record.volunteer,
        record,
    )
    assert (entry.category, entry.minutes, entry.clause, entry.rule_set) == ("service", 180, "K1", scene.rule_set)
    assert (entry.actor, entry.entered_at, entry.reverses) == (scene.leading, moment("00:05", THURSDAY), None)
    assert entry.scans == sorted(record.basis["scans"])


def test_the_chain_begins_with_zeros_and_each_entry_holds_the_hash_before_it(scene: Scene) -> None:
    settle(scene, scene.volunteer(), scene.volunteer("李建国"))
    notices.end_notices(at=moment("00:05", THURSDAY))
    first, second = LedgerEntry.objects.order_by("seq")
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    head = LedgerHead.objects.get(community=scene.community)
    assert (head.seq, head.hash) == (2, second.hash)


def test_the_hash_is_of_all_that_the_entry_says(scene: Scene) -> None:
    settle(scene, scene.volunteer())
    notices.end_notices(at=moment("00:05", THURSDAY))
    entry = LedgerEntry.objects.get()
    written = {
        "actor": scene.leading.pk,
        "category": "service",
        "clause": "K1",
        "community": scene.community.pk,
        "entered_at": "2026-01-14T16:05:00.000000+00:00",
        "minutes": 180,
        "previous_hash": "0" * 64,
        "reason": "",
        "record": entry.record_id,
        "reverses": None,
        "rule_set": scene.rule_set.pk,
        "scans": entry.scans,
        "seq": 1,
        "volunteer": entry.volunteer_id,
    }
    text = json.dumps(written, separators=(",", ":"), ensure_ascii=False)
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


def test_every_community_has_a_chain_of_its_own(scene: Scene) -> None:
    other = Scene()
    settle(scene, scene.volunteer())
    settle(other, other.volunteer())
    notices.end_notices(at=moment("00:05", THURSDAY))
    assert list(LedgerEntry.objects.values_list("seq", "previous_hash")) == [(1, "0" * 64), (1, "0" * 64)]


def test_a_reversal_takes_minutes_back_in_ledger_and_total(scene: Scene) -> None:
    (record,) = settle(scene, scene.volunteer())
    notices.end_notices(at=moment("00:05", THURSDAY))
    entry = LedgerEntry.objects.get()
    ServiceRecord.objects.filter(pk=record.pk).update(state=RecordState.CORRECTED)
    line = ledger.Line(record, -180, "K8", actor=scene.social_worker, reason="弄错了", reverses=entry)
    (reversal,) = ledger.append(community_id=scene.community.pk, lines=[line], at=moment("10:00", THURSDAY))
    assert (reversal.seq, reversal.minutes, reversal.reverses) == (2, -180, entry)
    assert totals.total_of(record.volunteer).service_minutes == 0
    seals.seal([record.pk])
    assert audit() == (0, "2 entries, no difference\n")


def test_an_entry_is_reversed_once(scene: Scene) -> None:
    (record,) = settle(scene, scene.volunteer())
    notices.end_notices(at=moment("00:05", THURSDAY))
    line = ledger.Line(record, -180, "K8", reverses=LedgerEntry.objects.get())
    ledger.append(community_id=scene.community.pk, lines=[line], at=moment("10:00", THURSDAY))
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.append(community_id=scene.community.pk, lines=[line], at=moment("10:00", THURSDAY))
    assert totals.total_of(record.volunteer).service_minutes == 0


def test_what_cannot_be_entered_leaves_no_trace(scene: Scene) -> None:
    (record,) = settle(scene, scene.volunteer())
    record.category = "none"
    with pytest.raises(KeyError):
        ledger.append(
            community_id=scene.community.pk, lines=[ledger.Line(record, 1, "K1")], at=moment("10:00", THURSDAY)
        )
    assert not LedgerEntry.objects.exists() and not LedgerHead.objects.get().seq


def test_entering_no_line_leaves_the_chain_unchanged(scene: Scene) -> None:
    assert ledger.append(community_id=scene.community.pk, lines=[], at=moment("10:00")) == []
    assert LedgerHead.objects.get().seq == 0


@pytest.mark.parametrize("broken", ["seq", "previous_hash"])
def test_the_chain_cannot_fork(scene: Scene, broken: str) -> None:
    settle(scene, scene.volunteer(), scene.volunteer("李建国"))
    notices.end_notices(at=moment("00:05", THURSDAY))
    entry = LedgerEntry.objects.get(seq=2)
    entry.pk, entry.hash = None, "f" * 64
    if broken == "seq":
        entry.previous_hash = entry.hash
    else:
        entry.seq = 3
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


# The audit


def test_an_untouched_ledger_has_no_difference(scene: Scene) -> None:
    settle(scene, scene.volunteer(), scene.volunteer("李建国"))
    notices.end_notices(at=moment("00:05", THURSDAY))
    assert audit() == (0, "2 entries, no difference\n")


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE hours_ledgerentry SET minutes = 999 WHERE seq = 1", "entry 1 is not what its hash says"),
        ("UPDATE hours_ledgerentry SET reason = 'x' WHERE seq = 2", "entry 2 is not what its hash says"),
        ("DELETE FROM hours_ledgerentry WHERE seq = 2", "entry 3 follows entry 1"),
        ("DELETE FROM hours_ledgerentry WHERE seq = 1", "entry 2 does not continue the chain"),
        ("DELETE FROM hours_ledgerentry WHERE seq = 3", "the head says entry 3, the chain ends with entry 2"),
        ("UPDATE hours_ledgerhead SET seq = 2", "the head says entry 2, the chain ends with entry 3"),
        ("UPDATE hours_ledgerhead SET hash = 'x'", "the head says entry 3, the chain ends with entry 3"),
        ("DELETE FROM hours_ledgerhead", "the head says entry 0, the chain ends with entry 3"),
        ("UPDATE hours_hourstotal SET service_minutes = 1", "service_minutes 1 stored, 180 in the ledger"),
        ("UPDATE hours_hourstotal SET training_minutes = 1", "training_minutes 1 stored, 0 in the ledger"),
        ("DELETE FROM hours_hourstotal", "service_minutes 0 stored, 180 in the ledger"),
        ("UPDATE hours_servicerecord SET minutes = 1", "1 minutes effective, 180 in the ledger"),
        ("UPDATE hours_servicerecord SET state = 'on_notice'", "on_notice, yet 180 minutes in the ledger"),
    ],
)
def test_the_audit_finds_what_somebody_changed(scene: Scene, tampering: str, found: str) -> None:
    settle(scene, scene.volunteer(), scene.volunteer("李建国"), scene.volunteer("刘伟"))
    notices.end_notices(at=moment("00:05", THURSDAY))
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute(tampering)
    status, differences = audit()
    assert status == 1
    assert found in differences


def test_the_audit_finds_a_total_of_somebody_who_never_served(scene: Scene) -> None:
    HoursTotal.objects.create(volunteer=scene.volunteer(), service_minutes=60)
    assert audit()[0] == 1
