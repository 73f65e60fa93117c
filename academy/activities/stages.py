"""The stage of an activity, by which the back office offers the next act and filters its list."""

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity, Shift

OPENS = dt.timedelta(hours=1)  # before a shift: people come and check in
SOON = dt.timedelta(days=1)  # before a shift: the sign-ups hardly change any more


class Stage(TextChoices):
    DRAFT = "draft", _("draft")
    COMING = "coming", _("to come")
    SOON = "soon", _("to come")
    RUNNING = "running", _("running now")
    OVER = "over", pgettext_lazy("activity", "over")
    CANCELLED = "cancelled", pgettext_lazy("activity", "cancelled")


AHEAD = (Stage.COMING, Stage.SOON)  # one stage to readers


def with_stages(activities: QuerySet[Activity], at: dt.datetime) -> QuerySet[Activity]:
    """Add to each activity its `stage` at this moment."""

    def has_shift(condition: Q) -> Exists:
        return Exists(Shift.objects.filter(condition, activity=OuterRef("pk")))

    not_over = Q(ends_at__gt=at) | Q(overtime_until__gt=at)
    found: QuerySet[Activity] = activities.annotate(
        stage=Case(
            When(~Q(cancelled_at=None), then=Value(Stage.CANCELLED)),
            When(published_at=None, then=Value(Stage.DRAFT)),
            When(has_shift(not_over & Q(starts_at__lte=at + OPENS)), then=Value(Stage.RUNNING)),
            When(has_shift(not_over & Q(starts_at__lte=at + SOON)), then=Value(Stage.SOON)),
            When(has_shift(not_over), then=Value(Stage.COMING)),
            default=Value(Stage.OVER),
        )
    )
    return found


def stage_of(activity: Activity) -> Stage:
    """Return the stage now: as the list has read it, otherwise in one statement for this object."""
    if not hasattr(activity, "stage"):
        found: Any = with_stages(Activity.objects.filter(pk=activity.pk), timezone.now())
        activity.stage = found.values_list("stage", flat=True).get()
    return Stage(activity.stage)
