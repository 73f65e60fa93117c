"""The contract of sheets of paper. Every field is text as it will be printed.

The apps format hours, dates and addresses (`core.formats`), not this package. An address for a code is in upper case:
the code is then coarser and scans from further away.
"""

from dataclasses import Field
from typing import Any, ClassVar, Protocol, runtime_checkable


class Sheet(Protocol):
    """A sheet of paper that `pdf.print_sheet` prints; its app defines it in a `sheets.py`."""

    template: ClassVar[str]
    style: ClassVar[str]  # a style sheet, named as a template is; it comes after `paper/sheet.css`
    unprintable_advice: ClassVar[Any]  # a translated sentence for a character that our fonts lack


@runtime_checkable
class FillableSheet(Sheet, Protocol):
    """A sheet around one table, whose blank is laid out once and then filled in (`filling`).

    The sheet and each of its rows are dataclasses. Every field is text, except `rows`.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    row_class: ClassVar[type[Any]]
    row_stretch: ClassVar[str]  # a field that is alone in its cell: a blank makes a row higher with it
    rows: tuple[Any, ...]
