"""Triggers that keep breaks within their shift and apart, in SQLite and in PostgreSQL (H2).

A CHECK constraint reads one row, and this rule is about two tables. The triggers judge new values alone: a break stored
before them can be read and saved as it is, and a system check names it. They are installed after every `migrate`.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from academy.activities.models import Break

NAMES = ("activities_break_no_insert", "activities_break_no_update", "activities_shift_keeps_breaks")
MESSAGE = "a break lies within its shift and apart from the others"
_TABLES = ("activities_break", "activities_shift")

# Whether a break, new.*, is wrong; whether it has other times than before; whether a shift moves away from its break.
_WRONG = """NOT EXISTS (
  SELECT 1 FROM activities_shift s WHERE s.id = NEW.shift_id
  AND s.starts_at <= NEW.starts_at AND NEW.ends_at <= COALESCE(s.overtime_until, s.ends_at)
) OR EXISTS (
  SELECT 1 FROM activities_break b WHERE b.shift_id = NEW.shift_id AND b.id <> NEW.id
  AND b.starts_at < NEW.ends_at AND NEW.starts_at < b.ends_at
)"""
_MOVED = """(
  NEW.shift_id <> OLD.shift_id OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
)"""
_LEFT_BEHIND = """EXISTS (
  SELECT 1 FROM activities_break b WHERE b.shift_id = NEW.id
  AND OLD.starts_at <= b.starts_at AND b.ends_at <= COALESCE(OLD.overtime_until, OLD.ends_at)
  AND NOT (NEW.starts_at <= b.starts_at AND b.ends_at <= COALESCE(NEW.overtime_until, NEW.ends_at))
)"""
_JUDGED = (
    (NAMES[0], "INSERT ON activities_break", _WRONG),
    (NAMES[1], "UPDATE ON activities_break", f"{_MOVED} AND ({_WRONG})"),
    (NAMES[2], "UPDATE OF starts_at, ends_at, overtime_until ON activities_shift", _LEFT_BEHIND),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers, in the place of those of an earlier release."""
    if not set(_TABLES) <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for name, when, wrong in _JUDGED:
            if connection.vendor == "postgresql":
                table = when.rpartition(" ")[2]
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN IF {wrong} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; "
                    f"END IF; RETURN NEW; END $$"
                )
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW EXECUTE FUNCTION {name}()")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {when} WHEN {wrong} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are not installed."""
    if not set(_TABLES) <= set(connection.introspection.table_names()):
        return []
    kept = "tgname FROM pg_trigger" if connection.vendor == "postgresql" else "name FROM sqlite_master"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kept}")
        existing = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES if name not in existing]


def misplaced_breaks() -> "QuerySet[Break]":
    """Return the stored breaks that lie outside their shift or overlap: they take too little or much."""
    outside = Q(starts_at__lt=F("shift__starts_at")) | Q(
        ends_at__gt=Coalesce("shift__overtime_until", "shift__ends_at")
    )
    others = Break.objects.filter(
        shift=OuterRef("shift"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    ).exclude(pk=OuterRef("pk"))
    return Break.objects.filter(outside | Exists(others)).order_by("pk")
