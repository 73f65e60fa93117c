"""What stands on each sheet of paper. Everything is text as it will be printed.

Hours, dates and addresses come ready (`core.formats`), so that paper decides nothing about them. An address for a code
comes in upper case: the code is then coarser and read from further away.
"""

from dataclasses import Field
from typing import Any, ClassVar, Protocol, runtime_checkable


class Sheet(Protocol):
    """A sheet of paper that `pdf.print_sheet` prints; its app defines it in a `sheets.py`."""

    template: ClassVar[str]
    style: ClassVar[str]  # a style sheet, named as a template is; it comes after `paper/sheet.css`
    unprintable_advice: ClassVar[Any]  # a translated sentence: what to do when our fonts lack a character


@runtime_checkable
class FillableSheet(Sheet, Protocol):
    """A sheet around one table, whose blank is laid out once and then filled in (`filling`).

    It is a dataclass, and so is each of its rows: every field is text, but for `rows`.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    row_class: ClassVar[type[Any]]
    row_stretch: ClassVar[str]  # a field of the row, alone in its cell: a blank makes rows higher there
    rows: tuple[Any, ...]
