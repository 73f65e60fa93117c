"""Recognise the row of headings in a table, and the field that each heading names."""

import re
from collections.abc import Mapping, Sequence

from academy.tables.cells import Cell, text_of

Words = Mapping[str, Sequence[str]]  # the headings that each field may have, the surest first


def find(rows: Sequence[Sequence[Cell]], words: Words, *, partly: bool = False) -> tuple[int, dict[str, int]]:
    """Return the place of the first row that names the most fields, and the column of each field.

    Both count from 0. `rows` holds at least one row. `partly` also accepts a heading that contains one of the words.
    """
    found = [recognise(row, words, partly=partly) for row in rows]
    place = max(range(len(rows)), key=lambda row: (len(found[row]), -row))
    return place, found[place]


def recognise(row: Sequence[Cell], words: Words, *, partly: bool = False) -> dict[str, int]:
    """Return the column, from 0, of each field that a heading in `row` names.

    Letters are compared in lower case, without spaces, marks and bracketed text. A heading that equals a word beats one
    that contains it.
    """
    texts = [_plain(text_of(cell)) for cell in row]
    found: dict[str, int] = {}
    for fits in (str.__eq__, str.__contains__) if partly else (str.__eq__,):
        for field, known in words.items():
            for word in known if field not in found else ():
                taken = found.values()
                free = (place for place, text in enumerate(texts) if text and place not in taken and fits(text, word))
                if (column := next(free, None)) is not None:
                    found[field] = column
                    break
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s*:_\-/.]", "", re.sub(r"[(\[【].*?[)\]】]", "", text)).lower()
