"""The places of cells after rows were filled in: areas and formulas follow, as in Excel."""

import re
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter

from academy.tables.package import Area, Unreadable, area_of

LAST_ROW = 1_048_576
_RANGE = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!\[\]]+)!)?"
    r"(?P<left>\$?[A-Za-z]{1,3})(?P<fixed>\$?)(?P<top>\d{1,7})"
    r"(?P<range>:(?P<right>\$?[A-Za-z]{1,3})(?P<last_fixed>\$?)(?P<bottom>\d{1,7}))?"
)


@dataclass(frozen=True)
class Shift:
    """Rows were filled from `first_row` to `last_row`; the content from `below` on has moved `down`."""

    sheet: str
    first_row: int
    last_row: int
    columns: tuple[int, int]  # the first and the last column that are filled, from 1
    below: int = LAST_ROW + 1
    down: int = 0

    def row(self, row: int) -> int:
        """Return the present number of a row."""
        return min(row + self.down, LAST_ROW) if row >= self.below else row

    def area(self, area: Area, *, grows: bool = True) -> Area:
        """Return the present place of an area. If it covered the first filled row, it now covers all of them."""
        top, bottom = self.row(area.top), self.row(area.bottom)
        is_beside = area.right < self.columns[0] or area.left > self.columns[1]
        if grows and not is_beside and area.top <= self.first_row <= area.bottom:
            bottom = max(bottom, self.last_row)
        return Area(top, area.left, bottom, area.right)

    def reference(self, text: str, *, grows: bool = True) -> str:
        """Return an area by its name, as B7 or B7:C9."""
        area = area_of(text)
        moved = self.area(area, grows=grows)
        return text if moved == area else name_of(moved)

    def references(self, text: str) -> str:
        """Return a list of areas with blanks between them, as extensions and rules of a sheet have it."""
        return " ".join(map(self.reference, text.split()))

    def formula(self, text: str, *, is_here: bool) -> str:
        """Return a formula with its references to this sheet moved.

        `is_here` is True for a formula on the sheet itself, which need not name it.
        """
        if not any(sign.isdigit() for sign in text):
            return text
        tokenizer = Tokenizer("=" + text)
        for token in tokenizer.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                token.value = self._range(token.value, is_here=is_here)
        return str(tokenizer.render())[1:]

    def _range(self, text: str, *, is_here: bool) -> str:
        found = _RANGE.fullmatch(text)
        if found is None:
            return text
        if found["sheet"]:
            is_here = found["sheet"][:-1].strip("'").replace("''", "'") == self.sheet
        if not is_here:
            return text
        try:
            area = area_of(text.removeprefix(found["sheet"] or ""))
        except Unreadable:
            return text
        moved = self.area(area, grows=bool(found["range"]))
        start = f"{found['sheet'] or ''}{found['left']}{found['fixed']}{moved.top}"
        return f"{start}:{found['right']}{found['last_fixed']}{moved.bottom}" if found["range"] else start


def name_of(area: Area) -> str:
    """Return the name of an area, as B7 or B7:C9."""
    first, last = (
        f"{get_column_letter(column)}{row}" for row, column in ((area.top, area.left), (area.bottom, area.right))
    )
    return first if first == last else f"{first}:{last}"
