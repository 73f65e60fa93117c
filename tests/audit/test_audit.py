"""Seals, anchors and the audit's words; `test_tampering.py` changes every table."""

import datetime as dt
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from academy.audit import services as audit
from academy.audit.anchors import anchor_of
from academy.hours import contents, seals
from academy.hours.models import Confirmation, LedgerEntry, LedgerHead, RecordState, Seal, ServiceRecord
from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene, moment
from tests.hours.scene import audit as run_audit
from tests.roles import unguarded_facts

NOT_SEALED = {
    "hours.servicerecord": {"id", "state", "computed_at"},  # the state stands in the seal itself
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
    assert f"record {record.pk}: effective, and no seal says so" in list(audit.differences())


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
        found = list(audit.differences())
        assert any(line.startswith(f"record {corrupt.pk}: ") for line in found)
        assert f"record {changed.pk}: flags ['overlap'], its scans make []" in found


def test_an_entry_of_an_unknown_category_is_named(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    with unguarded_facts():
        LedgerEntry.objects.update(category="none")
    found = list(audit.differences())
    assert f"volunteer {record.volunteer_id}: 180 minutes of the category none in the ledger" in found
    assert f"record {record.pk}: category service, its ledger entry 1 says none" in found


def test_a_confirmation_that_is_gone_is_noticed(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    with unguarded_facts():
        Confirmation.objects.all().delete()
    assert f"record {record.pk}: no confirmation by this person at this moment" in list(audit.differences())


# Anchors


def cut_off() -> None:
    """Cut the last record off, with its entry, seals, confirmation and total, and move the head back."""
    last = ServiceRecord.objects.get(volunteer__name="刘伟")
    with unguarded_facts():
        Confirmation.objects.filter(activity=last.activity).delete()
        last.seals.all().delete()
        last.ledger_entries.all().delete()
        last.volunteer.hours_total.delete()
        last.delete()
    seal, entry = Seal.objects.latest("seq"), LedgerEntry.objects.latest("seq")
    LedgerHead.objects.update(seq=entry.seq, hash=entry.hash, seal_seq=seal.seq, seal_hash=seal.hash)


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_ledger", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_an_anchor_outside_notices_that_both_chains_were_cut_off(scene: Scene, tmp_path: Path) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    before = anchor_of(scene.community, short=True)
    scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    printed = anchor_of(scene.community, short=True)
    kept = tmp_path / "heads.txt"
    kept.write_text(run("--heads")[1])
    assert run("--anchor", printed) == (0, "2 entries, no difference\n")
    assert run("--anchor", str(kept))[0] == 0

    cut_off()
    assert run() == (0, "1 entries, no difference\n")
    assert run("--anchor", before)[0] == 0
    status, said = run("--anchor", printed)
    assert (status, said) == (1, f"{printed}: the chain of seals has no number 4\n")
    assert run("--anchor", str(kept))[0] == 1


def test_an_anchor_notices_a_chain_that_was_written_anew(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    slug, number, digest = anchor_of(scene.community, short=True).split(":")
    other = f"{slug}:{number}:{'0' * len(digest)}"
    status, said = run("--anchor", other)
    assert status == 1 and said.startswith(f"{other}: seal {number} has the hash {digest}")


@pytest.mark.parametrize("anchor", ["y:x:0123456789abcdef", "y:1:012", "y:1", ":"])
def test_what_is_no_anchor_is_told(scene: Scene, anchor: str) -> None:
    assert run("--anchor", anchor) == (1, f"{anchor}: this is no anchor\n")


def test_a_file_of_anchors_that_is_not_there_is_told(scene: Scene) -> None:
    assert run("--anchor", "nowhere.txt") == (2, "")


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
    assert any(line.startswith(f"record {old.pk}: {told}") for line in audit.differences())


def test_a_record_of_somebody_else_is_noticed_without_a_seal(scene: Scene, old: ServiceRecord) -> None:
    other: Volunteer = scene.volunteer("刘伟")
    ServiceRecord.objects.filter(pk=old.pk).update(volunteer=other)
    said = f"record {old.pk}: volunteer {other.pk}, its ledger entry 1 says {old.volunteer_id}"
    assert said in list(audit.differences())


def test_a_record_of_an_earlier_release_that_is_gone_is_noticed(scene: Scene, old: ServiceRecord) -> None:
    pk = old.pk
    with unguarded_facts():
        LedgerEntry.objects.all().delete()
        old.delete()
    assert f"record {pk}: an earlier release settled it, and it is gone" in list(audit.differences())
