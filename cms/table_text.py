"""Tables as people paste them, with tabs from Word or Excel, or type them, with bars."""

import re
from typing import Final

MOST_COLUMNS: Final = 8  # a phone shows no more, even by scrolling
MOST_ROWS: Final = 60
_BARS: Final = re.compile(r"[|｜]")
_RULE: Final = re.compile(r"[\s:|｜─—-]*[-─—]{2,}[\s:|｜─—-]*")


def rows_of(text: str) -> list[list[str]]:
    """Return the rows of a table, each with as many cells as the longest.

    A line is a row. Tabs part its cells, or bars where the whole text has no tab. Empty lines, and lines that only rule
    a table off, are left out.
    """
    apart = re.compile("\t") if "\t" in text else _BARS
    lines = (line for line in text.splitlines() if line.strip() and not _RULE.fullmatch(line))
    rows = [_cells(line, apart) for line in lines]
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def text_of(rows: list[list[str]]) -> str:
    """Return the table as a text that `rows_of` reads, with bars."""
    return "\n".join(" | ".join(" ".join(_BARS.sub("/", cell).split()) for cell in row) for row in rows)


def _cells(line: str, apart: re.Pattern[str]) -> list[str]:
    cells = [cell.strip() for cell in apart.split(line)]
    if apart is _BARS:  # a line may begin and end with a bar
        if cells[0] == "" and len(cells) > 1:
            cells = cells[1:]
        if cells[-1] == "" and len(cells) > 1:
            cells = cells[:-1]
    return cells
