"""Lists of answers at the end of a text: “1-5 ABCDA”, “6. √ 7. ×”. The standard library alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from academy.learning.quiz.questions import Fault, Kind
from academy.learning.quiz.written import Written

_SIGN = r"√|×|✓|✗|✔|✘|对|错|正确|错误"
_RANGE = re.compile(
    rf"(\d{{1,3}})\s*(?:-{{1,2}}|~|—{{1,2}}|–|至|到)\s*(\d{{1,3}})\s*题?\s*[.:、)]?\s*"
    rf"((?:[A-J]+|{_SIGN})(?:[\s,、;/]*(?:[A-J]+|{_SIGN}))*)[\s,、;。]*",
    re.IGNORECASE,
)
_ITEM = re.compile(rf"(\d{{1,3}})\s*[.、:)]?\s*([A-J]+(?:[、,][A-J]+)*(?![A-Za-z])|{_SIGN})[\s,、;。]*", re.IGNORECASE)


@dataclass(frozen=True)
class ListedAnswer:
    """An answer of a list: for which number, below which kind's heading, and the line of the list."""

    number: str
    answer: str
    kind: Kind | None
    line: int
    code: str = ""  # the fault of the list, in place of an answer


def is_range(bare: str) -> bool:
    """Return whether a line begins with a range of numbers and their answers."""
    return _RANGE.match(bare) is not None


def read_line(bare: str, line: int, kind: Kind | None) -> list[ListedAnswer] | None:
    """Return the answers of a line that holds nothing else; None for any other line."""
    found: list[ListedAnswer] = []
    rest = bare.strip()
    while rest:
        if match := _RANGE.match(rest):
            found += _of_range(match, line, kind)
        elif match := _ITEM.match(rest):
            found.append(ListedAnswer(match[1], match[2], kind, line))
        else:
            return None
        rest = rest[match.end() :]
    return found


def hand_out(listed: Sequence[ListedAnswer], written: Sequence[Written], faults: list[Fault]) -> None:
    """Give each question its answer of the lists; add the others to `faults`."""
    by_number: dict[str, list[Written]] = {}
    for question in written:
        by_number.setdefault(question.number, []).append(question)
    for one in listed:
        if one.code:
            faults.append(Fault(one.code, line=one.line, detail=one.answer))
            continue
        found = by_number.get(one.number, [])
        if len(found) > 1 and one.kind is not None:
            # Questions without a heading of their own are those of the heading that the list gives them.
            of_kind = [question for question in found if question.kind is one.kind]
            found = of_kind or [question for question in found if question.kind is None]
        if len(found) != 1:
            faults.append(Fault("answer_of_none" if not found else "answer_of_several", one.number, one.line))
        else:
            found[0].answers.append((one.answer, one.line))


def _of_range(match: re.Match[str], line: int, kind: Kind | None) -> list[ListedAnswer]:
    first, last, text = int(match[1]), int(match[2]), match[3]
    count = last - first + 1
    tokens = [token for token in re.split(r"[\s,、;/]+", text.strip()) if token]
    signs = re.findall(rf"{_SIGN}|[A-J]", text, re.IGNORECASE)
    answers = tokens if len(tokens) == count else signs if len(signs) == count else []
    if not answers:
        return [ListedAnswer("", match[0].strip(), kind, line, code="answer_list_length")]
    return [ListedAnswer(str(first + place), answer, kind, line) for place, answer in enumerate(answers)]
