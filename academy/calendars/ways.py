"""The way from the page of an activity to its file for a calendar."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.beside import Way
from academy.activities.models import Activity


def ways_of(activity: Activity) -> list[Way]:
    """Return the way to the file of a published activity."""
    if activity.cancelled_at is not None:
        return []
    return [Way(_("Keep it in my calendar"), reverse("calendars:activity", args=[activity.pk]), "save", order=20)]
