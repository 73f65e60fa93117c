"""A list of people checked line by line, beside itself and beside the roll.

The lines are read one by one, so that a long list takes little memory.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from academy.core.refusals import Refusal
from academy.roll.columns import CONSENTS, FIELDS, STORED, ColumnGuess, guess
from academy.roll.faults import Verdict
from academy.roll.lines import Entry, read_line
from academy.roll.refusals import NEEDS_NAME
from academy.roll.written_names import is_plausible
from academy.tables import headings
from academy.tables.reading import HEADINGS_WITHIN, Line, Table, opened

LIMITS = 10  # times those of other spreadsheets: 50,000 lines, 50 MB
AT_ONCE = 500  # lines that are compared with the roll in one statement

_COUNT = re.compile(
    r"(?:共|总|累计|合计|小计|总计|总共|一共)\s*(?:有|人数)?\s*[:：]?\s*\d*\s*[人名位]?(?:[^\w]|$)|共\s*\d+"
)
_SIGNED = re.compile(r"(?:制表|填表|填报|上报|审核|复核|审批|核对|统计|经办|负责|联系)(?:人|者|单位|日期|时间)\s*[:：]")
_EXAMPLE = re.compile(r"(?:示例|样例|范例|举例|示范|填写示例|例)(?:\s*[:：]|$)")
_TITLE_OF_PART = re.compile(
    r"(?:第?[一二三四五六七八九十\d]+|.{0,12})(?:组|队|网格|号楼|栋|楼|片区|小区|单元|志愿者名单)"
)

Compare = Callable[[Sequence[Entry]], None]  # adds the faults of entries beside the roll


@dataclass(frozen=True)
class ListBeingRead:
    """A list that is being read: the parts of the file, its columns, and the entries one by one."""

    table: Table
    columns: Mapping[str, int]
    header: int
    headings: tuple[str, ...]
    entries: Iterator[Entry]

    @property
    def unstored(self) -> list[str]:
        """The fields that are read, and for which the roll has no place."""
        return [name for name in FIELDS if name in self.columns and name not in STORED and name not in CONSENTS]

    @property
    def unknown(self) -> list[str]:
        """The headings of columns that are not read."""
        taken = set(self.columns.values())
        return [text for place, text in enumerate(self.headings) if text and place not in taken]


def begin(
    table: Table,
    lines: Iterator[Line],
    *,
    today: dt.date,
    youngest: int,
    chosen: ColumnGuess | None = None,
    compare: Compare | None = None,
) -> ListBeingRead | Refusal:
    """Begin to read a list. Refuses with `needs_name` if no column names the people.

    `chosen` are the columns that a person confirmed; without them they are guessed by their headings.
    """
    top = list(islice(lines, HEADINGS_WITHIN))
    found = chosen or guess(top)
    if "name" not in found.columns:
        return NEEDS_NAME
    below = (line for line in chain(top, lines) if line.number > found.header)
    texts = found.headings or next((_texts(line) for line in top if line.number == found.header), ())
    entries = _checked(below, found.columns, texts, today=today, youngest=youngest, compare=compare)
    return ListBeingRead(table, found.columns, found.header, texts, entries)


def sheet_of_roll(content: bytes, name: str) -> str | None:
    """Return the first sheet whose headings name people; None without one, or without a choice."""
    with opened(content, name, times=LIMITS) as (table, lines):
        sheets = [table.sheet, *(sheet.name for sheet in table.left_out if not sheet.is_hidden)]
        if "name" in guess(list(islice(lines, HEADINGS_WITHIN))).columns or len(sheets) == 1:
            return table.sheet or None
    for sheet in sheets[1:]:
        with opened(content, name, sheet, times=LIMITS) as (_table, lines):
            if "name" in guess(list(islice(lines, HEADINGS_WITHIN))).columns:
                return sheet
    return None


def _texts(line: Line) -> tuple[str, ...]:
    return tuple(line.text(place) for place in range(len(line.cells)))


def _checked(
    lines: Iterable[Line],
    of: Mapping[str, int],
    texts: tuple[str, ...],
    *,
    today: dt.date,
    youngest: int,
    compare: Compare | None,
) -> Iterator[Entry]:
    seen = _Seen()
    waiting = iter(lines)
    while some := list(islice(waiting, AT_ONCE)):
        entries = []
        for line in some:
            code = _without_person(line, of, texts)
            entry = Entry(line.number) if code else read_line(line, of, today=today, youngest=youngest)
            if code:
                entry.add(code)
            else:
                seen.compare(entry)
            entries.append(entry)
        if compare:
            compare([entry for entry in entries if entry.may_be_on_roll])
        yield from entries


def _without_person(line: Line, of: Mapping[str, int], texts: tuple[str, ...]) -> str:
    """Return the code of a line that names no person, else an empty text."""
    filled = [(place, text) for place in range(len(line.cells)) if (text := line.text(place))]
    name, first = line.text(of["name"]), filled[0][1]
    details = [line.text(of.get(field)) for field in ("phone", "landline", "id_number", "birth_date")]
    has_person = is_plausible(name) and any(details)
    if not has_person:
        if line.is_sum or _COUNT.match(first) or _COUNT.match(name):
            return "sum"
        if _SIGNED.match(first) or (line.is_footer and not (name and any(details))):
            return "footer"
    if _EXAMPLE.match(first):
        return "example"
    known = {text for text in texts if text}
    if name and name in known and sum(text in known for _place, text in filled) >= max(len(filled) - 1, 1):
        return "heading_again"
    if name.lower() in FIELDS["name"] and len(headings.recognise(line.cells, FIELDS)) >= max(len(of) - 1, 2):
        return "heading_again"
    if len({text for _place, text in filled}) == 1:
        spans = len(filled) > 1
        if not name and first.rstrip(".、").isdecimal():
            return "empty_row"
        if spans or (_TITLE_OF_PART.fullmatch(first) and not is_plausible(first)):
            return "section"
    return ""


class _Seen:
    """The people of the lines above, by name and ID number."""

    def __init__(self) -> None:
        self.names: dict[str, list[tuple[int, str, str, dt.date | None, str]]] = defaultdict(list)
        self.numbers: dict[str, tuple[int, str]] = {}

    def compare(self, entry: Entry) -> None:
        """Add the fault of a person who stands further up, or whose ID number does; then remember the entry."""
        number = entry.id_number
        if number and number in self.numbers and self.numbers[number][1] != entry.name:
            entry.add("id_of_another", row=self.numbers[number][0])
        if number:
            self.numbers.setdefault(number, (entry.row, entry.name))
        if not entry.name or entry.verdict >= Verdict.REFUSE:
            return None
        details = (entry.phone, entry.birth_date, number)
        for row, its_number, *earlier in self.names[entry.name]:
            if entry.number and its_number and entry.number != its_number:
                continue  # two people on the roll
            if tuple(earlier) == details:
                return entry.add("twice", row=row)
            if self._are_alike(earlier, details):
                entry.add("alike_in_file", row=row)
                break
        self.names[entry.name].append((entry.row, entry.number, *details))
        return None

    @staticmethod
    def _are_alike(one: Sequence[object], other: Sequence[object]) -> bool:
        """Return whether two people of one name may be one: a detail is the same, or one of them has none."""
        if any(mine and mine == theirs for mine, theirs in zip(one, other, strict=True)):
            return True
        return not any(one) or not any(other)
