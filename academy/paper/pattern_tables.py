"""The table of a pattern (`academy.paper.patterns`): measured on one page, set by hand for each sheet.

A pattern shows a head, one line and a sum, each a row of one line of text. A row of a sheet is as high as its longest
text needs; shorter ones stand in its middle. Lengths are pixels of CSS, and y grows downwards.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes

from academy.paper.blanks import Cell, DoesNotFit, Run, cell_of
from academy.paper.setting import LetterLine, Pen, break_line, left_of, plain_text, trim


class RowMeasure(NamedTuple):
    """A row of one line."""

    cells: list[Cell]
    edges: list[float]  # of its cells, from left to right
    top: float
    height: float


class TableMeasure(NamedTuple):
    """The rows of a table, and the room around them."""

    head: RowMeasure
    line: RowMeasure
    sum: RowMeasure
    rule: float  # the thickness of its lines
    above: float
    below: float


def measure_table(table: Any, *, above: float, below: float) -> TableMeasure:
    """Return the measure of a laid out table; `above` and `below` are the ends of its neighbours.

    Raises `DoesNotFit` for one that `draw_table` cannot draw.
    """
    rows = [row for group in table.children for row in group.children]
    (rule,) = {round(width, 3) for line in table.collapsed_border_grid[1] for _, (_, width, _) in line}
    head, line, total = (_measure_row(table, row) for row in rows)
    return TableMeasure(head, line, total, rule, above=head.top - above, below=below - (total.top + total.height))


def _measure_row(table: Any, row: Any) -> RowMeasure:
    ends = [*table.column_positions, table.column_positions[-1] + table.column_widths[-1]]
    cells = [cell_of(cell) for cell in row.children]
    if any(len(cell.baselines) != 1 for cell in cells):
        raise DoesNotFit
    return RowMeasure(
        cells, [ends[cell.grid_x] for cell in row.children] + [ends[-1]], top=row.position_y, height=row.height
    )


def table_among(children: Sequence[Any]) -> int | None:
    """Return the place of the table among these boxes, if there is one."""
    return next((place for place, box in enumerate(children) if isinstance(box.children[0], boxes.TableBox)), None)


class TableDrawer:
    """Draws the tables of sheets; `put` sets a text in the type of a run."""

    def __init__(self, measure: TableMeasure, pen: Pen, put: Callable[[str, Run], LetterLine]) -> None:
        self.measure, self.pen, self.put = measure, pen, put

    def draw(self, rows: Sequence[Sequence[str]], top: float) -> float:
        """Draw head, lines and sum below `top`, and return the upper end of what follows."""
        table = self.measure
        top += table.above
        heads = ["".join(run.text for run in cell.lines[0]) for cell in table.head.cells]
        top = self._draw_row(table.head, heads, top)
        for texts in rows[:-1]:
            top = self._draw_row(table.line, texts, top)
        top = self._draw_row(table.sum, rows[-1], top)
        self._rule(table.sum.edges[0], top, table.sum.edges[-1], top)
        return top + table.below

    def _draw_row(self, row: RowMeasure, texts: Sequence[str], top: float) -> float:
        """Draw the row below `top` with its upper line, and return its lower end."""
        lines = [self._lines(cell, text) for cell, text in zip(row.cells, texts, strict=True)]
        most = max(map(len, lines))
        for cell, own in zip(row.cells, lines, strict=True):
            first = top + cell.baselines[0] - row.top + (most - len(own)) * cell.line_height / 2
            for number, line in enumerate(own):
                self.pen.draw_line(line, left_of(cell, line), first + number * cell.line_height)
        end = top + row.height + (most - 1) * row.cells[0].line_height
        self._rule(row.edges[0], top, row.edges[-1], top)
        for edge in row.edges:
            self._rule(edge, top, edge, end)
        return end

    def _lines(self, cell: Cell, text: str) -> list[LetterLine]:
        return break_line(trim(self.put(plain_text(text), cell.lines[0][0])), cell.width)

    def _rule(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a line that goes to the outer edges of those that it meets."""
        half = self.measure.rule / 2
        along, down = (half, 0) if top == bottom else (0, half)
        self.pen.draw_rule(left - along, top - down, right + along, bottom + down, self.measure.rule)
