from typing import Any

from django import template
from django.utils import timezone

from academy.activities.models import Activity, Kind
from academy.classes.models import CourseRun

register = template.Library()

SHOWN = 3


@register.inclusion_tag("classes/runs.html")
def runs_of(course_id: int, says_none: bool = False) -> dict[str, Any]:
    """``{% runs_of page.course_id %}`` → the next runs of a course. One statement.

    With `says_none` an empty list is a sentence; without, it is left out.
    """
    coming = CourseRun.objects.coming(timezone.now()).of_courses([course_id])
    return {"runs": coming.select_related("activity")[:SHOWN], "says_none": says_none}


@register.inclusion_tag("classes/taught.html")
def runs_taught_at(activity: Activity) -> dict[str, Any]:
    """``{% runs_taught_at activity %}`` → the runs whose classes this activity holds.

    Takes one statement for a training, and none for another activity.
    """
    if activity.kind != Kind.TRAINING:
        return {"runs": []}
    return {"runs": activity.runs.select_related("course").order_by("title", "pk")}
