"""The body of a lesson as plain parts, for paper and for comparing two versions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.learning.quiz.questions import Kind
from academy.learning.quiz_words import answer_text, option_text, right_answer
from cms import slides, table_text
from cms.models import LessonPage
from cms.quiz_block import quiz_of


@dataclass(frozen=True)
class Part:
    """A part of a body; `kind` says how it is shown, `images` are Wagtail's, `deck` slides."""

    kind: str  # heading paragraph bullets numbers checks table callout quote thought media picture
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    images: tuple[Any, ...] = ()
    deck: Any = None

    @property
    def lines(self) -> list[str]:
        """Its text line by line."""
        rows = [" | ".join(row) for row in self.rows]
        named = [_("Picture: %(title)s") % {"title": image.title} for image in self.images]
        return [line for line in (*self.text.splitlines(), *self.items, *rows, *named) if line.strip()]


def parts_of(lesson: LessonPage) -> list[Part]:
    """Return the parts of a lesson's body in their order. A block that paper cannot hold is left out."""
    return [part for block in lesson.body for part in _parts(block)]


def lines_of(lesson: LessonPage) -> list[str]:
    """Return a lesson line by line for a reviewer: what readers read, and what decides behind it."""
    hours = _("Class hours: %(hours)s") % {"hours": lesson.class_hours}
    lines = [lesson.title, hours]
    for block in lesson.body:
        lines += [line for part in _parts(block) for line in part.lines]
        lines += _behind(block)
    return lines


def _parts(block: Any) -> Iterator[Part]:
    if block.block_type in _READERS:
        yield from _READERS[block.block_type](block.value)


def _behind(block: Any) -> Iterator[str]:
    """Yield what paper leaves out: right answers and reasons, the terms of a quiz, targets of links."""
    match block.block_type:
        case "quiz":
            quiz = quiz_of(block.value)
            for number, question in enumerate(quiz.questions, start=1):
                right = answer_text(question, right_answer(question))
                yield f"{number}. ✓ {right} {question.why}".rstrip()
            yield " / ".join(str(term or "–") for term in (quiz.pass_mark, quiz.tries, quiz.pool, quiz.shuffle))
        case "web_video":
            yield block.value["link"] or ""
        case "text" | "callout":
            rich = block.value if block.block_type == "text" else block.value["text"]
            for link in BeautifulSoup(getattr(rich, "source", "") or "", "html.parser").find_all("a"):
                yield str(link.get("href") or f"{link.get('linktype')} {link.get('id')}")


def _rich(value: Any) -> Iterator[Part]:
    for element in BeautifulSoup(getattr(value, "source", "") or "", "html.parser").find_all(recursive=False):
        if element.name in ("ul", "ol"):
            items = tuple(" ".join(item.get_text(" ").split()) for item in element.find_all("li"))
            yield Part("bullets" if element.name == "ul" else "numbers", items=items)
        elif text := "\n".join(" ".join(line.split()) for line in element.get_text("", strip=False).splitlines()):
            yield Part("heading" if element.name in ("h2", "h3", "h4") else "paragraph", text)


def _heading(title: str | None) -> Iterator[Part]:
    if title:
        yield Part("heading", title)


def _picture(value: Any) -> Iterator[Part]:
    if value["image"]:
        yield Part("picture", value["caption"] or value["alt"] or "", images=(value["image"],))


def _gallery(value: Any) -> Iterator[Part]:
    for one in value["pictures"]:
        yield from _picture(one)


def _media(name: str) -> Callable[[Any], Iterator[Part]]:
    def read(value: Any) -> Iterator[Part]:
        yield Part("media", value[name] or "", tuple((value["transcript"] or "").splitlines()))

    return read


def _slides(value: Any) -> Iterator[Part]:
    yield Part("slides", value.name, deck=slides.deck_of(value["document"]))


def _file(value: Any) -> Iterator[Part]:
    if value["document"]:
        yield Part("paragraph", _("File: %(title)s") % {"title": value["title"] or value["document"].title})


def _steps(value: Any) -> Iterator[Part]:
    yield from _heading(value["title"])
    images = tuple(step["image"] for step in value["steps"] if step["image"])
    yield Part("numbers", items=tuple(step["text"] or "" for step in value["steps"]), images=images)


def _checklist(value: Any) -> Iterator[Part]:
    yield from _heading(value["title"])
    yield Part("checks", items=tuple(item for item in value["items"] if item))


def _table(value: Any) -> Iterator[Part]:
    yield Part("table", value["caption"] or "", rows=tuple(map(tuple, table_text.rows_of(value["cells"] or ""))))


def _callout(value: Any) -> Iterator[Part]:
    lines = (" ".join(line.split()) for part in _rich(value["text"]) for line in part.lines)
    yield Part("callout", "\n".join(lines))


def _quote(value: Any) -> Iterator[Part]:
    yield Part("quote", value["text"] or "", (f"—— {value['source']}",) if value["source"] else ())


def _thought(value: Any) -> Iterator[Part]:
    yield Part("thought", value["question"] or "")


def _quiz(value: Any) -> Iterator[Part]:
    """Yield the questions without their answers: what has an order or a match is listed by its letters."""
    yield Part("heading", pgettext("quiz", "Questions"))
    for number, question in enumerate(quiz_of(value).questions, start=1):
        yield Part("paragraph", f"{number}. {question.stem}")
        match question.kind:
            case Kind.SPOT:
                continue
            case Kind.ORDER:
                yield Part("checks", items=tuple(sorted(one.text for one in question.options)))
            case Kind.MATCHING:
                matches = " · ".join(sorted({one.match for one in question.options}))
                yield Part("checks", items=tuple(f"{one.text} —" for one in question.options))
                yield Part("paragraph", matches)
            case _:
                yield Part("checks", items=tuple(option_text(question, one) for one in question.choices))


_READERS: dict[str, Callable[[Any], Iterator[Part]]] = {
    "text": _rich,
    "picture": _picture,
    "gallery": _gallery,
    "video": _media("caption"),
    "web_video": _media("caption"),
    "audio": _media("caption"),
    "slides": _slides,
    "file": _file,
    "steps": _steps,
    "checklist": _checklist,
    "table": _table,
    "callout": _callout,
    "quote": _quote,
    "thought": _thought,
    "quiz": _quiz,
}
