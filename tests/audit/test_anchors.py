"""Anchors outside the database: on a notice, a certificate, in the log, at /ledger/head.json."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from academy.audit import services as audit
from academy.certificates import integrity
from academy.certificates import services as certificates
from academy.certificates.models import Certificate
from academy.hours import receivers
from academy.hours.anchors import short_anchor_of
from academy.hours.models import (
    Confirmation,
    LedgerEntry,
    LedgerHead,
    Seal,
    ServiceRecord,
)
from academy.hours.services import confirmation
from tests.hours.scene import AUDITED, ISSUED_AT, SATURDAY, Scene, moment
from tests.roles import unguarded_facts

pytestmark = pytest.mark.slow


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
        with time_machine.travel(AUDITED, tick=False):
            call_command("audit_ledger", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_an_anchor_outside_notices_that_both_chains_were_cut_off(scene: Scene, tmp_path: Path) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    before = short_anchor_of(scene.community)
    scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    printed = short_anchor_of(scene.community)
    kept = tmp_path / "heads.txt"
    kept.write_text(run("--heads")[1])
    assert run("--anchor", printed) == run("--head", printed) == (0, "2 entries, no difference\n")
    assert run("--anchor", str(kept))[0] == 0

    cut_off()
    assert run() == (0, "1 entries, no difference\n")
    assert run("--anchor", before)[0] == 0
    status, said = run("--anchor", printed)
    assert (status, said) == (1, f"{printed}: the chain of seals has no number 4\n")
    assert run("--anchor", str(kept))[0] == 1


def test_an_anchor_notices_a_chain_that_was_written_anew(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    slug, number, digest = short_anchor_of(scene.community).split(":")
    other = f"{slug}:{number}:{'0' * len(digest)}"
    status, said = run("--anchor", other)
    assert status == 1 and said.startswith(f"{other}: seal {number} has the hash {digest}")


@pytest.mark.parametrize("anchor", ["y:x:0123456789abcdef", "y:1:012", "y:1", ":"])
def test_what_is_no_anchor_is_told(scene: Scene, anchor: str) -> None:
    assert run("--anchor", anchor) == (1, f"{anchor}: this is no anchor\n")


def test_a_file_of_anchors_that_is_not_there_is_told(scene: Scene) -> None:
    assert run("--anchor", "nowhere.txt") == (2, "")


def test_everybody_can_keep_the_heads_and_the_audit_compares_what_was_kept(
    scene: Scene, client: Client, tmp_path: Path
) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    response = client.get("/ledger/head.json")
    seal = record.seals.latest("seq")
    slug = scene.community.slug
    assert response.json() == {
        "heads": [
            {
                "community": slug,
                "number": seal.seq,
                "hash": seal.hash,
                "day": timezone.localdate(seal.sealed_at).isoformat(),
                "anchor": f"{slug}:{seal.seq}:{seal.hash}",
            }
        ]
    }
    kept = tmp_path / "head.json"
    kept.write_bytes(response.content)
    assert run("--anchor", str(kept)) == (0, "1 entries, no difference\n")
    kept.write_text(kept.read_text().replace(seal.hash, "0" * 64))
    assert run("--anchor", str(kept))[0] == 1
    kept.write_text('{"no": "heads"}')
    assert run("--anchor", str(kept)) == (2, "")


def test_a_notice_that_ends_writes_the_head_into_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    shift = scene.activity().shifts.get()
    scene.attend(scene.volunteer(), shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    caplog.set_level("INFO")
    receivers.end_notices(at=moment("00:05", SATURDAY))
    assert "ledger head" not in caplog.text
    receivers.end_notices(at=moment("00:05", SATURDAY + dt.timedelta(days=7)))
    head = LedgerHead.objects.get()
    assert f"ledger head: {scene.community.slug}:{head.seal_seq}:{head.seal_hash} of " in caplog.text


def test_a_certificate_carries_the_head_and_the_audit_compares_it(scene: Scene) -> None:
    scene.serve(volunteer := scene.volunteer(), "09:00", "12:00")
    printed = short_anchor_of(scene.community)
    period = {"period_from": SATURDAY, "period_to": SATURDAY}
    issued = {"issuer": scene.issuer, "volunteer": volunteer, **period, "by": scene.social_worker}
    first = certificates.issue(**issued, at=ISSUED_AT)
    assert isinstance(first, Certificate) and first.snapshot["anchor"] == printed
    scene.serve(scene.volunteer("刘伟"), "09:00", "12:00")
    assert certificates.issue(**issued, at=ISSUED_AT) == first
    slug, number, _hash = printed.split(":")
    with unguarded_facts():
        first.snapshot["anchor"] = f"{slug}:{number}:{'0' * 16}"
        first.content_hash = integrity.content_hash(first)
        first.save()
    (found,) = audit.differences(at=AUDITED)
    assert found.startswith(f"certificate {first.number}: {first.snapshot['anchor']}: seal {number} has")
