"""Read the lines of a list of past service and find their problems, without writing."""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, Sum, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.services import PastActivity
from academy.core.refusals import Refusal
from academy.core.sql import batched
from academy.decisions.second_person import own_people
from academy.hours.days import Facts, counting_parameters
from academy.hours.models import NOTICE_STATES, Category, DailyApproval, ImportedRow, RecordState, ServiceRecord
from academy.hours.rules import day_limit
from academy.people.models import User, Volunteer
from academy.people.names import tidy_phone
from academy.tables import cells
from academy.tables.reading import Line, Table
from academy.transfers.services.import_people import UNKNOWN_NAME, Roll, plain

# The texts of a line about its activity, with the length that a record can hold.
TEXTS = {"title": 60, "place": 100, "content": 200, "organiser": 100}
NAMES: dict[str, Any] = {
    "title": _("activity"),
    "place": _("place"),
    "content": _("service content"),
    "organiser": _("organiser"),
}
OWN_HOURS = Refusal(
    "own_hours", _("These are your own hours, or those of a person you act for: somebody else imports them.")
)
BAD_DATE = Refusal("bad_date", _("This is not a date. Write it as 2025-03-01."))
WEEKDAY_DIFFERS = Refusal("weekday_differs", _("This date has another weekday. Correct one of the two."))
SEVERAL_DAYS = Refusal("several_days", _("This cell names several days. Write one line for each day."))
FUTURE_DATE = Refusal("future_date", _("This day is in the future."))
BAD_HOURS = Refusal("bad_hours", _("This is not a length of time. Write it as 2.5 or 2:30."))
MERGED_HOURS = Refusal(
    "merged_hours",
    _(
        "One merged cell holds the hours of several lines of this person: of each line, or of all together? Write the "
        "hours into each line."
    ),
)
BAD_CLOCK = Refusal("bad_clock", _("This is not a time of day. Write it as 14:30."))
CLOCK_ELSEWHERE = Refusal(
    "clock_elsewhere",
    _("A time in this line belongs to another day than the line's date. Write one line for each day."),
)
NO_MINUTES = Refusal("no_minutes", _("The time is shorter than one minute."))
TIMES_REVERSED = Refusal("times_reversed", _("The end is before the beginning."))
FORMULA = Refusal("formula", _("This cell holds a formula. Copy the column and paste it as values."))
ERROR_CELL = Refusal(
    "error_cell", _("This cell holds an error such as #N/A instead of a value. Correct it in the spreadsheet.")
)
TOO_MUCH = Refusal(
    "too_much",
    _("Together with the hours already recorded, the day would exceed its limit (H4). Approve the day first."),
)
TWICE = Refusal("twice", _("The same line is already further up."))
IMPORTED_BEFORE = Refusal("imported_before", _("This has been imported before."))
RECORDED_ALREADY = Refusal("recorded_already", _("This is recorded already: the person has hours there on that day."))
MISSING = {
    "title": Refusal("missing_title", _("The activity is missing.")),
    "place": Refusal("missing_place", _("The place is missing.")),
    "content": Refusal("missing_content", _("The service content is missing.")),
    "organiser": Refusal("missing_organiser", _("The organiser is missing.")),
}
TOO_LONG = {
    "title": Refusal("long_title", _("The activity's name is longer than 60 characters.")),
    "place": Refusal("long_place", _("The place is longer than 100 characters.")),
    "content": Refusal("long_content", _("The service content is longer than 200 characters.")),
    "organiser": Refusal("long_organiser", _("The organiser is longer than 100 characters.")),
}


@dataclass
class ImportLine:
    """A line of the file as it was read, with its problems."""

    line: int
    person: str  # as the file names the person
    name: str = ""
    phone: str = ""
    volunteer: Volunteer | None = None
    date: dt.date | None = None
    date_text: str = ""
    minutes: int | None = None
    hours_text: str = ""
    hours_from: int = 0  # the line that holds the cell of the hours: a merged cell covers several
    texts: dict[str, str] = field(default_factory=dict)
    filled_in: list[str] = field(default_factory=list)  # texts that the form gave, because the line has none
    problems: list[Refusal] = field(default_factory=list)
    has_notice: bool = True  # by the rules of its date; without one, it takes effect at once

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def past(self) -> PastActivity:
        return PastActivity(self.texts["title"], self.texts["place"], self.texts["content"], self.texts["organiser"])


@dataclass(frozen=True)
class DryRun:
    """The preview of an import: its good and its bad lines."""

    lines: list[ImportLine]
    sums: int  # lines of sums, which are skipped
    table: Table  # the lines as they were read, and what was left out of the file
    footers: Sequence[Line] = ()  # lines of names and remarks below the list, which are skipped

    @cached_property
    def above(self) -> int:
        """The number of lines with titles and headings above the list."""
        return len(self.table.lines) - len(self.lines) - self.sums - len(self.footers)

    @cached_property
    def missing(self) -> list[str]:
        """The fields that no line has: the page says so once."""
        wanting = [name for name, refusal in MISSING.items() if all(refusal in line.problems for line in self.lines)]
        return wanting if self.lines else []

    @cached_property
    def missing_names(self) -> list[str]:
        return [str(NAMES[name]) for name in self.missing]

    @cached_property
    def bad_by_themselves(self) -> list[tuple["ImportLine", list[Refusal]]]:
        """The bad lines with their own problems, without those of the whole file."""
        said = {MISSING[name] for name in self.missing}
        own = [(line, [problem for problem in line.problems if problem not in said]) for line in self.bad]
        return [(line, problems) for line, problems in own if problems]

    @cached_property
    def filled_in(self) -> list[tuple[str, int]]:
        """The texts that the form gave, by their names, with the number of their lines."""
        counted = Counter(name for line in self.lines for name in line.filled_in)
        return [(NAMES[name], counted[name]) for name in TEXTS if counted[name]]

    @cached_property
    def good(self) -> list[ImportLine]:
        return [line for line in self.lines if line.is_good]

    @cached_property
    def has_notice(self) -> bool:
        """True if any good line goes on public notice."""
        return any(line.has_notice for line in self.good)

    @cached_property
    def bad(self) -> list[ImportLine]:
        return [line for line in self.lines if not line.is_good]

    @cached_property
    def unknown_people(self) -> list[tuple[str, str]]:
        """Name and phone of each person whom the roll does not have, in the order of their first lines.

        The phone of some lines counts for all lines of that name.
        """
        phones: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for line in self.lines:
            if UNKNOWN_NAME in line.problems and FORMULA not in line.problems and ERROR_CELL not in line.problems:
                names.setdefault(plain(line.name), line.name)
                of_name = phones.setdefault(plain(line.name), {})
                if line.phone:
                    of_name.setdefault(tidy_phone(line.phone), line.phone)
        return [(names[name], phone) for name, found in phones.items() for phone in found.values() or [""]]

    @cached_property
    def minutes(self) -> int:
        """The minutes of the good lines."""
        return sum(line.minutes or 0 for line in self.good)

    @cached_property
    def mark(self) -> str:
        """A digest of the good lines. An import is refused if the digest that its user saw has changed."""
        seen = [
            (line.line, line.volunteer and line.volunteer.pk, str(line.date), line.minutes, line.past)
            for line in self.good
        ]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def read_line(line: Line, columns: dict[str, Any], roll: Roll, at: dt.datetime) -> ImportLine:
    """Read one line, with the problems that need no other line."""
    of: dict[str, int] = columns["of"]
    one = ImportLine(
        line=line.number,
        person=" ".join(filter(None, (line.text(of.get(name)) for name in ("name", "number", "phone")))),
        name=line.text(of.get("name")),
        phone=line.text(of.get("phone")),
        date_text=line.text(of.get("date")),
        hours_text="–".join(filter(None, (line.text(of.get(name)) for name in ("begins", "ends")))),
    )
    if of.get("hours") is not None and (text := line.text(of["hours"])):
        one.hours_text = text
        one.hours_from = line.covered.get(of["hours"], line.number)
    if any(cells.is_formula(line.cell(place)) for place in of.values()):
        one.problems.append(FORMULA)
    if any(cells.is_error(line.cell(place)) for place in of.values()):
        one.problems.append(ERROR_CELL)
    found = roll.find(*(line.text(of.get(name)) for name in ("number", "name", "phone")))
    if isinstance(found, Refusal):
        one.problems.append(found)
    else:
        one.volunteer = found
    date_cell = line.cell(of.get("date"))
    one.date = cells.parse_date(date_cell, since_1904=line.since_1904)
    if one.date is None:
        one.problems.append(_problem_of_date(date_cell))
    elif one.date > timezone.localdate(at):
        one.problems.append(FUTURE_DATE)
    answer = _minutes(line, of, one.date, in_minutes=columns["in_minutes"])
    if isinstance(answer, Refusal):
        one.problems.append(answer)
    else:
        one.minutes = answer
    for name, most in TEXTS.items():
        text = line.text(of.get(name))
        if not text and (text := columns["for_all"].get(name, "")):
            one.filled_in.append(name)
        one.texts[name] = text
        if not text:
            one.problems.append(MISSING[name])  # K2
        elif len(text) > most:
            one.problems.append(TOO_LONG[name])
    return one


def _problem_of_date(cell: cells.Cell) -> Refusal:
    if cells.contradicts_its_weekday(cell):
        return WEEKDAY_DIFFERS
    return SEVERAL_DAYS if cells.names_several_days(cell) else BAD_DATE


def _minutes(line: Line, of: dict[str, int], date: dt.date | None, *, in_minutes: bool) -> int | Refusal:
    clocks = []
    for name in ("begins", "ends"):
        cell = line.cell(of.get(name))
        clock, day = cells.parse_clock(cell), cells.parse_clock_date(cell, since_1904=line.since_1904)
        if day and date and day != date:
            if (name, clock, day - date) != ("ends", 0, dt.timedelta(days=1)):
                return CLOCK_ELSEWHERE
            clock = 24 * 60  # the next day's 0:00 ends this day
        clocks.append(clock)
    if line.text(of.get("hours")):
        minutes = cells.parse_minutes(line.cell(of["hours"]), in_minutes=in_minutes)
        return BAD_HOURS if minutes is None else minutes if minutes > 0 else NO_MINUTES
    if not all(line.text(of.get(name)) for name in ("begins", "ends")):
        return BAD_HOURS
    begins, ends = clocks
    if begins is None or ends is None:
        return BAD_CLOCK
    if ends < begins:
        return TIMES_REVERSED
    return ends - begins if ends > begins else NO_MINUTES


def is_footer(line: Line, of: Mapping[str, int]) -> bool:
    """Return whether a line holds names or remarks below the list, and no service."""
    has_date = cells.parse_date(line.cell(of.get("date")), since_1904=line.since_1904) is not None
    has_time = any(line.text(of.get(name)) for name in ("hours", "begins"))
    return line.is_footer and not (has_date and has_time)


def find_shared_hours(checked: list[ImportLine]) -> None:
    """Add the problem of lines of one person whose hours are one merged cell, which may hold a sum."""
    sharing: dict[tuple[int, int], list[ImportLine]] = defaultdict(list)
    for one in checked:
        if one.volunteer and one.hours_from:
            sharing[one.volunteer.pk, one.hours_from].append(one)
    for lines in sharing.values():
        for one in lines if len(lines) > 1 else ():
            one.problems.append(MERGED_HOURS)


def compare(checked: list[ImportLine], people: Sequence[Volunteer], *, community_id: int, by: User) -> None:
    """Add the problems of lines next to other lines, to existing records and to the user who imports (K4)."""
    own = own_people(by, people)
    for one in checked:
        if one.volunteer is not None and one.volunteer.stays.pk in own:
            one.problems.append(OWN_HOURS)
    stays = {pk: merged or pk for pk, merged in Volunteer.objects.all_with(people).values_list("pk", "merged_into")}
    minutes: dict[tuple[int, dt.date], int] = defaultdict(int)
    approved: dict[tuple[int, dt.date], int] = defaultdict(int)
    recorded: set[tuple[int, dt.date, str]] = set()
    imported: set[tuple[int, dt.date, str, int]] = set()
    for pks in batched(list(stays)):
        live = ServiceRecord.objects.live().filter(volunteer__in=pks, category=Category.SERVICE).order_by()
        # Until the notice of a correction is over, the larger of the two figures counts.
        larger = Greatest("minutes", Coalesce("replaces__minutes", 0))
        waits = When(state__in=NOTICE_STATES, replaces__state=RecordState.EFFECTIVE, then=larger)
        rows = live.values_list("volunteer_id", "date").annotate(summed=Sum(Case(waits, default="minutes")))
        for volunteer_id, date, summed in rows:
            minutes[stays[volunteer_id], date] += summed
        for volunteer_id, date, title, kept in live.filter(activity__imported=False, minutes__gt=0).values_list(
            "volunteer_id", "date", "activity__title", "particulars"
        ):
            recorded.add((stays[volunteer_id], date, plain(kept["title"] if kept else title)))
        before = ImportedRow.objects.filter(volunteer__in=pks).exclude(
            source__taken_back__isnull=False, record__state=RecordState.WITHDRAWN
        )
        for volunteer_id, date, title, claimed in before.values_list("volunteer_id", "date", "title", "minutes"):
            imported.add((stays[volunteer_id], date, plain(title), claimed))
        approvals = DailyApproval.objects.accepted().filter(volunteer__in=pks)
        for volunteer_id, date, allowed in approvals.values_list("volunteer_id", "date", "minutes"):
            approved[stays[volunteer_id], date] = max(approved[stays[volunteer_id], date], allowed)
    facts = Facts()
    seen: set[tuple[int, dt.date, str, int]] = set()
    for one in checked:
        if one.volunteer is None or one.date is None or one.minutes is None:
            continue
        activity = (one.volunteer.pk, one.date, plain(one.texts["title"]))
        if (*activity, one.minutes) in imported:
            one.problems.append(IMPORTED_BEFORE)
        elif (*activity, one.minutes) in seen:
            one.problems.append(TWICE)
        elif activity in recorded:
            one.problems.append(RECORDED_ALREADY)
        seen.add((*activity, one.minutes))
        if one.problems:
            continue
        day = (one.volunteer.pk, one.date)
        rule_set = facts.rule_set(community_id, one.date)
        one.has_notice = bool(rule_set.parameters["notice_working_days"])
        limit = day_limit(counting_parameters(rule_set).day_limit, approved[day])
        if minutes[day] + one.minutes > limit:
            one.problems.append(TOO_MUCH)  # H4: more needs a second person's approval of the day
        else:
            minutes[day] += one.minutes
