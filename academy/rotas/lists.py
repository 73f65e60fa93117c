"""The dates of a standing shift among other activities: which lists show, and the way to the rota."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.activities.beside import Way
from academy.activities.models import Activity
from academy.rotas.models import SeriesDate
from academy.rotas.selectors import series_of

LISTED_AHEAD = dt.timedelta(days=7)


def dates_far_ahead(at: dt.datetime) -> Exists:
    """Return the condition that an activity is a date of a standing shift, more than a week ahead."""
    last = timezone.localdate(at) + LISTED_AHEAD
    return Exists(SeriesDate.objects.filter(activity=OuterRef("pk"), day__gt=last))


def ways_of(activity: Activity) -> list[Way]:
    """Return the way from a date to the rota of its standing shift."""
    date = series_of(activity)
    if date is None:
        return []
    label = _("%(pattern)s: all dates, and stand in every week") % {"pattern": date.series.pattern_in_words}
    return [Way(label, reverse("rotas:rota", args=[date.series_id]), "list", order=10)]
