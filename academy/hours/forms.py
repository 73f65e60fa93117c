"""Form parts about hours: the times that a person was at a shift, and the number of people counted."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Shift
from academy.checkin.models import Visit
from academy.checkin.times import days_asked, visit_at
from academy.core import formats
from academy.core.look import current_language
from academy.core.opened_forms import OpenedForm
from academy.core.refusals import Refusal, add_to_form
from academy.people.models import Volunteer
from academy.tables.cells import parse_typed_clock

REASON = forms.Textarea(attrs={"rows": 3})  # the field for the reason of any request

BAD_HEADS = Refusal("bad_heads", _("The number of heads is a whole number, e.g. 18."))


class ClockField(forms.CharField):
    """A time of day as people write it, ``905`` or ``9:05``, in minutes after midnight."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        clock = parse_typed_clock(text)
        if clock is None:
            raise forms.ValidationError(_("Write the time as 905 or 9:05."), code="bad_time")
        return clock

    def in_words(self, value: Any) -> str:
        """Return minutes after midnight as a time of day; another value as it was typed."""
        return f"{value // 60}:{value % 60:02}" if isinstance(value, int) else str(value)


class TimesForm(OpenedForm):
    """The times at which a volunteer came to a shift and left it, or the mark that they were not there.

    A valid form has both moments as `times`; None for a volunteer who was not there.
    """

    times: tuple[dt.datetime, dt.datetime] | None = None

    came = ClockField(label=pgettext_lazy("time", "Came"), required=False, help_text=_("905 is enough for 9:05."))
    left = ClockField(label=pgettext_lazy("time", "Left"), required=False)
    day = forms.TypedChoiceField(
        label=_("Day of the arrival"),
        required=False,
        coerce=dt.date.fromisoformat,
        empty_value=None,
        help_text=_("Only if the times fit two days."),
    )
    absent = forms.BooleanField(label=_("Was not there at all"), required=False)

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shift = shift
        if days := days_asked(shift):
            language = current_language()
            asked: Any = self.fields["day"]
            asked.choices = [("", "—"), *((day.isoformat(), formats.day(day, language)) for day in days)]
        else:
            del self.fields["day"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("absent"):
            for name in ("came", "left"):
                if name in cleaned and cleaned[name] is None:
                    self.add_error(name, forms.ValidationError(_("Both times are needed."), code="needs_times"))
            if not self.errors:
                self._find_moments(cleaned)
        return cleaned

    def _find_moments(self, cleaned: dict[str, Any]) -> None:
        answer = visit_at(self.shift, cleaned["came"], cleaned["left"], day=cleaned.get("day"))
        if isinstance(answer, Refusal):
            add_to_form(self, answer, field="day")
        else:
            self.times = answer


def scanned_times(volunteer: Volunteer, shift: Shift) -> dict[str, str]:
    """Return the volunteer's first check-in and last check-out at the shift, as `TimesForm` shows them."""
    visits = list(Visit.objects.of(volunteer).filter(shift=shift).order_by("opened_at"))
    if not visits:
        return {}
    came, left = visits[0].opened_at, visits[-1].closed_at
    times = {"came": formats.clock(timezone.localtime(came))}
    return {**times, "left": formats.clock(timezone.localtime(left))} if left else times


def parse_heads(text: str) -> int | Refusal | None:
    """Return the number of people that the leader counted (C4); None for an empty text.

    Refuses with `bad_heads`.
    """
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) <= 4 else BAD_HEADS
