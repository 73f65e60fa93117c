"""Filters of the list of activities: a time, and a subject or kind. They stand in the address."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import DRAWN_KINDS, ActivityQuerySet, Kind, Subject

_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)  # a calendar has further days than a clock
TIMES = {"today": _("Today"), "week": _("This week")}
ABOUT = [
    ("", _("Everything")),
    *Subject.choices,
    *((kind.value, kind.label) for kind in Kind if kind in DRAWN_KINDS),
]


class FindForm(forms.Form):
    """Filters of the list. A field that cannot be read says so beside it and is left out."""

    time = forms.ChoiceField(choices=[("", pgettext_lazy("times", "All")), *TIMES.items()], required=False)
    day = forms.DateField(
        label=_("On the day"),
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": _("This is not a date. Choose it in the calendar, or write it as 2026/12/5.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    about = forms.ChoiceField(
        label=_("About"),
        choices=ABOUT,
        required=False,
        error_messages={"invalid_choice": _("There is no such subject. Choose one of the list.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["day"]
        if day is not None and not _FIRST <= day <= _LAST:
            raise forms.ValidationError(self.fields["day"].error_messages["invalid"], code="invalid")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.day_sought: dt.date | None = cleaned.get("day")
        self.time_sought: str = "" if self.day_sought else cleaned.get("time", "")
        self.about_sought: str = cleaned.get("about", "")
        return cleaned

    @property
    def fields_to_fill(self) -> list[forms.BoundField]:
        """The fields that are no links. A field with an error leads to its sentence."""
        for name in ("about", "day"):
            if self[name].errors:
                described = {"aria-invalid": "true", "aria-describedby": f"{self[name].id_for_label}-error"}
                self.fields[name].widget.attrs.update(described)
        return [self["about"], self["day"]]

    @property
    def is_used(self) -> bool:
        """True if the list is shorter than all."""
        return bool(self.day_sought or self.time_sought or self.about_sought)

    @property
    def about_in_words(self) -> Any:
        """The subject or kind in words; empty for everything."""
        return dict(ABOUT)[self.about_sought] if self.about_sought else ""

    @property
    def time_in_words(self) -> Any:
        """The time in words; empty for all times and for a day."""
        return TIMES.get(self.time_sought, "")

    def span(self, at: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Return begin and end (excluded) of the time that is sought. A week ends with its Sunday."""
        today = timezone.localdate(at)
        if self.day_sought:
            return _midnight(self.day_sought), _midnight(self.day_sought + dt.timedelta(days=1))
        if self.time_sought == "today":
            return at, _midnight(today + dt.timedelta(days=1))
        if self.time_sought == "week":
            return at, _midnight(today + dt.timedelta(days=7 - today.weekday()))
        return None, None

    def narrow(self, activities: ActivityQuerySet) -> ActivityQuerySet:
        """Return those of `activities` that are about what is sought."""
        if self.about_sought in Subject.values:
            return activities.filter(subject=self.about_sought)
        return activities.filter(kind=self.about_sought) if self.about_sought else activities

    def times(self) -> list[tuple[Any, str, bool]]:
        """Return the links for times: words, query and whether it is chosen. They keep what it is about."""
        given = [("", pgettext_lazy("times", "All")), *TIMES.items()]
        chosen = None if self.day_sought else self.time_sought
        return [(words, self._query(time=time), time == chosen) for time, words in given]

    @property
    def query(self) -> str:
        """The present filters as a query, for the next page."""
        day = self.day_sought.isoformat() if self.day_sought else ""
        return self._query(time=self.time_sought, day=day)

    def _query(self, **wanted: str) -> str:
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in {**wanted, "about": self.about_sought}.items() if value})
        return query.urlencode()


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
