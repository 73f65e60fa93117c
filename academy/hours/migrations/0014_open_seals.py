import datetime as dt
import hashlib
import json
from typing import Any

from django.db import migrations
from django.utils import timezone

ZEROS = "0" * 64


def open_chains(apps: Any, schema_editor: Any) -> None:
    """Open the chain of seals of each community with records of an earlier release, and name these records."""
    record, entry, head, seal = (
        apps.get_model("hours", name) for name in ("ServiceRecord", "LedgerEntry", "LedgerHead", "Seal")
    )
    settled = record.objects.filter(confirmed_at__isnull=False)
    communities = {*settled.values_list("community", flat=True), *entry.objects.values_list("community", flat=True)}
    for community_id in sorted(communities):
        end = head.objects.filter(pk=community_id).first() or head(community_id=community_id)
        pks = settled.filter(community=community_id).order_by("pk").values_list("pk", flat=True)
        first = seal(
            community_id=community_id,
            seq=1,
            rests_on=[["hours.servicerecord", str(pk), ""] for pk in pks],
            ledger_seq=end.seq,
            ledger_hash=end.hash,
            sealed_at=timezone.now(),
            previous_hash=ZEROS,
        )
        content = {
            "community": community_id,
            "seq": 1,
            "record": None,
            "state": "",
            "form": 1,
            "content": "",
            "rests_on": first.rests_on,
            "ledger": [first.ledger_seq, first.ledger_hash],
            "sealed_at": first.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "previous_hash": ZEROS,
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        first.hash = hashlib.sha256(text.encode()).hexdigest()
        first.save(force_insert=True)
        end.seal_seq, end.seal_hash = 1, first.hash
        end.save()


class Migration(migrations.Migration):

    dependencies = [
        ('hours', '0013_seals'),
    ]

    operations = [
        migrations.RunPython(open_chains, migrations.RunPython.noop),
    ]
