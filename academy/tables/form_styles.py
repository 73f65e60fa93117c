"""The number formats of a form's cells, and a style for dates where the form has none."""

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from academy.tables.form_package import FormPackage
from academy.tables.markup import close_tag, element_end, get, name_of, open_tag, prefix_of, put

_PART = "xl/styles.xml"
_FIRST_OWN = 164  # the first number that a workbook may give to a format of its own
_DATE = "yyyy-mm-dd"


class FormStyles:
    """The styles of a form by their numbers, as its cells name them."""

    def __init__(self, form: FormPackage) -> None:
        self._form = form
        self._tokens = form.tokens(_PART) if _PART in form else []
        self._formats: dict[int, str] = dict(BUILTIN_FORMATS)
        self._styles: list[list[str]] = []  # the XML of each style
        self._made: dict[str, str] = {}
        for token in self._tokens:
            if name_of(token) == "numFmt":
                self._formats[int(get(token, "numFmtId") or 0)] = get(token, "formatCode") or ""
        start = self._place("cellXfs")
        place, end = start + 1, element_end(self._tokens, start) if start >= 0 else 0
        while start >= 0 and place < end:
            if name_of(self._tokens[place]) == "xf":
                last = element_end(self._tokens, place)
                self._styles.append(self._tokens[place : last + 1])
                place = last
            place += 1
        self._before = len(self._styles)

    def _place(self, name: str) -> int:
        return next((at for at, token in enumerate(self._tokens) if name_of(token) == name), -1)

    def _format(self, style: str | None) -> str:
        number = int(style or 0)
        if number >= len(self._styles):
            return "General"
        return self._formats.get(int(get(self._styles[number][0], "numFmtId") or 0), "General")

    def is_text(self, style: str | None) -> bool:
        """Return whether the column is meant for text, so that numbers and dates are written as text."""
        return self._format(style) == "@"

    def for_dates(self, style: str | None) -> str | None:
        """Return the style that shows a date in a cell of this style, or None if the date must be text."""
        if self.is_text(style) or not self._styles:
            return None
        if is_date_format(self._format(style)):
            return style
        key = style or "0"
        if key not in self._made:
            lender = self._styles[int(key)] if int(key) < len(self._styles) else self._styles[0]
            number = next((str(one) for one, code in self._formats.items() if code == _DATE), None)
            if number is None:
                number = str(max(_FIRST_OWN - 1, *self._formats) + 1)
                self._formats[int(number)] = _DATE
            tag = put(put(lender[0], "numFmtId", number), "applyNumberFormat", "1")
            self._made[key] = str(len(self._styles))
            self._styles.append([tag, *lender[1:]])
        return self._made[key]

    def save(self) -> None:
        """Write the styles that were added."""
        added = self._styles[self._before :]
        if not added:
            return
        start = self._place("cellXfs")
        end = element_end(self._tokens, start)
        self._tokens[end:end] = [token for style in added for token in style]
        self._tokens[start] = put(self._tokens[start], "count", str(len(self._styles)))
        self._add_format()
        self._form.write(_PART, self._tokens)

    def _add_format(self) -> None:
        number = next(str(one) for one, code in self._formats.items() if code == _DATE)
        if int(number) in BUILTIN_FORMATS or any(
            name_of(token) == "numFmt" and get(token, "numFmtId") == number for token in self._tokens
        ):
            return
        root = self._place("styleSheet")
        tag = f'<{prefix_of(self._tokens[root])}numFmt numFmtId="{number}" formatCode="{_DATE}"/>'
        place = self._place("numFmts")
        if place < 0:
            name = f"{prefix_of(self._tokens[root])}numFmts"
            self._tokens[root + 1 : root + 1] = [f'<{name} count="1">', tag, f"</{name}>"]
            return
        count = int(get(self._tokens[place], "count") or 0) + 1
        is_empty = self._tokens[place].endswith("/>")
        self._tokens[place] = open_tag(put(self._tokens[place], "count", str(count)))
        self._tokens[place + 1 : place + 1] = [tag, close_tag(self._tokens[place])] if is_empty else [tag]
