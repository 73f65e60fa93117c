"""The sheet of a form as rows of XML, of which some are written and all others stay as they are."""

from dataclasses import dataclass, field, replace

from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from academy.tables.markup import (
    close_tag,
    element_end,
    ends,
    escape_signs,
    get,
    name_of,
    open_tag,
    prefix_of,
    put,
    unescape,
)
from academy.tables.package import Area, Unreadable, area_of, place_of
from academy.tables.shifting import Shift
from academy.tables.shifting import name_of as area_name

# Elements after the rows that name areas of the sheet, with the attribute that does.
_AREAS = {
    "mergeCell": "ref",
    "hyperlink": "ref",
    "conditionalFormatting": "sqref",
    "dataValidation": "sqref",
    "autoFilter": "ref",
    "sortState": "ref",
    "ignoredError": "sqref",
    "protectedRange": "sqref",
}
_FORMULAS = {"f", "formula", "formula1", "formula2"}


@dataclass
class FormCell:
    """A cell with the XML that it consists of."""

    column: int
    tokens: list[str]
    formula: str | None = None  # its text, also where a neighbour holds it for several cells

    @property
    def style(self) -> str | None:
        return get(self.tokens[0], "s")

    @property
    def has_value(self) -> bool:
        """True if a program shows something in this cell."""
        texts = (token for token in self.tokens if not token.startswith("<"))
        return self.formula is not None or any(map(str.strip, texts))


@dataclass
class FormRow:
    """A row with its start tag and its cells in order."""

    tag: str
    cells: dict[int, FormCell] = field(default_factory=dict)

    @property
    def has_value(self) -> bool:
        return any(cell.has_value for cell in self.cells.values())


class FormSheet:
    """The rows of a sheet, and the XML before and after them."""

    def __init__(self, tokens: list[str]) -> None:
        start = next((place for place, token in enumerate(tokens) if name_of(token) == "sheetData"), None)
        if start is None:
            raise Unreadable("corrupt")
        end = element_end(tokens, start)
        self.tag = open_tag(tokens[start])
        self.before, self.after = tokens[:start], tokens[end + 1 :]
        self.prefix = prefix_of(self.tag)
        self.rows: dict[int, FormRow] = {}
        self._read(tokens, start + 1, end)
        self._resolve_shared_formulas()

    def _read(self, tokens: list[str], place: int, end: int) -> None:
        number = 0
        while place < end:
            if name_of(tokens[place]) != "row":
                place += 1
                continue
            last = element_end(tokens, place)
            given = get(tokens[place], "r")
            number = int(float(given)) if given else number + 1
            if number in self.rows or any(number < other for other in list(self.rows)[-1:]):
                raise Unreadable("corrupt")
            row = self.rows[number] = FormRow(put(tokens[place], "r", str(number)))
            column, place = 0, place + 1
            while place < last:
                if name_of(tokens[place]) != "c":
                    place += 1
                    continue
                finish = element_end(tokens, place)
                reference = get(tokens[place], "r")
                column = place_of(reference)[1] if reference else column + 1
                row.cells[column] = FormCell(column, tokens[place : finish + 1])
                place = finish + 1
            place = last + 1

    def _resolve_shared_formulas(self) -> None:
        """Write the formula that several cells share into each of them."""
        shared: dict[str, Translator] = {}
        for number, row in self.rows.items():
            for cell in row.cells.values():
                start = next((at for at, token in enumerate(cell.tokens) if name_of(token) == "f"), None)
                if start is None:
                    continue
                tag, finish = cell.tokens[start], element_end(cell.tokens, start)
                text = unescape("".join(cell.tokens[start + 1 : finish]))
                here, key = f"{get_column_letter(cell.column)}{number}", get(tag, "si") or ""
                if get(tag, "t") == "shared":
                    if text:
                        shared[key] = Translator("=" + text, here)
                    elif key in shared:
                        text = str(shared[key].translate_formula(here))[1:]
                    tag = f"<{self.prefix}f>"
                cell.tokens[start : finish + 1] = [open_tag(tag), escape_signs(text), close_tag(tag)]
                cell.formula = text

    def columns_of(self, number: int) -> list[int]:
        """Return the columns, from 1, in which a row has cells."""
        return list(self.rows[number].cells) if number in self.rows else []

    @property
    def has_formulas(self) -> bool:
        return any(cell.formula is not None for row in self.rows.values() for cell in row.cells.values())

    @property
    def merged(self) -> list[Area]:
        """The merged areas."""
        return [area_of(get(token, "ref") or "") for token in self.after if name_of(token) == "mergeCell"]

    def column_style(self, column: int) -> str | None:
        """Return the style that the sheet gives to the cells of a column, from 1, that have none."""
        for token in self.before:
            if name_of(token) == "col" and int(get(token, "min") or 0) <= column <= int(get(token, "max") or 0):
                return get(token, "style")
        return None

    def move(self, shift: Shift) -> None:
        """Move the content below the filled rows down, and let all areas and formulas follow."""
        rows = {}
        for number, row in self.rows.items():
            row.tag = put(row.tag, "r", str(shift.row(number)))
            # The example's formulas speak of its own row and do not grow.
            of_row = replace(shift, last_row=shift.first_row) if number == shift.first_row else shift
            for cell in row.cells.values():
                cell.tokens = _moved(cell.tokens, of_row)
                if cell.formula:
                    cell.formula = of_row.formula(cell.formula, is_here=True)
            rows[shift.row(number)] = row
        self.rows = rows
        self.after = _moved(self.after, shift)

    def xml(self) -> list[str]:
        """Return the tokens of the sheet, with the area of its cells as it is now."""
        body, right = [], 1
        for number, row in sorted(self.rows.items()):
            body.append(open_tag(put(row.tag, "spans", None)))
            for column, cell in sorted(row.cells.items()):
                right = max(right, column)
                tag = put(cell.tokens[0], "r", f"{get_column_letter(column)}{number}")
                body += [tag, *cell.tokens[1:]]
            body.append(close_tag(row.tag))
        area = area_name(Area(1, 1, max(self.rows, default=1), right))
        before = [put(token, "ref", area) if name_of(token) == "dimension" else token for token in self.before]
        return [*before, self.tag, *body, close_tag(self.tag), *self.after]


def _moved(tokens: list[str], shift: Shift) -> list[str]:
    """Return the tokens with the areas and the formulas that they name where they are now.

    A formula's stored result is dropped, since it may count fewer rows.
    """
    out, inside, has_formula, of_rows = list(tokens), "", False, False
    for place, token in enumerate(tokens):
        name = name_of(token)
        if name in _AREAS and (reference := get(token, _AREAS[name])):
            grows = name not in ("mergeCell", "hyperlink")
            moved = shift.references(reference) if grows else shift.reference(reference, grows=False)
            out[place] = put(token, _AREAS[name], moved)
        elif name in ("rowBreaks", "colBreaks"):
            of_rows = name == "rowBreaks"
        elif name == "brk" and of_rows and (row := get(token, "id")) and row.isdecimal():
            out[place] = put(token, "id", str(shift.row(int(row) + 1) - 1))
        elif name == "f" and (reference := get(token, "ref")):
            out[place] = put(token, "ref", shift.reference(reference, grows=False))
        elif inside in _FORMULAS and not token.startswith("<"):
            out[place] = escape_signs(shift.formula(unescape(token), is_here=True))
        elif inside == "sqref" and not token.startswith("<"):
            out[place] = shift.references(token)
        if name:
            inside = "" if ends(token, name) else name
            has_formula = has_formula or name == "f"
        elif token.startswith("</"):
            inside = ""
    if has_formula and name_of(tokens[0]) == "c":
        start = next((at for at, token in enumerate(out) if name_of(token) == "v"), None)
        if start is not None:
            del out[start : element_end(out, start) + 1]
            out[0] = put(out[0], "t", None)
    return out
