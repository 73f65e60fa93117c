"""Changes in the database behind the program's back: the audit notices each, or says why not.

Every field of every table that hours rest on is changed, and every row deleted, one at a time, with the triggers
lifted. The audit notices it, or the table below says why it does not (docs/hours.md, “What the audit proves”).
"""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from academy.audit import services as audit
from academy.core import append_only
from academy.hours import contents
from academy.hours.models import LedgerEntry, Seal
from tests.audit.tampering import Settled
from tests.hours.scene import AUDITED, SATURDAY, moment

# The audit compares in Python, with one code for both databases; their triggers are tested in tests/core.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db]

AUDIT, DATABASE, DELETED = "the audit", "the database", "the whole row"
PLAN = "the record carries its own copy of the plan, which is sealed"
WORDS = "words for people, which no figure rests on"
# Not noticed, with the reason. A table with “all” is no evidence of settled hours.
UNNOTICED: dict[str, dict[str, str]] = {
    "hours.servicerecord": {"computed_at": "when it was counted, which only the sweep reads"},
    "activities.shift": {
        "starts_at": PLAN,
        "ends_at": PLAN,
        "overtime_until": PLAN,
        "changed_alone": PLAN,
        "walk_ins": "decided at the gate",
    },
    "activities.break": {"all": PLAN},
    "activities.activity": {"all": PLAN},
    "activities.signup": {
        "companions": "heads without a name, on which no hours rest",
        "said": WORDS,
        "absence": "a no-show has no hours, and changes none",
    },
    "people.consent": {"personal": WORDS},
    "activities.role": {
        "practicum": "asked for a promotion, whose award keeps its evidence",
        "name": WORDS,
        **dict.fromkeys(("capacity", "tier", "min_age", "max_age", "needs_agreement"), "decided when people sign up"),
    },
    "hours.evaluation": {"all": "changed by its own service at any time; stars keep the figures they were given for"},
    "people.issuer": {"all": "reference data; each certificate carries a copy, which its hash covers"},
    "people.volunteer": {"all": "a person's own data; of these, only a merge moves hours"},
    "checkin.visit": {
        "sealed_at": "keeps scans from being taken back; derived from the confirmation",
        "look_at": "when the clock looks at it again",
    },
    "certificates.closure": {"note": WORDS},
}
NOTICED_THERE = {
    "people.volunteer": {"merged_into"},
    "activities.activity": {"community"},
    "people.issuer": {"community"},
}


@pytest.fixture(scope="module")
def settled(rows_of_module: Any) -> Settled:
    made: Settled = rows_of_module(_settled)
    return made


def _settled() -> Settled:
    made = Settled()
    append_only.lift(connection)
    return made


def _victims(settled: Settled) -> dict[str, list[models.Model]]:
    """Return the rows to change, by table: those that the settled records and certificates rest on."""
    reasons: dict[str, str] = {}
    for seal in Seal.objects.order_by("seq"):
        for label, key, _digest in seal.rests_on:
            reasons.setdefault(label, key)
    rows: dict[str, list[models.Model]] = {
        label: [apps.get_model(label)._default_manager.get(pk=key)] for label, key in reasons.items()
    }
    correction = LedgerEntry.objects.exclude(reverses=None).get()
    rows |= {
        "hours.servicerecord": [settled.record, settled.zero, settled.on_notice],
        "hours.ledgerentry": [LedgerEntry.objects.earliest("seq"), correction, LedgerEntry.objects.latest("seq")],
        "hours.seal": [Seal.objects.earliest("seq"), Seal.objects.latest("seq")],
        "certificates.certificate": [settled.certificate],
        "certificates.closure": [apps.get_model("certificates.closure").objects.get()],
        "activities.shift": [settled.record.shift],
        "activities.break": [settled.record.shift.breaks.get()],
        "activities.activity": [settled.record.activity],
        "activities.role": [settled.zero.activity.roles.get()],
        "people.issuer": [settled.scene.issuer],
        "people.volunteer": [settled.person.merged.get()],
        "checkin.visit": [settled.record.volunteer.visits.filter(shift=settled.record.shift).get()],
        "rulebook.clause": [settled.scene.rule_set.clauses.first()],
    }
    for name in ("hourstotal", "ledgerhead", "evaluation"):
        rows[f"hours.{name}"] = [apps.get_model(f"hours.{name}").objects.order_by("pk").first()]
    return rows


TABLES = [
    *(label for label in contents.FORMS[contents.FORM]),
    *("hours.ledgerentry", "hours.ledgerhead", "hours.hourstotal", "hours.seal", "hours.evaluation"),
    *("certificates.certificate", "certificates.closure", "checkin.visit"),
    *("activities.shift", "activities.break", "activities.activity", "activities.role"),
    *("people.issuer", "people.volunteer"),
]


@pytest.mark.parametrize("label", TABLES)
def test_the_audit_notices_each_change_or_the_table_says_why_not(settled: Settled, label: str) -> None:
    assert list(audit.differences(at=AUDITED)) == []
    unnoticed = UNNOTICED.get(label, {})
    found: dict[str, set[str]] = {AUDIT: set(), DATABASE: set(), "": set()}
    for row in _victims(settled)[label]:
        for field in type(row)._meta.local_concrete_fields:
            if not field.primary_key or field.is_relation:
                for value in _others(row, field):
                    found[_notice(row, {field.attname: value})].add(field.name)
        found[_notice(row, None)].add(DELETED)
    if "all" in unnoticed:
        assert found[AUDIT] - {DELETED} == NOTICED_THERE.get(label, set())
    else:
        assert found[""] == unnoticed.keys()
    assert list(audit.differences(at=AUDITED)) == []


def _notice(row: models.Model, values: dict[str, Any] | None) -> str:
    """Change or delete one row, and undo it. Return who noticed: the audit, the database, or nobody."""
    rows = models.QuerySet(type(row)).filter(pk=row.pk)
    try:
        with transaction.atomic():
            if values is None:
                rows._raw_delete(connection.alias)
            else:
                rows.update(**values)
            found = next(iter(audit.differences(at=AUDITED)), None)
            if found is None:
                connection.check_constraints()
            transaction.set_rollback(True)
    except DatabaseError:
        return DATABASE
    return AUDIT if found else ""


def _others(row: models.Model, field: Any) -> list[Any]:
    """Return another value of the field that the database takes."""
    value = getattr(row, field.attname)
    if field.is_relation:
        others = field.related_model._default_manager.exclude(**{field.target_field.name: value}).order_by("pk")
        other = others.values_list(field.target_field.attname, flat=True).first()
        return [other] if other is not None else []
    if isinstance(field, models.JSONField):
        return [{**value, "x": 1} if isinstance(value, dict) else [*(value or ()), "x"]]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, dt.datetime):
        return [value + dt.timedelta(microseconds=1)]
    if isinstance(value, dt.date):
        return [value + dt.timedelta(days=1)]
    if value is None:
        if isinstance(field, models.DateTimeField):
            return [moment("12:00")]
        if isinstance(field, models.DateField):
            return [SATURDAY]
        if isinstance(field, models.TimeField):
            return [dt.time(12)]
        return [1] if isinstance(field, models.IntegerField) else [True]
    if field.choices:
        return [next(choice for choice, _ in field.choices if choice != value)]
    return [f"{value}x"[-(field.max_length or 100) :] if value else "x"]
