"""What somebody asks for, and what is decided about it."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Shift
from academy.people.models import Volunteer
from academy.tables.cells import parse_typed_clock

REASON = forms.Textarea(attrs={"rows": 3})


class ClockField(forms.CharField):
    """A time of day as one writes it, ``905`` or ``9:05``."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        clock = parse_typed_clock(text)
        if clock is None:
            raise forms.ValidationError(_("Write the time as 905 or 9:05."), code="bad_time")
        return clock


class TimesForm(forms.Form):
    """From when to when somebody was there; or that they were not."""

    came = ClockField(label=pgettext_lazy("time", "Came"), required=False, help_text=_("905 is enough for 9:05."))
    left = ClockField(label=pgettext_lazy("time", "Left"), required=False)
    absent = forms.BooleanField(label=_("Was not there at all"), required=False)

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shift = shift

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("absent"):
            for name in ("came", "left"):
                if name in cleaned and cleaned[name] is None:
                    self.add_error(name, forms.ValidationError(_("Both times are needed."), code="needs_times"))
        return cleaned

    @property
    def times(self) -> tuple[dt.datetime, dt.datetime] | None:
        if self.cleaned_data["absent"]:
            return None
        came, left = (moment_in(self.shift, self.cleaned_data[name]) for name in ("came", "left"))
        if left <= came and timezone.localdate(self.shift.starts_at) != timezone.localdate(_end(self.shift)):
            left += dt.timedelta(days=1)
        return came, left


class MakeUpForm(TimesForm):
    reason = forms.CharField(label=_("What happened"), max_length=200, widget=REASON)
    witness = forms.CharField(
        label=_("Who saw it"),
        required=False,
        max_length=20,
        help_text=_("Somebody else's volunteer number. Needed within seven days where nothing was scanned."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("came", "left", "absent", "reason", "witness")

    def clean_witness(self) -> Volunteer | None:
        number = self.cleaned_data["witness"].strip().upper()
        if not number:
            return None
        found = Volunteer.objects.filter(community=self.shift.activity.community_id, number=number).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody here has this volunteer number. It stands on the card, V and ten or eleven signs."),
                code="unknown_witness",
            )
        return found.stays


class ObjectionForm(forms.Form):
    reason = forms.CharField(label=_("What is wrong"), max_length=200, widget=REASON)
    objector = forms.CharField(label=_("Who objects"), max_length=60, required=False)


class MoreForm(forms.Form):
    """Until when, or how many hours, and why."""

    until = ClockField(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=REASON)


class LongDayForm(forms.Form):
    hours = forms.DecimalField(label=_("Hours of the day"), min_value=0, max_value=24, decimal_places=1)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=REASON)


def moment_in(shift: Shift, clock: dt.time) -> dt.datetime:
    """Return the moment of that time of day within the shift; else on the shift's date."""
    return shift.moment_at(clock, shift.starts_at, _end(shift))


def _end(shift: Shift) -> dt.datetime:
    return shift.overtime_until or shift.ends_at
