import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models

from academy.advancement.models import Commendation, StarRating, UnitCommendation
from academy.agreements.models import Agreement, Signature
from academy.certificates import receipts
from academy.certificates import services as certificates
from academy.certificates.file_signer_models import FileSigner
from academy.certificates.models import Certificate, Closure, Receipt
from academy.certificates.pasted import PastedLine
from academy.checkin.models import Annulment, ClockReading, Device, Scan
from academy.core import append_only
from academy.decisions.kinds import KINDS
from academy.decisions.services import decide
from academy.designs.models import Design
from academy.families.models import ActivityConsent, SignedForm
from academy.groups.models import Acceptance, HeadsOfUnit
from academy.groups.services import heads, links
from academy.hours.models import (
    Confirmation,
    DailyApproval,
    Evidence,
    Import,
    ImportedRow,
    ImportReversal,
    LedgerEntry,
    MakeUp,
    NamedRole,
    Seal,
)
from academy.hours.services import approvals, confirmation, notices
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.rulebook import services as rulebook
from academy.rulebook.models import Clause, Comment, RuleSet
from tests.core.without_rows import WITHOUT_ROWS
from tests.factories import UnitFactory, UserFactory
from tests.hours.scene import Scene, moment
from tests.roles import as_owner, unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.both]

FACTS = [
    *(LedgerEntry, Confirmation, Evidence, Import, ImportedRow, ImportReversal, Annulment, Scan, Consent),
    *(Certificate, Certificate.entries.through, Closure, Receipt, Commendation, UnitCommendation, Comment, NamedRole),
    *(Seal, ClockReading, Signature, Acceptance, HeadsOfUnit, ActivityConsent, SignedForm),
]
# Models whose rows become facts, and those that always are: their tables of many-to-many relations.
LATER_FACTS = [
    RuleSet,
    Clause,
    Agreement,
    Design,
    FileSigner,
    *(kind.model for kind in KINDS.values()),
    MakeUp.scans.through,
]
THURSDAY = dt.date(2026, 1, 15)


@pytest.fixture(scope="module")
def facts_of_module(scene_of_module: Scene, rows_of_module: Any) -> None:
    rows_of_module(lambda: _create_facts(scene_of_module))


@pytest.fixture
def facts(facts_of_module: None, db: None) -> None:
    """At least one row of each fact."""


def _create_facts(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    mistaken = scene.scan(scene.volunteer("刘伟"), activity.shifts.get(), "in", moment("11:50"))
    Annulment.objects.create(scan_id=mistaken.scan_id, annulled_by=scene.leading, annulled_at=moment("11:51"))
    named = {"role": activity.roles.get(), "named_by": scene.leading, "named_at": moment("11:55")}
    NamedRole.objects.create(volunteer=scene.volunteer("李建国"), shift=activity.shifts.get(), **named)
    device = Device.objects.create(
        activity=activity,
        operator=scene.leading,
        key="DEVICE",
        issued_at=moment("08:00"),
        expires_at=moment("20:00"),
    )
    ClockReading.objects.create(device=device, at=moment("08:00"), said=moment("08:00"))
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    notices.end_notices(at=moment("00:05", THURSDAY))
    certificate = certificates.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=dt.date(2026, 1, 1),
        period_to=THURSDAY,
        by=scene.social_worker,
        at=moment("09:00", THURSDAY),
    )
    assert isinstance(certificate, Certificate)
    Commendation.objects.create(
        volunteer=volunteer,
        title="测试",
        text="测试",
        given_on=THURSDAY,
        recorded_by=scene.leading,
        recorded_at=moment("13:00"),
    )
    UnitCommendation.objects.create(
        unit=UnitFactory(community=scene.community),
        title="测试",
        text="测试",
        given_on=THURSDAY,
        recorded_by=scene.leading,
        recorded_at=moment("13:00"),
    )
    Comment.objects.create(rule_set=scene.rule_set, text="测试", by=scene.leading, at=moment("13:00"))
    consent = Consent.objects.latest("pk")
    ActivityConsent.objects.create(consent=consent, activity_id=activity.pk)
    SignedForm.objects.create(
        consent=consent, file="consents/1.jpg", name="1.jpg", added_by=scene.leading, added_at=moment("13:00")
    )
    make_up = MakeUp.objects.create(
        way="correction", volunteer=volunteer, shift=activity.shifts.get(), reason="测试", asked_at=moment("13:00")
    )
    Evidence.objects.create(
        make_up=make_up, file="evidence/1.jpg", name="1.jpg", added_by=scene.leading, added_at=moment("13:00")
    )
    done = Import.objects.create(
        community=scene.community,
        issuer=scene.issuer,
        file="imports/1.csv",
        name="1.csv",
        count=1,
        left_out=0,
        minutes=180,
        imported_by=scene.social_worker,
        imported_at=moment("13:00"),
    )
    ImportedRow.objects.create(
        source=done,
        line=2,
        volunteer=volunteer,
        date=THURSDAY,
        minutes=180,
        record=volunteer.service_records.get(),
    )
    ImportReversal.objects.create(
        source=done, reason="测试", count=1, taken_back_by=scene.social_worker, taken_back_at=moment("13:00")
    )
    agreement = Agreement.objects.create(
        community=scene.community, title="测试", text="测试", version=1, published_at=moment("13:00")
    )
    Signature.objects.create(
        agreement=agreement,
        volunteer=volunteer,
        way="phone",
        personal="测试",
        signed_on=THURSDAY,
        recorded_by=scene.leading,
        recorded_at=moment("13:00"),
    )
    unit, shift, role = UnitFactory(community=scene.community), activity.shifts.get(), activity.roles.get()
    heads.count_heads(unit=unit, shift=shift, people=3, by=scene.leading, at=moment("11:00"))
    asking = {"unit": unit, "shift": shift, "role": role, "places": 9}
    link = links.make_link(**asking, by=scene.social_worker, at=moment("08:00"))
    links.accept(link=link, name="周强", phone="13900000009", at=moment("08:01"))
    certificates.revoke(certificate=certificate, note="测试", by=scene.social_worker, at=moment("10:00", THURSDAY))
    receipts.give_receipt(asked=[PastedLine(certificate.number)], network="", at=moment("11:00", THURSDAY))


def run(statement: str) -> None:
    """Run the statement as the owner of the tables, whom the triggers alone hold back."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
@pytest.mark.usefixtures("facts")
def test_a_fact_can_neither_be_changed_nor_deleted(model: type[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    count = model._default_manager.count()
    assert count
    for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="facts are append-only"):
            run(statement)
    assert model._default_manager.count() == count


@pytest.mark.usefixtures("facts")
def test_a_fact_can_neither_be_changed_nor_deleted_through_its_object(scene: Scene) -> None:
    entry = LedgerEntry.objects.get()
    entry.minutes = 999
    with pytest.raises(DatabaseError, match="facts are append-only"), as_owner():
        entry.save()
    with pytest.raises(DatabaseError, match="facts are append-only"), as_owner():
        LedgerEntry.objects.update(minutes=999)
    with pytest.raises(DatabaseError), as_owner():
        entry.delete()
    assert LedgerEntry.objects.get().minutes == 180


@pytest.mark.usefixtures("facts")
def test_a_fact_cannot_be_replaced() -> None:
    columns = ", ".join(field.column for field in LedgerEntry._meta.local_concrete_fields)
    replace = {
        "sqlite": f"INSERT OR REPLACE INTO hours_ledgerentry ({columns}) SELECT {columns} FROM hours_ledgerentry",
        "postgresql": f"INSERT INTO hours_ledgerentry ({columns}) SELECT {columns} FROM hours_ledgerentry "
        "ON CONFLICT (id) DO UPDATE SET minutes = 999",
    }[connection.vendor]
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run(replace)


@pytest.fixture
def other_program(scene: Scene) -> Iterator[None]:
    """Behave as a program without our settings: on SQLite, REPLACE then deletes without a trigger for it."""
    run("PRAGMA recursive_triggers = OFF")
    yield
    run("PRAGMA recursive_triggers = ON")


@pytest.mark.sqlite
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
@pytest.mark.usefixtures("facts", "other_program")
def test_no_other_program_replaces_a_fact(model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.sqlite
@pytest.mark.parametrize("key", ["hash", "community_id, seq", "community_id, previous_hash"])
@pytest.mark.usefixtures("facts", "other_program")
def test_no_other_program_replaces_a_fact_by_another_of_its_keys(key: str) -> None:
    same = set(key.split(", "))
    values = {
        field.column: field.column if field.column in same else other
        for field, other in ((one, _other(one)) for one in LedgerEntry._meta.local_concrete_fields)
    }
    columns, row = ", ".join(values), ", ".join(values.values())
    assert refused(f"INSERT OR REPLACE INTO hours_ledgerentry ({columns}) SELECT {row} FROM hours_ledgerentry")


def _other(field: models.Field) -> str:
    """Return in SQL another value for a column with a key, or the same for any other column."""
    numbers = {"id": "id + 1000", "seq": "seq + 1000"}
    texts = {"hash": "'h'", "previous_hash": "'p'"}
    return (numbers | texts).get(field.column, field.column)


@pytest.mark.sqlite
@pytest.mark.usefixtures("other_program")
def test_no_other_program_replaces_what_was_decided(scene: Scene) -> None:
    asked = ask_for_a_long_day(scene)
    assert not refused("INSERT OR REPLACE INTO hours_dailyapproval SELECT * FROM hours_dailyapproval")
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=asked, by=approver, at=moment("10:00"), accepted=True)
    assert refused("INSERT OR REPLACE INTO hours_dailyapproval SELECT * FROM hours_dailyapproval")
    ask_for_a_long_day(scene)
    assert refused(f"UPDATE OR REPLACE hours_dailyapproval SET id = {asked.pk} WHERE decided_at IS NULL")


@pytest.mark.sqlite
@pytest.mark.usefixtures("other_program")
def test_no_other_program_replaces_stars_that_were_given(scene: Scene) -> None:
    """A key that holds for accepted rows alone is refused for these alone."""
    volunteer = scene.volunteer()
    asked = {"volunteer": volunteer, "stars": 1, "standing": {}, "asked_at": moment("09:00")}
    decided = {"decided_by": scene.social_worker, "decided_at": moment("10:00")}
    StarRating.objects.create(**asked, **decided, accepted=False)
    StarRating.objects.create(**asked, **decided, accepted=True)
    open_again = StarRating.objects.create(**asked)
    assert refused(
        f"UPDATE OR REPLACE recognition_starrating SET accepted = 1, decided_at = asked_at, "
        f"decided_by_id = {scene.social_worker.pk} WHERE id = {open_again.pk}"
    )


@pytest.mark.postgresql
@pytest.mark.parametrize("model", [*FACTS, *LATER_FACTS, *WITHOUT_ROWS], ids=lambda model: model.__name__)
@pytest.mark.django_db
def test_a_table_of_facts_cannot_be_emptied(model: type[models.Model]) -> None:
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run(f"TRUNCATE {model._meta.db_table} CASCADE")


def refused(statement: str) -> bool:
    try:
        run(statement)
    except DatabaseError as error:
        return "facts are append-only" in str(error)
    return False


def test_published_rules_and_their_clauses_can_neither_be_changed_nor_deleted(scene: Scene) -> None:
    of = f"= {scene.rule_set.pk}"
    for statement in (
        f"UPDATE rulebook_ruleset SET \"values\" = '{{}}' WHERE id {of}",
        f"UPDATE rulebook_ruleset SET published_at = NULL, version = NULL WHERE id {of}",
        f"DELETE FROM rulebook_ruleset WHERE id {of}",
        f"UPDATE rulebook_clause SET text_zh = '' WHERE rule_set_id {of}",
        f"DELETE FROM rulebook_clause WHERE rule_set_id {of}",
        "INSERT INTO rulebook_clause (rule_set_id, code, source, wording_zh, wording_en, text_zh, text_en, position) "
        f"VALUES ({scene.rule_set.pk}, 'Z9', '', '', '', '', '', 99)",
    ):
        assert refused(statement), statement


def test_a_draft_can_be_changed_and_no_clause_of_it_moves_into_published_rules(scene: Scene) -> None:
    draft = rulebook.draft_rule_set(community=scene.community, by=scene.social_worker, at=moment("09:00"))
    assert isinstance(draft, RuleSet)
    of = f"= {draft.pk}"
    assert not refused(f"UPDATE rulebook_clause SET wording_zh = '草案' WHERE rule_set_id {of}")
    assert refused(f"UPDATE rulebook_clause SET rule_set_id = {scene.rule_set.pk} WHERE rule_set_id {of}")
    assert not refused(f"UPDATE rulebook_ruleset SET title = '草案' WHERE id {of}")
    assert not refused(f"DELETE FROM rulebook_clause WHERE rule_set_id {of}")
    assert not refused(f"DELETE FROM rulebook_ruleset WHERE id {of}")


def ask_for_a_long_day(scene: Scene) -> DailyApproval:
    asked = approvals.ask_daily_approval(
        volunteer=scene.volunteer(),
        date=THURSDAY,
        minutes=600,
        reason="人手不足",
        by=scene.social_worker,
        at=moment("09:00"),
    )
    assert isinstance(asked, DailyApproval)
    return asked


def test_a_request_can_be_changed_until_it_is_decided(scene: Scene) -> None:
    asked = ask_for_a_long_day(scene)
    assert not refused(f"UPDATE hours_dailyapproval SET minutes = 540 WHERE id = {asked.pk}")
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=asked, by=approver, at=moment("10:00"), accepted=True)
    assert refused(f"UPDATE hours_dailyapproval SET minutes = 720 WHERE id = {asked.pk}")
    assert refused(f"UPDATE hours_dailyapproval SET decided_at = NULL WHERE id = {asked.pk}")
    assert refused(f"DELETE FROM hours_dailyapproval WHERE id = {asked.pk}")


def test_an_undecided_request_can_be_taken_back(scene: Scene) -> None:
    asked = ask_for_a_long_day(scene)
    assert not refused(f"DELETE FROM hours_dailyapproval WHERE id = {asked.pk}")


@pytest.mark.usefixtures("facts")
def test_lifted_triggers_let_a_test_empty_its_database() -> None:
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_closure")
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run("DELETE FROM certificates_certificate")


@pytest.mark.django_db
def test_installing_twice_and_lifting_twice_is_harmless() -> None:
    with as_owner():
        append_only.install(connection)
        assert append_only.missing(connection) == []
        append_only.lift(connection)
        append_only.lift(connection)
        expected = sorted(model._meta.db_table for model in [*FACTS, *LATER_FACTS, *WITHOUT_ROWS])
        assert sorted(append_only.missing(connection)) == expected
        append_only.install(connection)
    assert append_only.missing(connection) == []


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [(), ("core",), ("messaging",), ("contenttypes",)], ids=" ".join)
def test_migrate_guards_the_facts_of_all_apps_also_when_it_is_given_one_app(arguments: tuple[str, ...]) -> None:
    with as_owner():
        append_only.lift(connection)
        call_command("migrate", *arguments, verbosity=0)
    assert append_only.missing(connection) == []


@pytest.mark.django_db
def test_the_system_check_reports_a_missing_trigger() -> None:
    assert not [one for one in run_checks(tags=["database"], databases=["default"]) if one.id == "core.W001"]
    on = " ON hours_ledgerentry" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER hours_ledgerentry_no_update{on}")
    (message,) = [one for one in run_checks(tags=["database"], databases=["default"]) if one.id == "core.W001"]
    assert "hours_ledgerentry" in message.msg
    with as_owner():
        append_only.install(connection)
