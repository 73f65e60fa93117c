"""A question as people write it: letters before the options, the answer in letters or words.

`finish` makes a `Question` of it, or names its faults. It never guesses. The standard library alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from academy.learning.quiz.questions import Fault, Kind, Option, Question, faults_of

LETTERS = "ABCDEFGHIJ"

# Full-width signs become ASCII one by one, so that places in a line stay.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " ", 0xFE0F: " "}

# Spoken names of the kinds. None: options decide. Empty: a kind that no computer grades.
KIND_WORDS: dict[str, Kind | None] = {
    "单项选择": Kind.SINGLE,
    "单选": Kind.SINGLE,
    "多项选择": Kind.MULTIPLE,
    "不定项选择": Kind.MULTIPLE,
    "不定项": Kind.MULTIPLE,
    "多选": Kind.MULTIPLE,
    "判断": Kind.TRUE_FALSE,
    "是非": Kind.TRUE_FALSE,
    "对错": Kind.TRUE_FALSE,
    "排序": Kind.ORDER,
    "连线": Kind.MATCHING,
    "匹配": Kind.MATCHING,
    "配对": Kind.MATCHING,
    "选择": None,
}
OPEN_WORDS = ("填空", "简答", "问答", "论述", "案例分析", "名词解释")

TRUE_WORDS = frozenset(["对", "正确", "是", "真", "√", "✓", "✔", "勾", "T", "TRUE", "YES", "Y", "RIGHT", "CORRECT"])
FALSE_WORDS = frozenset(
    [
        "错",
        "错误",
        "不对",
        "不正确",
        "否",
        "假",
        "×",
        "✗",
        "✘",
        "✕",
        "X",
        "叉",
        "F",
        "FALSE",
        "NO",
        "N",
        "WRONG",
        "INCORRECT",
    ]
)

_LETTERS_ONLY = re.compile(r"[A-J](?:\s*(?:[,、/;&+和>→-]|->)?\s*[A-J])*")
_PAIR = re.compile(r"\s*(?:——?|–|→|=>|->|=|↔|⇔|⇒)\s*|\s+-\s+")


def plain(text: str) -> str:
    """Return the text with full-width signs as ASCII; it keeps its length."""
    return text.translate(_PLAIN)


@dataclass
class LetteredOption:
    """An option as written."""

    letter: str
    text: str
    line: int


@dataclass
class Written:
    """A question as written, before it is understood."""

    number: str
    line: int
    section: int = 0  # a text may begin to count again below another heading
    kind: Kind | None = None  # as a heading or a tag says
    is_open: bool = False  # of a kind that no computer grades
    stem: list[str] = field(default_factory=list)
    options: list[LetteredOption] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)  # each with its line; several must agree
    marked: list[str] = field(default_factory=list)  # letters of options with “(正确答案)” behind them
    why: list[str] = field(default_factory=list)


def truth(text: str) -> bool | None:
    """Return whether a word says true or false; None for any other."""
    word = re.sub(r"[\s()。.!]", "", plain(text)).upper()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def letters(text: str) -> str:
    """Return the letters of an answer as AB, A、B or “a, b”; empty if it holds anything else."""
    bare = plain(text).strip(" 。.;()[]【】").upper()
    return "".join(re.findall("[A-J]", bare)) if _LETTERS_ONLY.fullmatch(bare) else ""


def finish(written: Written) -> tuple[Question | None, list[Fault]]:
    """Return the question, or the faults by which it cannot be one."""
    faults: list[Fault] = []

    def fault(code: str, detail: str = "", line: int = 0) -> None:
        faults.append(Fault(code, written.number, line or written.line, detail))

    if written.is_open:
        fault("no_such_kind")
        return None, faults
    for code, detail, line in _option_faults(written):
        fault(code, detail, line)
    if faults:
        return None, faults
    question = Question(
        kind=written.kind or Kind.SINGLE,
        stem="\n".join(written.stem).strip(),
        options=tuple(Option(one.text.strip()) for one in written.options),
        why="\n".join(written.why).strip(),
    )
    if written.kind is Kind.MATCHING:
        found: Question | tuple[str, str] = _paired(question, written)
    else:
        found = _answered(question, written)
    if isinstance(found, tuple):
        fault(*found, written.answers[0][1] if written.answers else 0)
        return None, faults
    for code in faults_of(found):
        fault(code)
    return (None if faults else found), faults


def _option_faults(written: Written) -> Iterator[tuple[str, str, int]]:
    for place, option in enumerate(written.options):
        wanted = LETTERS[place] if place < len(LETTERS) else ""
        if option.letter != wanted:
            earlier = {one.letter for one in written.options[:place]}
            yield ("letter_twice" if option.letter in earlier else "letter_missing"), option.letter, option.line
            return


def _paired(question: Question, written: Written) -> Question | tuple[str, str]:
    if written.answers:
        return "answer_unclear", written.answers[0][0]
    pairs = []
    for option in question.options:
        parts = _PAIR.split(option.text)
        if len(parts) != 2:
            return "pair_unclear", option.text
        pairs.append(Option(parts[0].strip(), match=parts[1].strip()))
    return replace(question, options=tuple(pairs))


def _answered(question: Question, written: Written) -> Question | tuple[str, str]:
    """Return the question with its right answer, or the code and detail of what is unclear."""
    if written.marked:
        written.answers.append(("".join(written.marked), written.line))
    if not written.answers:
        return "no_right", ""
    found = [_read_answer(question, written, text) for text, _line in written.answers]
    for one in found:
        if isinstance(one, tuple):
            return one
    if len(set(found)) > 1:
        return "answers_differ", " · ".join(text.strip() for text, _line in written.answers)
    return found[0]


def _read_answer(question: Question, written: Written, text: str) -> Question | tuple[str, str]:
    said = truth(text)
    chosen = letters(text)
    if not question.options:
        if written.kind not in (None, Kind.TRUE_FALSE):
            return "no_options", ""
        if said is None:
            return ("no_options", "") if chosen else ("answer_unclear", text)
        return replace(question, kind=Kind.TRUE_FALSE, right=(0 if said else 1,))
    truths = [truth(option.text) for option in question.options]
    is_truth = sorted(map(str, truths)) == ["False", "True"]
    if said is not None and is_truth and (not chosen or chosen not in "AB"):
        return _as_truth(question, said)
    same = [place for place, option in enumerate(question.options) if _words(option.text) == _words(text)]
    if not chosen and len(same) == 1:
        chosen = LETTERS[same[0]]
    if not chosen:
        return "answer_unclear", text.strip()
    places = tuple(LETTERS.index(letter) for letter in chosen)
    if beyond := [letter for letter, place in zip(chosen, places, strict=True) if place >= len(question.options)]:
        return "answer_beyond", beyond[0]
    if len(set(places)) < len(places):
        return "answer_unclear", text.strip()
    return _with_places(question, written, places, truths if is_truth else [])


def _with_places(
    question: Question, written: Written, places: tuple[int, ...], truths: list[bool | None]
) -> Question | tuple[str, str]:
    match written.kind:
        case Kind.ORDER:
            if len(places) < len(question.options):
                return "order_incomplete", ""
            return replace(question, options=tuple(question.options[place] for place in places))
        case Kind.TRUE_FALSE:
            if not truths or len(places) > 1:
                return "kind_differs", ""
            return _as_truth(question, bool(truths[places[0]]))
        case Kind.MULTIPLE:
            return replace(question, right=tuple(sorted(places)))
        case Kind.SINGLE:
            return ("several_right", "") if len(places) > 1 else replace(question, right=places)
    if len(places) > 1 and places != tuple(sorted(places)):
        return "order_or_several", ""
    kind = Kind.SINGLE if len(places) == 1 else Kind.MULTIPLE
    return replace(question, kind=kind, right=places)


def _as_truth(question: Question, said: bool) -> Question:
    return replace(question, kind=Kind.TRUE_FALSE, options=(), right=(0 if said else 1,))


def _words(text: str) -> str:
    return re.sub(r"[\s。.]", "", plain(text)).casefold()
