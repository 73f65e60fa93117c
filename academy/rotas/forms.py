"""The back office's form of a standing shift, and the one with which somebody begins to stand in."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from academy.activities import private_details
from academy.activities.clock_fields import (
    Clock,
    PlannedClockField,
    PlannedDateField,
    Rest,
    RestsField,
    rests_within,
)
from academy.activities.models import Activity, Shift
from academy.activities.needs.forms import PrivateField, check_ages, initial_of, limit_courses
from academy.activities.services import NEEDS_INSURANCE
from academy.core.forms import CommunityModelForm, choices_for
from academy.people.choosers import volunteer_chooser
from academy.people.models import User, Volunteer
from academy.people.typed_days import Near
from academy.rotas import pattern, words
from academy.rotas.models import DAY, MOST_WEEKS_AHEAD, NEEDS, Series
from academy.rotas.refusals import LAST_DAY_BEFORE, TOO_MANY_NEWCOMERS

STAYS = ("kind", "dangerous", "home_visit", "first_day")  # what a standing shift is called into life with
TAKEN_OVER = ("title", "kind", "subject", "place", "service_content", "organiser", "dangerous", "insurance")


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Weekdays to tick; the value is their bits."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=words.weekday_choices, coerce=int, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return pattern.weekdays_of(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return pattern.bits_of(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SeriesForm(CommunityModelForm):
    """A standing shift: its pattern and its facts. A stored one asks from when a change holds."""

    weekdays = WeekdaysField(label=_("weekdays"))
    starts = PlannedClockField(label=_("begins"), help_text=_("900 is 9:00"))
    ends = PlannedClockField(label=_("ends"), help_text=_("26:00: the next day"))
    rests = RestsField(label=_("breaks"), required=False, help_text=_("As 1200-1230"))
    since = PlannedDateField(
        label=_("the change holds from"),
        help_text=_("Today: for all dates to come. A later day: from there on; the dates before it stay as they are."),
    )
    also_own = forms.BooleanField(
        label=_("change also dates that have a time, place or number of places of their own"), required=False
    )
    private = PrivateField()
    sure = forms.BooleanField(label=_("Yes, save it and send them a message."), required=False)

    class Meta(CommunityModelForm.Meta):
        model = Series
        fields = [
            "title",
            "kind",
            "subject",
            "place",
            "service_content",
            "community",
            "role_name",
            "capacity",
            "newcomer_places",
            "courses",
            "tier",
            "min_age",
            "max_age",
            "needs_agreement",
            "first_day",
            "last_day",
            "skips_holidays",
            "weeks_ahead",
            "leader",
            "organiser",
            "issuer",
            "dangerous",
            "insurance",
            "home_visit",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._question = self.fields.pop("sure")
        self._leave_out_only_community()
        limit_courses(self, "courses")
        for name in ("first_day", "last_day"):
            self.fields[name].near = Near.AHEAD
        weeks: Any = self.fields["weeks_ahead"]
        weeks.min_value, weeks.max_value = 1, MOST_WEEKS_AHEAD
        if self.instance.pk:
            for name in STAYS:
                self.fields.pop(name, None)
            series = self.instance
            self.initial |= {"weekdays": series.weekdays, "starts": Clock(series.starts), "ends": Clock(series.ends)}
            self.initial["rests"] = [Rest(Clock(start), Clock(end)) for start, end in series.rests]
            self.initial["since"] = timezone.localdate()
            self.initial["private"] = self._details_of(_next_activity(series))
        else:
            del self.fields["since"], self.fields["also_own"]
            self._suggest()

    def _leave_out_only_community(self) -> None:
        """Ask for no community where the user has one, and never for that of a stored standing shift."""
        field: Any = self.fields["community"]
        if self.instance.pk is None and field.queryset.count() != 1:
            return
        if self.instance.pk is None:
            self.instance.community = field.queryset.get()
        del self.fields["community"]

    def _suggest(self) -> None:
        self.initial.setdefault("first_day", timezone.localdate())
        issuers = self.fields["issuer"].queryset
        if issuers.count() == 1:
            self.initial.setdefault("issuer", issuers.get().pk)
            self.initial.setdefault("organiser", issuers.get().name)
        if not self.initial.get("role_name"):
            self.initial["role_name"] = capfirst(_("volunteer"))

    def take_over(self, activity: Activity, shift: Shift) -> None:
        """Fill in what an activity has already: it becomes the pattern."""
        role = activity.roles.order_by("pk").first()
        start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
        starts = start.hour * 60 + start.minute
        self.initial |= {name: getattr(activity, name) for name in TAKEN_OVER}
        self.initial |= {
            "leader": activity.leader_id,
            "issuer": activity.issuer_id,
            "weekdays": pattern.bits_of([start.weekday()]),
            "starts": Clock(starts),
            "ends": Clock(starts + int((end - start).total_seconds()) // 60),
            "first_day": max(timezone.localdate(), start.date() + dt.timedelta(days=1)),
        }
        if role is not None:
            self.initial |= {"role_name": role.name, "capacity": role.capacity}
            self.initial |= initial_of(role, ["courses", *NEEDS])
        self.initial["private"] = self._details_of(activity)

    def _details_of(self, activity: Activity | None) -> str:
        """Return the private details for the form, and note that its user reads them (N4)."""
        if activity is None or self.is_bound:
            return ""
        return private_details.read(activity=activity, by=self.for_user, at=timezone.now()) or ""

    def ask(self) -> None:
        """Show the box with which the reader says that they are sure."""
        self.fields["sure"] = self._question

    @property
    def is_sure(self) -> bool:
        """True if the reader has ticked the box that the form showed before."""
        return bool(self.data.get(self.add_prefix("sure")))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        starts, ends = data.get("starts"), data.get("ends")
        if starts is not None and starts >= DAY:
            self.add_error("starts", _("A shift begins on its date: write a time before 24:00."))
        elif starts is not None and ends is not None:
            self._set_times(starts, ends, data.get("rests") or [])
        capacity, kept = data.get("capacity"), data.get("newcomer_places")
        if capacity is not None and kept is not None and kept >= capacity:
            self.add_error("newcomer_places", str(TOO_MANY_NEWCOMERS))
        first, last = data.get("first_day", self.instance.first_day), data.get("last_day")
        if first is not None and last is not None and last < first:
            self.add_error("last_day", str(LAST_DAY_BEFORE))
        if data.get("dangerous", self.instance.dangerous) and not data.get("insurance"):
            self.add_error("insurance", str(NEEDS_INSURANCE))
        if "weekdays" in data:
            self.instance.weekdays = data["weekdays"]
        check_ages(self)
        self.instance.ask_for(data.get("courses") or ())
        return cleaned

    def _set_times(self, starts: Clock, ends: Clock, rests: list[Rest]) -> None:
        if ends <= starts:
            self.add_error("ends", _("The end is not after the start. For the next day write 26:00 in place of 2:00."))
        elif ends - starts > DAY:
            self.add_error("ends", _("A shift lasts a day at most. Add a shift for each day."))
        else:
            self.instance.starts, self.instance.ends = int(starts), int(ends)
            within = rests_within(rests, starts, ends)
            self.instance.rests = sorted([int(rest.start), int(rest.end)] for rest in within)


def _next_activity(series: Series) -> Activity | None:
    """Return the activity of the next date, whose private details stand for those of all."""
    dates = series.dates.filter(day__gte=timezone.localdate(), activity__isnull=False, dropped=False)
    date = dates.select_related("activity").first()
    return date.activity if date is not None else None


class StandInForm(forms.Form):
    """Form that names who stands in every week, and on which weekdays."""

    volunteer = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label=_("Who stands in every week"),
        widget=volunteer_chooser.widget_class(),
        error_messages={"required": _("Choose a volunteer.")},
    )
    weekdays = WeekdaysField(label=_("weekdays"))

    def __init__(self, *args: Any, user: User, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        volunteer: Any = self.fields["volunteer"]
        people = Volunteer.objects.taking_part().filter(community=series.community_id)
        volunteer.queryset = choices_for(people, user)
        weekdays: Any = self.fields["weekdays"]
        offered = pattern.weekdays_of(series.weekdays)
        weekdays.choices = [choice for choice in words.weekday_choices() if choice[0] in offered]
        weekdays.initial = series.weekdays
