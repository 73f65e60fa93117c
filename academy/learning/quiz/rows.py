"""Read questions from the rows of a spreadsheet: one question a row, below a row of headings.

The standard library alone; a row is its number and its cells as text.
"""

import re
from collections.abc import Iterable, Sequence

from academy.learning.quiz.pasted import Reading, finish_all
from academy.learning.quiz.questions import Fault
from academy.learning.quiz.written import KIND_WORDS, LETTERS, OPEN_WORDS, LetteredOption, Written, plain

Row = tuple[int, Sequence[str]]

_WITHIN = 15  # rows: a title may stand above the headings
_HEADS = {
    "stem": ("题目", "题干", "试题", "问题", "题目内容", "题干内容", "试题内容", "question"),
    "answer": ("答案", "正确答案", "参考答案", "标准答案", "answer", "correctanswer"),
    "kind": ("题型", "类型", "题目类型", "试题类型", "kind", "type"),
    "why": ("解析", "答案解析", "试题解析", "解释", "说明", "explanation"),
    "number": ("序号", "题号", "编号", "no", "no."),
}
_OPTION = re.compile(r"(?:(?:选项|答案|option)?\s*\(?([a-j])\)?|选项([1-9一二三四五六七八九]))(?:选项)?", re.IGNORECASE)
_COUNTED = "123456789"
_CHINESE = "一二三四五六七八九"


def is_table(text: str) -> bool:
    """Return whether a pasted text is rows of a spreadsheet, with tabs between the cells."""
    return any("stem" in (found := _columns(line.split("\t"))) and "answer" in found for line in _first(text))


def rows_of(text: str) -> list[Row]:
    """Return the rows of a text that was copied from a spreadsheet."""
    return [(number, line.split("\t")) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def read_rows(rows: Iterable[Row]) -> Reading:
    """Return what can be read from a spreadsheet, row by row."""
    found: dict[str, int] = {}
    written: list[Written] = []
    faults: list[Fault] = []
    passed_over: list[tuple[int, str]] = []
    for place, (line, cells) in enumerate(rows):
        if "stem" not in found or "answer" not in found:
            found = _columns(cells)
            if "stem" in found and "answer" in found:
                continue
            if place >= _WITHIN:
                break
            passed_over.append((line, " ".join(cell for cell in cells if cell)))
            continue
        if any(cell.strip() for cell in cells):
            written.append(_read(line, cells, found, len(written) + 1, faults))
    if "stem" not in found or "answer" not in found:
        return Reading(faults=(Fault("no_headings"),), passed_over=tuple(passed_over))
    return finish_all(written, faults, passed_over)


def _first(text: str) -> list[str]:
    return [line for line in text.splitlines()[:_WITHIN] if "\t" in line]


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return the column of each heading in this row; an option's heading is its letter."""
    found: dict[str, int] = {}
    for column, cell in enumerate(cells):
        word = re.sub(r"[\s*:()]", "", plain(cell)).casefold()
        for name, words in _HEADS.items():
            if word in words:
                found.setdefault(name, column)
        if option := _OPTION.fullmatch(word):
            counted = option[2] or ""
            place = _COUNTED.find(counted) if counted in _COUNTED else _CHINESE.find(counted)
            found.setdefault(option[1].upper() if option[1] else LETTERS[place], column)
    return found


def _read(line: int, cells: Sequence[str], found: dict[str, int], counted: int, faults: list[Fault]) -> Written:
    def cell(name: str) -> str:
        return cells[found[name]].strip() if name in found and found[name] < len(cells) else ""

    written = Written(cell("number") or str(counted), line, stem=[cell("stem")])
    word = plain(cell("kind")).strip().removesuffix("题")
    if word in OPEN_WORDS:
        written.is_open = True
    elif word in KIND_WORDS:
        written.kind = KIND_WORDS[word]
    elif word:
        faults.append(Fault("kind_unknown", written.number, line, cell("kind")))
    written.options = [LetteredOption(letter, cell(letter), line) for letter in LETTERS if cell(letter)]
    if answer := cell("answer"):
        written.answers.append((answer, line))
    if why := cell("why"):
        written.why.append(why)
    return written
