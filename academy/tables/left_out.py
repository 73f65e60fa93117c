"""The lines of a list that were left out, as a workbook to correct and to hand in again (ADR 70)."""

from collections.abc import Iterable, Sequence

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from academy.core.workbooks import Head, xlsx_response
from academy.tables.filling import letters
from academy.tables.reading import Line


def left_out_response(
    name: str, heading: Line | None, places: Sequence[int], lines: Iterable[tuple[Line, str]], *, practice: bool
) -> HttpResponseBase:
    """Return a workbook with these lines: the original cells of `places` as texts, the number, the reason."""
    heads = [Head(heading.text(place) if heading and heading.text(place) else letters(place)) for place in places]
    heads += [Head(_("Line in the original")), Head(_("Why it was not imported"))]
    rows = ([*(line.text(place) for place in places), line.number, why] for line, why in lines)
    title = _("%(name)s, lines left out") % {"name": name.rpartition(".")[0] or name}
    return xlsx_response(title, heads, rows, step=6, practice=practice)
