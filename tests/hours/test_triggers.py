import datetime as dt

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, models, transaction

from academy.certificates import services as certificates
from academy.certificates.models import Certificate, Closure
from academy.checkin.models import Annulment, Scan
from academy.hours import services, triggers
from academy.hours.models import Confirmation, Evidence, Import, ImportedRow, LedgerEntry, MakeUp, TakenBack
from academy.people.models import Consent
from academy.recognition.models import Commendation
from academy.rulebook.models import Comment
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow

FACTS = [
    *(LedgerEntry, Confirmation, Evidence, Import, ImportedRow, TakenBack, Annulment, Scan, Consent),
    *(Certificate, Certificate.entries.through, Closure, Commendation, Comment),
]
THURSDAY = dt.date(2026, 1, 15)


@pytest.fixture
def facts(scene: Scene) -> None:
    """At least one of each."""
    volunteer, activity = scene.volunteer(), scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    mistaken = scene.scan(scene.volunteer("刘伟"), activity.shifts.get(), "in", moment("11:50"))
    Annulment.objects.create(scan_id=mistaken.scan_id, annulled_by=scene.leading, annulled_at=moment("11:51"))
    services.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    services.end_notices(at=moment("00:05", THURSDAY))
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
    Comment.objects.create(rule_set=scene.rule_set, text="测试", by=scene.leading, at=moment("13:00"))
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
    TakenBack.objects.create(
        source=done, reason="测试", count=1, taken_back_by=scene.social_worker, taken_back_at=moment("13:00")
    )
    certificates.revoke(certificate=certificate, note="测试", by=scene.social_worker, at=moment("10:00", THURSDAY))


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
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
def test_nor_through_the_objects(scene: Scene) -> None:
    entry = LedgerEntry.objects.get()
    entry.minutes = 999
    with pytest.raises(DatabaseError, match="facts are append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="facts are append-only"), transaction.atomic():
        LedgerEntry.objects.update(minutes=999)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    assert LedgerEntry.objects.get().minutes == 180


@pytest.mark.usefixtures("facts")
def test_nor_can_an_entry_be_replaced() -> None:
    columns = ", ".join(field.column for field in LedgerEntry._meta.local_concrete_fields)
    replace = {
        "sqlite": f"INSERT OR REPLACE INTO hours_ledgerentry ({columns}) SELECT {columns} FROM hours_ledgerentry",
        "postgresql": f"INSERT INTO hours_ledgerentry ({columns}) SELECT {columns} FROM hours_ledgerentry "
        "ON CONFLICT (id) DO UPDATE SET minutes = 999",
    }[connection.vendor]
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run(replace)


@pytest.mark.postgresql
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
@pytest.mark.django_db
def test_nor_can_their_table_be_emptied(model: type[models.Model]) -> None:
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.usefixtures("facts")
def test_lifted_triggers_let_a_test_empty_its_database() -> None:
    triggers.lift(connection)
    run("DELETE FROM certificates_closure")
    triggers.install(connection)
    with pytest.raises(DatabaseError, match="facts are append-only"):
        run("DELETE FROM certificates_certificate")


@pytest.mark.django_db
def test_installing_twice_and_lifting_twice_changes_nothing() -> None:
    triggers.install(connection)
    assert triggers.missing(connection) == []
    triggers.lift(connection)
    triggers.lift(connection)
    assert sorted(triggers.missing(connection)) == sorted(model._meta.db_table for model in FACTS)
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_told_by_the_system_check() -> None:
    assert run_checks(tags=["database"], databases=["default"]) == []
    on = " ON hours_ledgerentry" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER hours_ledgerentry_no_update{on}")
    (message,) = run_checks(tags=["database"], databases=["default"])
    assert message.id == "hours.W001"
    assert "hours_ledgerentry" in message.msg
    triggers.install(connection)
