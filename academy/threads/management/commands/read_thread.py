"""Read a thread of sign-ups beside a roll, without a database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from academy.threads.matching import Person
from academy.threads.merging import Entry
from academy.threads.reading import read
from academy.threads.sentences import NOT_UNDERSTOOD, sentence


class Command(BaseCommand):
    help = "Read a numbered thread of a chat group (接龙) beside a roll, and print its people as JSON."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the thread as text (UTF-8 or GB18030), or - for the standard input")
        parser.add_argument("--roll", required=True, help="a JSON list of {id, name, building, phone}")

    def handle(self, *args: Any, **options: Any) -> None:
        people = _roll(_text(options["roll"]), options["roll"])
        reading = read(_text(options["file"]), people, sounds_like=_sounds_like)
        rows = [(min(entry.lines), _row(entry)) for entry in reading.entries]
        rows += [(line, _lost(line, text)) for line, text in reading.not_understood.items()]
        printed = json.dumps([row for _line, row in sorted(rows, key=lambda one: one[0])], ensure_ascii=False, indent=1)
        self.stdout.write(printed.encode("utf-8", "replace").decode())


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "roll": entry.person.id if entry.person else None,
        "count": entry.count,
        "withdrawn": entry.withdrawn,
        "note": entry.note,
        "uncertain": entry.is_uncertain,
        "why": " ".join(str(sentence(doubt, entry.match.choices)) for doubt in entry.doubts),
        "lines": entry.lines,
    }


def _lost(line: int, text: str) -> dict[str, Any]:
    return {
        "name": "",
        "roll": None,
        "count": 0,
        "withdrawn": False,
        "note": text,
        "uncertain": True,
        "why": str(NOT_UNDERSTOOD),
        "lines": [line],
    }


def _sounds_like(one: str, other: str) -> bool:
    from academy.core.pinyin import sounds_like

    return sounds_like(one, other)


def _text(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(error)s.") % {"file": name, "error": error.strerror}) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CommandError(_("%(file)s is no text in UTF-8 or GB18030. Save it as text, then try again.") % {"file": name})


def _roll(text: str, name: str) -> list[Person]:
    try:
        rows = json.loads(text)
        return [
            Person(row["id"], str(row["name"]), str(row.get("building") or ""), str(row.get("phone") or ""))
            for row in rows
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        said = _("%(file)s is no roll: it must be a JSON list of {id, name, building, phone}.") % {"file": name}
        raise CommandError(said) from None
