"""The words of a read line about each of its people: heads, withdrawals, conditions, doubts."""

import re
from typing import TYPE_CHECKING, TypeVar

from academy.threads import cues
from academy.threads.facts import Doubt, Statement
from academy.threads.folding import HAN, fold
from academy.threads.numbers import LARGEST

if TYPE_CHECKING:
    from academy.threads.saying import _Line

Found = TypeVar("Found")


def statement_of(line: "_Line", at: int, struck: bool) -> Statement:
    part = line.parts[at]
    own = [*(line.before if at == 0 else []), *part.rest]
    rest = " ".join(filter(None, own))
    doubts = [*part.doubts, *line.doubts]
    several = len(line.parts) > 1
    everything = " ".join([*line.before, *(one for other in line.parts for one in other.rest)])
    depends = cues.condition_in(everything)
    withdrawn = False
    if depends:
        doubts.append(Doubt("depends", depends))
    elif cues.WITHDRAWS.search(everything):
        withdrawn = cues.WITHDRAWS.search(rest) is not None
        if several:
            doubts.append(Doubt("who_withdraws"))
        if cues.COMES_AGAIN.search(everything):
            doubts.append(Doubt("comes_again"))
            withdrawn = False
    elif (found := cues.PERHAPS_WITHDRAWS.search(rest)) and not cues.COMES_LATE.search(rest):
        doubts.append(Doubt("perhaps_withdrawn", found[0]))
    if (
        not line.doubts
        and (found := cues.SUBSTITUTES.search(everything))
        and not re.search("换洗|换鞋|换衣|更换|替补|兑换|交换", everything)
    ):
        doubts.append(Doubt("substitutes", found[0]))
    if not doubts and (inside := _name_inside(line, rest)):
        doubts.append(Doubt("remark_or_name", inside))
    if part.shape.kind == "self":
        doubts.append(Doubt("no_author"))
    words = [word for word in line.words_of_heads if re.search(rf"[{HAN}]", word)] if at == 0 else []
    digits = (*line.rooms, *re.findall(r"(?<!\d)\d{3,4}(?!\d)", rest))
    note = " ".join([*words, *(one for one in own if one and one not in digits)])
    count, counted = _count(line, at)
    building, phone = _at(line.buildings, at, line), _at(line.phones, at, line)
    return Statement(
        name=part.name,
        shape=part.shape,
        count=count,
        withdrawn=withdrawn or struck,
        note=_tidy(note),
        doubts=(*doubts, *counted),
        building=building,
        phone=phone or "",
        digits=digits,
        alias=part.alias,
        comes_again=cues.COMES_AGAIN.search(rest) is not None,
        has_heads=bool(line.words_of_heads),
    )


def _name_inside(line: "_Line", rest: str) -> str:
    """Return a name of the roll that a remark holds, but for the line's people, a relative or a proxy."""
    folded, own = fold(rest), {fold(part.name) for part in line.parts}
    for length in (4, 3):
        for at in range(len(folded) - length + 1):
            name = folded[at : at + length]
            if (
                name in line.names
                and name not in own
                and not re.match("的|代|她|他|家|妈|爸", folded[at + length :] or "…")
            ):
                return name
    return ""


def _count(line: "_Line", at: int) -> tuple[int, tuple[Doubt, ...]]:
    """Return the heads of a person of the line, and what is unclear about them."""
    heads, people = line.heads, len(line.parts)
    doubts: list[Doubt] = []
    if heads.unclear:
        doubts.append(Doubt("heads"))
    named = sum(part.along for part in line.parts)
    extra = max(0, heads.extra - named) if named else heads.extra
    if people > 1 and any(re.search("[带领携]", word) for word in line.words_of_heads) and not named:
        doubts.append(Doubt("heads"))
    if heads.total is not None:
        share = heads.total if people == 1 else max(1, heads.total - people + 1) if at == people - 1 else 1
        if people > 1 and heads.total != people:
            doubts.append(Doubt("heads"))
    else:
        share = 1 + line.parts[at].extra + (extra if at == people - 1 else 0)
    words = " ".join(line.parts[at].rest)
    bare = re.findall(r"(?<![\d.])([2-9])(?![\d.])", words) if share == 1 else []
    one = bare[0] if bare else ""
    # 8点, 302室 and 8-10点 are no heads.
    if one and not re.search(rf"{one}\s*[{HAN}:]|[{HAN}]{one}|{one}\s+\d{{1,2}}\s*[点时:]", words):
        share = int(one)  # 马丽:2
        doubts.append(Doubt("heads"))
    if not 1 <= share <= LARGEST:
        doubts.append(Doubt("heads"))
        share = min(max(share, 1), 999)
    return share, tuple(dict.fromkeys(doubts))


def _at(found: list[Found], at: int, line: "_Line") -> Found | None:
    """Return the building or the phone that belongs to a person of the line."""
    if not found:
        return None
    if len(found) == len(line.parts):
        return found[at]
    return found[0] if len(line.parts) == 1 or len(found) == 1 else None


def _tidy(note: str) -> str:
    note = re.sub(r"^[\s,;.:、。!~\-]+|[\s,;:、\-]+$", "", note)
    if cues.SAYS_YES.match(note) or note in ("报", "到", "已报", "报名参加", "都来", "一起", "会来"):
        return ""
    return " ".join(note.split())[:120]
