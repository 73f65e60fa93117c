"""Filters of the list of activities: time, subject or kind, distance, people missing, in the address."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities import cards, nearness
from academy.activities.models import DRAWN_KINDS, ActivityQuerySet, Kind, Role, Subject
from academy.people.models import Volunteer

_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)  # a calendar has further days than a clock
TIMES = {"today": _("Today"), "week": _("This week")}
PRACTICUM = "practicum"  # T5
ABOUT = [
    ("", _("Everything")),
    *Subject.choices,
    *((kind.value, kind.label) for kind in Kind if kind in DRAWN_KINDS),
    (PRACTICUM, _("practicum")),
]


NEAR = {"0": _("In my building"), "2": _("Up to 2 buildings away"), "5": _("Up to 5 buildings away")}
MOST_COMPARED = 500  # coming activities whose places are read


class FindForm(forms.Form):
    """Filters of the list. A field that cannot be read says so beside it and is left out.

    `person` is the reader, whose building the distance is counted from; without one, it is not asked for.
    """

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

    near = forms.ChoiceField(
        label=_("How near?"),
        choices=[("", _("Everywhere")), *NEAR.items()],
        required=False,
        error_messages={"invalid_choice": _("There is no such distance. Choose one of the list.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    short = forms.BooleanField(
        label=_("Only where a few people are missing"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, person: Volunteer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.home: int | None = None
        if person is None:
            del self.fields["near"]

    def clean_near(self) -> str:
        near: str = self.cleaned_data["near"]
        if near and self.person is not None:
            self.home = nearness.home_of(self.person)
            if self.home is None:
                sentence = _("The roll does not know your building yet. Tell it to the desk, or under “My data”.")
                raise forms.ValidationError(sentence, code="no_building")
        return near

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
        self.near_sought: str = cleaned.get("near", "")
        self.short_sought: bool = cleaned.get("short", False)
        return cleaned

    @property
    def fields_to_fill(self) -> list[forms.BoundField]:
        """The fields that are no links. A field with an error leads to its sentence."""
        names = [name for name in ("about", "day", "near", "short") if name in self.fields]
        for name in names:
            if self[name].errors:
                described = {"aria-invalid": "true", "aria-describedby": f"{self[name].id_for_label}-error"}
                self.fields[name].widget.attrs.update(described)
        return [self[name] for name in names]

    @property
    def is_used(self) -> bool:
        """True if the list is shorter than all."""
        sought = (self.day_sought, self.time_sought, self.about_sought, self.near_sought, self.short_sought)
        return any(sought)

    @property
    def about_in_words(self) -> Any:
        """The subject or kind in words; empty for everything."""
        return dict(ABOUT)[self.about_sought] if self.about_sought else ""

    @property
    def near_in_words(self) -> Any:
        """The distance in words; empty for everywhere."""
        return NEAR.get(self.near_sought, "")

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

    def narrow(self, activities: ActivityQuerySet, at: dt.datetime) -> ActivityQuerySet:
        """Return those of `activities` that are about what is sought, as near as that, and short of people."""
        if self.about_sought in Subject.values:
            activities = activities.filter(subject=self.about_sought)
        elif self.about_sought == PRACTICUM:
            activities = activities.filter(Exists(Role.objects.filter(activity=OuterRef("pk"), practicum=True)))
        elif self.about_sought:
            activities = activities.filter(kind=self.about_sought)
        if self.near_sought and self.home is not None:
            places = activities.values_list("pk", "place", "meeting_point")[:MOST_COMPARED]
            activities = activities.filter(pk__in=nearness.near(places, home=self.home, within=int(self.near_sought)))
        if self.short_sought:
            since, until = self.span(at)
            activities = activities.filter(pk__in=cards.short_of_people(activities, at, since=since, until=until))
        return activities

    def times(self) -> list[tuple[Any, str, bool]]:
        """Return the links for times: words, query and whether it is chosen. They keep subject and distance."""
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
        short = "on" if self.short_sought else ""
        kept = {**wanted, "about": self.about_sought, "near": self.near_sought, "short": short}
        query.update({name: value for name, value in kept.items() if value})
        return query.urlencode()


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
