"""The typed times of a visit, as moments of its shift: one way for rosters, corrections and requests."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Shift
from academy.checkin.context import shift_window
from academy.core.clocks import Span, spans_at
from academy.core.refusals import Refusal

WHICH_DAY = Refusal("which_day", _("These times fit two days. Choose the day of the arrival."))


def visit_at(shift: Shift, came: int, left: int, *, day: dt.date | None = None) -> Span | Refusal:
    """Return when a volunteer came to the shift and left it, both as minutes after midnight.

    Times outside the gate's hours (C2) are on the nearest day. `day` is the date of the arrival, if somebody said it.
    Refuses with `which_day` if two days fit.
    """
    spans = spans_at(came, left, window=_window(shift), plan=(_local(shift.starts_at), _local(shift.end_with_overtime)))
    chosen = [span for span in spans if span[0].date() == day] or spans
    return chosen[0] if len(chosen) == 1 else WHICH_DAY


def days_asked(shift: Shift) -> list[dt.date]:
    """Return the days of which one is asked for, if a time of day may lie on two days of the gate's hours."""
    opens_at, closes_at = _window(shift)
    if closes_at - opens_at < dt.timedelta(days=1):
        return []
    count = (closes_at.date() - opens_at.date()).days + 1
    return [opens_at.date() + dt.timedelta(days=day) for day in range(count)]


def _window(shift: Shift) -> Span:
    window = shift_window(shift, shift.activity.community_id)
    return _local(window.opens_at), _local(window.closes_at)


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment)
