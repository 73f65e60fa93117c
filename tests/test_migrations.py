"""Migrations are frozen, and safe while the release before still serves (ADR 47)."""

import hashlib
import lzma
import re
from pathlib import Path

import pytest
from django.db import connection
from django_migration_linter import MigrationLinter

from academy.checkin.models import Scan, Visit
from academy.hours.models import ServiceRecord
from tests.hours.scene import Scene

ROOT = Path(__file__).resolve().parent.parent
FROZEN = ROOT / "tests" / "migrations.sha256"
STORED = ROOT / "tests" / "soak" / "stored"
APPS = [*sorted(path.parent.name for path in ROOT.glob("*/*/migrations")), "cms"]
# Landed before the linter. `write_as_the_release_before` gave their columns the defaults that they lacked.
LANDED_UNSAFE = [
    "0002_drafts",
    "0002_finished_courses",
    "0002_imported",
    "0003_decisions",
    "0003_marked_once",
    "0004_changes_of_plan",
    "0004_class_hours_in_one_place",
    "0005_whole_courses",
    "0007_corrections_on_notice",
]
# A column that becomes longer: what the release before writes still fits.
WIDENED = ["0012_landlines_are_contacts"]
# A unique constraint of a column that the same migration adds: the release before leaves it empty.
OF_NEW_COLUMNS = [
    "0007_practice",
    "0004_days_of_memberships",  # replaces a stricter one
    "0013_waiting_list_and_no_shows",  # likewise
    "0003_messages",
    "0006_printouts_by_link",  # of rows without a login, which the release before never writes
]
# Not judged: the names of variables in data migrations, and indexes, which make a writer wait and do not refuse it.
NOT_JUDGED = [
    "CREATE_INDEX",
    "CREATE_INDEX_EXCLUSIVE",
    "DROP_INDEX",
    "RUNPYTHON_MODEL_IMPORT",
    "RUNPYTHON_MODEL_VARIABLE_NAME",
    "RUNPYTHON_REVERSIBLE",
]


def test_a_landed_migration_does_not_change() -> None:
    files = sorted([*ROOT.glob("academy/*/migrations/0*.py"), *ROOT.glob("cms/migrations/0*.py")])
    stored = dict(reversed(line.split("  ")) for line in FROZEN.read_text().splitlines())
    found = {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert found == stored, f"add a migration, leave a landed one as it is; new ones go into {FROZEN.name}"


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db
def test_no_migration_breaks_the_release_before(capsys: pytest.CaptureFixture[str]) -> None:
    linter = MigrationLinter(
        path=str(ROOT),
        include_apps=APPS,
        ignore_initial_migrations=True,
        ignore_name=[*LANDED_UNSAFE, *WIDENED, *OF_NEW_COLUMNS],
        exclude_migration_tests=NOT_JUDGED,
        no_cache=True,
        quiet=["ok", "ignore", "warning"],
    )
    linter.lint_all_migrations()
    assert not linter.has_errors, capsys.readouterr().out


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("release", sorted(path.name for path in STORED.iterdir() if path.is_dir()))
def test_the_release_can_still_write_each_of_its_tables(release: str) -> None:
    """While a newer release migrates, the older one goes on writing the columns that it knows."""
    columns = columns_of(release)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
        )
        required = cursor.fetchall()
    assert [(table, name) for table, name in required if name not in columns.get(table, {name})] == []


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_check_in_of_0_1_0_is_stored(scene: Scene) -> None:
    """Insert copies of a visit and its record by naming the columns that 0.1.0 names."""
    shift = scene.activity().shifts.get()
    scene.attend(scene.volunteer(), shift)
    other = scene.volunteer("李建国")
    new_scans = {"id": "md5('0.1.0' || id)::uuid", "volunteer_id": str(other.pk)}
    new_visit = {
        "volunteer_id": str(other.pk),
        "opened_by_id": "md5('0.1.0' || opened_by_id)::uuid",
        "closed_by_id": "md5('0.1.0' || closed_by_id)::uuid",
    }
    copy_as("0.1.0", "checkin_scan", new_scans)
    copy_as("0.1.0", "checkin_visit", new_visit)
    copy_as("0.1.0", "hours_servicerecord", {"volunteer_id": str(other.pk)})
    assert Scan.objects.accepted().filter(volunteer=other).count() == 2
    assert Visit.objects.get(volunteer=other).closed_by.direction == "out"
    assert ServiceRecord.objects.get(volunteer=other).reason == ""


def copy_as(release: str, table: str, changed: dict[str, str]) -> None:
    """Copy the rows of `table` by naming the columns that the release knew, with some values `changed`."""
    names = sorted(columns_of(release)[table] - ({"id"} - changed.keys()))
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{name}"' for name in names)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}")


def columns_of(release: str) -> dict[str, set[str]]:
    """Return the columns of each table in the stored database of this release."""
    sql = lzma.decompress((STORED / release / "postgresql.sql.xz").read_bytes()).decode()
    tables = re.findall(r"CREATE TABLE public\.(\w+) \(\n(.*?)\n\);", sql, re.DOTALL)
    return {
        table: {line.split()[0].strip('"') for line in body.splitlines() if not line.startswith("    CONSTRAINT")}
        for table, body in tables
    }
