"""The content that a seal covers: a settled record, and each row that it rests on (ADR 31).

Each row has a digest over the fields below. A field that is not listed is not sealed; `FORM` grows when the lists
change, so that earlier seals stay provable by the lists of their own form.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from academy.activities.models import SignUp
from academy.checkin.models import Annulment, Scan
from academy.hours.models import (
    Confirmation,
    CorrectionProposal,
    DailyApproval,
    Evidence,
    Import,
    ImportedRow,
    MakeUp,
    NamedRole,
    Objection,
    Overtime,
)
from academy.people.models import Consent, Volunteer
from academy.rulebook.models import Clause, RuleSet

FORM = 1
RECORD = "hours.servicerecord"
_REQUEST = ("asked_by_id", "asked_at", "reason", "decided_by_id", "decided_at", "accepted", "answer", "alone")
_FIELDS = {
    RECORD: (
        *("community_id", "volunteer_id", "shift_id", "activity_id", "date", "category", "minutes", "flags", "steps"),
        *("basis", "rule_set_id", "confirmed_at", "confirmed_by_id", "effective_on", "alone", "replaces_id"),
        *("clause", "reason", "particulars", "leader_id", "issuer_id"),
    ),
    "checkin.scan": (
        *("checkpoint_id", "volunteer_id", "shift_id", "direction", "method", "operator_id", "happened_at"),
        *("received_at", "refusal", "flags", "card_id", "presented", "browser", "device_id", "place", "device_at"),
        *("sent_at", "clock"),
    ),
    "checkin.annulment": ("scan_id", "annulled_by_id", "annulled_at"),
    "activities.signup": (
        *("volunteer_id", "shift_id", "role_id", "seat", "walk_in", "signed_up_at", "signed_up_by_id"),
        "cancelled_at",
    ),
    "people.consent": (
        *("volunteer_id", "kind", "granted", "guardian_id", "evidence", "recorded_by_id", "recorded_at"),
        "valid_until",
    ),
    "hours.confirmation": ("activity_id", "heads", "scanned", "confirmed_by_id", "confirmed_at", "reason"),
    "hours.namedrole": ("volunteer_id", "shift_id", "role_id", "named_by_id", "named_at"),
    "hours.makeup": (*_REQUEST, "way", "volunteer_id", "shift_id", "came_at", "left_at", "witness_id"),
    "hours.evidence": ("make_up_id", "file", "name", "added_by_id", "added_at"),
    "hours.objection": (*_REQUEST, "record_id", "objector", "due_on", "came_at", "left_at"),
    "hours.correctionproposal": (*_REQUEST, "record_id", "minutes_before", "minutes_after", "content"),
    "hours.dailyapproval": (*_REQUEST, "volunteer_id", "date", "minutes"),
    "hours.overtime": (*_REQUEST, "shift_id", "until"),
    "hours.importedrow": (
        *("source_id", "line", "volunteer_id", "date", "minutes", "title", "place", "service_content", "organiser"),
        "record_id",
    ),
    "hours.import": (
        *("community_id", "issuer_id", "file", "name", "sha256", "columns", "count", "left_out", "minutes"),
        *("imported_by_id", "imported_at"),
    ),
    "rulebook.ruleset": (
        *("community_id", "version", "title", "effective_from", "values", "drafted_by_id", "published_at"),
    ),
    "rulebook.clause": (
        *("rule_set_id", "code", "source", "wording_zh", "wording_en", "text_zh", "text_en", "position"),
    ),
}
FORMS: dict[int, dict[str, tuple[str, ...]]] = {1: _FIELDS}

_OF_PLACE = (
    "checkin.scan",
    "checkin.annulment",
    "activities.signup",
    "hours.namedrole",
    "hours.makeup",
    "hours.evidence",
)

Row = dict[str, Any]
Reason = tuple[str, str, str]  # a row that a record rests on: its model, its key, its digest


def digest(content: Any) -> str:
    """Return the SHA-256 of `content`: JSON values, dates, moments and UUIDs."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(label: str, row: Mapping[str, Any], *, form: int = FORM) -> str:
    """Return the digest of one row of the model `label`."""
    return digest([row[name] for name in FORMS[form][label]])


def read(label: str, rows: QuerySet[Any], *, form: int = FORM) -> list[Row]:
    """Return the fields of these rows that are sealed, with their `pk`, in the order of their keys."""
    return list(rows.order_by("pk").values("pk", *FORMS[form][label]))


def read_digests(label: str, keys: Iterable[str], *, form: int = FORM) -> dict[str, str]:
    """Return the present digests of the rows with these keys, by key. A row that is gone has none."""
    rows = apps.get_model(label)._default_manager.filter(pk__in=list(keys))
    if label == "rulebook.ruleset":
        return {key: value for _, key, value in _read_rules([int(key) for key in keys], form=form).values()}
    return {str(row["pk"]): digest_of(label, row, form=form) for row in read(label, rows, form=form)}


def read_reasons(records: Sequence[Row]) -> dict[int, list[Reason]]:
    """Return by record the rows that it rests on.

    These are the person's scans of the shift, refused and annulled ones too, with their annulments; the sign-ups, the
    person's consents, the confirmation, decided requests, the imported line, and the rules with their clauses. Takes a
    fixed number of statements for any number of records.
    """
    stays = stays_of({record["volunteer_id"] for record in records})
    places = Q(volunteer_id__in=list(stays), shift_id__in={record["shift_id"] for record in records})
    pks = {record["pk"] for record in records} | {record["replaces_id"] for record in records} - {None}
    found: dict[Hashable, list[Reason]] = defaultdict(list)

    def add(label: str, rows: QuerySet[Any], *names: str) -> list[Row]:
        """Add the rows under the model and the values of these fields; a volunteer is the person who stays."""
        read_rows = read(label, rows)
        for row in read_rows:
            key = tuple(stays.get(row[name]) if name == "volunteer_id" else row[name] for name in names)
            found[label, *key].append((label, str(row["pk"]), digest_of(label, row)))
        return read_rows

    def add_to(label: str, rows: QuerySet[Any], pointer: str, others: list[Row]) -> None:
        """Add the rows under the person and the shift of the other row that `pointer` names."""
        places = {row["pk"]: (stays[row["volunteer_id"]], row["shift_id"]) for row in others}
        for row in read(label, rows.filter(**{f"{pointer}__in": list(places)})) if places else ():
            found[label, *places[row[pointer]]].append((label, str(row["pk"]), digest_of(label, row)))

    there = ("volunteer_id", "shift_id")
    scans = add("checkin.scan", Scan.objects.filter(places), *there)
    add_to("checkin.annulment", Annulment.objects.all(), "scan_id", scans)
    add("activities.signup", SignUp.objects.filter(places), *there)
    add("hours.namedrole", NamedRole.objects.filter(places), *there)
    add("people.consent", Consent.objects.filter(volunteer_id__in=list(stays)), "volunteer_id")
    make_ups = add("hours.makeup", MakeUp.objects.filter(places, decided_at__isnull=False), *there)
    add_to("hours.evidence", Evidence.objects.all(), "make_up_id", make_ups)
    add("hours.objection", Objection.objects.filter(record_id__in=pks, decided_at__isnull=False), "record_id")
    proposals = CorrectionProposal.objects.filter(record_id__in=pks, decided_at__isnull=False)
    add("hours.correctionproposal", proposals, "record_id")
    settled = {record["confirmed_at"] for record in records}
    activities = {record["activity_id"] for record in records}
    confirmations = Confirmation.objects.filter(activity_id__in=activities, confirmed_at__in=settled)
    add("hours.confirmation", confirmations, "activity_id", "confirmed_at", "confirmed_by_id")
    if longer := {one["id"] for record in records for one in record["basis"]["approvals"]}:
        add("hours.dailyapproval", DailyApproval.objects.filter(pk__in=longer), "pk")
    if later := {record["shift_id"] for record in records if record["basis"].get("overtime_until")}:
        add("hours.overtime", Overtime.objects.accepted().filter(shift_id__in=later), "shift_id")
    if imported := [record for record in records if "imported" in record["basis"]]:
        add("hours.importedrow", ImportedRow.objects.filter(record_id__in=[one["pk"] for one in imported]), "record_id")
        sources = {one["basis"]["imported"]["import"] for one in imported}
        add("hours.import", Import.objects.filter(pk__in=sources), "pk")
    rules = _read_rules({record["rule_set_id"] for record in records})

    reasons = {}
    for record in records:
        person, basis = stays[record["volunteer_id"]], record["basis"]
        place = (person, record["shift_id"])
        keys: list[Hashable] = [
            *((label, *place) for label in _OF_PLACE),
            ("people.consent", person),
            ("hours.confirmation", record["activity_id"], record["confirmed_at"], record["confirmed_by_id"]),
            *(
                (label, pk)
                for label in ("hours.objection", "hours.correctionproposal")
                for pk in (record["pk"], record["replaces_id"])
            ),
            *(("hours.dailyapproval", one["id"]) for one in basis["approvals"]),
            ("hours.overtime", record["shift_id"]),
            ("hours.importedrow", record["pk"]),
            ("hours.import", basis.get("imported", {}).get("import")),
        ]
        reasons[record["pk"]] = [one for key in keys for one in found.get(key, ())] + [rules[record["rule_set_id"]]]
    return reasons


def _read_rules(pks: Iterable[int], *, form: int = FORM) -> dict[int, Reason]:
    """Return published rules by their key. Their digest covers the clauses."""
    clauses: dict[int, list[str]] = defaultdict(list)
    for row in read("rulebook.clause", Clause.objects.filter(rule_set_id__in=list(pks)), form=form):
        clauses[row["rule_set_id"]].append(digest_of("rulebook.clause", row, form=form))
    label = "rulebook.ruleset"
    return {
        row["pk"]: (label, str(row["pk"]), digest([digest_of(label, row, form=form), clauses[row["pk"]]]))
        for row in read(label, RuleSet.objects.filter(pk__in=list(pks)), form=form)
    }


def stays_of(volunteer_ids: Iterable[int]) -> dict[int, int]:
    """Return the row that stays of every row of these people."""
    wanted = set(volunteer_ids)
    merged = Volunteer.objects.filter(pk__in=wanted, merged_into__isnull=False).values_list("merged_into", flat=True)
    rows = Volunteer.objects.filter(Q(pk__in=wanted) | Q(merged_into__in=wanted) | Q(merged_into__in=list(merged)))
    found = {pk: merged_into or pk for pk, merged_into in rows.values_list("pk", "merged_into")}
    return found | {pk: pk for pk in found.values()}


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | UUID):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    raise TypeError(f"{type(value).__name__} cannot be sealed")
