"""The workbook of a form: parts are changed one by one, all others are copied as they are."""

import io
import re
import zipfile
from dataclasses import replace

from openpyxl.formula.tokenizer import TokenizerError

from academy.tables.markup import (
    bytes_of,
    element_end,
    ends,
    escape,
    escape_signs,
    get,
    name_of,
    prefix_of,
    put,
    tokens_of,
    unescape,
)
from academy.tables.package import Sheet, Unreadable, area_of, sheets_of, tags_of, targets_of
from academy.tables.shifting import Shift
from academy.tables.shifting import name_of as area_name

WORKBOOK = "xl/workbook.xml"
_MOST_OF_A_SHEET, _MOST_TAGS_OF_A_SHEET = 5_000_000, 200_000  # bytes, tags: a form is almost empty
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_ANCHOR = re.compile(r'ObjectType="(?P<kind>\w+)"(?:(?!</x:ClientData>).)*?<x:Anchor>(?P<places>[^<]*)', re.DOTALL)


class FormPackage:
    """The parts of a workbook, with the sheet that opens first."""

    def __init__(self, data: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                self._infos = package.infolist()
                sheets, active = sheets_of(package)
                if not active < len(sheets) or not sheets[active].is_table:
                    raise Unreadable("not_a_spreadsheet")
                self.sheet: Sheet = sheets[active]
                if package.getinfo(self.sheet.part).file_size > _MOST_OF_A_SHEET:
                    raise Unreadable("zip_bomb")
                self._related = targets_of(package, self.sheet.part)
                self._parts = {info.filename: package.read(info) for info in self._infos}
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError) as error:
            raise Unreadable("corrupt") from error
        if self._parts[self.sheet.part].count(b"<") > _MOST_TAGS_OF_A_SHEET:
            raise Unreadable("zip_bomb")
        given = [given for name, given in tags_of(self._parts[WORKBOOK]) if name == "workbookPr"]
        self.since_1904 = any(one.get("date1904") in ("1", "true") for one in given)

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def tokens(self, part: str) -> list[str]:
        return tokens_of(self._parts[part])

    def write(self, part: str, tokens: list[str]) -> None:
        self._parts[part] = bytes_of(tokens)

    def packed(self) -> bytes:
        """Return the workbook. Parts that were not written are those of the form."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for info in self._infos:
                if info.filename in self._parts:
                    package.writestr(info, self._parts[info.filename], zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def check_movable(self, shift: Shift) -> None:
        """Check that no picture, note or pivot table stands in content that moves.

        Raises `Unreadable` with `not_movable`.
        """
        for kind, part in self._related.values() if shift.down else ():
            if part in self._parts and any(row >= shift.below for row in self._rows_of(kind, part)):
                raise Unreadable("not_movable")

    def _rows_of(self, kind: str, part: str) -> list[int]:
        """Return the rows, from 1, at which the objects of a part begin."""
        if kind == "vmlDrawing":  # the places of a note follow its cell
            found = _ANCHOR.finditer(self._parts[part].decode(errors="replace"))
            return [int(one["places"].split(",")[2]) + 1 for one in found if one["kind"] != "Note"]
        if kind in ("comments", "threadedComment", "pivotTable"):
            names = ("comment", "threadedComment", "location")
            return [area_of(given["ref"]).top for name, given in tags_of(self._parts[part]) if name in names]
        rows, tokens, is_from = [], self.tokens(part) if kind == "drawing" else [], False
        for place, token in enumerate(tokens):
            if name_of(token) in ("from", "to"):
                is_from = name_of(token) == "from"
            elif is_from and name_of(token) == "row":
                rows.append(int(tokens[place + 1]) + 1)
        return rows

    def follow(self, shift: Shift, *, has_formulas: bool) -> None:
        """Let the tables, names and formulas of the other parts follow the filled and the moved rows."""
        for kind, part in self._related.values():
            if kind == "table" and part in self._parts:
                self._grow_table(part, shift)
        names = (self.sheet.name, escape(self.sheet.name), self.sheet.name.replace("'", "''"))
        named = [f"{name}{end}".encode() for name in names for end in ("!", "'!", "&apos;!")]
        for part, data in list(self._parts.items()):
            is_other = part.startswith("xl/") and part.endswith(".xml") and part != self.sheet.part
            # Some programs write each sign beyond ASCII as its number.
            if is_other and (b"&#" in data or any(name in data for name in named)):
                self._follow_formulas(part, shift)
        if has_formulas or "xl/calcChain.xml" in self._parts:
            self._count_again()

    def _grow_table(self, part: str, shift: Shift) -> None:
        tokens, area, sums = self.tokens(part), None, 0
        for place, token in enumerate(tokens):
            reference = get(token, "ref") if name_of(token) in ("table", "autoFilter", "sortState") else None
            if reference is None:
                continue
            if name_of(token) == "table":
                sums = int(get(token, "totalsRowCount") or 0)
                area = area_of(reference)
                if area.bottom == shift.first_row - 1:  # as Excel, let a table grow by the line right below it
                    area = replace(area, bottom=shift.first_row)
                area = shift.area(area)
                tokens[place] = put(token, "ref", area_name(area))
            elif name_of(token) == "autoFilter" and area is not None:
                tokens[place] = put(token, "ref", area_name(replace(area, bottom=area.bottom - sums)))
            else:
                tokens[place] = put(token, "ref", shift.reference(reference))
        self.write(part, tokens)

    def _follow_formulas(self, part: str, shift: Shift) -> None:
        tokens, inside = self.tokens(part), ""
        for place, token in enumerate(tokens):
            if inside in _FORMULAS and not token.startswith("<"):
                try:
                    moved = shift.formula(unescape(token), is_here=False)
                except TokenizerError:
                    continue
                if moved != unescape(token):
                    tokens[place] = escape_signs(moved)
            if name := name_of(token):
                inside = "" if ends(token, name) else name
            elif token.startswith("</"):
                inside = ""
        self.write(part, tokens)

    def _count_again(self) -> None:
        """Make the program that opens the workbook count all formulas again."""
        if self._parts.pop("xl/calcChain.xml", None) is not None:
            self._drop("[Content_Types].xml", "PartName", "/xl/calcChain.xml")
            self._drop("xl/_rels/workbook.xml.rels", "Target", "calcChain.xml")
        tokens = self.tokens(WORKBOOK)
        place = next((at for at, token in enumerate(tokens) if name_of(token) == "calcPr"), None)
        if place is not None:
            tokens[place] = put(tokens[place], "fullCalcOnLoad", "1")
        else:
            before = ("sheets", "functionGroups", "externalReferences", "definedNames")
            last = max(at for at, token in enumerate(tokens) if name_of(token) in before)
            tokens.insert(element_end(tokens, last) + 1, f'<{prefix_of(tokens[last])}calcPr fullCalcOnLoad="1"/>')
        self.write(WORKBOOK, tokens)

    def _drop(self, part: str, attribute: str, ending: str) -> None:
        tokens = self.tokens(part)
        for place in reversed(range(len(tokens))):
            if name_of(tokens[place]) and (get(tokens[place], attribute) or "").endswith(ending):
                del tokens[place : element_end(tokens, place) + 1]
        self.write(part, tokens)
