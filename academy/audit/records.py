"""Every settled record: counted again, compared with the facts beside it and with its seals."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, Sum

from academy.audit import proof
from academy.audit.beside import Beside
from academy.core.sql import batched
from academy.hours import contents
from academy.hours.day_limits import all_excess
from academy.hours.models import OPEN_STATES, RecordQuerySet, RecordState, Seal, ServiceRecord
from academy.hours.recount import Recount


def differences() -> Iterator[str]:
    """Yield the records that differ from the ledger, from what they rest on, or from their seals.

    The lines of an effective record sum up to its minutes, those of any other record to 0. Each settled record is
    sealed, but for those that an earlier release settled.
    """
    yield from _compare_with_ledger()
    opened = _opened()
    for pk in sorted(opened - set(ServiceRecord.objects.filter(pk__in=opened).values_list("pk", flat=True))):
        yield f"record {pk}: an earlier release settled it, and it is gone"
    recount = Recount()
    for pks in batched(list(_settled().order_by("pk").values_list("pk", flat=True)), proof.AT_ONCE):
        rows = ServiceRecord.objects.filter(pk__in=pks).select_related("shift__activity").order_by("pk")
        batch = list(rows)
        for pk in sorted({*pks} - {record.pk for record in batch}):
            yield f"record {pk}: its shift or its activity is gone"
        yield from _compare_with_seals(batch, opened)
        settled = [record for record in batch if record.confirmed_at is not None]
        yield from proof.compare(settled, recount)
        beside = Beside([record for record in settled if proof.is_readable(record)])
        for record in beside.records:
            yield from proof.guard(record, partial(beside.compare, record))
    for volunteer_id, date, clause in all_excess():
        yield f"volunteer {volunteer_id}: more stands on {date} than {clause} allows"


def count_unsealed() -> int:
    """Return how many records of an earlier release have no seal of their own."""
    sealed = set(Seal.objects.filter(record__in=(opened := _opened())).values_list("record_id", flat=True))
    return len(opened - sealed)


def _settled() -> RecordQuerySet:
    """Return the records that were ever settled, by their own word or by that of a seal."""
    records: RecordQuerySet = ServiceRecord.objects.filter(
        Q(confirmed_at__isnull=False)
        | ~Q(state__in=[*OPEN_STATES, RecordState.WITHDRAWN])
        | Exists(Seal.objects.filter(record=OuterRef("pk")))
    )
    return records


def _opened() -> set[int]:
    """Return the records that the openings of the chains name: an earlier release settled them."""
    rows = Seal.objects.filter(record=None).values_list("rests_on", flat=True)
    return {int(key) for reasons in rows for label, key, _ in _read(reasons) if label == contents.RECORD}


def _read(reasons: Any) -> list[tuple[str, str, str]]:
    """Return the rows that a seal names. The audit of the chain tells of a seal that was changed."""
    rows = reasons if isinstance(reasons, list) else []
    return [(one[0], str(one[1]), one[2]) for one in rows if isinstance(one, list) and len(one) == 3]


def _compare_with_ledger() -> Iterator[str]:
    records = ServiceRecord.objects.annotate(entered=Sum("ledger_entries__minutes", default=0))
    effective = Q(state=RecordState.EFFECTIVE)
    differing = records.filter(effective).exclude(entered=F("minutes")).order_by("pk")
    for pk, minutes, entered in differing.values_list("pk", "minutes", "entered").iterator():
        yield f"record {pk}: {minutes} minutes effective, {entered} in the ledger"
    early = records.exclude(effective).exclude(entered=0).order_by("pk")
    for pk, state, entered in early.values_list("pk", "state", "entered").iterator():
        yield f"record {pk}: {state}, yet {entered} minutes in the ledger"


def _compare_with_seals(batch: list[ServiceRecord], opened: set[int]) -> Iterator[str]:
    last: dict[int, Seal] = {}
    reasons: dict[int, dict[tuple[str, str], tuple[int, str]]] = defaultdict(dict)
    for seal in Seal.objects.filter(record__in=batch).order_by("seq"):
        assert seal.record_id is not None
        last[seal.record_id] = seal
        reasons[seal.record_id] |= {(label, key): (seal.form, value) for label, key, value in _read(seal.rests_on)}
    wanted: dict[tuple[int, str], set[str]] = defaultdict(set)
    for of_record in reasons.values():
        for (label, key), (form, _value) in of_record.items():
            wanted[form, label].add(key)
    present: dict[tuple[int, str, str], str] = {}
    for (form, label), keys in wanted.items():
        try:
            found = contents.read_digests(label, keys, form=form)
        except (KeyError, LookupError, ValueError, ValidationError) as error:
            yield f"seals of form {form}: {label} cannot be read ({type(error).__name__}: {error})"
            continue
        present |= {(form, label, key): value for key, value in found.items()}
    for record in batch:
        if record.pk not in last:
            if record.pk not in opened:
                yield f"record {record.pk}: {record.state}, and no seal says so"
            continue
        seal = last[record.pk]
        if record.state != seal.state:
            yield f"record {record.pk}: {record.state}, its seal {seal.seq} says {seal.state}"
        if seal.form not in contents.FORMS:
            yield f"record {record.pk}: its seal {seal.seq} has the form {seal.form}, which no release made"
            continue
        fields = {name: getattr(record, name) for name in contents.FORMS[seal.form][contents.RECORD]}
        if contents.digest_of(contents.RECORD, fields, form=seal.form) != seal.content:
            yield f"record {record.pk}: its content is not what its seal {seal.seq} says"
        for (label, key), (form, value) in reasons[record.pk].items():
            now = present.get((form, label, key))
            if now != value:
                what = "is gone" if now is None else "was changed since"
                yield f"record {record.pk}: it rests on {label} {key}, which {what}"
