"""The report of hours: one line for each person with effective hours in a period, and their sums."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View

from academy.core import formats, shown_hours, spreadsheets
from academy.core.periods import period_links
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.workbooks import AT_ONCE, COUNT, HOURS, MINUTES, Head, csv_response, xlsx_response
from academy.feedback.selectors import rate_in
from academy.hours.exports import LEARNING, SERVICE
from academy.hours.models import Category, ServiceRecord
from academy.people.form_fields import DayField
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.typed_days import Near
from academy.units.exports import units_of

TITLE = _("Hours of volunteers")
SHOWN = 200  # people on the page; the file holds all


class PeriodForm(forms.Form):
    """The first and the last day of a report."""

    since = DayField(label=pgettext_lazy("first day of a period", "From"), near=Near.BEHIND)
    until = DayField(label=pgettext_lazy("last day of a period", "Until"), near=Near.BEHIND)

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The period ends before it begins. Change one of the two."))


@dataclass(frozen=True)
class PersonHours:
    """The hours of a person in a period; service and learning are two figures (T2)."""

    person: int
    attendances: int
    service: int
    learning: int


def hours_in(communities: Any, since: dt.date, until: dt.date) -> list[PersonHours]:
    """Return the effective hours of each person in the period, by the number of the person. One statement."""
    records = ServiceRecord.objects.effective().filter(community__in=communities, date__gte=since, date__lte=until)
    number = Coalesce("volunteer__merged_into__number", "volunteer__number")
    figures = records.with_person().annotate(number=number).order_by("number").values_list("person", "number")
    return [
        PersonHours(person, *rest)
        for person, _number, *rest in figures.annotate(
            attendances=Count("pk"),
            service=Sum("minutes", filter=Q(category=Category.SERVICE), default=0),
            learning=Sum("minutes", filter=Q(category=Category.TRAINING), default=0),
        )
    ]


class PeriodReport(RightRequiredMixin, View):
    """Base view of a report about a period, by default this year."""

    right = Right.VIEW_FIGURES

    @staticmethod
    def _this_year() -> dict[str, dt.date]:
        today = timezone.localdate()
        return {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31)}

    @staticmethod
    def _query(form: PeriodForm) -> str:
        if not form.is_valid():
            return ""
        return "&".join(f"{name}={day.isoformat()}" for name, day in form.cleaned_data.items())

    @cached_property
    def _ids(self) -> list[int]:
        return list(self.communities.values_list("pk", flat=True))

    @cached_property
    def _step(self) -> int:
        return max(shown_hours.step_of(pk) for pk in self._ids)

    def _hours(self, minutes: int) -> str:
        return formats.hours(minutes, self._step)


class HoursReport(PeriodReport):
    """The page with its periods, and the file."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = PeriodForm(request.GET if "since" in request.GET else self._this_year())
        rows = hours_in(self._ids, *form.cleaned_data.values()) if form.is_valid() else []
        kind = request.GET.get("export")
        if kind in ("xlsx", "csv") and form.is_valid():
            later = spreadsheets.written_later(request, {self.right}, len(rows))
            return later or self._file(kind, rows, **form.cleaned_data)
        context = {
            "page_title": TITLE,
            "header_icon": "time",
            "form": form,
            "period_name": _("Period"),
            "period_links": period_links(QueryDict(self._query(form)), "since", "until", timezone.localdate()),
            "lines": list(self._lines(rows[:SHOWN])),
            "more": max(len(rows) - SHOWN, 0),
            "people": len(rows),
            "attendances": sum(row.attendances for row in rows),
            "service": self._hours(sum(row.service for row in rows)),
            "learning": self._hours(sum(row.learning for row in rows)),
            "query": self._query(form),
            "rate": rate_in(self._ids, *form.cleaned_data.values()) if form.is_valid() else None,
        }
        return render(request, "desk/admin/hours_report.html", context)

    def _lines(self, rows: Sequence[PersonHours]) -> Iterator[tuple[Volunteer, str, PersonHours, str, str, str]]:
        """Yield person, name as the user may read it, figures, units, and both hours, read in parts."""
        tell_rows = getattr(self.request, "tell_rows", None)  # of a work in the background
        named = set(user_of(self.request).communities_for(Right.MANAGE_PEOPLE).values_list("pk", flat=True))
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            people = Volunteer.objects.in_bulk([row.person for row in part])
            objects_shown.send(sender=Volunteer, request=self.request, objects=list(people.values()))
            units = units_of(people.values())
            for row in part:
                person = people[row.person]
                name = person.name if person.community_id in named else person.masked_name
                unit = "、".join(units.get(person.pk, []))
                yield person, name, row, unit, self._hours(row.service), self._hours(row.learning)
            if tell_rows:
                tell_rows(start + len(part))

    def _file(self, kind: str, rows: Sequence[PersonHours], since: dt.date, until: dt.date) -> HttpResponseBase:
        heads = [
            Head(str(_("volunteer number")).capitalize()),
            Head(str(pgettext_lazy("of a person", "Name"))),
            Head(str(_("local unit")).capitalize()),
            Head(str(_("attendances")).capitalize(), COUNT),
            *(
                Head(str(label).capitalize(), kind)
                for pair in (SERVICE, LEARNING)
                for label, kind in zip(pair, (HOURS, MINUTES), strict=True)
            ),
        ]
        cells = (
            [person.number, name, unit, row.attendances, float(hours), row.service, float(learned), row.learning]
            for person, name, row, unit, hours, learned in self._lines(rows)
        )
        title = _("%(title)s from %(since)s to %(until)s") % {"title": TITLE, "since": since, "until": until}
        practice = user_of(self.request).is_practising
        if kind == "csv":
            return csv_response(title, heads, cells, practice=practice)
        return xlsx_response(title, heads, cells, step=self._step, practice=practice)
