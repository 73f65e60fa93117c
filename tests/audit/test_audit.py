"""Seals, anchors and the audit's words; `test_tampering.py` changes every table."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from academy.audit import services as audit
from academy.hours import contents, ledger, seals
from academy.hours.models import Confirmation, LedgerEntry, LedgerHead, RecordState, Seal, ServiceRecord
from academy.people.models import Volunteer
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment
from tests.hours.scene import audit as run_audit
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]

NOT_SEALED = {
    "hours.servicerecord": {"id", "state", "computed_at"},  # the state stands in the seal itself
    # heads and words, a place that is kept, a no-show: no hours rest on them
    "activities.signup": {"id", "companions", "said", "held_until", "absence"},
    "people.consent": {"id", "personal"},  # words that an erasing makes unreadable
}


@pytest.mark.parametrize("label", contents.FORMS[contents.FORM])
def test_every_field_of_what_settles_is_sealed(label: str) -> None:
    fields = {field.attname for field in apps.get_model(label)._meta.local_concrete_fields}
    # A new field belongs into the list of a new form, once a release has made seals of this one.
    assert fields - {*contents.FORMS[contents.FORM][label]} == NOT_SEALED.get(label, {"id"})


def test_each_change_of_state_is_sealed(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    assert list(record.seals.order_by("seq").values_list("seq", "state")) == [(1, "on_notice"), (2, "effective")]
    first, second = record.seals.order_by("seq")
    assert second.previous_hash == first.hash
    assert (second.ledger_seq, second.ledger_hash) == (1, LedgerEntry.objects.get().hash)
    labels = {label for label, _key, _digest in second.rests_on}
    expected = {"checkin.scan", "activities.signup", "people.consent", "hours.confirmation", "rulebook.ruleset"}
    assert labels == expected


def test_an_open_record_has_no_seal(scene: Scene) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())
    assert not Seal.objects.exists()
    assert run_audit() == (0, "0 entries, no difference\n")


def test_an_invented_record_of_no_minutes_is_noticed(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    record.pk, record.minutes, record.date = None, 0, SATURDAY + dt.timedelta(days=1)
    record.basis = {"scans": [], "scan_flags": [], "approvals": [], "with": {}}
    record.save(force_insert=True)
    assert f"record {record.pk}: effective, and no seal says so" in list(audit.differences(at=AUDITED))


@pytest.mark.slow
def test_what_cannot_be_read_hides_no_other_difference(scene: Scene) -> None:
    corrupt = scene.serve(scene.volunteer(), "09:00", "12:00")
    changed = scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    for basis in (
        {**corrupt.basis, "kind": "nonsense"},
        {name: value for name, value in corrupt.basis.items() if name != "breaks"},
        {**corrupt.basis, "rule_set": "x"},
        {**corrupt.basis, "rule_set": 999},
        {**corrupt.basis, "scans": ["x"]},
        {**corrupt.basis, "limits": []},
        {**corrupt.basis, "limits": ["x"]},
        {**corrupt.basis, "approvals": [{"id": "x"}]},
        {},
        [],
    ):
        ServiceRecord.objects.filter(pk=corrupt.pk).update(basis=basis)
        ServiceRecord.objects.filter(pk=changed.pk).update(flags=["overlap"])
        found = list(audit.differences(at=AUDITED))
        assert any(line.startswith(f"record {corrupt.pk}: ") for line in found)
        assert f"record {changed.pk}: flags ['overlap'], its scans make []" in found


def test_an_entry_of_an_unknown_category_is_named(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    with unguarded_facts():
        LedgerEntry.objects.update(category="none")
    found = list(audit.differences(at=AUDITED))
    assert f"volunteer {record.volunteer_id}: 180 minutes of the category none in the ledger" in found
    assert f"record {record.pk}: category service, its ledger entry 1 says none" in found


def test_a_confirmation_that_is_gone_is_noticed(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    with unguarded_facts():
        Confirmation.objects.all().delete()
    assert f"record {record.pk}: no confirmation by this person at this moment" in list(audit.differences(at=AUDITED))


# Earlier releases


def forget_seals() -> None:
    """Make the database that of a release without seals, and migrate it."""
    with unguarded_facts():
        Seal.objects.all().delete()
    LedgerHead.objects.update(seal_seq=0, seal_hash="0" * 64)
    import_module("academy.hours.migrations.0014_open_seals").open_chains(apps, None)


@pytest.fixture
def old(scene: Scene) -> ServiceRecord:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    forget_seals()
    return record


def test_records_of_an_earlier_release_are_a_note(scene: Scene, old: ServiceRecord) -> None:
    said = "1 records of an earlier release: proved without a seal\n1 entries, no difference\n"
    assert run_audit() == (0, said)
    scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    assert run_audit()[0] == 0
    seals.seal([old.pk])
    assert run_audit() == (0, "2 entries, no difference\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"minutes": 200}, "minutes 200"),
        ({"rule_set": None}, ""),
        ({"alone": False, "confirmed_by": None}, "no confirmation by this person at this moment"),
        ({"confirmed_at": moment("12:00")}, "no confirmation by this person at this moment"),
        ({"state": RecordState.ON_NOTICE}, "on_notice, yet 180 minutes in the ledger"),
    ],
)
def test_comparison_alone_proves_them(scene: Scene, old: ServiceRecord, change: dict[str, Any], told: str) -> None:
    if "rule_set" in change:
        other = Scene()
        change, told = {"rule_set": other.rule_set}, f"rule set {other.rule_set.pk}"
    ServiceRecord.objects.filter(pk=old.pk).update(**change)
    assert any(line.startswith(f"record {old.pk}: {told}") for line in audit.differences(at=AUDITED))


def test_a_record_of_somebody_else_is_noticed_without_a_seal(scene: Scene, old: ServiceRecord) -> None:
    other: Volunteer = scene.volunteer("刘伟")
    ServiceRecord.objects.filter(pk=old.pk).update(volunteer=other)
    said = f"record {old.pk}: volunteer {other.pk}, its ledger entry 1 says {old.volunteer_id}"
    assert said in list(audit.differences(at=AUDITED))


def test_a_record_of_an_earlier_release_that_is_gone_is_noticed(scene: Scene, old: ServiceRecord) -> None:
    pk = old.pk
    with unguarded_facts():
        LedgerEntry.objects.all().delete()
        old.delete()
    assert f"record {pk}: an earlier release settled it, and it is gone" in list(audit.differences(at=AUDITED))


# Dates


def misdate(model: type[Seal] | type[LedgerEntry], seq: int, **moment: dt.datetime) -> None:
    """Change a date, and the hash that follows from it."""
    with unguarded_facts():
        one = model.objects.get(seq=seq)
        for name, value in moment.items():
            setattr(one, name, value)
        one.hash = seals.hash_of(one) if isinstance(one, Seal) else ledger.hash_of(one)
        one.save()


def test_an_entry_and_a_seal_of_the_future_are_named(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    slug = scene.community.slug
    misdate(LedgerEntry, 1, entered_at=AUDITED + dt.timedelta(days=60))
    misdate(Seal, 2, sealed_at=AUDITED + dt.timedelta(days=60))
    found = list(audit.differences(at=AUDITED))
    assert f"{slug}: entry 1 is of 2030-03-02 00:00, which is still to come" in found
    assert f"{slug}: seal 2 is of 2030-03-02 00:00, which is still to come" in found


HOUR, MOMENT = dt.timedelta(hours=1), dt.timedelta(microseconds=1)


@pytest.mark.parametrize(("ahead", "named"), [(HOUR, False), (HOUR + MOMENT, True)])
def test_a_date_may_lie_an_hour_ahead_since_clocks_differ(scene: Scene, ahead: dt.timedelta, named: bool) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    misdate(LedgerEntry, 1, entered_at=AUDITED + ahead)
    misdate(Seal, 2, sealed_at=AUDITED + ahead)
    found = [line for line in audit.differences(at=AUDITED) if "still to come" in line]
    assert len(found) == (2 if named else 0)


@pytest.mark.parametrize(("before", "noted"), [(HOUR, False), (HOUR + MOMENT, True)])
def test_an_entry_out_of_turn_is_a_note(scene: Scene, before: dt.timedelta, noted: bool) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    first = LedgerEntry.objects.get(seq=1)
    misdate(LedgerEntry, 2, entered_at=first.entered_at - before)
    assert any(line.startswith("1 entries are dated") for line in audit.notes()) is noted
