"""The rota as a PDF: for the wall with masked names (K6), for the leader with whole ones."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.core import formats
from academy.core.links import public_address
from academy.core.look import current_language, day_of
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, printable_name
from academy.people.models import Volunteer
from academy.rotas.models import Series
from academy.rotas.selectors import RotaRow, in_months, rota_of
from academy.rotas.sheets import RotaLine, RotaMonthPart, RotaSheet

WEEKS_PRINTED = 8
MOST_COLUMNS = 12


def rows_to_print(series: Series, *, at: dt.datetime) -> list[RotaRow]:
    """Return the rows of the next eight weeks, or of all that stand open if these are more."""
    today = timezone.localdate(at)
    weeks = max(series.weeks_ahead, WEEKS_PRINTED)
    rows = rota_of(series, since=today, until=today + dt.timedelta(weeks=weeks), at=at)
    return [row for row in rows if not row.is_over]


def print_rota(series: Series, rows: Sequence[RotaRow], *, whole_names: bool, at: dt.datetime) -> bytes | Refusal:
    """Return the rota of these rows as a PDF in the reader's language. Refuses with `missing_glyphs`."""
    usual = min(series.usual_places, MOST_COLUMNS)
    columns = [str(number) for number in range(1, usual + 1)]
    columns += [pgettext("on the rota", "newcomer")] * min(series.newcomer_places, MOST_COLUMNS - usual)
    leader = series.leader.stays
    sheet = RotaSheet(
        title=series.title,
        pattern=series.pattern_in_words,
        place=series.place,
        organiser=series.organiser,
        leader=printable_name(leader.name if whole_names else leader.masked_name),
        telephone=series.issuer.telephone,
        columns=tuple(columns),
        months=tuple(
            RotaMonthPart(
                name=formats.month(month.first, current_language(), year=True),
                lines=tuple(_line(row, series, len(columns), whole_names=whole_names) for row in month.rows),
            )
            for month in in_months(rows)
        ),
        printed_on=day_of(at),
        url=public_address(reverse("rotas:rota", args=[series.pk])),
    )
    return print_sheet(sheet, language=current_language(), created=at, practice=series.community.is_practice)


def people_on(rows: Sequence[RotaRow]) -> list[Volunteer]:
    """Return the people whose names stand on these rows."""
    return [sign_up.volunteer.stays for row in rows for sign_up in row.sign_ups]


def _line(row: RotaRow, series: Series, cells: int, *, whole_names: bool) -> RotaLine:
    day = timezone.localdate(row.shift.starts_at) if row.shift else row.day
    number, _month, weekday = formats.day_in_parts(day, current_language())
    note = ""
    if row.is_left_out or (row.activity is not None and row.activity.cancelled_at is not None):
        note = _("does not take place")
    elif row.activity is None and row.is_holiday:
        note = _("holiday: nobody stands here")
    if row.shift is None or note:
        return RotaLine(day=number, weekday=weekday, names=("",) * cells, note=note)
    usual = [one for one in row.sign_ups if one.role_id != row.newcomer_role_id]
    new = [one for one in row.sign_ups if one.role_id == row.newcomer_role_id]
    kept = min(series.newcomer_places, cells)
    names = [_name(one.volunteer.stays, whole=whole_names) for one in usual][: cells - kept]
    names += [""] * (cells - kept - len(names))
    names += [_name(one.volunteer.stays, whole=whole_names) for one in new][:kept]
    time = ""
    if row.is_off_pattern:
        time = "–".join(
            formats.clock(timezone.localtime(moment)) for moment in (row.shift.starts_at, row.shift.ends_at)
        )
    return RotaLine(day=number, weekday=weekday, time=time, names=tuple(names + [""] * (cells - len(names))), note=note)


def _name(person: Volunteer, *, whole: bool) -> str:
    return printable_name(person.name if whole else person.masked_name)
