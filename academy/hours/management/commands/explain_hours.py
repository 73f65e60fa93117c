"""The command that counts hours from a file, without a database: for a dispute, a rule or an audit."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from academy.hours.models import Category
from academy.hours.rules import Record, paper_hours
from academy.hours.sentences import clause_of, flag_sentence, step_sentence
from academy.hours.worked_cases import Case, read, result


class Command(BaseCommand):
    help = "Counts the hours of one worked case, or of a list of them, in JSON and explains every minute."
    requires_system_checks = []  # some of them query the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a JSON file, or - for standard input")
        parser.add_argument(
            "--sentences", choices=("zh-hans", "en"), help="explain in sentences of this language, not in JSON"
        )

    def handle(self, *, file: str, sentences: str | None, **options: Any) -> None:
        """Print the result. For an unreadable file, end with status 2 and one line on standard error."""
        try:
            cases, is_list = read(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        settled = [(case, case.settle()) for case in cases]
        if sentences:
            with translation.override(sentences):
                text = "\n\n".join("\n".join(_explain_case(place, *one)) for place, one in enumerate(settled, start=1))
        else:
            results = [result(records) for _case, records in settled]
            text = json.dumps(results if is_list else results[0], ensure_ascii=False, indent=1)
        if hasattr(self.stdout, "reconfigure"):
            self.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8, also if the terminal's encoding is another
        self.stdout.write(text)


def _explain_case(place: int, case: Case, records: list[Record]) -> Iterator[str]:
    """Yield the lines that explain a case in the active language."""

    def amount(minutes: int) -> str:
        hours = paper_hours(minutes, case.parameters.paper_step_minutes)
        return _("%(minutes)s min (%(hours)s h)") % {"minutes": minutes, "hours": hours}

    yield case.title or _("Case %(place)s") % {"place": place}
    for record in records:
        yield ""
        yield f"{record.activity} · {record.date} · {Category(record.category).label} · {amount(record.minutes)}"
        for done, step in enumerate(record.steps):
            change = f" {step.before} → {step.after}" if done else ""  # the first step has no minutes before it
            yield f"  {clause_of(step.clause)}  {step_sentence(*step)}{change}"
        for flag in record.flags:
            yield f"  !   {flag_sentence(flag)}"
    yield ""
    for category, minutes in result(records)["totals"].items():
        yield _("%(category)s in all: %(amount)s") % {
            "category": Category(category).label,
            "amount": amount(minutes),
        }
