"""The text files of courses: one of `demo/courses/*.md` for each, in the order of their names.

A file begins with lines `name: value` and a blank line:

    slug, title, tier, intro    as on the page of the course
    cover                       a drawing of `demo/pictures`, without `.svg`
    elective: yes               the tier does not require the course
    valid years: 3              years until the completion expires (T6)

Each lesson begins with `# title | class hours`. In it, blank lines part

    paragraphs, with **bold** words
    ## headings
    - lists, or 1. numbered lists
    > 记住：a callout, also 试一试 or 小心, in English Remember, Try or Caution
    ![description](drawing) caption
    ## 测验 or ## Quiz, and the questions to the end of the lesson, in the form that trainers paste:
        1. （多选题）question / A. option / 答案：AB / 解析：reason
        （排序题） and （判断题） name the other kinds, in English files too

`Unreadable` names the file and the line that is none of these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

CALLOUTS = {
    "记住": "remember",
    "试一试": "try",
    "小心": "caution",
    "Remember": "remember",
    "Try": "try",
    "Caution": "caution",
}
QUIZ = ("测验", "Quiz")
_FACTS = {"slug", "title", "tier", "intro", "cover", "elective", "valid years"}
_PICTURE = re.compile(r"!\[(.+)\]\(([a-z-]+)\) (.+)")
_CALLOUT = re.compile(f"({'|'.join(CALLOUTS)})[：:] ?(.+)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBERED = re.compile(r"\d+\. ")


class Unreadable(ValueError):
    """A line of a course's file that has no place there."""


@dataclass(frozen=True)
class Callout:
    kind: str  # of `cms.blocks.CalloutBlock`
    html: str


@dataclass(frozen=True)
class Picture:
    drawing: str
    description: str
    caption: str


@dataclass
class LessonFile:
    """A lesson as its file has it; a text of `body` is HTML as Wagtail's editor stores it."""

    title: str
    class_hours: str
    body: list[str | Callout | Picture] = field(default_factory=list)
    quiz: str = ""


@dataclass
class CourseFile:
    """A course as its file has it."""

    slug: str
    title: str
    tier: str
    intro: str
    cover: str
    required: bool
    valid_years: int | None
    lessons: list[LessonFile] = field(default_factory=list)


def read_course(path: Path) -> CourseFile:
    """Return the course of a file, or raise `Unreadable`."""
    try:
        return _course(path.read_text(encoding="utf-8"))
    except Unreadable as fault:
        raise Unreadable(f"{path.name}: {fault}") from fault


def _course(text: str) -> CourseFile:
    head, _, rest = text.partition("\n\n")
    facts = dict(_fact(line) for line in head.splitlines())
    if missing := _FACTS - {"elective", "valid years"} - facts.keys():
        raise Unreadable(f"{', '.join(sorted(missing))} is missing")
    course = CourseFile(
        slug=facts["slug"],
        title=facts["title"],
        tier=facts["tier"],
        intro=facts["intro"],
        cover=facts["cover"],
        required=facts.get("elective", "no") == "no",
        valid_years=int(facts["valid years"]) if "valid years" in facts else None,
    )
    for part in re.split(r"^# ", rest, flags=re.MULTILINE)[1:]:
        course.lessons.append(_lesson(part))
    return course


def _fact(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(": ")
    if not colon or name not in _FACTS:
        raise Unreadable(line)
    return name, value.strip()


def _lesson(part: str) -> LessonFile:
    head, _, rest = part.partition("\n")
    title, bar, class_hours = head.partition(" | ")
    if not bar:
        raise Unreadable(head)
    quiz = re.split(rf"^## (?:{'|'.join(QUIZ)})\n", rest, maxsplit=1, flags=re.MULTILINE)
    lesson = LessonFile(title.strip(), class_hours.strip(), quiz=quiz[1].strip() if len(quiz) > 1 else "")
    parts = [_part(block) for block in re.split(r"\n{2,}", quiz[0].strip())]
    # Neighbouring texts are one block, as a trainer would write them.
    for is_text, group in groupby(parts, lambda one: isinstance(one, str)):
        neighbours = list(group)
        lesson.body += ["".join(map(str, neighbours))] if is_text else neighbours
    return lesson


def _part(block: str) -> str | Callout | Picture:
    """Return the part of a body that stands between two blank lines."""
    if block.startswith("> "):
        if found := _CALLOUT.fullmatch(block[2:]):
            return Callout(CALLOUTS[found[1]], f"<p>{_inline(found[2])}</p>")
        raise Unreadable(block)
    if block.startswith("!"):
        if picture := _PICTURE.fullmatch(block):
            return Picture(drawing=picture[2], description=picture[1], caption=picture[3])
        raise Unreadable(block)
    return "".join(_html(block.splitlines()))


def _html(lines: list[str]) -> Iterator[str]:
    for tag, group in groupby(lines, _tag):
        texts = list(group)
        match tag:
            case "h3":
                yield from (f"<h3>{_inline(text[3:])}</h3>" for text in texts)
            case "ul":
                yield _list(tag, (text[2:] for text in texts))
            case "ol":
                yield _list(tag, (_NUMBERED.sub("", text, count=1) for text in texts))
            case _:
                yield from (f"<p>{_inline(text)}</p>" for text in texts)


def _tag(line: str) -> str:
    if line.startswith("## "):
        return "h3"
    if line.startswith("- "):
        return "ul"
    if _NUMBERED.match(line):
        return "ol"
    if line[:1] in "#->!":
        raise Unreadable(line)
    return "p"


def _list(tag: str, texts: Iterator[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{_inline(text)}</li>' for text in texts)}</{tag}>"


def _inline(text: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", escape(text, quote=False))
