"""The text of a template: its named fields, and its faults. Pure: the standard library only.

Authors write a field as ``{姓名}``. A line of the text is a paragraph. The field `服务内容` of a service record becomes
a table, and so stands alone on its line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """The kinds of paper that a template may have."""

    SERVICE = "service"
    COMPLETION = "completion"
    TIER = "tier"
    STARS = "stars"
    COMMENDATION = "commendation"
    THANKS = "thanks"


class Field(NamedTuple):
    """A named field of a template."""

    key: str  # as programs call it
    name: str  # as authors write it between braces
    is_mandatory: bool = False  # the law or our rules want it on the paper (P1, T1)


_PERSON: Final = (Field("name", "姓名", True), Field("volunteer_number", "志愿者编号"))
_FRAME: Final = (Field("issuer", "出具主体"), Field("issued_on", "出具日期"))  # the frame of each paper has them too
_PERIOD: Final = (Field("period_from", "起始日期", True), Field("period_to", "截止日期", True))

FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    Kind.SERVICE: (
        *_PERSON,
        Field("hours", "服务时间", True),
        Field("content", "服务内容", True),
        *_PERIOD,
        Field("times", "服务次数"),
        Field("document_type", "证件类型"),
        Field("document_number", "证件号码"),
        Field("school", "学校"),
        Field("school_class", "班级"),
        *_FRAME,
    ),
    Kind.COMPLETION: (
        *_PERSON,
        Field("course", "课程", True),
        Field("main_content", "主要内容", True),
        Field("class_hours", "学时", True),
        Field("learning_time", "学习时长"),
        Field("organiser", "主办单位", True),
        Field("done_on", "完成日期", True),
        Field("valid_until", "有效期至"),
        *_FRAME,
    ),
    Kind.TIER: (*_PERSON, Field("tier", "级别", True), Field("done_on", "评定日期", True), *_FRAME),
    Kind.STARS: (*_PERSON, Field("stars", "星级", True), Field("done_on", "评定日期", True), *_FRAME),
    Kind.COMMENDATION: (
        *_PERSON,
        Field("honour", "荣誉称号", True),
        Field("reason", "事由", True),
        Field("done_on", "表彰日期", True),
        *_FRAME,
    ),
    Kind.THANKS: (
        Field("recipient", "致谢单位", True),
        *_PERIOD,
        Field("contribution", "贡献", True),
        *_FRAME,
    ),
}
TABLE: Final = "content"  # the field that becomes a table
SERVICE_TITLE: Final = "志愿服务记录证明"  # P9: no other kind bears it
MOST_LINES: Final = 20

_DAYS: Final = ("done_on", "valid_until", "issued_on", "period_from", "period_to")
FORMER: Final = {"等级": "级别"}  # names of fields in templates that were written earlier, and their present ones

_FIELD = re.compile(r"\{([^{}]*)\}")
_BRACES = str.maketrans("｛｝", "{}")


class Fault(NamedTuple):
    """The fault of a template: a code, and the names of the fields at fault."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph: text as it was typed, or the value of a field."""

    text: str
    key: str = ""  # of the field; empty for typed text

    @property
    def is_whole(self) -> bool:
        """True for a day, which no line breaks."""
        return self.key in _DAYS

    @property
    def is_name(self) -> bool:
        """True for the name that the paper is about."""
        return self.key in ("name", "recipient")


@dataclass(frozen=True)
class Paragraph:
    """A line of a filled template; `is_table` is the place of the table."""

    pieces: tuple[Piece, ...] = ()
    is_table: bool = False
    is_flush: bool = False  # not indented, such as “王秀英同志：” and “敬礼”


def names_in(text: str) -> list[str]:
    """Return the names between braces, in order; a former name as the present one."""
    return [_present(name) for name in _FIELD.findall(text.translate(_BRACES))]


def fault_of(kind: str, heading: str, body: str, *, is_whole: bool = True) -> Fault | None:
    """Return the first thing that is wrong with a template, else None.

    An unfinished draft (`is_whole` false) may still lack mandatory fields.
    """
    text = body.translate(_BRACES)
    fields = {field.name: field for field in FIELDS[kind]}
    if set("{}") & set(_FIELD.sub("", text) + heading.translate(_BRACES)):
        return Fault("open_field")
    if SERVICE_TITLE in heading and kind != Kind.SERVICE:
        return Fault("wrong_heading", (SERVICE_TITLE,))
    used = names_in(text)
    if unknown := tuple(dict.fromkeys(name for name in used if name not in fields)):
        return Fault("unknown_field", unknown)
    if len(text.splitlines()) > MOST_LINES:
        return Fault("too_many_lines")
    for line in text.splitlines():
        inside = [fields[name] for name in names_in(line)]
        if any(field.key == TABLE for field in inside) and _FIELD.sub("", line).strip() + "".join(
            field.name for field in inside[1:]
        ):
            return Fault("field_not_alone", tuple(field.name for field in inside if field.key == TABLE))
    if is_whole and (missing := tuple(name for name in fields if fields[name].is_mandatory and name not in used)):
        return Fault("missing_field", missing)
    if is_whole and not heading.strip():
        return Fault("no_heading")
    return None


def fill_in(kind: str, body: str, values: Mapping[str, str]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the template with these values, by the keys of its fields.

    A value is never read as a template: braces in a name stay braces. A paragraph whose fields are all empty, such as
    that of an ID number without consent, is left out.
    """
    return tuple(_paragraphs(kind, body.translate(_BRACES), values))


def _paragraphs(kind: str, body: str, values: Mapping[str, str]) -> Iterator[Paragraph]:
    keys = {field.name: field.key for field in FIELDS[kind]}
    for line in filter(None, map(str.strip, body.splitlines())):
        parts = _FIELD.split(line)
        # Typed texts stand at even places, names between them.
        used = [keys.get(_present(name), "") for name in parts[1::2]]
        if TABLE in used:
            yield Paragraph(is_table=True)
        elif not used or any(values.get(key) for key in used):
            pieces = [
                Piece(values.get(used[place // 2], ""), used[place // 2]) if place % 2 else Piece(text)
                for place, text in enumerate(parts)
            ]
            pieces = [*_joined(pieces)]
            is_flush = line.endswith(("：", ":")) or line.startswith("敬礼")
            yield Paragraph(tuple(piece for piece in pieces if piece.text), is_flush=is_flush)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces without the spaces beside a field: Chinese has none. Latin words keep them."""
    for place, piece in enumerate(pieces):
        text = piece.text
        if not piece.key:
            before = pieces[place - 1].text[-1:] if place else ""
            after = "".join(one.text for one in pieces[place + 1 :])[:1]
            if before and not (_is_latin(before) or _is_latin(text.lstrip()[:1])):
                text = text.lstrip(" ")
            if after and not (_is_latin(after) or _is_latin(text.rstrip()[-1:])):
                text = text.rstrip(" ")
        yield Piece(text, piece.key)


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and ord(letter) < 0x250


def _present(name: str) -> str:
    return FORMER.get(name.strip(), name.strip())
