"""Two versions of a text side by side, line by line, with the words that differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_ALIKE: Final = 0.4  # lines less alike stand as removed and added
CONTEXT: Final = 1  # unchanged lines shown around a change


@dataclass(frozen=True)
class Piece:
    """A part of a line, and whether the other version lacks it."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Row:
    """A line before and after; an empty side where the other version has no such line."""

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    is_gap: bool = False  # unchanged lines that are left out

    @property
    def differs(self) -> bool:
        return any(piece.differs for piece in (*self.before, *self.after))


def compare(before: Sequence[str], after: Sequence[str]) -> list[Row]:
    """Return the lines that differ, with a line around each change, and a gap for the lines left out."""
    rows = list(_rows(before, after))
    near = {place + step for place, row in enumerate(rows) if row.differs for step in range(-CONTEXT, CONTEXT + 1)}
    shown: list[Row] = []
    for place, row in enumerate(rows):
        if place in near:
            shown.append(row)
        elif near and (not shown or not shown[-1].is_gap):
            shown.append(Row(is_gap=True))
    return shown


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for change, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            yield from (Row((Piece(line),), (Piece(line),)) for line in before[first:last])
            continue
        old, new = list(before[first:last]), list(after[start:end])
        while old and new:
            matcher = SequenceMatcher(None, _words(old[0]), _words(new[0]), autojunk=False)
            if matcher.ratio() >= _ALIKE:
                yield _line(matcher, _words(old.pop(0)), _words(new.pop(0)))
            elif len(old) >= len(new):
                yield Row(before=(Piece(old.pop(0), True),))
            else:
                yield Row(after=(Piece(new.pop(0), True),))
        yield from (Row(before=(Piece(line, True),)) for line in old)
        yield from (Row(after=(Piece(line, True),)) for line in new)


def _words(line: str) -> list[str]:
    return _WORD.findall(line)


def _line(matcher: "SequenceMatcher[str]", old: list[str], new: list[str]) -> Row:
    before, after = [], []
    for change, first, last, start, end in matcher.get_opcodes():
        if first < last:
            before.append(Piece("".join(old[first:last]), change != "equal"))
        if start < end:
            after.append(Piece("".join(new[start:end]), change != "equal"))
    return Row(tuple(before), tuple(after))
