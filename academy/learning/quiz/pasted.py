"""Read questions from pasted text, as people write them in Word, in WeChat or for a printed test.

    一、单选题
    1. 火警电话是（ ）
    A. 110  B. 119
    答案：B  解析：119 是火警。

`docs/quizzes.md` describes the variants. A question that is not clear becomes a fault with its line. The standard
library alone.
"""

import re
from dataclasses import dataclass, field

from academy.learning.quiz import answer_lists
from academy.learning.quiz.questions import Fault, Kind, Question
from academy.learning.quiz.written import (
    KIND_WORDS,
    LETTERS,
    OPEN_WORDS,
    LetteredOption,
    Written,
    finish,
    letters,
    plain,
    truth,
)

MOST_CHARACTERS = 60_000
MOST_QUESTIONS = 200

_CHINESE = "一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_KIND = "|".join([*KIND_WORDS, *OPEN_WORDS])
_HEADING = re.compile(
    rf"^(?:[{_CHINESE}]+\s*[、.]|\([{_CHINESE}]+\)|第[{_CHINESE}]+部分[、:.]?|\d+\s*[、.])?\s*[\[【]?({_KIND})题?[\]】]?\s*(?:\(.*|:\s*)?$"
)
_TAG = re.compile(rf"^\s*[\[【(]\s*({_KIND})题?\s*[\]】)]\s*|\s*[\[【(]\s*({_KIND})题?\s*[\]】)][\s*]*$")
_CHAPTER = re.compile(rf"^(?:\([{_CHINESE}]+\)|[{_CHINESE}]+\s*[、.])\s*")
_NUMBER = re.compile(
    rf"^(?:第\s*(?P<a>\d{{1,3}}|[{_CHINESE}]+)\s*[题问]\s*[.、:)]?"
    r"|[(\[【]\s*(?P<b>\d{1,3})\s*[)\]】]\s*[.、:]?"
    r"|(?:题|问题|Q|No\.?)\s*(?P<c>\d{1,3})\s*[.、:)]?"
    r"|(?P<d>\d{1,3})\s*(?:[、)]|[.:](?!\d))"
    r"|(?P<e>[①-⑳])\s*[.、]?)\s*"
)
_TAG_BEFORE = re.compile(rf"^[\[【(]?\s*({_KIND})题?\s*[\]】)]?\s*(?=\(?\d{{1,3}}\s*[.、:)])")
_SIGN_BEFORE = re.compile(r"^\(\s*([A-J]+|√|×|✓|✗|✔|✘|对|错)?\s*\)\s*(?=\d{1,3}\s*[.、:)])")
_REASON_AFTER = re.compile(r"^\s*([A-J]+|√|×|对|错)\s*(?:[。.;,]|\s)\s*(?=[^\sA-J])")
_MARKED_RIGHT = re.compile(r"\s*\(\s*(?:正确答案|正确选项|√)\s*\)\s*$")
_ANSWER = re.compile(
    r"^[\[【(]?\s*(?:(?:正确|参考|标准)?答案|正确选项|答|Answer|Key)\s*[\]】)]?\s*(?:[:是为]|(?=[A-Ja-j√×对错✓✗]))\s*",
    re.IGNORECASE,
)
_ANSWER_LATER = re.compile(
    r"(?<=\S)[\s。;]+(?:正确|参考|标准)?答案\s*:|(?<=\S)\s*[\[【](?:正确|参考|标准)?答案\s*[\]】]\s*:?"
)
_ANSWER_ALONE = re.compile(r"^[\[【(]?\s*(?:正确|参考|标准)?答案(?:及解析|与解析)?\s*[\]】)]?\s*:?$")
_WHY_WORDS = r"(?:答案解析|试题解析|题目解析|解析|解释|理由|说明|分析|Explanation|Why)"
_WHY = re.compile(rf"^[\[【(]?\s*{_WHY_WORDS}\s*[\]】)]?\s*:?\s*", re.IGNORECASE)
_WHY_LATER = re.compile(
    rf"[\s。;,(\[【]+{_WHY_WORDS}\s*[\]】)]?\s*:\s*|[\[【]{_WHY_WORDS}[\]】]\s*:?\s*", re.IGNORECASE
)
_MARK = re.compile(r"(?:^|(?<=[\s)。;,]))(?P<letter>[A-Ja-j])\s*[.、:)]\s*")
_MARK_IN_BRACKETS = re.compile(r"(?:^|(?<=[\s)。;,]))[(\[【]\s*(?P<letter>[A-Ja-j])\s*[)\]】]\s*[.、:]?\s*")
_MARK_BARE = re.compile(r"(?:^|(?<=\s))(?P<letter>[A-J])(?:\s+(?=\S)|(?=[^\x00-\x7f]))")
_IN_STEM = re.compile(r"\(\s*([A-J](?:\s*[,、]?\s*[A-J])*|[a-j]|√|×|✓|✗|✔|✘|对|错|正确|错误)\s*\)")


@dataclass(frozen=True)
class Reading:
    """The questions of a text that are clear, the faults of the others, and lines that were passed over."""

    questions: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()
    passed_over: tuple[tuple[int, str], ...] = ()  # a title, a name: line and text


@dataclass
class _Reader:
    """The state while the lines of a text are read."""

    lines: list[str]
    numbered: bool
    is_circled: bool = False  # ① is the number of a question only where no 1. is one
    written: list[Written] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    listed: list[answer_lists.ListedAnswer] = field(default_factory=list)
    section: int = 0
    kind: Kind | None = None
    is_open: bool = False
    in_list: bool = False
    list_kind: Kind | None = None
    after_blank: bool = False
    awaits_answer: bool = False

    @property
    def current(self) -> Written | None:
        return self.written[-1] if self.written else None


def read_pasted(text: str) -> Reading:
    """Return what can be read from a text, line by line."""
    if len(text) > MOST_CHARACTERS:
        return Reading(faults=(Fault("too_long", detail=str(MOST_CHARACTERS)),))
    lines = text.splitlines()
    numbers = [found for line in lines if (found := _NUMBER.match(_after_marks(plain(line).strip())))]
    reader = _Reader(lines, numbered=bool(numbers), is_circled=all(found["e"] for found in numbers))
    for number, line in enumerate(lines, start=1):
        _read_line(reader, number, line.strip())
    answer_lists.hand_out(reader.listed, reader.written, reader.faults)
    return finish_all(reader.written, reader.faults, reader.passed_over)


def finish_all(written: list[Written], faults: list[Fault], passed_over: list[tuple[int, str]]) -> Reading:
    """Return the reading of these questions; `faults` are those of the lines."""
    if len(written) > MOST_QUESTIONS:
        return Reading(faults=(Fault("too_many", detail=str(MOST_QUESTIONS)),))
    if not written and not faults:
        faults = [Fault("no_questions")]
    questions: list[Question] = []
    for one in written:
        question, wrong = finish(one)
        faults = [*faults, *wrong]
        if question is not None:
            if question.key in {other.key for other in questions}:
                faults.append(Fault("asked_twice", one.number, one.line))
            questions.append(question)
    return Reading(tuple(questions), tuple(sorted(faults, key=lambda fault: fault.line)), tuple(passed_over))


def _read_line(reader: _Reader, number: int, line: str) -> None:
    bare = plain(line)
    if not bare.strip():
        reader.after_blank = True
        return
    later = _ANSWER_LATER.search(bare)
    if later is not None and not _WHY.match(bare) and not _ANSWER.match(bare):
        _read_line(reader, number, line[: later.start()].strip())
        _read_line(reader, number, line[later.start() :].lstrip(" 　。;；"))
        return
    if before := _SIGN_BEFORE.match(bare):
        line = f"{line[before.end() :]}（{before[1] or ' '}）"
        bare = plain(line)
    for step in (_heading, _list_line, _answer, _why, _numbered, _options, _unnumbered):
        if step(reader, number, line, bare):
            break
    else:
        _further(reader, number, line)
    reader.after_blank = False


def _heading(reader: _Reader, number: int, line: str, bare: str) -> bool:
    """Read a heading that names the kind of the questions below it, or another chapter."""
    if found := _HEADING.match(bare):
        word = found[1]
        if reader.in_list:
            reader.list_kind = KIND_WORDS.get(word)
            return True
        reader.kind, reader.is_open = KIND_WORDS.get(word), word in OPEN_WORDS
        reader.section += 1
        return True
    if reader.numbered and not reader.in_list and _CHAPTER.match(bare) and not _MARK.search(bare):
        reader.kind, reader.is_open = None, False
        reader.section += 1
        reader.passed_over.append((number, line))
        return True
    return False


def _list_line(reader: _Reader, number: int, line: str, bare: str) -> bool:
    """Read a line of a list of answers, as “1-5 ABCDA”."""
    found = answer_lists.read_line(bare, number, reader.list_kind)
    if found is not None and (reader.in_list or answer_lists.is_range(bare)):
        reader.listed += found
        reader.in_list = True
        return True
    if reader.in_list and not _NUMBER.match(bare):
        reader.faults.append(Fault("answer_list_unclear", line=number, detail=line))
        return True
    return False


def _answer(reader: _Reader, number: int, line: str, bare: str) -> bool:
    current = reader.current
    if reader.awaits_answer and current is not None:
        reader.awaits_answer = False
        current.answers.append((line, number))
        return True
    if _ANSWER_ALONE.match(bare):
        following = next((plain(one).strip() for one in reader.lines[number:] if one.strip()), "")
        if current is not None and (letters(following) or truth(following) is not None):
            reader.awaits_answer = True
        else:
            reader.in_list, reader.list_kind = True, None
        return True
    found = _ANSWER.match(bare)
    if found is None or current is None:
        return False
    rest, plain_rest = line[found.end() :], bare[found.end() :]
    if later := _WHY_LATER.search(plain_rest):
        current.why.append(rest[later.end() :].rstrip(" )）"))
        rest = rest[: later.start()]
    elif listed := answer_lists.read_line(plain_rest, number, None):
        reader.listed += listed
        reader.in_list = True
        return True
    if not letters(rest) and (reason := _REASON_AFTER.match(plain(rest))):
        current.why.append(rest[reason.end() :].strip())
        rest = reason[1]
    current.answers.append((rest, number))
    return True


def _why(reader: _Reader, number: int, line: str, bare: str) -> bool:
    found = _WHY.match(bare)
    if found is None or reader.current is None or not (reader.current.answers or reader.current.options):
        return False
    if not bare[: found.end()].rstrip().endswith((":", "]", "】", ")")):
        return False
    reader.current.why.append(line[found.end() :])
    return True


def _numbered(reader: _Reader, number: int, line: str, bare: str) -> bool:
    tag = _TAG_BEFORE.match(bare)
    if tag is not None:
        line, bare = line[tag.end() :], bare[tag.end() :]
    found = _NUMBER.match(bare)
    if found is None or (found["e"] and not reader.is_circled):
        return False
    counted = _counted(next(text for text in found.groups() if text))
    here = [one for one in reader.written if one.section == reader.section]
    latest = int(here[-1].number) if here and here[-1].number.isdecimal() else None
    if latest is not None and counted <= latest:
        reader.faults.append(Fault("number_again", str(counted), number))
    elif latest is not None and counted > latest + 10:
        reader.faults.append(Fault("number_jumps", str(counted), number, str(latest)))
    reader.in_list = False
    _begin(reader, str(counted), number, line[found.end() :])
    if tag is not None:
        reader.written[-1].kind, reader.written[-1].is_open = KIND_WORDS.get(tag[1]), tag[1] in OPEN_WORDS
    return True


def _options(reader: _Reader, number: int, line: str, bare: str) -> bool:
    current = reader.current
    if current is None:
        return False
    expected = len(current.options)
    marks = _marks(bare, expected)
    if not marks or marks[0].start() > 0:
        return False
    if current.answers and not current.options and not any("(" in plain(text) for text in current.stem):
        reader.faults.append(Fault("line_unclear", current.number, number, line))
        return True
    _take(current, marks, line, number)
    return True


def _unnumbered(reader: _Reader, number: int, line: str, bare: str) -> bool:
    """Begin a question in a text without numbers: its options follow, or its answer stands in brackets."""
    if reader.numbered:
        return False
    following = next((plain(one).strip() for one in reader.lines[number:] if one.strip()), "")
    current = reader.current
    begins = bool(_marks(following, 0)) or _IN_STEM.search(bare) is not None or _ANSWER.match(following) is not None
    is_open = current is not None and not current.options and not current.answers
    if is_open and not reader.after_blank:
        return False  # a stem of two lines
    if not begins and current is not None:
        return False
    if not begins:
        reader.passed_over.append((number, line))
        return True
    _begin(reader, str(len(reader.written) + 1), number, line)
    return True


def _further(reader: _Reader, number: int, line: str) -> None:
    """Take a line without a mark: it goes on with what stands above it."""
    current = reader.current
    if current is None:
        reader.passed_over.append((number, line))
    elif current.why and not reader.after_blank:
        current.why.append(line)
    elif (current.answers and (current.options or reader.after_blank) and not current.why) or current.why:
        reader.faults.append(Fault("line_unclear", current.number, number, line))
    elif current.options:
        if reader.after_blank:
            reader.faults.append(Fault("line_unclear", current.number, number, line))
        else:
            current.options[-1].text += line
    else:
        current.stem.append(line)


def _begin(reader: _Reader, counted: str, number: int, text: str) -> None:
    one = Written(counted, number, reader.section, reader.kind, reader.is_open)
    bare = plain(text)
    if tag := _TAG.search(bare):
        word = tag[1] or tag[2]
        one.kind, one.is_open = KIND_WORDS.get(word), word in OPEN_WORDS
        text = text[: tag.start()] + text[tag.end() :]
        bare = plain(text)
    marks = _marks(bare, 0)
    if len(marks) > 1 and marks[0].start() > 0:
        _take(one, marks, text, number)
        text = text[: marks[0].start()]
        bare = plain(text)
    found = list(_IN_STEM.finditer(bare))
    if len(found) == 1:
        one.answers.append((found[0][1], number))
        text = text[: found[0].start()] + "（ ）" + text[found[0].end() :]
        if truth(found[0][1]) is not None and not letters(found[0][1]):
            text = text.removeprefix("（ ）")
        if not text.replace("（ ）", "").strip() or (text.endswith("（ ）") and truth(found[0][1]) is not None):
            text = text.removesuffix("（ ）")
    one.stem.append(text.strip())
    reader.written.append(one)


def _marks(bare: str, expected: int) -> list[re.Match[str]]:
    """Return the marks of options in this line, in the order of their letters.

    They begin with the expected letter. Only where the line itself begins with another one, they begin with that.
    """
    best: list[re.Match[str]] = []
    for pattern in (_MARK, _MARK_IN_BRACKETS):
        marks = _in_order(pattern, bare, expected)
        if not marks and (first := pattern.match(bare)) is not None:
            marks = _in_order(pattern, bare, LETTERS.find(first["letter"].upper()))
        if len(marks) > len(best):
            best = marks
    return best or _in_order(_MARK_BARE, bare, expected)


def _in_order(pattern: re.Pattern[str], bare: str, expected: int) -> list[re.Match[str]]:
    marks: list[re.Match[str]] = []
    for mark in pattern.finditer(bare):
        if LETTERS.find(mark["letter"].upper()) == expected + len(marks):
            marks.append(mark)
    return marks


def _take(one: Written, marks: list[re.Match[str]], line: str, number: int) -> None:
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(line)
        text = line[mark.end() : end].strip(" 　;；")
        if marked := _MARKED_RIGHT.search(plain(text)):
            text = text[: marked.start()]
            one.marked.append(mark["letter"].upper())
        one.options.append(LetteredOption(mark["letter"].upper(), text, number))


def _after_marks(bare: str) -> str:
    return _TAG_BEFORE.sub("", _SIGN_BEFORE.sub("", bare))


def _counted(written: str) -> int:
    """Return the number that is written in figures, in Chinese below a hundred, or in a circle."""
    if written.isdecimal():
        return int(written)
    if written not in _CIRCLED and set(written) <= set(_CHINESE):
        tens, has_tens, ones = written.rpartition("十")
        return (10 * (_CHINESE.find(tens) + 1 if tens else 1) if has_tens else 0) + _CHINESE.find(ones or "零") + 1
    return _CIRCLED.find(written) + 1
