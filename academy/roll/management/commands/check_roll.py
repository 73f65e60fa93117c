"""`manage.py check_roll FILE`: a dry run of the import of a list of people."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone, translation

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.resident_ids import hide_in, masked
from academy.roll import checking
from academy.roll.faults import Verdict
from academy.roll.lines import Entry
from academy.roll.matching import KINDS, Roll
from academy.roll.refusals import UNREADABLE
from academy.tables.package import Unreadable
from academy.tables.reading import opened


class Command(BaseCommand):
    help = "Checks a list of people (CSV or XLSX), line by line, and writes nothing."
    requires_system_checks: Any = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--sheet", help="the sheet of the list; by default the first one that names people")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--community", help="compare with this community's roll; the only one is the default")
        parser.add_argument("--language", default=None, help="of the sentences, such as zh-hans or en")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"] or translation.get_language() or "zh-hans"
        with translation.override(language):
            self._check(**options)

    def _check(self, *, file: Path, sheet: str | None, format: str, community: str | None, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        home = _community(community)
        today = timezone.localdate()
        youngest = ages.youngest(home, today) if home else ages.YOUNGEST
        compare = Roll(home, today, keeps_documents=True).compare if home else None
        rows, counted = [], Counter[str]()
        try:
            chosen = sheet or checking.sheet_of_roll(content, file.name)
            with opened(content, file.name, chosen, times=checking.LIMITS) as (table, lines):
                read = checking.begin(table, lines, today=today, youngest=youngest, compare=compare)
                if isinstance(read, Refusal):
                    return self._refuse(file, read, format, [one.name for one in table.left_out])
                if format == "text":
                    self._write_head(file, read, home)
                for entry in read.entries:
                    counted[entry.verdict.word] += 1
                    if format == "text":
                        self._write_entry(entry)
                    else:
                        rows.append(as_data(entry))
        except Unreadable as error:
            return self._refuse(file, UNREADABLE[error.code], format, [])
        counts = {verdict.word: counted[verdict.word] for verdict in Verdict}
        if format == "text":
            self.stdout.write(" · ".join(f"{word} {count}" for word, count in counts.items()))
            return None
        answer = {**head_of(file, read, home), "counts": counts, "rows": rows}
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        return None

    def _refuse(self, file: Path, refusal: Refusal, format: str, sheets: list[str]) -> None:
        """Report that the whole file is refused; the exit status says it as well."""
        if format == "json":
            fault = {"code": refusal.code, "sentence": str(refusal)}
            answer = {"file": file.name, "verdict": "refuse", "faults": [fault], "other_sheets": sheets, "rows": []}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        raise CommandError(f"{refusal.code}: {refusal}")

    def _write_head(self, file: Path, read: checking.ListBeingRead, home: Community | None) -> None:
        for name, value in head_of(file, read, home).items():
            if value:
                self.stdout.write(f"{name}: {json.dumps(value, ensure_ascii=False)}")

    def _write_entry(self, entry: Entry) -> None:
        data = as_data(entry)
        stored = ", ".join(f"{name}={value}" for name, value in data["stored"].items() if value)
        self.stdout.write(f"{entry.row}\t{data['verdict']}\t{stored or data['name']}")
        for fault in data["faults"]:
            self.stdout.write(f"\t\t{fault['code']}: {fault['sentence']}")


def head_of(file: Path, read: checking.ListBeingRead, home: Community | None) -> dict[str, Any]:
    """Return the parts of the file that were read, and those that were not."""
    table = read.table
    return {
        "file": file.name,
        "sheet": table.sheet,
        "community": str(home) if home else "",
        "header_row": read.header,
        "columns": {name: read.headings[place] for name, place in read.columns.items() if place < len(read.headings)},
        "columns_not_read": read.unknown,
        "columns_not_stored": read.unstored,
        "columns_left_out": table.columns_left_out,
        "hidden_columns": table.hidden_letters,
        "other_sheets": [{"name": one.name, "lines": one.lines, "hidden": one.is_hidden} for one in table.left_out],
    }


def as_data(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data; ID numbers are masked (V2)."""
    is_stored = entry.verdict < Verdict.REFUSE
    stored: dict[str, Any] = {}
    if is_stored:
        stored = {
            "name": entry.name,
            "phone": entry.phone,
            "birth_date": entry.birth_date.isoformat() if entry.birth_date else "",
            "consents": ["registration", *(KINDS[kind].value for kind in entry.granted if kind in KINDS)],
            **entry.details,
            **({"unit": entry.unit} if entry.unit_id else {}),
        }
        if entry.id_type:
            stored |= {"id_type": str(entry.id_type), "id_number": masked(entry.id_number)}
    return {
        "row": entry.row,
        "verdict": entry.verdict.word,
        "name": hide_in(entry.name),
        "stored": stored,
        "not_stored": entry.unstored,
        "faults": [
            {"code": fault.code, "verdict": fault.verdict.word, "sentence": str(fault)} for fault in entry.faults
        ],
    }


def _community(name: str | None) -> Community | None:
    """Return the community of this name, or the only one; None without a database."""
    try:
        if name:
            found = Community.objects.filter(name=name).first()
            if found is None:
                raise CommandError(f"There is no community “{name}”.")
            return found
        communities = list(Community.objects.all()[:2])
    except DatabaseError:
        return None
    return communities[0] if len(communities) == 1 else None
