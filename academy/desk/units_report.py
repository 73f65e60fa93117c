"""The report of units and teams: people, attendances and hours in a period (G1–G3)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.core.periods import period_links
from academy.core.workbooks import COUNT, HOURS, MINUTES, Head, csv_response, xlsx_response
from academy.desk.hours_report import PeriodForm, PeriodReport
from academy.groups.sums import GroupFigures, figures_of, figures_of_teams
from academy.hours.exports import LEARNING, SERVICE
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.units.models import Team, Unit

TITLE = _("Units and teams")


@dataclass(frozen=True)
class GroupLine:
    """The line of a unit, or of one of its teams."""

    unit: Unit
    team: Team | None
    figures: GroupFigures
    service: str
    learning: str


class UnitsReport(PeriodReport):
    """The page with its periods, by unit or by team, and the file."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = PeriodForm(request.GET if "since" in request.GET else self._this_year())
        by_team = request.GET.get("by") == "team"
        lines = list(self._lines(by_team, *form.cleaned_data.values())) if form.is_valid() else []
        kind = request.GET.get("export")
        if kind in ("xlsx", "csv") and form.is_valid():
            return self._file(kind, lines, by_team, **form.cleaned_data)
        period = self._query(form)
        context = {
            "page_title": TITLE,
            "header_icon": "group",
            "form": form,
            "period_name": _("Period"),
            "period_links": period_links(
                QueryDict(f"{period}&by=team" if by_team else period), "since", "until", timezone.localdate()
            ),
            "lines": lines,
            "by_team": by_team,
            "period": period,
            "query": f"{period}&by=team" if by_team else period,
            "may_open": user_of(request).communities_for(Right.MANAGE_PEOPLE).exists(),
        }
        return render(request, "desk/admin/units_report.html", context)

    def _lines(self, by_team: bool, since: dt.date, until: dt.date) -> Iterator[GroupLine]:
        units = list(Unit.objects.filter(community__in=self.communities).order_by("name", "pk"))
        if not by_team:
            figures = figures_of(units, since, until)
            for unit in units:
                yield self._line(unit, None, figures[unit.pk])
            return
        for unit in units:
            for team, figures_of_team in figures_of_teams(unit, since, until):
                yield self._line(unit, team, figures_of_team)

    def _line(self, unit: Unit, team: Team | None, figures: GroupFigures) -> GroupLine:
        return GroupLine(unit, team, figures, self._hours(figures.service), self._hours(figures.learning))

    def _file(
        self, kind: str, lines: list[GroupLine], by_team: bool, since: dt.date, until: dt.date
    ) -> HttpResponseBase:
        # A person may be a member of two units: only the columns of teams have sums (G2).
        count, hours, minutes = (COUNT, HOURS, MINUTES) if by_team else ("", "", "")
        named = [Head(str(_("local unit")).capitalize())]
        named += [Head(str(_("team")).capitalize())] if by_team else [Head(str(_("kind")).capitalize())]
        heads = [
            *named,
            Head(str(_("Number of people"))),
            Head(str(_("attendances")).capitalize(), count),
            *(
                Head(str(label).capitalize(), form)
                for pair in (SERVICE, LEARNING)
                for label, form in zip(pair, (hours, minutes), strict=True)
            ),
            *([] if by_team else [Head(str(_("Counted without names")))]),
        ]
        cells = (
            [
                line.unit.name,
                line.team.name if line.team else str(line.unit.get_kind_display()),
                line.figures.people,
                line.figures.attendances,
                float(line.service),
                line.figures.service,
                float(line.learning),
                line.figures.learning,
                *([] if by_team else [line.figures.nameless]),
            ]
            for line in lines
        )
        title = _("%(title)s from %(since)s to %(until)s") % {"title": TITLE, "since": since, "until": until}
        practice = user_of(self.request).is_practising
        if kind == "csv":
            return csv_response(title, heads, cells, practice=practice)
        return xlsx_response(title, heads, cells, step=self._step, practice=practice)
