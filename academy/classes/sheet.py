"""Results of a class from a spreadsheet: read and matched to the learners, and nothing stored.

The page fills them into its form. The instructor looks at them there and saves.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.classes.forms import name_of
from academy.classes.selectors import Learner
from academy.classes.services.assessing import by_points
from academy.core.refusals import Refusal
from academy.people.names import tidy_name
from academy.tables import headings, reading
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE

WORDS = {
    "number": ("志愿者编号", "编号", "volunteernumber", "number"),
    "name": ("姓名", "名字", "学员", "学员姓名", "志愿者", "name"),
    "result": ("成绩", "分数", "得分", "考核成绩", "结果", "考核结果", "是否合格", "points", "score", "result"),
}
PASSED = {"合格", "通过", "是", "及格", "✓", "√", "yes", "passed", "pass"}
FAILED = {"不合格", "未通过", "否", "不及格", "×", "no", "notpassed", "failed", "fail"}

NO_COLUMNS = Refusal(
    "no_columns",
    gettext_lazy("Columns for names and results were not found. Name them 姓名 and 成绩 in the first line."),
)


@dataclass
class SheetResults:
    """The content of a spreadsheet: a text for each field of the form, and the lines with a fault."""

    typed: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)  # number of the line, sentence


def read_results(content: bytes, name: str, *, learners: Sequence[Learner], by_score: bool) -> SheetResults | Refusal:
    """Return what the file says about these learners. Refuses as `tables.reading`, and with `no_columns`."""
    try:
        table = reading.read(content, name)
    except Unreadable as error:
        return UNREADABLE[error.code]
    rows = [line.cells for line in table.lines[: reading.HEADINGS_WITHIN]]
    place, columns = headings.find(rows, WORDS) if rows else (0, {})
    if "result" not in columns or not {"name", "number"} & columns.keys():
        return NO_COLUMNS
    by_word: dict[str, list[Learner]] = defaultdict(list)
    for one in learners:
        by_word[one.volunteer.name].append(one)
        by_word[one.volunteer.number].append(one)
    found = SheetResults()
    for line in table.lines[place + 1 :]:
        who = line.text(columns.get("number")) or line.text(columns.get("name"))
        said = line.text(columns["result"])
        if not who or not said or line.is_sum or line.is_footer:
            continue
        typed = _read_result(said, by_score=by_score)
        people = by_word.get(tidy_name(who)) or by_word.get(who) or []
        if fault := _fault(who, people, typed):
            found.faults.append((line.number, fault))
        elif (key := name_of(people[0].volunteer)) in found.typed:
            found.faults.append((line.number, _("%(who)s stands in the list twice.") % {"who": who}))
        else:
            found.typed[key] = typed
    return found


def _fault(who: str, people: Sequence[Learner], typed: str) -> str:
    if not people:
        return _("%(who)s is no learner of this class.") % {"who": who}
    if len(people) > 1:
        return _("Two learners are called %(who)s: give the volunteer number.") % {"who": who}
    return "" if typed else _("The result of %(who)s cannot be read.") % {"who": who}


def _read_result(said: str, *, by_score: bool) -> str:
    """Return the text for the form's field; empty if the cell holds no result."""
    if by_score:
        number = said.removesuffix("分").strip().removesuffix(".0")
        is_score = number.isascii() and number.isdecimal() and not isinstance(by_points(int(number[:9])), Refusal)
        return number if is_score else ""
    word = said.replace(" ", "").lower()
    return "yes" if word in PASSED else "no" if word in FAILED else ""
