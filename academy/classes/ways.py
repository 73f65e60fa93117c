"""The way from the page of a training activity to the run whose classes it holds."""

from django.urls import reverse
from django.utils.translation import gettext as _

from academy.activities.beside import Way
from academy.activities.models import Activity, Kind


def ways_of(activity: Activity) -> list[Way]:
    """Return the ways to the runs. Takes one statement for a training, and none for another activity."""
    if activity.kind != Kind.TRAINING:
        return []
    label = _("%(title)s: timetable, where you stand, and a place in all classes in one tap")
    runs = activity.runs.order_by("title", "pk")
    return [
        Way(label % {"title": run.title}, reverse("classes:run", args=[run.pk]), "academy", order=5) for run in runs
    ]
